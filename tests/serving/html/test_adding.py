"""The pages that add articles: who may, and what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.serving.adding_material import OWN, FakeDesk, client_of, settled

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def client(desk: FakeDesk) -> TestClient:
    return client_of(desk)


def test_off_it_tells_how_to_switch_on() -> None:
    client = client_of(None)
    assert "SHAWAHID_INGESTION=true" in client.get("/add?lang=en").text
    reply = client.post("/add", data={"kind": "undo", "batch": "b-1"})
    assert reply.status_code == 403


def test_a_token_for_reading_does_not_add(desk: FakeDesk) -> None:
    client = client_of(desk, frozenset({"read"}))
    assert client.get("/add").status_code == 403
    assert client.post("/add", data={"kind": "undo", "batch": "b-1"}).status_code == 403
    assert client.get("/add/x.json").status_code == 404
    assert desk.asked == []


def test_limits_are_told_before_anything_is_sent(desk: FakeDesk) -> None:
    client = client_of(desk, ingestion_files=7, ingestion_megabytes=3, ingestion_batch_megabytes=9)
    text = client.get("/add?lang=en").text
    assert "At most 7 files, each up to 3 MB, together up to 9 MB" in text
    assert 'data-each="3000000" data-all="9000000" data-most="7"' in text
    assert 'accept=".md,.pdf"' in text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    ],
)
def test_another_pages_form_is_not_carried_out(
    client: TestClient, desk: FakeDesk, headers: dict[str, str]
) -> None:
    reply = client.post("/add", data={"kind": "remove", "article": "a"}, headers=OWN | headers)
    assert reply.status_code == 403
    assert desk.asked == []


def test_files_go_to_the_desk_under_their_names(client: TestClient, desk: FakeDesk) -> None:
    names = ["خبر.md", "../../etc/passwd.md", '"><script>x</script>.md']
    files = [("files", (name, b"text", "text/plain")) for name in names]
    reply = client.post("/add", data={"kind": "files", "replace": "1"}, files=files)
    assert reply.status_code == 303
    settled(client, reply.headers["location"])
    ((_, given, replace),) = desk.asked
    assert [data for _, data in given] == [b"text"] * 3
    assert given[0][0] == "خبر.md"
    assert replace is True


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ({"kind": "address", "url": " https://e.example/a "}, ("add_url", "https://e.example/a")),
        ({"kind": "undo", "batch": "b-1"}, ("undo", "b-1")),
        ({"kind": "remove", "article": "a/ب «c»"}, ("remove", "a/ب «c»")),
    ],
)
def test_other_forms(
    client: TestClient, desk: FakeDesk, form: dict[str, str], asked: tuple[str, ...]
) -> None:
    reply = client.post("/add", data=form)
    assert reply.status_code == 303
    settled(client, reply.headers["location"])
    assert desk.asked == [asked]


def test_a_pasted_text_keeps_its_lines(client: TestClient, desk: FakeDesk) -> None:
    form = {
        "kind": "text",
        "title": " عنوان ",
        "body": "أ\r\n\r\nب",
        "day": "2024-05-04",
        "outlet": "ص",
    }
    settled(client, client.post("/add", data=form, files={"x": ("", b"")}).headers["location"])
    ((_, title, text, more),) = desk.asked
    assert (title, text, more["source"]) == ("عنوان", "أ\n\nب", "ص")
    assert more["published"].isoformat() == "2024-05-04"


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose a file first"),
        ({"kind": "evil"}, "Choose a file first"),
        ({"kind": "files"}, "Choose a file first"),
        ({"kind": "address", "url": " "}, "Write the page"),
        ({"kind": "text", "title": "t", "body": " "}, "Paste the article"),
        ({"kind": "text", "title": "", "body": "b"}, "title"),
        ({"kind": "text", "title": "t", "body": "b", "day": "<b>5"}, "«&lt;b&gt;5» is no date"),
        ({"kind": "undo", "batch": "../x y"}, "no such batch"),
    ],
)
def test_what_a_form_lacks_is_told(
    client: TestClient, desk: FakeDesk, form: dict[str, str], words: str
) -> None:
    reply = client.post("/add?lang=en", data=form)
    assert reply.status_code == 422
    assert words in reply.text
    assert desk.asked == []


def test_too_many_files_are_refused_before_they_are_read(desk: FakeDesk) -> None:
    client = client_of(desk, ingestion_files=2)
    files = [("files", (f"{n}.md", b"x")) for n in range(4)]
    reply = client.post("/add?lang=en", data={"kind": "files"}, files=files)
    assert (reply.status_code, "At most 2 files" in reply.text) == (422, True)
    assert desk.asked == []
