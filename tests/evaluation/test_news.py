import json

import pytest

from eval import news, reader_news, reader_statements
from eval.goldset import load_goldset
from eval.train_reader import tensors
from rag.text.sentences import split_sentences

SETS = [*news.names(held=False), *news.names(held=True)]
ARTICLES = {
    "old": ("2019-05-04", "Mayor Anna Holt opened the bridge in Velden. It cost 12 million crowns."),
    "new": ("2021-06-08", "Mayor Lena Brandt opened the tunnel in Velden. It cost 40 million crowns."),
    "جسر": ("2020-07-09", "افتتح العمدة سامر حداد الجسر في أوران. حضر الحفل ٢٥٠ ضيفاً."),
}  # fmt: skip
QUESTIONS = [
    ("Who opened the bridge in Velden?", "old", "Mayor Anna Holt opened the bridge in Velden.", "Holt"),
    ("كم ضيفاً حضر حفل الجسر؟", "جسر", "حضر الحفل ٢٥٠ ضيفاً.", "250"),
    ("Who paid for the tunnel?", None, "", ""),
]  # fmt: skip


@pytest.fixture
def engine(tmp_path, monkeypatch, embedder):
    corpus = tmp_path / "news" / "toy" / "corpus"
    corpus.mkdir(parents=True)
    for identifier, (day, text) in ARTICLES.items():
        head = f"---\nid: {identifier}\ntitle: Report\npublished: {day}\n---\n"
        (corpus / f"{identifier}.md").write_text(head + text, "utf-8")
    rows = [
        {
            "id": f"q{n}", "question": question, "language": "en", "kind": "who", "answerable": bool(gold),
            "time": None, "articles": [gold] if gold else [], "must": [[fact]] if gold else [], "must_not": [],
            "quotes": [{"article": gold, "quote": quote}] if gold else [],
        }
        for n, (question, gold, quote, fact) in enumerate(QUESTIONS)
    ]  # fmt: skip
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (corpus.parent / "questions.jsonl").write_text(lines, "utf-8")
    monkeypatch.setattr(news, "FOLDER", tmp_path / "news")
    engine = news.open_engine("toy", tmp_path, embedder)
    yield engine
    engine.store.close()


@pytest.mark.parametrize("name", SETS)
def test_every_question_of_the_sets_has_gold_that_its_articles_hold(name):
    known = news.set_articles(name)
    gold = load_goldset(news.FOLDER / name / "questions.jsonl", known.get)
    assert all(article.published for article in known.values())
    assert {g.question.language for g in gold} == {"ar", "en", "ru", "fr", "tr"}
    assert all(quotation.spans for g in gold for quotation in g.quotations)


def test_what_follows_the_reader_is_fitted_on_sets_that_it_never_sees():
    assert set(news.names(held=True)) == set(news.HELD)
    assert not set(news.names(held=False)) & set(news.HELD)


def test_ranking_and_evidence_are_fitted_on_sets_of_their_own():
    kept = {*news.HELD, *news.LATER}
    assert set(SETS) >= kept
    assert set(news.fitted_names()) == set(SETS) - kept


@pytest.mark.parametrize("name", SETS)
def test_every_statement_is_about_a_sentence_that_stands_in_its_article(name):
    articles = news.set_articles(name)
    cases = news.load_statements(name)
    for case in cases:
        text = articles[case.article].text
        assert case.quote in {text[s:e].strip() for s, e in split_sentences(text)}
    assert len({case.statement for case in cases}) == len(cases)
    for faithful in (True, False):
        assert {case.language for case in cases if case.faithful == faithful} >= {"ar", "en", "ru", "fr"}  # fmt: skip


def test_a_question_is_searched_with_its_articles_and_without(engine):
    found = list(news.searched("toy", engine, removing=True))
    assert [(one.gold.question.id, one.removed) for one in found] == [
        ("q0", False), ("q0", True), ("q1", False), ("q1", True), ("q2", False),
    ]  # fmt: skip
    assert [one.answerable for one in found] == [True, False, True, False, False]
    for one in found:
        told = {passage.article.id for passage, _ in one.found.fitting}
        gold = set(one.gold.question.articles)
        assert gold.isdisjoint(told) if one.removed else gold <= told


def test_the_sentence_quoted_answers_and_its_neighbours_do_not(engine):
    one = next(news.searched("toy", engine))
    labels = {
        w.passage.article.text[w.start : w.end]: one.holds(w.passage.article.id, w.start, w.end)
        for w in one.weighed()
    }
    assert [text for text, answers in labels.items() if answers] == [QUESTIONS[0][2]]
    assert len(labels) > 1


def test_the_reader_learns_the_words_that_answer_and_the_passages_that_do_not(
    engine, embedder, tmp_path
):
    first, second, *none = reader_news.news_examples(tmp_path, embedder)
    assert [first.text[s:e] for s, e in first.spans] == ["Holt"]
    assert [second.text[s:e] for s, e in second.spans] == ["٢٥٠"]
    assert {text for _, text in first.negatives} == {ARTICLES["new"][1], ARTICLES["جسر"][1]}
    assert none
    assert all(example.question == QUESTIONS[2][0] and not example.spans for example in none)


def test_a_statement_is_answered_by_the_first_word_of_its_sentence_or_by_none(engine):
    row = {
        "article": "old", "quote": "Mayor Anna Holt opened the bridge in Velden.",
        "faithful": [["en", "same", "Holt unveiled Velden's bridge."]],
        "altered": [["en", "name", "Brandt opened Velden's bridge."]],
    }  # fmt: skip
    (news.FOLDER / "toy" / news.STATEMENTS).write_text(json.dumps(row), "utf-8")
    right, wrong = reader_statements.statement_examples()
    assert [right.text[s:e] for s, e in right.spans] == ["Mayor"]
    assert right.negatives == [("2019-05-04 Report", "It cost 12 million crowns.")]
    assert (wrong.spans, wrong.negatives, wrong.title) == ([], [], "2019-05-04 Report")


def test_each_answer_of_a_row_has_its_share_and_none_is_the_first_token():
    from eval.train_reader import Row

    both = Row([7, 7], [5, 5, 5], [(0, 0), (1, 2)])
    *_, starts, ends = tensors([both, Row([7], [5, 5], [])])
    assert starts[0].tolist() == [0, 0, 0, 0, 0.5, 0.5, 0, 0]
    assert ends[0].tolist() == [0, 0, 0, 0, 0.5, 0, 0.5, 0]
    assert starts[1].tolist()[0] == ends[1].tolist()[0] == 1
