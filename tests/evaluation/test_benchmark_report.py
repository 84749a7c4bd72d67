import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from eval.benchmark import benchmark
from eval.benchmark_records import LEADING, Options
from eval.benchmark_report import render_benchmark, write_benchmark, write_page
from eval.figures import Change


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
    {
        "id": "dam",
        "title": "ت",
        "text": "بلغت كلفة السد ١٥ مليون دينار.",
        "lang": "ar",
        "para": "0",
    },
    {
        "id": "fair",
        "title": "",
        "text": "The fair opened in Oran. قال الوزير ذلك.",
        "lang": "ar",
        "para": "1",
    },
    {
        "id": "мост",
        "title": "",
        "text": "Длина моста составила 2,5 километра.",
        "lang": "ru",
        "para": "0",
    },
]
ASKED = [
    question(
        0,
        "ar",
        "كم بلغت كلفة السد؟",
        answers=[{"text": "15 مليون", "start": 1}],
        passage_id="dam",
        para="0",
    ),
    question(1, "ar", "Oran؟", answers=[{"text": "Oran", "start": 1}], passage_id="fair", para="1"),
    question(2, "ar", "لماذا أغلق المطار؟", answerable=False),
    question(
        0,
        "ru",
        "Сколько составила длина моста?",
        answers=[{"text": "2,5", "start": 1}],
        passage_id="мост",
        para="0",
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
def model(monkeypatch, make_embedder):
    """The fake model in the product's place."""
    embedder = make_embedder()
    monkeypatch.setattr("eval.benchmark.open_model", lambda folder: embedder)
    return embedder


def published_rows(*names):
    row = {"pair": "ar", "figure": "R@1", "value": 0.123, "source": "them"}
    return [{**row, "set": name, "system": f"system of {name}"} for name in names]


@pytest.fixture
def report(make_set, model):
    return benchmark([make_set()], Options(), lambda line: None)


@pytest.fixture
def published(tmp_path):
    path = tmp_path / "published.json"
    near = [{"set": "nearby", "figure": "mAP", "value": 0.4, "system": "s", "source": "t"}]
    path.write_text(json.dumps({"figures": published_rows("toy", "other"), "near": near}))
    return path


def test_published_figures_stand_beside_the_same_set_and_pair_only(report, published):
    text = render_benchmark(report, published)
    assert "system of toy" in text
    assert "0.123" in text
    assert "system of other" not in text
    assert "nearby mAP" in text


def test_the_table_tells_whether_the_whole_is_behind_a_leg(report, published):
    lead = Change(0.8, 0.7, -0.15, 0.02)
    lines = [
        replace(r, lead=lead)
        if r.part == "dense"
        else replace(r, lead=r.lead and Change(0.5, 0.7, 0, 0.3))
        for r in report.lines
    ]
    text = render_benchmark(replace(report, lines=tuple(lines)), published)
    assert "no: dense +0.100" in " ".join(text.split())
    only = [r for r in lines if r.part != "dense"] + [
        replace(r, lead=Change(0.7, 0.7, 0, 0)) for r in lines if r.part == "dense"
    ]
    assert "no:" not in render_benchmark(replace(report, lines=tuple(only)), published)


def test_the_page_names_its_command_and_has_its_plot_beside_it(report, published, tmp_path):
    write_page(report, tmp_path / "b.md", ["python", "-m", "eval", "a b"], published)
    page, plot = (tmp_path / "b.md").read_text("utf-8"), (tmp_path / "b.svg").read_text("utf-8")
    assert report.created in page
    assert "python -m eval 'a b'" in page
    assert "![nDCG@10 of the whole and of each leg](b.svg)" in page
    assert "| toy ru→ar | 2 | 1 |" in page
    root = ElementTree.fromstring(plot)
    shown = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"toy ar", "toy ru→ar", "dense", "sentence", "lexical", "whole"} <= shown


def test_the_json_holds_every_line(report, tmp_path):
    write_benchmark(report, tmp_path / "b.json")
    data = json.loads((tmp_path / "b.json").read_text("utf-8"))
    assert len(data["lines"]) == len(report.lines)
    assert data["lines"][1]["lead"]["after"] == data["lines"][0]["figures"][LEADING]["value"]
