"""Files made to harm: each costs itself, in bounded time and memory, with one clear line."""

import io
import os
import zipfile

import pytest

from rag.errors import ArticleError
from rag.indexing import parser_process, parsers
from rag.indexing.parser_process import ParserProcess, parse_apart
from rag.indexing.plan import Plan, SyncSummary
from rag.indexing.readers import iter_files

BODY = "أعلنت البلدية بدء الأعمال في المرفأ يوم الخميس."
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WORD = f"<w:document {W}><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>"
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))

pytestmark = pytest.mark.timeout(120)


def refusal(read_data, name, data):
    with pytest.raises(ArticleError) as caught:
        read_data(name, data)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    return str(caught.value)


def zipped(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_fifty_megabytes(read_data, name):
    assert "more than 20 MB" in refusal(read_data, name, b"The mayor said so. " * 2_800_000)


def test_a_page_nested_a_hundred_thousand_deep(read_data):
    data = b"<html><body>" + b"<div>" * 100_000 + BODY.encode() + b"</div>" * 100_000
    assert "nested" in refusal(read_data, "a.html", data)


@pytest.mark.parametrize(
    "tag", [b"<b><i>", b"<table><tr><td>", b"<ul><li>", b"<p><span>", b"<svg>"]
)
def test_other_nesting(read_data, tag):
    assert "nested" in refusal(read_data, "a.html", tag * 50_000 + BODY.encode())


def test_a_page_of_twenty_megabytes_in_one_line(read_data):
    data = b"<html><body><p>" + b"The mayor said so. " * 1_030_000
    assert "sized beyond" in refusal(read_data, "a.html", data[: 20 * 1024**2])


def test_a_word_file_that_unpacks_to_gigabytes(read_data):
    bomb = zipped({"word/document.xml": bytes(60 * 1024**2)})
    assert "unpacks to more than" in refusal(read_data, "a.docx", bomb)


def test_a_word_file_that_lies_about_its_size(read_data):
    honest = zipped({"word/document.xml": bytes(60 * 1024**2)})
    size = (60 * 1024**2).to_bytes(4, "little")
    assert honest.count(size) == 2  # in the part's own header and in the directory
    reason = refusal(read_data, "a.docx", honest.replace(size, (1000).to_bytes(4, "little")))
    assert "no Word file" in reason or "unpacks" in reason


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "docProps/core.xml"])
def test_a_word_file_whose_entities_multiply(read_data, part):
    data = zipped({part: f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>{WORD}'})
    assert "document type" in refusal(read_data, "a.docx", data)


def test_a_word_file_nested_deep(read_data):
    markup = f"<w:document {W}>" + "<w:p>" * 100_000 + "</w:p>" * 100_000 + "</w:document>"
    assert "no Word file" in refusal(read_data, "a.docx", zipped({"[Content_Types].xml": markup}))


def test_a_pdf_of_pictures_only(read_data, pdf):
    assert "recognition" in refusal(read_data, "a.pdf", pdf.make([[]]))


def test_a_locked_pdf(read_data, pdf_of):
    key = b"<" + b"41" * 32 + b">"
    locked = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[]/Count 0>>",
        7: b"<<>>",
        8: b"<</Filter/Standard/V 2/R 3/Length 128/P -44/O%s/U%s>>" % (key, key),
    }
    trailer = b"/Encrypt 8 0 R/ID[<41><41>]"
    assert "password" in refusal(read_data, "a.pdf", pdf_of(locked, trailer))


def test_a_pdf_cut_short(read_data, pdf):
    whole = pdf.make([pdf.line(50, 700, "The mayor said so.")])
    for size in (0, 8, 100, len(whole) // 2):
        assert refusal(read_data, "a.pdf", whole[:size])


def test_a_pdf_whose_pages_go_round_in_a_circle(read_data, pdf_of):
    circle = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 9>>",
        3: b"<</Type/Pages/Kids[2 0 R 3 0 R]/Parent 2 0 R/Count 9>>",
        7: b"<<>>",
    }
    assert refusal(read_data, "a.pdf", pdf_of(circle))


def test_a_pdf_whose_objects_lead_from_one_to_the_next(read_data, pdf_of):
    objects = {n: b"<</A %d 0 R>>" % (n + 1) for n in range(10, 10_000)}
    objects |= {1: b"<</Type/Catalog/Pages 10 0 R>>", 7: b"<<>>"}
    assert refusal(read_data, "a.pdf", pdf_of(objects))


def test_a_pdf_stream_that_unpacks_to_gigabytes(read_data, pdf_of, monkeypatch):
    monkeypatch.setattr(parser_process, "MAX_SECONDS", 5.0)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        4: pdf_of.deflated(b"q Q " * 25_000_000),
        7: b"<<>>",
    }
    assert refusal(read_data, "a.pdf", pdf_of(objects))


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.pdf", "a.docx"])
@pytest.mark.parametrize(
    "data", [b"\0" * 5000, b"\xff\xfe\x00\xd8" * 99, BODY.encode()[:-1] + b"\xff\n" * 40]
)
def test_nulls_and_broken_characters(read_data, name, data):
    refusal(read_data, name, data)


def test_folders_pipes_and_circles_of_links_named_as_articles(tmp_path):
    (tmp_path / "a.md").write_text(BODY, encoding="utf-8")
    (tmp_path / "x.html").mkdir()
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "round.docx").symlink_to(tmp_path / "round.docx")
    (tmp_path / "up.html").symlink_to(tmp_path, target_is_directory=True)
    assert [path.name for path in iter_files(tmp_path)] == ["a.md"]


def test_the_rest_goes_on_and_the_summary_names_each(tmp_path, pdf):
    (tmp_path / "deep.html").write_bytes(b"<div>" * 100_000)
    (tmp_path / "scan.PDF").write_bytes(pdf.make([[]]))
    (tmp_path / "torn.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "good.HTM").write_text(f"<html><body><h1>خبر</h1><p>{BODY}</p></body></html>")
    summary = SyncSummary()
    changes = Plan({}, summary).changes(iter_files(tmp_path), tmp_path, None)
    assert [article.id for article, _ in changes] == ["good"]
    assert [name for name, _ in summary.refused] == ["deep.html", "scan.PDF", "torn.docx"]
    assert all(reason for _, reason in summary.refused)


def test_a_parser_that_takes_too_long_is_stopped_and_the_next_file_read():
    process = ParserProcess()
    page = b"<html><body>" + b"<a href=x>Road reopens</a> " * 60_000
    with pytest.raises(ArticleError, match=r"takes longer than 0\.5 s"):
        process.parse(".html", page, 0.5)
    draft = process.parse(".html", f"<html><body><p>{BODY}</p></body></html>".encode(), 60)
    process.close()
    assert draft.text == BODY


def test_a_parser_that_dies_costs_one_file():
    process = ParserProcess()
    with pytest.raises(ArticleError, match="crashes its parser"):
        process.parse(".unknown", b"", 60)
    assert process.parse(".html", f"<p>{BODY}</p>".encode(), 60).text == BODY
    process.close()


def test_a_file_that_needs_too_much_memory(monkeypatch):
    def greedy(_):
        raise MemoryError

    monkeypatch.setattr("rag.indexing.pdf.read_pdf", greedy)
    with pytest.raises(ArticleError, match="2 GB of memory"):
        parsers.parse(".pdf", b"")


def test_the_parser_process_runs_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit")
    monkeypatch.chdir(tmp_path)
    parser_process._PROCESS.close()
    assert parse_apart(".html", f"<p>{BODY}</p>".encode()).text == BODY
