"""Short runs of the index's fault harness, and that it sees what it looks for."""

import shutil

import pytest

from eval.reliability import faults_disk, faults_files, faults_sync, inspection
from eval.reliability.hashed import HashedEmbedder
from rag.indexing.sync import sync
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest


@pytest.fixture(autouse=True)
def small(monkeypatch):
    for module in (faults_sync, faults_files, faults_disk):
        monkeypatch.setattr(module, "_ARTICLES", 4)
    monkeypatch.setattr(faults_files, "_QUERIES", 2)


def test_killed_syncs_leave_whole_indexes(tmp_path):
    outcome = faults_sync.run(tmp_path / "work", rounds=4, seed=3)
    assert outcome.holds, outcome.details
    assert outcome.tried == 4


def test_damaged_files_are_told(tmp_path):
    outcome = faults_files.run(tmp_path / "work", rounds=1, seed=3)
    assert outcome.holds, outcome.details
    assert outcome.tried >= 60


def test_a_full_disk_and_missing_permissions_cost_the_sync_alone(tmp_path):
    outcome = faults_disk.run(tmp_path / "work", rounds=1, seed=3)
    assert outcome.holds, outcome.details
    assert outcome.tried >= 18


def test_the_harness_sees_a_sync_that_loses_an_article(tmp_path, monkeypatch):
    """Else a harness that finds nothing would say nothing."""
    harness = faults_sync._Harness(tmp_path / "work", 3)
    wanted = harness._corpus.state()
    harness._judge("x", dict(list(wanted.items())[1:]), wanted, wanted | {"other": "digest"})
    assert harness.tally.lost == 1
    harness._judge("x", wanted | {"strange": "digest"}, wanted, wanted | {"other": "digest"})
    assert harness.tally.half == 1


def test_the_harness_sees_damage_that_nothing_tells_of(tmp_path, monkeypatch):
    monkeypatch.setattr("rag.store.local.verify_files", lambda *_, **__: None)
    harness = faults_files._Harness(tmp_path / "work", 3)
    harness._before = [*harness._before[1:], *harness._before[:1]]
    harness._judge("nothing harmed")
    assert harness.wrong == 1


def test_what_is_left_over_is_seen(settings):
    embedder = HashedEmbedder()
    sync(settings, embedder)
    assert inspection.leftovers(settings.index) == []
    folder = read_manifest(settings.index).folder(settings.index)
    shutil.copytree(folder, folder.with_name("000009"))
    (settings.index / "manifest.json.new").write_text("{")
    assert inspection.leftovers(settings.index) == ["manifest.json.new", "000009"]


def test_an_article_that_is_not_found_is_seen(settings, monkeypatch):
    embedder = HashedEmbedder()
    sync(settings, embedder)
    store = LocalStore.open(settings.index, embedder)
    articles = {article.id: article for article in store.articles()}
    store.close()
    assert inspection.faults_in(settings.index, embedder, articles) == []
    monkeypatch.setattr(LocalStore, "search", lambda *_: [])
    assert len(inspection.faults_in(settings.index, embedder, articles)) == 2 * len(articles)
