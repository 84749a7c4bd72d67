"""What becomes of a batch, as the adding pages tell it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.errors import CorpusError, UsageError
from rag.serving.ui.adding.jobs import MOST_AT_ONCE, Jobs, TooManyJobsError
from rag.serving.ui.browsing.pages import pages_router
from rag.serving.ui.shell import Language
from rag.settings import Settings
from tests.serving.adding_material import RECEIPT, FakeDesk, client_of, settled
from tests.serving.material import HOSTILE, LIBRARY

if TYPE_CHECKING:
    from rag.serving.ingesting.receipts import Receipt


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def client(desk: FakeDesk) -> TestClient:
    return client_of(desk)


def test_progress_is_told_while_it_works(client: TestClient, desk: FakeDesk) -> None:
    desk.go.clear()
    place = client.post("/add?lang=en", data={"kind": "undo", "batch": "b-1"}).headers["location"]
    deadline = time.monotonic() + 20
    while "3 / 8" not in client.get(f"{place}.json?lang=en").text:
        assert time.monotonic() < deadline
    text = client.get(f"{place}?lang=en").text
    assert 'value="0.375"' in text
    assert '<noscript><meta http-equiv="refresh"' in text
    desk.go.set()
    done = settled(client, place)
    assert "refresh" not in done
    assert 'name="batch" value="b-1"' in done


def test_an_outcome_shows_hostile_text_as_text(client: TestClient, read_html: Any) -> None:
    place = client.post("/add", data={"kind": "undo", "batch": "b-1"}).headers["location"]
    page = read_html(settled(client, place))
    assert not set(page.tags) & {"img", "iframe", "style"}
    assert page.tags.count("script") == 1
    assert not {name for name in page.names if name.startswith("on")}
    assert HOSTILE in page.text
    assert "3 أسطر" in page.text
    assert "لم يُقرأ كمقال" in page.text
    listed = read_html(client.get("/add").text)
    assert not set(listed.tags) & {"img", "iframe", "style"}
    assert HOSTILE in listed.text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            UsageError("<b>no</b> address"),
            "the articles are as before: &lt;b&gt;no&lt;/b&gt; address",
        ),
        (CorpusError("disk full"), "as before: disk full"),
        (RuntimeError("secret detail"), "The log has it under"),
    ],
)
def test_a_failure_is_one_sentence(
    client: TestClient, desk: FakeDesk, error: Exception, words: str
) -> None:
    desk.outcome = error
    place = client.post("/add?lang=en", data={"kind": "undo", "batch": "b-1"}).headers["location"]
    text = settled(client, place)
    assert words in text
    assert "secret" not in text


def test_an_unknown_batch_is_told(client: TestClient) -> None:
    assert client.get("/add/none").status_code == 404
    assert client.get("/add/none.json").json() == {"done": True}


def test_only_a_few_batches_at_once_and_the_last_are_kept() -> None:
    jobs, go = Jobs(), threading.Event()

    def work(tell: Any) -> Receipt:
        assert go.wait(20)
        return RECEIPT

    started = [jobs.start(work) for _ in range(MOST_AT_ONCE)]
    with pytest.raises(TooManyJobsError):
        jobs.start(work)
    go.set()
    deadline = time.monotonic() + 20
    while not all(job and job.is_done for job in map(jobs.get, started)):
        assert time.monotonic() < deadline
    for _ in range(110):
        last = jobs.start(work)
        while not (job := jobs.get(last)) or not job.is_done:
            time.sleep(0.001)
    assert jobs.get(started[0]) is None
    assert jobs.get(last) is not None


@pytest.mark.parametrize("is_on", [True, False])
def test_the_links_show_only_where_adding_is_on(scripted: Any, desk: FakeDesk, is_on: bool) -> None:
    desk.is_on = is_on
    app = FastAPI()
    app.include_router(pages_router(scripted(), Settings(ingestion=is_on), desk))  # type: ignore[arg-type]
    app.add_middleware(Language)

    async def with_scopes(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})["scopes"] = frozenset({"ingest"})
        await app(scope, receive, send)

    client = TestClient(with_scopes)
    for path in ("/corpus", "/timeline", f"/article/{LIBRARY.id}"):
        assert ('href="/add"' in client.get(path).text) == is_on
    assert ("احذف المقال" in client.get(f"/article/{LIBRARY.id}").text) == is_on
