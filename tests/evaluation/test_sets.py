import json

import pytest

from eval.sets import open_set, write_corpus
from rag.errors import UsageError
from tests.evaluation.toy_set import ASKED, PASSAGES, question


def test_titles_that_are_asked_are_left_out_of_the_corpus(make_set, tmp_path):
    public = open_set(make_set([question(0, "ar", "ت", passage_id="dam")]))
    write_corpus(public, "ar", tmp_path / "out")
    first = json.loads((tmp_path / "out/passages.jsonl").read_text("utf-8").splitlines()[0])
    assert first["title"] == ""


def test_the_same_question_beats_the_same_paragraph(make_set):
    passages = [{**PASSAGES[0], "id": f"ar-{i}"} for i in range(3)]
    asked = [
        question(0, "ar", "كم؟", passage_id="ar-2", para="0", qid="q"),
        question(0, "ru", "Сколько?", passage_id="ru-2", para="0", qid="q"),
        question(1, "ru", "Где?", passage_id="ru-1", para="0", qid="r"),
    ]
    public = open_set(make_set(asked, passages))
    assert public.gold(public.questions[1], "ar") == {"ar-2"}
    assert public.gold(public.questions[2], "ar") == {"ar-0", "ar-1", "ar-2"}


def test_documents_are_paragraphs_too(make_set):
    passages = [{**row, "doc": row["para"], "para": None} for row in PASSAGES]
    for row in passages:
        del row["para"]
    public = open_set(make_set([question(0, "ru", "?", passage_id="мост", doc="0")], passages))
    assert public.gold(public.questions[0], "ar") == {"dam"}


def test_a_limit_draws_the_same_questions_again(make_set):
    asked = [question(i, lang, f"{i}?") for lang in ("ar", "ru") for i in range(50)]
    public = open_set(make_set(asked))
    arabic = [q.question for q in public.sample("ar", 5)]
    assert len(set(arabic)) == 5
    assert (
        arabic
        == [q.question for q in public.sample("ar", 5)]
        == [q.question for q in public.sample("ru", 5)]
    )
    assert len(public.sample("ar", 99)) == 50


def test_the_corpus_written_is_the_languages_passages(make_set, tmp_path):
    public = open_set(make_set())
    target = tmp_path / "out"
    target.mkdir()
    assert write_corpus(public, "ar", target) == 2
    rows = [
        json.loads(line) for line in (target / "passages.jsonl").read_text("utf-8").splitlines()
    ]
    assert rows[0] == {
        "id": "dam",
        "title": "ت",
        "text": "بلغت كلفة السد ١٥ مليون دينار.",
        "language": "ar",
    }


@pytest.mark.parametrize(
    ("questions", "passages", "said"),
    [
        ([], PASSAGES, "no questions"),
        (ASKED, [], "no passages"),
        ([{"id": "x"}], PASSAGES, "line 1 has no question, lang"),
        ([7], PASSAGES, "JSON lines"),
    ],
)
def test_what_is_no_set_is_refused(make_set, questions, passages, said):
    with pytest.raises(UsageError, match=said):
        open_set(make_set(questions, passages))


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"questions\.jsonl"):
        open_set(tmp_path / "none")
