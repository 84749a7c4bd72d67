"""A followed folder: every change comes into the index, and nothing that goes wrong ends it."""

import json
import threading
import time

import pytest

from rag.errors import IndexForeignError
from rag.indexing.sync import sync
from rag.indexing.watch import follow
from rag.store.manifest import read_manifest, writing

NEW = "A headline\n\nSomething new happened in Velden today.\n"


@pytest.fixture
def followed(settings, embedder):
    """Reports of a running `follow`, and a way to wait for the next that meets a condition."""
    stop, reports = threading.Event(), []
    quick = settings.model_copy(update={"watch_quiet_s": 0.1, "sync_wait_s": 0.0})

    def run():
        for report in follow(quick, embedder=embedder, stop=stop):
            reports.append(report)  # noqa: PERF402 - one by one, as they come

    thread = threading.Thread(target=run)
    thread.start()

    def wait(condition):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for at, report in enumerate(reports):
                if condition(report):
                    del reports[: at + 1]
                    return report
            time.sleep(0.02)
        raise AssertionError(f"no such report among {reports}")

    yield wait
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def did(**counts):
    return lambda report: (
        report.summary and all(getattr(report.summary, k) == v for k, v in counts.items())
    )


def failed(words):
    return lambda report: words in report.failure


def test_each_change_is_brought_in(settings, followed):
    followed(did(added=3))
    path = settings.corpus / "new.txt"
    path.write_text(NEW, "utf-8")
    followed(did(added=1, unchanged=3))
    path.write_text(NEW.replace("new", "old"), "utf-8")
    followed(did(changed=1, unchanged=3))
    path.rename(settings.corpus / "deeper.txt")
    followed(did(added=1, removed=1))
    folder = settings.corpus / "2024" / "05"
    folder.mkdir(parents=True)
    (folder / "later.txt").write_text(NEW, "utf-8")
    followed(did(added=1, unchanged=4))
    (folder / "later.txt").unlink()
    followed(did(removed=1, unchanged=4))


def test_a_file_that_breaks_is_refused_and_the_rest_goes_on(settings, followed):
    followed(did(added=3))
    (settings.corpus / "bridge-2019.md").write_text("---\ntitle: [broken\n---\ntext", "utf-8")
    report = followed(did(unchanged=3, removed=0))
    assert [name for name, _ in report.summary.refused] == ["bridge-2019.md"]
    (settings.corpus / "new.txt").write_text(NEW, "utf-8")
    followed(did(added=1))


def test_a_missing_folder_is_told_once_and_followed_again_when_it_is_back(settings, followed):
    followed(did(added=3))
    away = settings.corpus.rename(settings.corpus.with_name("away"))
    followed(failed("no folder"))
    time.sleep(0.5)
    away.rename(settings.corpus)
    followed(did(unchanged=3))
    (settings.corpus / "new.txt").write_text(NEW, "utf-8")
    followed(did(added=1, unchanged=3))


def test_a_folder_put_in_the_place_of_the_old_one_is_followed(settings, followed):
    followed(did(added=3))
    other = settings.corpus.with_name("other")
    other.mkdir()
    (other / "new.txt").write_text(NEW, "utf-8")
    settings.corpus.rename(settings.corpus.with_name("away"))
    other.rename(settings.corpus)
    followed(did(added=1, removed=3))
    (settings.corpus / "second.txt").write_text(NEW, "utf-8")
    followed(did(added=1, unchanged=1))


def test_what_fails_for_a_while_is_tried_again(settings, embedder, followed):
    followed(did(added=3))
    with writing(settings.index):
        (settings.corpus / "new.txt").write_text(NEW, "utf-8")
        followed(failed("another process is writing"))
    followed(did(added=1, unchanged=3))


def test_an_index_among_the_articles_does_not_set_itself_off(settings, embedder):
    inside = settings.model_copy(update={"index": settings.corpus / "index", "watch_quiet_s": 0.1})
    stop = threading.Event()
    reports = follow(inside, embedder=embedder, stop=stop)
    assert next(reports).summary.added == 3
    timer = threading.Timer(1.5, stop.set)
    timer.start()
    assert list(reports) == []
    timer.join()


def test_a_foreign_index_folder_ends_it(settings, embedder):
    settings.index.mkdir()
    (settings.index / "manifest.json").write_text(json.dumps({"name": "another app"}), "utf-8")
    with pytest.raises(IndexForeignError):
        next(follow(settings, embedder=embedder))


def test_an_interrupt_in_the_middle_leaves_the_index_as_it_was(settings, embedder, monkeypatch):
    sync(settings, embedder)
    before = read_manifest(settings.index)

    def interrupted(*_args):
        raise KeyboardInterrupt

    (settings.corpus / "new.txt").write_text(NEW, "utf-8")
    monkeypatch.setattr(embedder, "embed_passages", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(follow(settings, embedder=embedder))
    assert read_manifest(settings.index) == before
    assert [f.name for f in (settings.index / "generations").iterdir()] == [before.generation]
