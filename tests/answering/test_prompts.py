"""Rendered prompts, the token budget of passages, and the sentinel."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.prompt_texts import PROMPT_TEXTS
from rag.answering.prompts import NOT_FOUND, build_messages, fit, not_found
from tests.answering.standin.golden import QUESTIONS, path, render
from tests.answering.standin.material import brief, count_words, passage

SENTENCE = "كلمة ثانية ثالثة رابعة خامسة سادسة سابعة ثامنة تاسعة عاشرة."  # ten words
PLENTY = 10_000


@pytest.mark.parametrize("language", QUESTIONS)
def test_prompt_is_the_golden_one(language):
    assert render(language) == path(language).read_text(encoding="utf-8"), (
        "the prompt has changed; if that is meant: python -m tests.answering.standin.golden"
    )


@pytest.mark.parametrize("language", PROMPT_TEXTS)
def test_rules_name_the_sentinel_the_fence_and_a_marker(language):
    system, user = build_messages(brief("?", language, []), [], fence="0f" * 8)
    assert system["content"].count(NOT_FOUND) == 1
    assert "[2]" in system["content"]
    assert f"<passage {'0f' * 8} [n]>" in system["content"]
    assert user["content"] == f"<question {'0f' * 8}>\n?\n</question {'0f' * 8}>"


@pytest.mark.parametrize(
    ("language", "name"),
    [("it", "Italian"), ("pt-BR", "Portuguese"), ("und", "the language of the question"), ("zz", "the language of")],
)  # fmt: skip
def test_other_languages_get_english_rules_that_name_the_language(language, name):
    system = build_messages(brief("?", language, []), [])[0]["content"]
    assert f"Answer in {name}" in system


def test_a_region_is_no_other_language():
    assert "العربية" in build_messages(brief("؟", "ar-SY", []), [])[0]["content"]


def test_the_fence_stays_so_that_a_server_can_reuse_what_it_computed():
    made = brief("ما الخبر؟", "ar", [passage("خبر.")])
    prompts = {_user(made) for _ in range(20)}
    other = build_messages(brief("ما الجديد؟", "ar", []), [])[0]["content"]
    assert len(prompts) == 1
    assert build_messages(made, fit(made, count_words, PLENTY))[0]["content"] == other


def test_a_text_that_holds_the_fence_gets_another():
    fence = _user(brief("؟", "ar", [passage("خبر.")])).split(maxsplit=2)[1]
    for made in (
        brief(f"ما {fence}؟", "ar", [passage("خبر.")]),
        brief("ما؟", "ar", [passage(f"خبر {fence}.")]),
    ):
        lines = _user(made).splitlines()
        assert [line for line in lines if fence in line and line.startswith("<")] == []
        assert _user(made) != _user(made)  # a new one each time


def test_everything_fits_into_a_large_budget():
    passages = [passage(SENTENCE, SENTENCE, rank=n) for n in (1, 2, 3)]
    excerpts = fit(brief("؟", "ar", passages), count_words, PLENTY)
    assert [e.texts for e in excerpts] == [[p.chunk.text] for p in passages]
    assert [e.passage for e in excerpts] == passages


def test_the_longest_passage_loses_whole_sentences_first():
    long, short = passage(*[SENTENCE] * 8, rank=1), passage(SENTENCE, SENTENCE, rank=2)
    made = brief("؟", "ar", [long, short])
    whole = _cost(made, PLENTY)
    first, second = fit(made, count_words, whole - 15)  # two sentences less
    assert (first.texts, second.texts) == ([" ".join([SENTENCE] * 6)], [short.chunk.text])
    assert _cost(made, whole - 15) <= whole - 15


def test_the_likeliest_sentence_stays_wherever_it_stands():
    sentences = [f"{SENTENCE[:-1]} {n}." for n in range(8)]
    for likely in range(8):
        made = brief("؟", "ar", [passage(*sentences)], likely=[(0, likely, 0.9), (0, 0, 0.2)])
        (excerpt,) = fit(made, count_words, _cost(made, PLENTY) - 70)
        assert sentences[likely] in excerpt.texts[0]
        assert len(excerpt.texts[0].split()) <= 22


def test_the_last_passages_go_before_the_first_are_cut_below_half():
    passages = [passage(*[SENTENCE] * 10, rank=n) for n in range(1, 6)]
    made = brief("؟", "ar", passages)
    budget = 3 * 50 + 3 * 40  # three halves and their frames
    excerpts = fit(made, count_words, budget)
    assert [e.passage.rank for e in excerpts] == list(range(1, len(excerpts) + 1))
    assert 3 <= len(excerpts) < 5
    assert all(len(e.texts[0].split()) >= 50 for e in excerpts)
    assert _cost(made, budget) <= budget


def test_one_endless_sentence_is_cut_inside_and_still_there():
    made = brief("؟", "ar", [passage("كلمة " * 5000)], likely=[(0, 0, 0.9)])
    (excerpt,) = fit(made, count_words, 200)
    assert 100 < len(excerpt.texts[0].split()) <= 200


@pytest.mark.parametrize("budget", [0, 1])
def test_the_best_passage_is_there_even_without_a_budget(budget):
    made = brief("?", "en", [passage("One two three."), passage("Four five six.", rank=2)])
    (excerpt,) = fit(made, count_words, budget)
    assert excerpt.passage.rank == 1
    assert excerpt.texts[0]


@given(
    counts=st.lists(st.integers(1, 6), min_size=1, max_size=6),
    budget=st.integers(0, 400),
    likely=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=4),
)
def test_excerpts_are_spans_of_their_passages_in_order_within_the_budget(counts, budget, likely):
    passages = [passage(*[SENTENCE] * n, rank=i, before="قبل ") for i, n in enumerate(counts, 1)]
    evidence = [(p, s, 0.5) for p, s in likely if p < len(counts) and s < counts[p]]
    made = brief("؟", "ar", passages, likely=evidence)
    excerpts = fit(made, count_words, budget)
    assert [e.passage for e in excerpts] == passages[: len(excerpts)]
    assert excerpts
    for excerpt in excerpts:
        chunk = excerpt.passage.chunk
        ((start, end),) = excerpt.spans
        assert chunk.start <= start < end <= chunk.end
        assert excerpt.texts == [excerpt.passage.article.text[start:end]]
    if len(excerpts) > 1:
        assert _cost(made, budget) <= budget
        for p, s, _ in evidence[:1]:
            if p < len(excerpts) and [e[0] for e in evidence].count(p) == 1:
                span = passages[p].chunk.sentences[s]
                ((start, end),) = excerpts[p].spans
                assert start <= span.start < span.end <= end


def test_unknown_particulars_are_said_to_be_unknown():
    made = brief("؟", "ar", [passage("خبر.", title="\u202e \n", source=None, published=None)])
    lines = build_messages(made, fit(made, count_words, PLENTY), "f" * 16)[1][
        "content"
    ].splitlines()
    assert lines[1:4] == ["العنوان: غير معروف", "المصدر: غير معروف", "تاريخ النشر: غير معروف"]


def test_a_day_is_shown_in_iso_form():
    made = brief("?", "en", [passage("News.", published=date(2020, 3, 23))])
    assert (
        "Published: 2020-03-23"
        in build_messages(made, fit(made, count_words, PLENTY))[1]["content"]
    )


@pytest.mark.parametrize(
    "text",
    [
        NOT_FOUND, " NOT_FOUND.\n", "**NOT_FOUND**", "`NOT_FOUND`", "not found", "Not_Found!", "NOT_FOUND [1]",
        "NOT_FOUND. المقاطع لا تذكر ذلك.", "لا تذكر المقاطع ذلك: NOT_FOUND", "В отрывках этого нет. NOT_FOUND",
    ],
)  # fmt: skip
def test_sentinel_is_recognised(text):
    assert not_found(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "بلغ الإنتاج ٢٫٤ مليون طن [1].", "The missing plane was not found [1].", "Не найдено [2].",
        "استقال الوزير [1]. NOT_FOUND", "ПО [1] NOT_FOUND",
    ],
)  # fmt: skip
def test_an_answer_is_not_taken_for_the_sentinel(text):
    assert not not_found(text)


def _user(made):
    return build_messages(made, fit(made, count_words, PLENTY))[1]["content"]


def _cost(made, budget):
    messages = build_messages(made, fit(made, count_words, budget), "0" * 16)
    passages = messages[1]["content"].rsplit("<question", 1)[0]
    return len(passages.split())
