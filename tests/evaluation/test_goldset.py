import json
from collections import Counter
from pathlib import Path

import pytest

from eval.goldset import GoldsetError, load_goldset, occurrences, split_of
from eval.matching import fold, holds
from eval.run import QUESTIONS
from rag.indexing.readers import iter_files, read_file

CORPUS = Path(__file__).parents[2] / "corpus"
PINNED = ["held_out", "held_out", "dev"]


def test_good_questions_load_with_the_places_of_their_quotes(kit, gold):
    assert list(gold) == ["q-price", "q-length", "q-who"]
    (quotation,) = gold["q-price"].quotations
    ((start, end),) = quotation.spans
    assert kit.articles["dam"].text[start:end] == kit.cost_quote
    assert gold["q-who"].quotations == ()


def test_occurrences_overlap():
    assert occurrences("ababa", "aba") == ((0, 3), (2, 5))


ANSWERABLE, UNANSWERABLE = 0, 2


def _told(article, *wordings):
    return {"articles": [article], "wordings": list(wordings)}


@pytest.mark.parametrize(
    ("which", "change", "said"),
    [
        (ANSWERABLE, {"articles": []}, "articles empty"),
        (ANSWERABLE, {"quotes": [], "articles": []}, "articles, quotes empty"),
        (ANSWERABLE, {"must": []}, "must empty"),
        (ANSWERABLE, {"must": [[]]}, "an empty list in must"),
        (ANSWERABLE, {"must": [["16 مليون"]]}, "no quote states '16 مليون'"),
        (ANSWERABLE, {"must_not": ["15 مليون"]}, "stands in the question's own quote"),
        (ANSWERABLE, {"must_not": ["\u064b"]}, "empty once folded"),
        (ANSWERABLE, {"articles": ["dam", "fair"]}, "no quote from 'fair'"),
        (ANSWERABLE, {"articles": ["мост"]}, "which articles does not list"),
        (ANSWERABLE, {"articles": ["dam", "gone"]}, "there is no article 'gone'"),
        (
            ANSWERABLE,
            {"quotes": [{"article": "dam", "quote": "بلغت كلفة السد 15 مليون دينار."}]},
            "not to the letter in 'dam'",
        ),
        (UNANSWERABLE, {"articles": ["dam"]}, "unanswerable, but articles given"),
        (UNANSWERABLE, {"must": [["x"]]}, "unanswerable, but must given"),
        (UNANSWERABLE, {"accept_not_found": True}, "accept_not_found is for answerable"),
        (ANSWERABLE, {"expect": "not_found"}, "answerable is True, but expect is 'not_found'"),
        (UNANSWERABLE, {"expect": "answered"}, "answerable is False, but expect is 'answered'"),
        (ANSWERABLE, {"expect": "ambiguous"}, "events has fewer than two"),
        (ANSWERABLE, {"events": [_told("dam", "15 مليون")] * 2}, "events are for ambiguous"),
        (ANSWERABLE, {"disagree": [_told("dam", "15 مليون")]}, "disagree has one value"),
        (
            ANSWERABLE,
            {"disagree": [_told("dam", "15 مليون"), _told("dam", "16 مليون")]},
            "disagree: no quote from 'dam' states '16 مليون'",
        ),
        (
            ANSWERABLE,
            {"disagree": [_told("dam", "15 مليون"), _told("fair", "15 مليون")]},
            "disagree names 'fair', which articles does not list",
        ),
        (
            ANSWERABLE,
            {"expect": "ambiguous", "events": [_told("dam", "آذار"), _told("dam", "15 مليون")]},
            "events: no quote from 'dam' states 'آذار'",
        ),
    ],
)
def test_a_fault_names_its_question(kit, write_questions, which, change, said):
    question = {**kit.questions[which], **change}
    with pytest.raises(GoldsetError) as error:
        load_goldset(write_questions([question]), kit.articles.get)
    assert any(question["id"] in line and said in line for line in str(error.value).splitlines())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"must_nt": []}, "unknown field 'must_nt'"),
        ({"answerable": "yes"}, "answerable: "),
        ({"must": ["15"]}, "must.0"),
        ({"question": "  "}, "question: "),
        ({"expect": "refused"}, "expect: "),
        ({"time": "last year"}, "time: "),
        ({"history": [{"question": "Who?"}]}, "field 'history.0.answer' is missing"),
        ({"history": [{"question": " ", "answer": ""}]}, "history.0.question: "),
        ({"disagree": [{"articles": [], "wordings": ["15"]}]}, "disagree.0.articles: "),
        ({"events": [{"articles": ["dam"], "wordings": []}]}, "events.0.wordings: "),
    ],
)
def test_a_wrong_line_is_named_by_its_number(kit, write_questions, change, said):
    lines = [kit.questions[1], {**kit.questions[0], **change}]
    with pytest.raises(GoldsetError, match=r"line 2: .*" + said):
        load_goldset(write_questions(lines), kit.articles.get)


def test_every_field_but_two_is_required(kit, write_questions):
    for name in kit.questions[0]:
        question = {key: value for key, value in kit.questions[0].items() if key != name}
        with pytest.raises(GoldsetError, match=f"field '{name}' is missing"):
            load_goldset(write_questions([question]), kit.articles.get)


def test_all_faults_are_told_at_once(kit, write_questions):
    cost, length, _ = kit.questions
    bad = [{**cost, "must": []}, {**length, "id": "q-price", "articles": []}]
    with pytest.raises(GoldsetError) as error:
        load_goldset(write_questions(bad), kit.articles.get)
    text = str(error.value)
    assert "more than one line" in text
    assert "must empty" in text
    assert "articles empty" in text


@pytest.mark.parametrize("content", [b"", b"\n\n", b"not json\n", b'{"id": "\xff"}\n'])
def test_a_file_without_questions_is_refused(tmp_path, content):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(GoldsetError, match=r"questions\.jsonl"):
        load_goldset(path, {}.get)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(GoldsetError, match="--questions"):
        load_goldset(tmp_path / "none.jsonl", {}.get)


def test_a_line_separator_inside_a_string_does_not_split_the_line(kit, tmp_path):
    path = tmp_path / "questions.jsonl"
    question = {**kit.questions[2], "question": "Who?\u2028And when?"}
    path.write_text(json.dumps(question, ensure_ascii=False) + "\n", "utf-8")
    assert load_goldset(path, {}.get)[0].question.question == "Who?\u2028And when?"


def test_events_stand_in_for_facts(kit, write_questions):
    events = [_told("dam", "15 مليون"), _told("мост", "2,5")]
    question = {
        **kit.questions[0],
        "expect": "ambiguous",
        "must": [],
        "must_not": [],
        "articles": ["dam", "мост"],
        "quotes": [*kit.questions[0]["quotes"], *kit.questions[1]["quotes"]],
        "events": events,
    }
    (gold,) = load_goldset(write_questions([question]), kit.articles.get)
    assert gold.question.facts == (("15 مليون",), ("2,5",))


def test_a_history_is_what_the_product_takes(kit, write_questions):
    history = [{"question": "أين السد؟", "answer": ""}, {"question": "Кто был?", "answer": "Люди."}]
    question = {**kit.questions[0], "history": history}
    (gold,) = load_goldset(write_questions([question]), kit.articles.get)
    assert [(t.question, t.answer) for t in gold.question.turns] == [
        ("أين السد؟", ""),
        ("Кто был?", "Люди."),
    ]


def test_a_third_is_held_out_and_stays_so():
    splits = [split_of(f"ar-who-{n}") for n in range(3000)]
    assert 900 < splits.count("held_out") < 1100
    # Pinned: a question that changed sides would have been tuned on.
    assert [split_of(q) for q in ("ar-who-001", "en-when-001", "ru-no-003")] == PINNED


@pytest.fixture(scope="module")
def questions():
    return [gold.question for gold in load_goldset(QUESTIONS, _shipped_articles().get)]


class TestShipped:
    """The shipped questions and articles, as the set promises to be."""

    def test_sizes(self, questions):
        languages = Counter(q.language for q in questions)
        assert len(questions) >= 220
        assert min(languages[name] for name in ("ar", "en", "fr", "ru", "tr")) >= 25
        assert languages.most_common(1)[0][0] == "ar"
        assert sum(not q.answerable for q in questions) >= 45
        assert sum(q.time is not None for q in questions) >= 20
        assert sum(bool(q.history) for q in questions) >= 15
        assert sum(q.expect == "ambiguous" for q in questions) >= 10
        assert sum(bool(q.disagree) for q in questions) >= 8

    def test_every_kind_is_asked(self, questions):
        kinds = {"who", "when", "where", "how_many", "list", "why", "said", "yes_no", "compare"}
        assert kinds | {"what"} == {q.kind for q in questions}

    def test_every_question_says_what_it_expects(self, questions):
        assert all(q.expect for q in questions)

    def test_every_article_answers_something(self, questions):
        assert set(_shipped_articles()) == {a for q in questions for a in q.articles}

    def test_a_refusal_may_name_any_article_by_its_title(self, questions):
        titles = [fold(article.title) for article in _shipped_articles().values()]
        refusable = [q for q in questions if not q.answerable or q.accept_not_found]
        for question in refusable:
            for forbidden in question.must_not:
                assert not any(holds(title, forbidden) for title in titles), question.id

    def test_no_question_is_asked_twice(self, questions):
        asked = Counter((q.question, tuple(t.question for t in q.history)) for q in questions)
        assert asked.most_common(1)[0][1] == 1


def _shipped_articles():
    return {
        article.id: article
        for path in iter_files(CORPUS)
        for article in read_file(path, CORPUS).articles
    }
