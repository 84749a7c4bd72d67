"""The text of a Word file (.docx): paragraphs, lists and tables, as they read with all changes accepted."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from docx import Document
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError

from rag.errors import ArticleError
from rag.indexing.draft import Draft
from rag.indexing.lines import words
from rag.indexing.properties import read_properties

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from lxml.etree import _Element

_MAX_PART = 50 * 1024**2  # bytes of XML; a novel has 5 MB
_MAX_UNPACKED = 300 * 1024**2  # of all parts, pictures among them
_MAX_PARTS = 10_000
_STEP = 1024**2
_XML = (".xml", ".rels")
_TEXT, _BREAKS = qn("w:t"), (qn("w:br"), qn("w:cr"))
_TAB, _HYPHEN = qn("w:tab"), qn("w:noBreakHyphen")
_PARAGRAPH, _ROW, _CELL = qn("w:p"), qn("w:tr"), qn("w:tc")
# What was deleted or moved away; the second writing of a text box; marks without text.
_SKIPPED = frozenset(
    {
        *map(qn, ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sectPr", "w:instrText")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_CELL_GAP = " | "
_LOCKED = b"\xd0\xcf\x11\xe0"  # an OLE file: a locked .docx, or a .doc named so
_HEADINGS = frozenset({"Title", "Heading1"})


def read_word(data: bytes) -> Draft:
    """The paragraphs of a Word file, with the title and author of its properties.

    The dates of its properties are days of writing the file, not of publication: they are not taken.

    Raises:
        ArticleError: no Word file, locked, damaged, without text, or it unpacks to more than it may.
    """
    if data.startswith(_LOCKED):
        raise ArticleError("is locked by a password, or an old .doc; save it as .docx without one")
    _refuse_bombs(data)
    try:
        document = Document(BytesIO(data))
    except (KeyError, ValueError, XMLSyntaxError) as error:
        reason = " ".join(str(error).split())[:100]
        raise ArticleError(f"is no Word file, or damaged ({reason}); save it anew") from error
    text = "\n\n".join(_blocks(document.element.body))
    if not words(text):
        raise ArticleError("holds no text; write the article into it or remove it")
    return Draft(text, _values(document, text), gently=True)


def _refuse_bombs(data: bytes) -> None:
    """Unpacks every part once, piece by piece, as far as the limits: what a header declares may be a lie."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _MAX_PARTS:
                raise ArticleError(
                    f"has {len(parts)} parts, expected at most {_MAX_PARTS}; remove it"
                )
            if sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise ArticleError(_bomb())
            total = 0
            for part in parts:
                total += _size(archive, part)
                if total > _MAX_UNPACKED:
                    raise ArticleError(_bomb())
    except (
        zipfile.BadZipFile,
        NotImplementedError,  # zipfile meets a compression it does not know
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise ArticleError(f"is no Word file, or cut short ({error}); save it anew") from error


def _size(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    is_xml = part.filename.lower().endswith(_XML)
    limit = _MAX_PART if is_xml else _MAX_UNPACKED
    size, is_first = 0, True
    with archive.open(part) as file:
        while piece := file.read(_STEP):
            if is_xml and is_first and b"<!DOCTYPE" in piece:
                raise ArticleError("holds an XML document type, which Word never writes; remove it")
            size, is_first = size + len(piece), False
            if size > limit:
                raise ArticleError(_bomb())
    return size


def _bomb() -> str:
    return f"unpacks to more than {_MAX_UNPACKED // 1024**2} MB; save it without its pictures"


def _blocks(body: _Element) -> Iterator[str]:
    """Paragraphs and rows of tables; a row of single paragraphs in one line, its cells set off by bars."""
    todo: list[Any] = [body]
    while todo:
        element = todo.pop()
        if element.tag in _SKIPPED:
            continue
        if element.tag == _ROW and (cells := _cells(element)):
            yield _CELL_GAP.join(cells)
        elif element.tag == _PARAGRAPH:
            yield from filter(None, (line.strip() for line in _text(element).split("\n")))
            todo += list(_boxes(element))[::-1]
        else:
            todo += reversed(list(element))


def _cells(row: _Element) -> list[str]:
    """The texts of a row's cells where each has one paragraph, else nothing."""
    cells = [cell for cell in row if cell.tag == _CELL]
    if not all(
        len(cell.findall(_PARAGRAPH)) == 1 and len(list(cell.iter(_PARAGRAPH))) == 1
        for cell in cells
    ):
        return []
    return [text for cell in cells if (text := " ".join(_text(cell).split()))]


def _text(paragraph: _Element) -> str:
    """The text of a paragraph, without that of paragraphs in boxes anchored to it."""
    pieces: list[str] = []
    todo: list[Any] = list(reversed(paragraph))
    while todo:
        element = todo.pop()
        if element.tag == _TEXT:
            pieces.append(element.text or "")
        elif element.tag in _BREAKS:
            pieces.append("\n")
        elif element.tag == _TAB:
            pieces.append(" ")
        elif element.tag == _HYPHEN:
            pieces.append("-")
        elif element.tag not in _SKIPPED and (paragraph.tag == _CELL or element.tag != _PARAGRAPH):
            todo += reversed(list(element))
    return "".join(pieces)


def _boxes(paragraph: _Element) -> Iterator[_Element]:
    """Paragraphs of text boxes anchored in a paragraph, the outermost ones."""
    todo: list[Any] = list(reversed(paragraph))
    while todo:
        element = todo.pop()
        if element.tag == _PARAGRAPH:
            yield element
        elif element.tag not in _SKIPPED:
            todo += reversed(list(element))


def _values(document: Any, text: str) -> dict[str, str]:  # noqa: ANN401 - python-docx names no type
    properties = document.core_properties
    values = read_properties(properties.title or "", properties.author or "", text)
    heading = next((p for p in document.element.body.iter(_PARAGRAPH) if _is_heading(p)), None)
    title = " ".join(_text(heading).split()) if heading is not None else ""
    return values | ({"title": title} if title else {})


def _is_heading(paragraph: _Element) -> bool:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return style is not None and style.get(qn("w:val")) in _HEADINGS
