"""Articles brought in and taken out over HTTP, by a desk over a small index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from rag.answering.assistant import Assistant
from rag.indexing.sync import sync
from rag.serving.ingesting.desk import Desk
from rag.serving.server import create_app
from rag.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rag.settings import Settings

STORY = "عادت العبّارة إلى العمل يوم الأربعاء. ثمن التذكرة ٤٠ كرونة.\n"


class Reopening:
    """An assistant over the small index that opens the newest one when it is told."""

    def __init__(self, settings: Settings, embedder: Any) -> None:
        self._parts = (settings, embedder)
        self.refresh()

    def refresh(self) -> None:
        settings, embedder = self._parts
        self._now = Assistant(settings, embedder, LocalStore.open(settings.index, embedder))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._now, name)


@pytest.fixture
def client(settings: Settings, embedder: Any) -> Iterator[TestClient]:
    settings = settings.model_copy(
        update={"ingestion": True, "ingestion_files": 3, "ingestion_batch_megabytes": 0.5}
    )
    sync(settings, embedder)
    assistant: Any = Reopening(settings, embedder)
    app = create_app(assistant, settings, desk=Desk(settings, assistant, embedder=embedder))
    with TestClient(app) as made:
        yield made
    assistant.close()


def _files(*names: str, text: str = STORY) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (name, f"{text} {name}".encode())) for name in names]


def test_the_next_question_knows_it(client: TestClient, corpus: Path) -> None:
    reply = client.post("/api/v1/articles", files=_files("ferry.md"))
    assert reply.status_code == 201
    receipt = reply.json()
    assert [(i["outcome"], i["article_id"]) for i in receipt["items"]] == [("added", "ferry")]
    found = client.post("/api/v1/search", json={"question": "كم ثمن تذكرة العبّارة؟", "k": 1}).json()
    assert found["passages"][0]["article_id"] == "ferry"
    assert "ferry" in {a["article_id"] for a in client.get("/api/v1/articles").json()["articles"]}
    (batch,) = client.get("/api/v1/batches").json()["batches"]
    assert batch["batch"] == receipt["batch"]
    assert client.post("/api/v1/articles", files=_files("ferry.md")).status_code == 200
    undone = client.post(f"/api/v1/batches/{batch['batch']}/undo")
    assert (undone.status_code, undone.json()["items"][0]["outcome"]) == (200, "removed")
    assert client.get("/api/v1/articles/ferry").status_code == 404
    assert not (corpus / "ferry.md").exists()


def test_text_and_removal(client: TestClient) -> None:
    body = {
        "title": "Паром вернулся",
        "text": "Паром вернулся в среду.",
        "published": "2021-09-14",
        "language": "ru",
    }
    item = client.post("/api/v1/articles", json=body).json()["items"][0]
    assert (item["article_id"], item["published"], item["language"]) == (
        "паром-вернулся",
        "2021-09-14",
        "ru",
    )
    reply = client.delete("/api/v1/articles/паром-вернулся")
    assert (reply.status_code, reply.json()["items"][0]["outcome"]) == (200, "removed")
    assert client.delete("/api/v1/articles/паром-вернулся").status_code == 404
    assert client.post(f"/api/v1/batches/{reply.json()['batch']}/undo").status_code == 200
    assert client.get("/api/v1/articles/паром-вернулся").json()["text"] == body["text"]


def test_refusals(client: TestClient, corpus: Path, expect_problem: Any) -> None:
    before = sorted(p.name for p in corpus.iterdir())
    reply = client.post(
        "/api/v1/articles", files=[("files", ("a.png", b"x")), ("files", ("b.md", b""))]
    )
    expect_problem(reply, 422, "a.png: ends in '.png'")
    assert [item["outcome"] for item in reply.json()["items"]] == ["refused", "refused"]
    other = [("files", ("bridge-2019.md", b"Another story altogether, of another day."))]
    expect_problem(client.post("/api/v1/articles", files=other), 409, "with other content")
    expect_problem(client.post("/api/v1/articles", files=_files(*"abcd")), 422, "at most 3")
    assert client.post("/api/v1/articles", files=_files(*"abcdefgh")).status_code == 400
    expect_problem(
        client.post("/api/v1/articles", files=_files("a.md", text="x" * 600_000)),
        413,
        "bytes that are taken",
    )
    expect_problem(client.post("/api/v1/articles", json={"url": "ftp://x"}), 422, "no web address")
    expect_problem(
        client.post("/api/v1/articles", json={"url": "http://127.0.0.1:9/"}),
        422,
        "no public address",
    )
    expect_problem(
        client.post("/api/v1/articles", json={"url": "http://x", "text": "y"}),
        422,
        "either url or text",
    )
    expect_problem(client.post("/api/v1/articles", json={}), 422, "either url or text")
    expect_problem(
        client.post("/api/v1/articles", json={"text": "x", "published": "soon"}), 422, "YYYY-MM-DD"
    )
    expect_problem(
        client.post("/api/v1/articles", content=b"x", headers={"Content-Type": "text/plain"}),
        415,
        "text/plain",
    )
    expect_problem(client.post("/api/v1/batches/none/undo"), 404, "no batch")
    assert sorted(p.name for p in corpus.iterdir()) == before


def test_replacing_when_asked_to(client: TestClient) -> None:
    other = [("files", ("bridge-2019.md", b"The bridge was sold to the town."))]
    reply = client.post("/api/v1/articles?replace=true", files=other)
    assert (reply.status_code, reply.json()["items"][0]["outcome"]) == (201, "changed")
    assert "sold" in client.get("/api/v1/articles/bridge-2019").json()["text"]


@pytest.mark.parametrize("name", ["../../x.md", "..\\x.md", "/etc/x.md", ".x.md", "x\u202e.md"])
def test_names_that_lead_elsewhere(client: TestClient, corpus: Path, name: str) -> None:
    reply = client.post("/api/v1/articles", files=_files(name))
    assert reply.status_code == 201
    assert (corpus / "x.md").exists()


def test_another_sites_page_changes_nothing(client: TestClient, expect_problem: Any) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        expect_problem(
            client.delete("/api/v1/articles/bridge-2019", headers=headers), 403, "another site"
        )
        expect_problem(
            client.post("/api/v1/articles", files=_files("y.md"), headers=headers),
            403,
            "another site",
        )
    assert client.get("/api/v1/articles/bridge-2019").status_code == 200


def test_off_says_how_to_switch_it_on(
    settings: Settings, scripted: type, expect_problem: Any
) -> None:
    with TestClient(create_app(scripted(), settings)) as client:
        expect_problem(
            client.post("/api/v1/articles", json={"text": "x"}), 403, "SHAWAHID_INGESTION=true"
        )
        expect_problem(client.delete("/api/v1/articles/library"), 403, "SHAWAHID_INGESTION=true")
