import json

import pytest

from eval.benchmark import DEPTH, benchmark
from eval.benchmark_report import render_benchmark, write_benchmark
from eval.sets import open_set, write_corpus
from rag.errors import UsageError


def question(number, lang, text, **more):
    base = {
        "id": f"{lang}-{number}",
        "question": text,
        "lang": lang,
        "answers": [],
        "passage_id": None,
    }
    return {**base, "answerable": True, **more}


PASSAGES = [
    {"id": "dam", "title": "ت", "text": "نص ٣", "lang": "ar", "para": "0"},
    {"id": "fair", "title": "", "text": "text", "lang": "ar", "para": "1"},
    {"id": "мост", "title": "", "text": "мост", "lang": "ru", "para": "0"},
]
ASKED = [
    question(
        0, "ar", "كم؟", answers=[{"text": "15 مليون", "start": 1}], passage_id="dam", para="0"
    ),
    question(1, "ar", "من؟", answers=[{"text": "Oran", "start": 1}], passage_id="fair", para="1"),
    question(2, "ar", "لماذا؟", answerable=False),
    question(
        0, "ru", "Сколько?", answers=[{"text": "2,5", "start": 1}], passage_id="мост", para="0"
    ),
]


@pytest.fixture
def make_set(tmp_path):
    def make(questions=ASKED, passages=PASSAGES, name="toy"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for file, rows in (("questions", questions), ("passages", passages)):
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{file}.jsonl").write_text(lines, "utf-8")
        return folder

    return make


@pytest.fixture
def assistant(kit):
    fair = "The fair opened in Oran."
    return kit.assistant(
        {
            "كم؟": kit.reply(
                "answered", "x", kit.cite("fair", fair), kit.cite("dam", kit.cost_quote, 2)
            ),
            "من؟": kit.reply("answered", "x", kit.cite("fair", fair)),
            "لماذا؟": kit.reply("not_found", "لا"),
            "Сколько?": RuntimeError("boom"),
        },
        {
            "كم؟": [kit.whole("fair"), kit.whole("dam", 2)],
            "من؟": [kit.whole("fair")],
            "Сколько?": [kit.whole("dam"), kit.whole("мост", 2)],
        },
    )


def by_key(report):
    return {(line.pair, line.part): line for line in report.lines}


def test_figures_of_each_pair_and_of_the_answers(make_set, assistant, use_product):
    use_product(assistant)
    said = []
    lines = by_key(benchmark([make_set()], None, said.append))
    assert set(lines) == {
        ("ar", "whole"), ("ar", "answers"), ("ru→ar", "whole"),
        ("ru", "whole"), ("ru", "answers"), ("ar→ru", "whole"),
    }  # fmt: skip
    arabic = lines["ar", "whole"]
    assert arabic.figures["R@1"].value == 0.5
    assert arabic.figures["MRR@10"].value == 0.75
    assert (arabic.passages, arabic.left_out) == (2, 1)
    assert lines["ru→ar", "whole"].figures["R@1"].value == 1
    assert (
        lines["ar→ru", "whole"].left_out == 2
    )  # paragraph 1 has no Russian passage; one has no answer
    answers = lines["ar", "answers"].figures
    assert answers["first citation"].value == 0.5
    assert answers["all citations"].value == 1
    assert answers["refused"].value == 1
    assert lines["ru", "answers"].figures["all citations"].value == 0
    assert any("boom" in line for line in said)


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


def test_search_is_deep_enough_for_ten_long_passages(make_set, assistant, use_product):
    asked = []
    assistant.search = lambda question, k: asked.append(k) or []
    use_product(assistant)
    lines = by_key(benchmark([make_set()], None, lambda line: None))
    assert set(asked) == {DEPTH}
    assert lines["ar", "whole"].figures["R@10"].value == 0


def test_a_set_without_gold_answers_has_no_answer_figures(make_set, assistant, use_product):
    use_product(assistant)
    asked = [{**q, "answers": []} for q in ASKED]
    lines = by_key(benchmark([make_set(asked)], None, lambda line: None))
    assert {part for _, part in lines} == {"whole"}


def test_the_corpus_written_is_the_languages_passages(make_set, tmp_path):
    public = open_set(make_set())
    target = tmp_path / "out"
    target.mkdir()
    assert write_corpus(public, "ar", target) == 2
    rows = [
        json.loads(line) for line in (target / "passages.jsonl").read_text("utf-8").splitlines()
    ]
    assert rows[0] == {"id": "dam", "title": "ت", "text": "نص ٣", "language": "ar"}


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


def test_published_figures_stand_beside_the_same_set_and_pair_only(
    make_set, assistant, use_product, tmp_path
):
    use_product(assistant)
    report = benchmark([make_set()], None, lambda line: None)
    rows = [
        {
            "set": name,
            "pair": "ar",
            "figure": "R@1",
            "value": 0.123,
            "system": system,
            "source": "them",
        }
        for name, system in (("toy", "shown-model"), ("other", "hidden-model"))
    ]
    published = tmp_path / "published.json"
    published.write_text(json.dumps({"figures": rows}))
    text = render_benchmark(report, published)
    assert "shown-model" in text
    assert "0.123" in text
    assert "hidden-model" not in text
    assert "ru→ar" in text


def test_the_shipped_published_figures_fit_their_table(make_set, assistant, use_product):
    use_product(assistant)
    text = render_benchmark(benchmark([make_set(name="xquad")], None, lambda line: None))
    assert "XQuADRetrieval" in text
    assert "bge-m3" in text


def test_the_report_is_written_with_intervals(make_set, assistant, use_product, tmp_path):
    use_product(assistant)
    write_benchmark(benchmark([make_set()], 1, lambda line: None), tmp_path / "b.json")
    data = json.loads((tmp_path / "b.json").read_text("utf-8"))
    assert data["model"]["name"] == "fake"
    assert {"value", "low", "high", "n", "step"} == set(data["lines"][0]["figures"]["R@1"])
