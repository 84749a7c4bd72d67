import shutil

import pytest

from eval.benchmark import benchmark
from eval.benchmark_records import ANSWERS, LEADING, LEGS, WHOLE, Options
from eval.searching import DEPTH, leg_ranking
from eval.sets import open_set, pool
from rag.errors import UsageError
from rag.records import Article, Chunk
from rag.store import ScoredChunk
from tests.evaluation.toy_set import ASKED, PASSAGES, question


def by_key(report):
    return {(line.set, line.pair, line.part): line for line in report.lines}


def measured(folders, *, warn=lambda line: None, **options):
    return benchmark(folders, Options(**options), warn)


def test_every_pair_has_a_line_for_the_whole_and_for_each_leg(make_set, model):
    report = measured([make_set()])
    lines = by_key(report)
    pairs = {"ar", "ru→ar", "ru", "ar→ru"}
    assert {key[1:] for key in lines} == {
        *((pair, part) for pair in pairs for part in (WHOLE, *LEGS)),
        ("ar", ANSWERS),
        ("ru", ANSWERS),
    }
    arabic = lines["toy", "ar", WHOLE]
    assert (arabic.passages, arabic.left_out) == (2, 1)  # one question has no answer
    assert lines["toy", "ar→ru", WHOLE].left_out == 2  # paragraph 1 has no Russian passage
    assert lines["toy", "ru", WHOLE].figures["R@1"].value == 1  # the only passage there is
    assert report.model == {"name": "fake", "fingerprint": model.fingerprint}


def test_the_lead_is_the_whole_less_the_leg_question_by_question(make_set, model):
    lines = by_key(measured([make_set()], answers=False))
    whole = lines["toy", "ar", WHOLE].figures[LEADING].value
    assert lines["toy", "ar", WHOLE].lead is None
    for leg in LEGS:
        line = lines["toy", "ar", leg]
        assert line.lead.before == pytest.approx(line.figures[LEADING].value)
        assert line.lead.after == pytest.approx(whole)


def test_answers_are_judged_by_the_sets_own(make_set, model, monkeypatch):
    monkeypatch.setenv("SHAWAHID_ANSWER_THRESHOLD", "0")
    answers = by_key(measured([make_set()]))["toy", "ar", ANSWERS].figures
    assert answers["all citations"].n == 2
    assert answers["refused"].n == 1
    assert answers["answered"].value == 1


def test_only_the_pairs_wanted_are_searched(make_set, model):
    report = measured([make_set()], pairs=frozenset({("ru", "ar")}))
    assert {line.pair for line in report.lines} == {"ru→ar"}
    assert [(i.language, i.searches) for i in report.indexes] == [("ar", 1)]


def test_a_crash_is_a_miss_and_told(make_set, model, monkeypatch):
    monkeypatch.setattr(
        "eval.searching.Searcher.articles", lambda self, question: {}["no such part"]
    )
    said = []
    monkeypatch.setattr("eval.searching.Searcher.ask", lambda self, question: 1 / 0)
    lines = by_key(measured([make_set()], warn=said.append, pairs=frozenset({("ru", "ru")})))
    assert lines["toy", "ru", WHOLE].figures["R@10"].value == 0
    assert lines["toy", "ru", ANSWERS].figures["answered"].value == 0
    assert any("KeyError" in line for line in said)
    assert any("ZeroDivisionError" in line for line in said)


def test_what_was_embedded_is_not_embedded_again(make_set, model, tmp_path):
    work = tmp_path / "work"
    first = by_key(measured([make_set()], work=work))
    assert model.embedded
    model.embedded.clear()
    again = by_key(measured([make_set()], work=work))
    assert model.embedded == []
    assert {k: v.figures for k, v in first.items()} == {k: v.figures for k, v in again.items()}
    shutil.rmtree(work / "toy")  # the vectors outlive an index
    measured([make_set()], work=work)
    assert model.embedded == []


def test_a_set_that_names_no_passages_is_passed_over_and_told(make_set, model):
    asked = [question(0, "ar", "كم؟")]
    report = measured([make_set(asked)])
    assert report.lines == ()
    assert any("no question names a passage in 'ar'" in note for note in report.notes)


OTHER = [{"id": "other", "title": "", "text": "السد بعيد عن المدينة.", "lang": "ar"}]
OTHER_ASKED = [question(9, "ar", "أين السد؟", passage_id="other")]


def test_a_pool_holds_the_passages_of_all_sets_with_lines_for_each(make_set, model):
    sets = [make_set(), make_set(OTHER_ASKED, OTHER, "far")]
    lines = by_key(measured(sets, pools=("ar",), answers=False))
    assert lines["pool", "ar", WHOLE].passages == 3
    assert lines["pool", "ar", WHOLE].figures["R@10"].n == 3
    assert lines["far, in the pool", "ar", WHOLE].figures["R@10"].n == 1
    assert lines["toy, in the pool", "ar", WHOLE].left_out == 1


def test_a_set_with_the_same_questions_stays_out_of_the_pool(make_set):
    cut = [{**row, "id": f"{row['id']}-0"} for row in PASSAGES]
    sets = [make_set(), make_set(ASKED, cut, "cut"), make_set(OTHER_ASKED, OTHER, "far")]
    pooled = pool([open_set(folder) for folder in sets], "ar")
    assert [member.name for member in pooled.members] == ["toy", "far"]
    assert pooled.left_out == ("cut",)


def test_a_pool_needs_two_sets_and_one_name_for_each_passage(make_set, model):
    with pytest.raises(UsageError, match="1 of the sets given can be pooled in 'ar'"):
        measured([make_set()], pools=("ar",))
    same = [{**OTHER[0], "id": "dam"}]
    sets = [make_set(), make_set([question(9, "ar", "؟؟", passage_id="dam")], same, "far")]
    with pytest.raises(UsageError, match="two passages have the id 'dam'"):
        measured(sets, pools=("ar",), answers=False)


def test_a_leg_ranks_by_its_own_score_alone():
    def scored(name, dense, sentences, lexical):
        article = Article(name, "text")
        chunk = Chunk(name, 0, 4, "text", ())
        return ScoredChunk(chunk, article, (), dense, sentences, lexical)

    found = [
        scored("a", 0.9, (0.1,), 0.0),
        scored("b", 0.5, (0.7, 0.2), 3.0),
        scored("c", 0.1, (0.4,), 9.0),
    ]
    assert leg_ranking(found, "dense") == ["a", "b", "c"]
    assert leg_ranking(found, "sentence") == ["b", "c", "a"]
    assert leg_ranking(found, "lexical") == ["c", "b"]


def test_search_is_deep_enough_for_ten_long_passages(make_set, model, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "rag.answering.assistant.Assistant.search",
        lambda self, question, k: asked.append(k) or [],
    )
    lines = by_key(measured([make_set()], answers=False))
    assert set(asked) == {DEPTH}
    assert lines["toy", "ar", WHOLE].figures["R@10"].value == 0


def test_a_set_without_gold_answers_has_no_answer_figures(make_set, model):
    lines = by_key(measured([make_set([{**q, "answers": []} for q in ASKED])]))
    assert ANSWERS not in {part for _, _, part in lines}
