"""Markdown reads as the text a reader sees."""

import pytest

from rag.indexing.markdown import to_plain
from rag.indexing.readers import read_file


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("قال إن **الكلفة** _ارتفعت_ إلى `35` مليوناً.", "قال إن الكلفة ارتفعت إلى 35 مليوناً."),
        ('راجع [بيان البلدية](https://example.org/x "t") كاملاً.', "راجع بيان البلدية كاملاً."),
        ("![صورة المرفأ](a.jpg) مشهد عام", "صورة المرفأ مشهد عام"),
        ("> Мы вернёмся в море.\n> Обещаем.", "Мы вернёмся в море.\nОбещаем."),
        ("- first\n- second\n\n1. third", "first\n\nsecond\n\nthird"),
        ("| port | boats |\n|---|---|\n| Portsea | 335 |", "port | boats\n\nPortsea | 335"),
        ("Rents fell.<br>Fees rose.<!-- note -->", "Rents fell.\nFees rose."),
        ("<div class='x'><p>Rents &amp; fees.</p></div>", "Rents & fees."),
        ("<script>alert(1)</script>\n\nRents fell.", "Rents fell."),
        ("<style>p {color: red}\n\nRents fell.", ""),
        ("5 \\* 3 &lt; 20 و 2\\_0", "5 * 3 < 20 و 2_0"),
        ("موسكو _ بوابة الهدف", "موسكو _ بوابة الهدف"),
        ("سطر أول\nسطر ثان", "سطر أول\nسطر ثان"),
        ("    indented line", "indented line"),
        ("```\nquoted\n```\n\n---\n\nend", "quoted\n\nend"),
    ],
)
def test_markup_becomes_text(markdown, plain):
    assert to_plain(markdown)[1] == plain


def test_the_first_heading_of_level_one_is_told(tmp_path):
    assert to_plain("## مدخل\n\n# عنوان *رئيس*\n\nنص\n\n# آخر")[0] == "عنوان رئيس"
    assert to_plain("عنوان\n=====\n\nنص")[0] == "عنوان"
    assert to_plain("## مدخل\n\nنص")[0] == ""


def test_a_page_saved_as_markdown_is_cleaned(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(
        "Menu\n\n# Council reopens the fish market\n\nWork was finished on Thursday, the mayor said.\n\n"
        "Read also: Mountain road reopens\n\nTraders move in next week, she added.\n\nLeave a comment\n",
        encoding="utf-8",
    )
    article = read_file(path, tmp_path).articles[0]
    assert article.title == "Council reopens the fish market"
    assert article.text == (
        "Work was finished on Thursday, the mayor said.\n\nTraders move in next week, she added."
    )


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["![", "[", "<!--", "<script ", '<p x="', "> ", "`", "*a "])
def test_hostile_markup_takes_no_quadratic_time(piece):
    to_plain(piece * 100_000)
