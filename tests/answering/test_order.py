"""The order of results depends on what the articles say and are called, not on how the index came about."""

import json
import random

import pytest

from rag.answering.rank import Asked, Weights, fuse
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store.local import LocalStore

COPIES = {
    f"copy-{n:02}": "The ferry Calder sank off the northern coast. Nobody was hurt."
    for n in range(30)
}
OTHERS = {
    "جسر": "افتتح الجسر الثاني على نهر كورا في مدينة فلدن. عبرته ٢٠ سيارة.",
    "порт": "Порт Вельдена закрыли из-за шторма. Паром Calder остался в гавани.",
    "bridge": "The bridge over the Kora opened. The ferry sank the year before.",
}


def index(settings, embedder, articles, *orders):
    """Ids of chunks as ranked, after syncs of these articles in these orders."""
    for names in orders:
        lines = [{"id": n, "text": articles[n]} for n in names]
        for path in settings.corpus.iterdir():
            path.unlink()
        (settings.corpus / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
        sync(settings, embedder)
    store = LocalStore.open(settings.index, embedder)
    hits = store.search(
        embedder.embed_queries(["ferry Calder sank"])[0], ["ferri", "calder", "sank"], 10, Filters()
    )
    store.close()
    return [c.chunk.id for _, c in fuse(hits, Weights(0.5, 0.3, 0.2, 0.0, 0.0), Asked(5.0))]


@pytest.mark.parametrize("seed", [1, 2])
def test_ties_do_not_tell_how_the_index_came_about(settings, embedder, tmp_path, seed):
    articles, rng = COPIES | OTHERS, random.Random(seed)
    names = sorted(articles)
    mixed = rng.sample(names, len(names))
    fresh = index(settings, embedder, articles, names)
    other = settings.model_copy(update={"index": tmp_path / "other"})
    kept = index(other, embedder, articles, mixed[:9], mixed[5:], mixed)
    assert kept == fresh
    copies = [chunk for chunk in fresh if chunk.startswith("copy")]
    assert copies == sorted(copies)
    assert len(copies) == len(COPIES)  # what ties with the last candidate is one too


def test_the_same_question_is_answered_in_the_same_order_again(settings, embedder):
    names = sorted(COPIES | OTHERS)
    assert index(settings, embedder, COPIES | OTHERS, names) == index(
        settings, embedder, COPIES | OTHERS, names
    )
