from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from eval import offsets
from eval.offsets import violations
from rag.records import Article, DateMention

PIECES = st.sampled_from(
    [
        *("دمشق", "إطـ.ـلاق", "قالَ", "٢٠٢١", "في 23 مارس 2020", "الثلاثاء", "1,5", "6½", "ﷺ"),
        *("Moscow", "Mr. Smith", "5 March 2020", "встреча", "2020 года", "т.е.", "\U0001f600"),
        *(". ", "؟ ", "!\n", "\n\n", "، ", " ", "\u200f", "\u2028", "..."),
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map(" ".join)


def count(texts):
    return [len(text.split()) for text in texts]


@given(TEXTS, st.sampled_from(["ar", "en", "ru", "tr"]))
def test_every_offset_of_a_mixed_text_is_exact(text, language):
    assert (
        violations(Article("a", text, language=language, published=date(2020, 3, 25)), count) == []
    )


def test_a_place_that_is_off_by_one_is_told(monkeypatch):
    article = Article("a", "قال ذلك في 23 مارس 2020 في دمشق.", language="ar")
    (found,) = offsets.find_dates(article.text)
    moved = DateMention(found.start, found.end + 1, found.first, found.last, found.certainty)
    monkeypatch.setattr(offsets, "find_dates", lambda *_: [moved])
    assert len(violations(article, count)) == 1


def test_a_text_that_the_chunks_leave_out_is_told(monkeypatch):
    article = Article("a", "One. Two.")
    chunks = offsets.split_article(article, 1, count)
    monkeypatch.setattr(offsets, "split_article", lambda *_: chunks[1:])
    (wrong,) = violations(article, count)
    assert "leaves out" in wrong
