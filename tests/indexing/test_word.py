"""Word files: every paragraph that a reader sees, in order."""

import io
import zipfile

import pytest
from docx import Document

from rag.errors import ArticleError

ARABIC = "أعلنت البلدية بدء الأعمال في المرفأ يوم الخميس."
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document):
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_body(markup, others=()):
    """A Word file whose body is that markup."""
    old = zipfile.ZipFile(io.BytesIO(saved(Document())))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "word/document.xml" and name not in dict(others):
                new.writestr(name, old.read(name))
        new.writestr("word/document.xml", f"<w:document {W}><w:body>{markup}</w:body></w:document>")
        for name, data in others:
            new.writestr(name, data)
    return file.getvalue()


def paragraph(text):
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_paragraphs_headings_lists_and_tables_in_order(read_data):
    document = Document()
    document.add_heading("توسعة المرفأ", level=1)
    document.add_paragraph(ARABIC)
    document.add_paragraph("Мэрия сообщила о начале работ.", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("المرفأ", "السفن", "الميناء", "335"), strict=True):
        cell.text = text
    document.add_paragraph("The mayor said so.")
    document.core_properties.author = "Maya Holt"
    article = read_data("a.docx", saved(document)).articles[0]
    assert (article.title, article.author) == ("توسعة المرفأ", "Maya Holt")
    assert article.text.split("\n\n") == [
        ARABIC,
        "Мэрия сообщила о начале работ.",
        "المرفأ | السفن",
        "الميناء | 335",
        "The mayor said so.",
    ]


def test_changes_are_read_as_accepted(read_data):
    markup = (
        "<w:p><w:r><w:t>The mayor </w:t></w:r><w:ins><w:r><w:t>of Portsea </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>never </w:delText></w:r></w:del><w:r><w:t>said so.</w:t></w:r></w:p>"
    )
    text = read_data("a.docx", with_body(markup + paragraph(ARABIC))).articles[0].text
    assert text.split("\n\n") == ["The mayor of Portsea said so.", ARABIC]


def test_text_boxes_and_content_controls_are_read_once(read_data):
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{paragraph('A box stands here, beside the story.')}</w:txbxContent>"
    markup = (
        f"<w:sdt><w:sdtContent>{paragraph(ARABIC)}</w:sdtContent></w:sdt>"
        f"<w:p><w:r><w:t>The story goes on.</w:t></w:r><w:r><mc:AlternateContent {mc}>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    text = read_data("a.docx", with_body(markup)).articles[0].text
    assert text.split("\n\n") == [
        ARABIC,
        "The story goes on.",
        "A box stands here, beside the story.",
    ]


def test_days_of_the_file_are_no_days_of_publication(read_data):
    document = Document()
    document.add_paragraph(ARABIC)
    article = read_data("a.docx", saved(document)).articles[0]
    assert (article.published, article.published_origin, article.author) == (None, "unknown", None)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no Word file"),
        (b"PK\x03\x04 not a zip", "no Word file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "locked by a password"),
        (saved(Document()), "holds no text"),
        (saved(Document())[:3000], "no Word file, or cut short"),
    ],
)
def test_what_is_no_word_file_is_refused(read_data, data, reason):
    with pytest.raises(ArticleError, match=reason):
        read_data("a.docx", data)


def test_a_zip_of_something_else_is_refused(read_data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(ArticleError, match="damaged"):
        read_data("a.docx", file.getvalue())
