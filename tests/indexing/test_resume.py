"""A first index, or a change, killed anywhere: nothing is lost, and the next run ends as an undisturbed one."""

import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import IndexDamagedError
from rag.indexing.adding import Adder
from rag.indexing.sync import sync
from rag.records import Filters
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest

# Embeds each article on its own, keeps a checkpoint after each, and dies at the nth call of a function.
KILLED = """
import os, sys
sys.path.insert(0, {tests!r})
from importlib import import_module
from pathlib import Path
from conftest import FakeEmbedder
import rag.indexing.adding, rag.store.building
from rag.indexing.sync import sync
from rag.settings import Settings

rag.indexing.adding.BATCH_TEXTS = 1
rag.store.building.CHECKPOINT_S = 0.0
left = {calls}
module, owner, name = {where!r}.split(" ")
owner = getattr(import_module(module), owner)
true = getattr(owner, name)

def dying(*arguments, **options):
    global left
    left -= 1
    if not left and not {after}:
        os._exit(9)
    found = true(*arguments, **options)
    if not left:
        os._exit(9)
    return found

setattr(owner, name, dying)
sync(Settings(corpus=Path({corpus!r}), index=Path({index!r}), chunk_tokens=40), FakeEmbedder())
"""


def killed(settings, where, calls, *, after=False):
    tests = str(Path(__file__).parents[1])
    code = KILLED.format(
        tests=tests, calls=calls, where=where, after=after,
        corpus=str(settings.corpus), index=str(settings.index),
    )  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr


def content(settings, embedder):
    """All that can be found, without the numbers under which it is kept."""
    store = LocalStore.open(settings.index, embedder)
    vector = embedder.embed_queries(["جسر bridge порт"])[0]
    hits = store.search(vector, ["bridg", "جسر", "порт"], 100, Filters())
    rows = [(h.chunk.id, h.article, h.dense, h.sentences, h.mentions, h.story) for h in hits]
    legs = sorted(h.chunk.id for h in hits if h.lexical)  # BM25 counts deleted chunks for a while
    terms = len(store._lexical.search(["bridg", "جسر", "порт"], 100))
    found = (
        terms,
        sorted(rows, key=lambda row: row[0]),
        legs,
        store.manifest.counts,
        store.stories(),
    )
    store.close()
    return found


def write_more(corpus):
    for number in range(6):
        text = f"Ferry {number} of Velden carried {number + 20} cars over the bridge on Monday.\n"
        (corpus / f"ferry-{number}.txt").write_text(f"Ferry number {number}\n\n{text}", "utf-8")


POINTS = [
    ("conftest FakeEmbedder embed_passages", 4, False),
    ("rag.store.segments State write", 5, True),
    ("rag.store.lexical LexicalWriter commit", 3, True),
    ("rag.store.rows Rows commit", 3, False),
    ("rag.store.rows Rows commit", 3, True),
    ("rag.store.rows Rows counts", 1, False),
    ("rag.store.passages PassageFiles finish", 1, True),
]


@pytest.mark.parametrize(("where", "calls", "after"), POINTS)
def test_a_killed_first_run_is_gone_on_with(settings, embedder, tmp_path, where, calls, after):
    write_more(settings.corpus)
    killed(settings, where, calls, after=after)
    summary = sync(settings, embedder)
    assert 0 < summary.unchanged <= 9  # what was kept is not done again
    fresh = settings.model_copy(update={"index": tmp_path / "fresh"})
    sync(fresh, embedder)
    assert content(settings, embedder) == content(fresh, embedder)
    generations = list((settings.index / "generations").iterdir())
    assert [path.name for path in generations] == [read_manifest(settings.index).generation]


@pytest.mark.parametrize(
    "where", ["rag.store.lexical LexicalWriter commit", "rag.store.rows Rows commit"]
)
def test_a_killed_change_leaves_the_old_index_and_is_gone_on_with(
    settings, embedder, tmp_path, where
):
    sync(settings, embedder)
    before = content(settings, embedder)
    write_more(settings.corpus)
    path = settings.corpus / "bridge-2019.md"
    path.write_text(path.read_text("utf-8").replace("12 million", "13 million"), "utf-8")
    (settings.corpus / "harbour-ru.md").unlink()
    killed(settings, where, 3, after=True)
    assert content(settings, embedder) == before
    sync(settings, embedder)
    fresh = settings.model_copy(update={"index": tmp_path / "fresh"})
    sync(fresh, embedder)
    assert content(settings, embedder) == content(fresh, embedder)


def test_another_model_does_not_go_on_with_what_is_left(settings, embedder, make_embedder):
    write_more(settings.corpus)
    killed(settings, "conftest FakeEmbedder embed_passages", 4)
    summary = sync(settings, make_embedder("other"))
    assert (summary.added, summary.unchanged) == (9, 0)
    assert len(list((settings.index / "generations").iterdir())) == 1


@pytest.mark.parametrize("name", ["segments/state.json", "rows.sqlite", "lexical/meta.json"])
def test_what_is_left_and_damaged_is_begun_anew(settings, embedder, name):
    write_more(settings.corpus)
    killed(settings, "conftest FakeEmbedder embed_passages", 4)
    (left,) = (settings.index / "generations").iterdir()
    (left / name).write_bytes(b"\0" * 200)
    with pytest.raises(IndexDamagedError):
        sync(settings, embedder)
    assert sync(settings, embedder).added == 9
    assert len(content(settings, embedder)[1]) == 9


def test_no_more_than_a_batch_of_articles_is_held(settings, embedder, monkeypatch):
    write_more(settings.corpus)
    monkeypatch.setattr("rag.indexing.adding.BATCH_TEXTS", 1)
    calls, flush = [], Adder.flush

    def counted(self, progress):
        calls.append(len({key for key, *_ in self._batch}))
        flush(self, progress)

    monkeypatch.setattr(Adder, "flush", counted)
    sync(settings, embedder)
    assert max(calls) == 1
    assert len(calls) == 10
