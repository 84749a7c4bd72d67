"""Sentences about another time than asked are hidden from every writer, by the evidence's own rule."""

from datetime import date

import pytest

from rag.answering.elide import other_times
from rag.answering.prompts import ELIDED, build_messages, fit
from rag.records import TimeRange
from rag.store import ScoredChunk
from rag.text.dates import find_dates
from tests.answering.standin.material import brief, count_words, passage

YEAR_2021 = TimeRange(date(2021, 1, 1), date(2021, 12, 31))
CASES = {
    "ar": ("بلغ الإنتاج ٢٫٤ مليون طن سنة ٢٠٢١.", "وكان قد بلغ 3.1 مليون طن سنة ٢٠١٩.", "وتأخر الحصاد في يوليو ٢٠٢١."),
    "en": ("The harvest was 2.4 million tons in 2021.", "It was 3.1 million tons in 2019.", "In July 2021 it came late."),
    "ru": ("В 2021 году собрали 2,4 млн тонн.", "В 2019 году собрали 3,1 млн тонн.", "Жатва началась в июле 2021 года."),
    "tr": ("Hasat 2021'de 2,4 milyon ton oldu.", "2019 yılında 3,1 milyon ton olmuştu.", "Hasat Temmuz 2021'de başladı."),
}  # fmt: skip


def _scored(made):
    text = made.article.text
    mentions = tuple(find_dates(text, anchor=date(2021, 9, 1), language=None))
    return ScoredChunk(made.chunk, made.article, mentions, 0.5, (0.5,) * 3, 0.0)


@pytest.mark.parametrize("language", CASES)
def test_the_model_is_not_shown_another_year(language):
    made = passage(*CASES[language], published=date(2021, 9, 1), before="قبل. ")
    hidden = other_times(YEAR_2021, [(made, _scored(made))])
    first, second, third = made.chunk.sentences
    assert hidden == {made.chunk.id: ((second.start, second.end),)}
    asked = brief("?", language, [made])
    asked = type(asked)(asked.question, asked.language, asked.passages, asked.evidence, hidden)
    (excerpt,) = fit(asked, count_words, 10_000)
    assert excerpt.spans == ((first.start, first.end), (third.start, third.end))
    assert excerpt.texts == [CASES[language][0], CASES[language][2]]
    user = build_messages(asked, [excerpt])[1]["content"]
    assert f"{CASES[language][0]} {ELIDED} {CASES[language][2]}" in user
    assert CASES[language][1] not in user


def test_without_a_time_nothing_is_hidden():
    made = passage(*CASES["ar"])
    assert other_times(None, [(made, _scored(made))]) == {}


@pytest.mark.parametrize(("hide", "spans"), [((0,), [(1, 2)]), ((2,), [(0, 1)]), ((1,), [(0, 0), (2, 2)]), ((0, 2), [(1, 1)]), ((0, 1, 2), None)])  # fmt: skip
def test_neighbours_stay_one_span_and_edges_are_cut_without_a_mark(hide, spans):
    made = passage(*CASES["en"])
    sentences = made.chunk.sentences
    asked = brief("?", "en", [made, passage("Other.", rank=2)])
    hidden = {made.chunk.id: [(sentences[n].start, sentences[n].end) for n in hide]}
    asked = type(asked)(asked.question, asked.language, asked.passages, asked.evidence, hidden)
    excerpts = fit(asked, count_words, 10_000)
    if spans is None:
        assert [e.passage.rank for e in excerpts] == [2]  # nothing to show: the next is number one
    else:
        wanted = tuple((sentences[a].start, sentences[b].end) for a, b in spans)
        assert excerpts[0].spans == wanted


def test_a_passage_cannot_write_the_mark_itself():
    made = passage("Said [...] and […].")
    user = build_messages(brief("?", "en", [made]), fit(brief("?", "en", [made]), count_words, 99))
    assert ELIDED not in user[1]["content"]
