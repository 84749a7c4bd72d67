"""What the hostile parts count as a fault, and that they see one."""

import itertools
import random

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from eval.reliability import corrupt, hostile, tokens, wire
from eval.reliability.hostile_cases import Attempt, attempts, questions
from eval.reliability.wire import Heard
from rag.errors import ArticleError

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("heard", "fault"),
    [
        (Heard(422, PROBLEM, b'{"status": 422}'), None),
        (Heard(200, "application/json", b"root:x:0:0"), "shows a file"),
        (Heard(422, PROBLEM, b'{"status": 422, "detail": "Traceback"}'), "shows a traceback"),
        (Heard(500, PROBLEM, b'{"status": 500}'), "gives 500"),
        (Heard(404, PROBLEM, b'{"status": 404}'), "expected one of"),
        (Heard(422, "application/json", b"{}"), "told as application/json"),
        (Heard(422, PROBLEM, b'{"status": 400}'), "told as application/problem"),
    ],
)
def test_each_wrong_reply_is_a_fault(heard, fault):
    attempt = Attempt("body", "POST", "/api/v1/ask", statuses=(200, 422))
    found = hostile.fault_of_attempt(attempt, heard)
    assert found is None if fault is None else fault in found


def test_the_attempts_are_many_and_differ():
    made = list(attempts())
    assert len(made) > 300
    assert len({(a.method, a.path, a.body, str(a.headers)) for a in made}) > 0.95 * len(made)


def test_hostile_questions_depend_on_the_seed_alone():
    def first(seed):
        return list(itertools.islice(questions(random.Random(seed), ["من زار دمشق؟"]), 200))

    assert first(1) == first(1) != first(2)
    assert any("\u202e" in text for text in first(1))


def test_bytes_reach_a_server_as_they_are():
    head = wire.head("http://h:1", "GET", b"/\xff/../x", {"content_length": "0"})
    assert head.startswith(b"GET /\xff/../x HTTP/1.1\r\nhost: h:1\r\n")
    assert head.endswith(b"content-length: 0\r\n\r\n")


def test_no_parser_breaks_on_a_few_strings(tmp_path):
    found = corrupt.run(tmp_path, rounds=12, seed=7)
    assert found.holds, found.details
    assert found.tried == 12 * len(corrupt.ENDINGS)


@pytest.mark.parametrize("ending", corrupt.ENDINGS)
def test_the_seeds_of_the_damage_are_sound(tmp_path, ending):
    for data in corrupt.seeds(random.Random(1))[ending]:
        path = tmp_path / f"sound{ending}"
        path.write_bytes(data)
        assert corrupt.fault_of(path) == ("read", "")


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (ValueError("lost"), "escape"),
        (ArticleError("two\nlines"), "unreadable"),
        (ArticleError("crashes its parser, or needs more than 2 GB"), "crash"),
        (ArticleError("is damaged"), "refused"),
    ],
)
def test_what_a_parser_raises_is_told_apart(tmp_path, monkeypatch, error, verdict):
    def fail(*_):
        raise error

    monkeypatch.setattr(corrupt, "read_file", fail)
    assert corrupt.fault_of(tmp_path / "x.md")[0] == verdict


def test_every_path_of_an_application_is_found(tmp_path):
    (tmp_path / "app.css").write_text("")

    def nothing() -> None:
        return None

    deep, router, inner, app = APIRouter(), APIRouter(), FastAPI(), FastAPI()
    deep.add_api_route("/{name}/data", nothing)
    router.include_router(deep, prefix="/queue")
    router.add_api_route("/{article:path}", nothing)
    inner.include_router(router, prefix="/gradio_api")
    app.include_router(router, prefix="/api")
    app.mount("/ui", StaticFiles(directory=tmp_path))
    app.mount("/", inner)
    found = set(tokens.paths_of(app.routes))
    wanted = {"/api/x", "/api/queue/x/data", "/ui/app.css", "/gradio_api/queue/x/data"}
    assert wanted <= found, found


def client(answer):
    return httpx.Client(transport=httpx.MockTransport(answer), base_url="http://server")


def test_an_open_path_and_one_that_leads_elsewhere_are_seen():
    def answer(request):
        if request.url.path == "/open" and request.method == "PATCH":
            return httpx.Response(200)
        if request.url.path == "/elsewhere":
            return httpx.Response(303, headers={"location": "http://evil.example/sign-in"})
        return httpx.Response(401)

    tried, faults = tokens.try_without(client(answer), ["/open", "/shut", "/elsewhere"])
    assert tried == 21
    assert [fault for fault in faults if "/elsewhere" not in fault] == [
        "PATCH /open: 200 without a token"
    ]
    assert len(faults) == 8


def test_a_server_that_takes_any_token_is_seen():
    tried, faults = tokens.try_wrong(client(lambda _: httpx.Response(200)), "shw_x")
    assert len(faults) == tried - 1


def test_a_server_that_takes_only_the_token_holds():
    def answer(request):
        is_right = request.headers.get("authorization") == "Bearer shw_x"
        return httpx.Response(200 if is_right else 401)

    assert tokens.try_wrong(client(answer), "shw_x")[1] == []
