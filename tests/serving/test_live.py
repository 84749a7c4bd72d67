"""A server's assistant while the index changes under it: nothing is dropped, nothing is mixed."""

import gc
import shutil
import threading
import time
import weakref
from datetime import date

import pytest

import rag
from rag.answering.assistant import Assistant
from rag.indexing.sync import sync
from rag.records import Answer
from rag.serving.live.assistant import LiveAssistant
from rag.serving.live.generations import manifest_stamp
from rag.store.local import LocalStore
from rag.store.manifest import read_manifest

BRIDGE = "Who cut the ribbon of the bridge in Velden?"
QUESTIONS = (BRIDGE, "كم بلغ طول الجسر الثاني على نهر كورا؟", "Сколько судов осталось в гавани?")


@pytest.fixture
def settings_(settings):
    return settings.model_copy(update={"answer_threshold": 0.0})


@pytest.fixture
def live(settings_, embedder, monkeypatch):
    """Follows the index, but looks only when told; closed at the end."""
    monkeypatch.setattr(
        rag,
        "open_assistant",
        lambda settings: Assistant(
            settings,
            embedder,
            LocalStore.open(settings.index, embedder),
            today=lambda: date(2022, 1, 1),
        ),
        raising=False,
    )
    sync(settings_, embedder)
    opened = LiveAssistant.open(settings_, every_s=3600)
    opened.stop()
    yield opened
    opened.close()


def test_what_loading_left_behind_holds_no_generation(settings_, embedder, monkeypatch):
    """A model is loaded without collecting, then frozen; a frame in a cycle of then is never looked at."""
    first = []

    def opened(settings):
        store = LocalStore.open(settings.index, embedder)
        assistant = Assistant(settings, embedder, store)
        gc.disable()
        try:
            _ = 1 / 0
        except ZeroDivisionError as error:
            error.cycle = error
        gc.freeze()
        gc.enable()
        first.append(weakref.ref(assistant))
        return assistant

    monkeypatch.setattr(rag, "open_assistant", opened, raising=False)
    sync(settings_, embedder)
    live = LiveAssistant.open(settings_, every_s=3600)
    rewrite(settings_, embedder, "Ida Berg")
    assert live.refresh()
    assert first[0]() is None
    live.close()


def put(settings, name, text):
    (settings.corpus / name).write_text(text, "utf-8")


def rewrite(settings, embedder, mayor):
    text = (settings.corpus / "bridge-2019.md").read_text("utf-8")
    before = text.partition("Mayor ")[2].partition(" cut")[0]
    put(settings, "bridge-2019.md", text.replace(before, mayor))
    sync(settings, embedder)


def closings(monkeypatch):
    """Generations in the order in which their files were released."""
    closed = []
    close = LocalStore.close
    monkeypatch.setattr(
        LocalStore, "close", lambda store: (closed.append(store.manifest.generation), close(store))
    )
    return closed


def test_a_new_generation_answers_after_a_refresh(live, settings_, embedder):
    assert "Anna Holt" in live.ask(BRIDGE).text
    assert live.refresh() is False
    rewrite(settings_, embedder, "Ida Berg")
    assert "Anna Holt" in live.ask(BRIDGE).text
    assert live.refresh() is True
    assert "Ida Berg" in live.ask(BRIDGE).text
    assert (live.generation, live.trouble) == ("000002", None)


def test_the_watcher_takes_a_new_generation_up_by_itself(live, settings_, embedder):
    live._generations.start(0.02)
    put(settings_, "new.txt", "A headline\n\nSomething new happened in Velden today.\n")
    sync(settings_, embedder)
    deadline = time.monotonic() + 10
    while live.article("new") is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert live.article("new").title == "A headline"
    live.stop()
    assert not [t for t in threading.enumerate() if t.name == "index-watcher"]


def test_a_stream_ends_on_the_generation_it_began_on(live, settings_, embedder, monkeypatch):
    closed = closings(monkeypatch)
    stream = live.stream(BRIDGE)
    first = next(stream)
    for mayor in ("Ida Berg", "Eva Lund", "Nora Dahl"):  # the first generation's folder goes away
        rewrite(settings_, embedder, mayor)
        assert live.refresh()
    assert not (settings_.index / "generations" / "000001").exists()
    assert closed == ["000002", "000003"]
    *_, answer = [first, *stream]
    assert isinstance(answer, Answer)
    assert "Anna Holt" in answer.text
    assert closed == ["000002", "000003", "000001"]
    assert "Nora Dahl" in live.ask(BRIDGE).text


@pytest.mark.parametrize("leave", ["close", "forget"])
def test_a_stream_left_in_the_middle_releases_its_generation(
    live, settings_, embedder, monkeypatch, leave
):
    closed = closings(monkeypatch)
    stream = live.stream(BRIDGE)
    next(stream)
    rewrite(settings_, embedder, "Ida Berg")
    live.refresh()
    assert closed == []
    if leave == "close":
        stream.close()
    del stream
    assert closed == ["000001"]


def test_a_stream_that_never_began_holds_nothing(live, settings_, embedder, monkeypatch):
    closed = closings(monkeypatch)
    stream = live.stream(BRIDGE)
    rewrite(settings_, embedder, "Ida Berg")
    live.refresh()
    assert closed == ["000001"]
    assert "Ida Berg" in list(stream)[-1].text


def harm(settings, how):
    folder = read_manifest(settings.index).folder(settings.index)
    if how == "missing":
        (settings.index / "manifest.json").unlink()
    elif how == "rows":
        (folder / "rows.sqlite").write_bytes(b"x" * 100)
    elif how == "manifest":
        (settings.index / "manifest.json").write_text('{"program": "shawahid"', "utf-8")
    else:
        shutil.rmtree(folder)


@pytest.mark.parametrize("how", ["missing", "rows", "manifest", "folder"])
def test_while_the_new_generation_is_broken_the_old_one_answers(live, settings_, embedder, how):
    rewrite(settings_, embedder, "Ida Berg")
    harm(settings_, how)
    assert live.refresh() is False
    assert "can't be opened" in live.trouble
    assert "shawahid index" in live.trouble  # the remedy
    assert "Anna Holt" in live.ask(BRIDGE).text
    live.check()
    assert sync(settings_, embedder).rebuilt
    assert live.refresh() is True
    assert live.trouble is None
    assert "Ida Berg" in live.ask(BRIDGE).text


def test_what_breaks_in_an_unforeseen_way_is_told_and_tried_again(live, settings_, embedder):
    rewrite(settings_, embedder, "Ida Berg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LocalStore, "open", classmethod(lambda *_: 1 / 0))
        assert live.refresh() is False
    assert "ZeroDivisionError" in live.trouble
    assert live.refresh() is True  # the manifest is the same: what was wrong has passed
    assert live.trouble is None


def test_readers_in_threads_see_one_state_or_the_next_and_nothing_else(
    live, settings_, embedder, monkeypatch
):
    closed = closings(monkeypatch)
    mayors = [f"Name{'abcdefgh'[n]} Holt" for n in range(8)]
    problems, stop = [], threading.Event()

    def read(question):
        while not stop.is_set():
            try:
                answer = live.ask(question)
                quotes = [(c.quote, c.article.text[c.start : c.end]) for c in answer.citations]
                if not quotes or any(shown != kept for shown, kept in quotes):
                    problems.append(f"{question}: {answer.status}, {quotes}")
            except Exception as error:  # noqa: BLE001 - any is a finding
                problems.append(repr(error))

    threads = [threading.Thread(target=read, args=(question,)) for question in QUESTIONS]
    for thread in threads:
        thread.start()
    for mayor in mayors:
        rewrite(settings_, embedder, mayor)
        assert live.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert mayors[-1] in live.ask(BRIDGE).text
    assert sorted(closed) == [f"{n:06d}" for n in range(1, 9)]  # each once, but the one in force


def test_a_manifest_put_in_its_place_is_seen_even_with_the_same_size_and_name(tmp_path):
    assert manifest_stamp(tmp_path) is None
    path = tmp_path / "manifest.json"
    path.write_text("old")
    before = manifest_stamp(tmp_path)
    new = tmp_path / "new"
    new.write_text("new")
    new.replace(path)
    assert manifest_stamp(tmp_path) != before
