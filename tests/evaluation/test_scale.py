"""The scale benchmark's made-up articles hold together, and an index of them grows in place."""

import json

import numpy as np
import pytest

from eval.scale.clock import Clock, Deadline, OutOfTimeError
from eval.scale.generate import BLOCK, Generator
from eval.scale.loading import Loader
from eval.scale.material import LANGUAGES, load
from eval.scale.probe import memory, windows
from eval.scale.recall import dense_recall, exact
from eval.scale.report import write_report
from rag.records import Filters
from rag.store.local import LocalStore

TEXTS = {
    "ar": "افتتح الوزير الجسر الجديد في المدينة. وقال إن كلفته عشرون مليونا.",
    "en": "The minister opened the new bridge. It cost twenty million crowns.",
    "ru": "Министр открыл новый мост. Он стоил двадцать миллионов крон.",
}


@pytest.fixture
def material(tmp_path, embedder):
    """Two sets with one question each, and a few passages of each language."""
    for name in ("arcd-train", "tydiqa-goldp-ar-dev", "others"):
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        languages = LANGUAGES if name == "others" else ["ar"]
        rows = [
            {"id": f"{language}{n}", "title": f"{n}", "text": TEXTS[language] * (1 + n % 3), "lang": language}
            for language in languages
            for n in range(8)
        ]  # fmt: skip
        (folder / "passages.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
        asked = {"question": "من افتتح الجسر؟", "passage_id": "ar0"}
        (folder / "questions.jsonl").write_text(json.dumps(asked), "utf-8")
    return load(tmp_path / "data", tmp_path / "work", embedder, 40)


def test_questions_name_articles_that_are_there_and_are_not_made_up_from(material):
    ids = {article.id for article in material.answering.articles}
    assert {question.article for question in material.questions} <= ids
    assert len(ids) == 16
    assert {a.id.split(":")[0] for a in material.sample.articles} == {"others"}


def test_a_block_is_the_same_each_time_and_holds_together(material):
    first, again = (Generator(material, 1000).block(3) for _ in range(2))
    assert [one.article for one in first] == [one.article for one in again]
    assert len(first) == BLOCK
    for one, other in zip(first, again, strict=True):
        for chunk, rows, same in zip(one.chunks, one.vectors, other.vectors, strict=True):
            assert one.article.text[chunk.start : chunk.end] == chunk.text
            assert len(rows) == 1 + len(chunk.sentences)
            assert np.array_equal(rows, same)
            assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    shares = {lang: sum(o.article.language == lang for o in first) / BLOCK for lang in LANGUAGES}
    assert shares == pytest.approx(LANGUAGES)


def test_an_index_grows_in_place_and_filters_leave_the_share_they_name(
    material, embedder, tmp_path
):
    loader = Loader(
        tmp_path / "index", material, Generator(material, 1000), embedder, Deadline(None)
    )
    assert loader.grow(500)["counts"]["chunks"] >= 500
    grown = loader.grow(1000)["counts"]
    assert grown["chunks"] >= 1000
    assert grown["articles"] == 16 + BLOCK * 2
    assert 0 < grown["stories"] <= grown["articles"]  # signed, as a sync does
    assert loader.add_few(900).keys() == {"check", "open", "write", "finish"}
    store = LocalStore.open(tmp_path / "index", embedder)
    assert store.manifest.counts["articles"] == grown["articles"] + 100
    within = len(store._allowed(windows()["10 %"])) / len(store._allowed(Filters()))
    assert within == pytest.approx(0.1, abs=0.05)
    store.close()


def test_a_run_out_of_time_keeps_what_it_added_and_goes_on(material, embedder, tmp_path):
    made = Generator(material, 1000)
    with pytest.raises(OutOfTimeError):
        Loader(tmp_path / "index", material, made, embedder, Deadline(0)).grow(1000)
    told = Loader(tmp_path / "index", material, made, embedder, Deadline()).grow(1000)
    assert 0 < told["added"] < told["counts"]["chunks"] - BLOCK
    assert told["counts"]["articles"] == 16 + BLOCK * 2


def test_recall_is_of_the_ten_that_a_scan_finds(material, embedder, tmp_path):
    Loader(tmp_path / "index", material, Generator(material, 500), embedder, Deadline()).grow(500)
    store = LocalStore.open(tmp_path / "index", embedder)
    dense = store._dense
    queries = dense.chunks.rows([3, 40]).astype(np.float32)
    for group in dense.layout.groups(None):
        places = group.chunks[:30]
        scores = queries @ dense.chunks.rows(places).astype(np.float32).T
        found = exact(dense.chunks, places, queries)
        told = np.take_along_axis(scores, np.searchsorted(places, found), axis=1)
        assert told == pytest.approx(-np.sort(-scores, axis=1)[:, :10], abs=1e-6)
    assert dense_recall(dense, queries, None)["mean"] == 1.0
    store.close()


def test_clocks_add_up_and_parts_are_taken_out():
    clock = Clock()
    for _ in range(2):
        with clock.on("whole"), clock.on("part"):
            sum(range(100_000))
    whole = clock.seconds["whole"][0]
    clock.take("whole", "part")
    assert clock.seconds["whole"][0] == pytest.approx(whole - clock.seconds["part"][0])
    assert clock.seconds["whole"][0] >= 0


def test_memory_tells_own_pages_from_those_of_files():
    told = memory()
    assert told["RssAnon"] > 0
    assert told["RssAnon"] + told["RssFile"] <= told["VmRSS"] + 1


def test_a_report_leaves_out_what_is_not_measured(tmp_path):
    part = {"opened_s": 1.5, "first_answer_s": 2.5, "first_answer_cpu_s": 2.0}
    grown = {"seconds": {"write": [2.0, 1.0]}, "added": 1000}
    found = {"sizes": {"1000": {"grown": grown, "probe": part}, "9000": {"grown": grown}}}
    write_report(found, tmp_path)
    text = (tmp_path / "scale.md").read_text("utf-8")
    assert "| 1,000 | 1000 | 0.0 |  |  | 1.5 | 2.5 (2.0) |  |" in text
    assert "9,000" not in text
    assert "Taking articles in" not in text


def test_a_report_has_every_part_that_was_measured(tmp_path):
    three = {"p50": 1.0, "p95": 2.0, "p99": 3.0}
    step = {"wall": three, "cpu": three}
    steps = dict.fromkeys(("all", "embed", "store"), step)
    legs = dict.fromkeys(("dense", "lexical"), step)
    probe = {
        "opened_s": 1.5, "first_answer_s": 2.5, "first_answer_cpu_s": 2.0,
        "one": steps, "eight": {"all": three, "per_s": 7.0, "cpu_ms": 30.0}, "legs": legs,
        "memory": {"VmRSS": 900.0, "RssAnon": 600.0, "RssFile": 300.0},
        "filters": {"1 %": steps | legs | {"filter": step}},
        "quality": {"ndcg": 0.9, "hit": 0.95, "questions": 200.0},
        "recall": {"none": {"ar": 0.97, "mean": 0.97}, "1 %": {"ar": 1.0, "mean": 1.0}},
    }  # fmt: skip
    size = {
        "grown": {"seconds": {"write": [2.0, 1.0], "finish": [3.0, 2.5]}, "added": 1000},
        "probe": probe, "flat": step | {"mb": 1.5}, "added": {"write": [1.0, 0.5], "finish": [2.0, 1.0]},
        "parts": {"rows.sqlite": 12.0, "lexical": 3.0},
    }  # fmt: skip
    spent = {key: [2.0, 1.0] for key in ("read", "embed chunks", "embed sentences")}
    found = {
        "machine": {"date": "2026-01-01", "sizes": "1000", "cores": 2, "load": 0.5},
        "notes": ["The search at 1,000 was measured twice."],
        "limits": {"read_gb_s": 10.0, "float32_flops": 9e10, "bfloat16_flops": 3e11},
        "ingest": {
            "articles": 60, "chunks": 100, "sentences": 400, "tokens": [9000, 8000], "seconds": spent,
            "flops": [4e11, 4e11],
            "plain": {"chunks": 80.0, "tokens": 9000.0, "split": 0.1, "embed": 7.8, "write": 0.1},
        },
        "precision": {"a": {"float32": 0.9, "bfloat16": 0.899}},
        "sizes": {"1000": size, "10000": size},
    }  # fmt: skip
    write_report(found, tmp_path)
    text = (tmp_path / "scale.md").read_text("utf-8")
    assert "when it began.\n\nThe search at 1,000 was measured twice.\n" in text
    assert "5.0 times the plain stack" in text  # 100 chunks in 2 s against 80 in 8
    assert "3.3 times where it embeds each sentence too" in text
    assert "| 1,000 | 1000 | 2.5 | 15 | 900 = 600 + 300 | 1.5 | 2.5 (2.0) | 3.0 (1.5) |" in text
    assert "embedding ran at 400, 133% of the latter" in text
    assert "| 1,000 | 1 % | 1.000 | 1.0 | 2.0 | 3.0 | 1.0 | 2.0 | 3.0 | 1.0 | 1.0 | 1.0 |" in text
    assert "-0.0010" in text
    assert "<svg" in (tmp_path / "scale.svg").read_text("utf-8")
