"""Whatever bytes a file holds, a reader gives an article or an ArticleError, and nothing else comes out.

More examples by hand: FUZZ_EXAMPLES=20000 python -m pytest tests/indexing/test_fuzz_readers.py
"""

import io
import json
import os

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.html_pages import make_html_page
from rag.errors import ArticleError
from rag.indexing import readers
from rag.indexing.parsers import parse
from rag.indexing.readers import read_file

BODY = (
    "أعلنت البلدية بدء الأعمال في المرفأ يوم الخميس 12/05/2022. Мэрия сообщила. The mayor said so."
)
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))


def word_file():
    document = Document()
    document.add_heading("توسعة المرفأ", level=1)
    document.add_paragraph(BODY)
    document.add_table(1, 2).rows[0].cells[0].text = BODY
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def valid_files(pdf):
    return {
        ".md": f"---\ntitle: خبر\npublished: ١٥ رمضان ١٤٤١\n---\n# خبر\n\n{BODY}\n".encode(),
        ".txt": f"خبر اليوم\n\n{BODY}\n\nشارك\n".encode(),
        ".jsonl": json.dumps({"id": "a", "text": BODY, "published": "2022-05-12"}).encode(),
        ".html": make_html_page("modern", "ar", 1).data,
        ".htm": make_html_page("table", "ru", 1).data,
        ".pdf": pdf.make([pdf.line(50, 700, BODY), pdf.line(50, 600, BODY)], b"/Title(x)"),
        ".docx": word_file(),
    }


@st.composite
def mutations(draw, data):
    """The bytes with a few of them changed, cut out, doubled or replaced by what parsers stumble over."""
    changed = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(changed) - 1, 0)))
        size = draw(st.integers(0, 40))
        piece = draw(
            st.one_of(
                st.binary(max_size=8),
                st.sampled_from(
                    [
                        b"\0",
                        b"\xff\xfe",
                        b"<",
                        b">>",
                        b"obj",
                        b"-1",
                        b"9" * 20,
                        b"&x;",
                        b"---\n",
                        b"]]>",
                    ]
                ),
                st.just(bytes(changed[at : at + size]) * 3),
            )
        )
        changed[at : at + size] = piece
    return bytes(changed)


@pytest.mark.timeout(0 if EXAMPLES > 1000 else 170)
@pytest.mark.parametrize("ending", [".md", ".txt", ".jsonl", ".html", ".htm", ".pdf", ".docx"])
@pytest.mark.parametrize("kind", ["mutated", "random"])
def test_only_article_errors_come_out(tmp_path, pdf, monkeypatch, ending, kind):
    # In this process, so that a parser's failure is seen and not contained.
    monkeypatch.setattr(readers, "parse_apart", parse)
    path = tmp_path / f"a{ending}"
    valid = valid_files(pdf)[ending]
    path.write_bytes(valid)
    assert read_file(path, tmp_path).articles  # what is mutated is readable

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.binary(max_size=400) if kind == "random" else mutations(valid))
    def reads_or_refuses(data):
        path.write_bytes(data)
        articles, reason = [], ""
        try:
            articles = read_file(path, tmp_path).articles
        except ArticleError as error:
            reason = str(error)
        assert "\n" not in reason
        assert all(article.text.strip() for article in articles)

    reads_or_refuses()
