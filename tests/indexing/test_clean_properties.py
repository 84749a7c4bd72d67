"""What holds for any text and any bytes."""

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.errors import ArticleError
from rag.indexing.clean import clean
from rag.indexing.decode import decode
from rag.indexing.lines import normalise, unwrap
from rag.indexing.readers import read_file
from rag.records import Article
from rag.text.folding import fold_text

LINES = st.sampled_from(
    [
        "",
        "Menu",
        "القائمة",
        "2019",
        "Читайте также",
        "Read also:",
        "اقرأ أيضاً: خبر آخر من المدينة",
        "بقلم: سلمى الحداد",
        "الميناء _ بوابة الضفاف",
        "12/05/2022",
        "قال رئيس البلدية إن الأعمال انتهت.",
        "قال رئيس البلدية إن الأعمال انتهت.",
        "Мэр сообщил, что работы закончены.",
        "أسباب الخلاف",
        "«لن نتراجع».",
        "The first of three quays opened…",
        "تم النشر بواسطة بلدية الميناء",
        "We use cookies. By continuing you agree.",
        "© 2022 All rights reserved",
        "(رويترز)",
        "...",
    ]
)
PAGES = st.lists(LINES | st.text(max_size=40), max_size=25).map("\n".join)


def is_subsequence(short, long):
    rest = iter(long)
    return all(item in rest for item in short)


@given(PAGES, st.booleans(), st.text(max_size=20))
def test_the_story_is_part_of_the_page_in_order(page, gently, title):
    text = normalise(page)
    cleaned = clean(text, title=title, gently=gently)
    kept = [line for line in cleaned.text.split("\n") if line]
    lines = [line for line in text.split("\n") if line]
    assert is_subsequence(kept, lines)
    assert is_subsequence(cleaned.removed, lines)
    assert len(kept) + len(cleaned.removed) <= len(lines)
    assert bool(cleaned.text) == bool(text)


@given(PAGES)
def test_nothing_but_the_title_is_lost_untold(page):
    text = normalise(page)
    cleaned = clean(text)
    told = [*cleaned.text.split("\n"), *cleaned.removed]
    missing = [line for line in text.split("\n") if line and line not in told]
    assert all(fold_text(line.strip()) in fold_text(cleaned.title) for line in missing)


@given(st.text())
def test_normalising_settles(text):
    once = normalise(text)
    assert normalise(once) == once
    assert unwrap(once).replace("\n", " ").split() == once.replace("\n", " ").split()


@given(st.text(min_size=1, alphabet=st.characters(blacklist_categories=("Cs", "Cc"))))
def test_unicode_text_is_decoded_exactly(text):
    assert decode(text.encode("utf-8-sig")) == text
    assert decode(text.encode("utf-16")) == text


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
@example(b"---\n")
@example(b"---\n---\n---\n")
@example(b"---\nid: !!binary x\n---\ntext here")
@example(b"---\n? [a]\n: b\n---\ntext")
@example(b"---\n\xd9\x82: &a {*a : x}\n---\ntext")
@example(b'{"text": "\\ud800"}')
@example(b"\xff\xfe\x00\xd8")
@example(b"a\x9e\xdd")
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("corpus")
    for name in ("a.md", "a.txt", "a.jsonl"):
        path = Path(folder, name)
        path.write_bytes(data)
        result, reason = read_or_refuse(path, folder)
        assert "\n" not in reason
        assert bool(reason) == (result is None)
        assert result is None or result.articles or result.refused
        assert all(is_valid(article) for article in (result.articles if result else ()))


def read_or_refuse(path, folder):
    try:
        return read_file(path, folder), ""
    except ArticleError as error:
        return None, str(error)


def is_valid(article: Article) -> bool:
    return bool(
        article.id
        and article.text.strip()
        and article.title
        and normalise(article.text) == article.text
        and article.digest
        and repr(article).encode("utf-8")
    )
