import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from eval.benchmark import benchmark
from eval.benchmark_records import LEADING, Options
from eval.benchmark_report import render_benchmark, write_benchmark, write_page
from eval.figures import Change


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
