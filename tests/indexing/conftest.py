"""Makers of files: minimal PDF, and helpers to read what a test wrote."""

import zlib

import pytest

from rag.indexing.readers import read_file


@pytest.fixture
def read_data(tmp_path):
    """The result of reading bytes as a file of that name."""

    def read(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return read_file(path, tmp_path)

    return read


def _cmap(letters):
    lines = "".join(
        f"<{n:04x}> <{text.encode('utf-16-be').hex()}>\n" for n, text in enumerate(letters, 1)
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{lines}endbfchar\nendcmap end end"
    ).encode()


def _content(glyphs, codes, size):
    shown = (f"1 0 0 1 {x:.1f} {y:.1f} Tm <{codes[text]:04x}> Tj" for x, y, text in glyphs)
    return f"BT /F1 {size} Tf\n{chr(10).join(shown)}\nET".encode()


class PdfMaker:
    """Writes a PDF glyph by glyph: `(x, baseline, text that the glyph stands for)`, each 0.5 em wide."""

    size = 10
    advance = 5

    def line(self, x, y, texts):
        """Glyphs side by side from the left, in the order given."""
        return [(x + self.advance * n, y, text) for n, text in enumerate(texts)]

    def make(self, pages, info=b"", is_mapped=True):
        texts = sorted({text for glyphs in pages for _, _, text in glyphs})
        codes = {text: n for n, text in enumerate(texts, 1)}
        to_unicode = b"/ToUnicode 5 0 R" if is_mapped else b""
        kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(pages)))
        objects = {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
            3: b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[4 0 R]"
            + to_unicode
            + b">>",
            4: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 500/CIDSystemInfo"
            b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor 6 0 R>>",
            5: _stream(_cmap(texts)),
            6: b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 -200 1000 800]"
            b"/Ascent 800/Descent -200/CapHeight 700/StemV 80/ItalicAngle 0>>",
            7: b"<<" + info + b">>",
        }
        for n, glyphs in enumerate(pages):
            objects[10 + 2 * n] = (
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {11 + 2 * n} 0 R"
                "/Resources<</Font<</F1 3 0 R>>>>>>"
            ).encode()
            objects[11 + 2 * n] = _stream(_content(glyphs, codes, self.size))
        return write_pdf(objects)


def _stream(data, extra=b""):
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), extra, data)


def write_pdf(objects, trailer=b""):
    """The bytes of a PDF with these numbered objects; 1 is the catalogue, 7 the document's information."""
    parts = [b"%PDF-1.7\n"]
    offsets = {}
    start = len(parts[0])
    for number, body in objects.items():
        offsets[number] = start
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start += len(parts[-1])
    top = max(objects) + 1
    rows = [b"0000000000 65535 f \n"]
    rows += [
        b"%010d 00000 %s \n" % (offsets.get(n, 0), b"n" if n in offsets else b"f")
        for n in range(1, top)
    ]
    parts.append(b"xref\n0 %d\n%s" % (top, b"".join(rows)))
    parts.append(
        b"trailer<</Size %d/Root 1 0 R/Info 7 0 R%s>>\nstartxref\n%d\n%%%%EOF"
        % (top, trailer, start)
    )
    return b"".join(parts)


def _deflated(data):
    return _stream(zlib.compress(data), b"/Filter/FlateDecode")


@pytest.fixture
def pdf():
    return PdfMaker()


@pytest.fixture
def pdf_of():
    """`write_pdf`, and makers of its streams."""
    write_pdf.stream, write_pdf.deflated = _stream, _deflated
    return write_pdf
