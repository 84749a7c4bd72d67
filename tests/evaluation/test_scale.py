"""The scale benchmark's made-up articles hold together, and an index of them grows in place."""

import json

import numpy as np
import pytest

from eval.scale.generate import BLOCK, Generator
from eval.scale.loading import Loader
from eval.scale.material import LANGUAGES, load
from eval.scale.probe import _windows
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
    loader = Loader(tmp_path / "index", material, Generator(material, 1000), embedder)
    assert loader.grow(500)["counts"]["chunks"] >= 500
    grown = loader.grow(1000)["counts"]
    assert grown["chunks"] >= 1000
    assert grown["articles"] == 16 + BLOCK * 2
    assert loader.add_few(900) > 0
    store = LocalStore.open(tmp_path / "index", embedder)
    assert store.manifest.counts["articles"] == grown["articles"] + 100
    within = len(store._allowed(_windows()["10 %"])) / len(store._allowed(Filters()))
    assert within == pytest.approx(0.1, abs=0.05)
    store.close()
