"""The line of each request: route, times and what came of it; the question only where that is wanted."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.serving.observing.lifecycle import Lifecycle
from rag.serving.observing.metrics import Metrics
from rag.serving.observing.observer import Observer, observed
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

QUESTION = "كم كلفة مكتبة ٢٠٢١؟ Сколько? \u202e"
Lines = list[dict[str, Any]]


@pytest.fixture
def lines(assistant: Any, tmp_path: Any, caplog: Any) -> Callable[..., Lines]:
    """Ask through a server, then outside of any request; the data of the lines that were written."""

    def written(**changes: Any) -> Lines:
        settings = Settings(index=tmp_path / "none", **changes)
        metrics = Metrics(settings, assistant)
        asks = observed(assistant, metrics, Lifecycle(), settings)

        async def ask(request: Request) -> Response:
            await run_in_threadpool(asks.ask, request.query_params["q"])
            return JSONResponse({})

        app = Starlette(routes=[Route("/api/v1/ask", ask)])
        app.add_middleware(Observer, metrics=metrics, settings=settings)
        caplog.clear()
        with caplog.at_level(logging.DEBUG, "rag"):
            TestClient(app).get("/api/v1/ask", params={"q": QUESTION})
            list(asks.stream(QUESTION))
        return [record.fields for record in caplog.records if hasattr(record, "fields")]

    return written


def test_a_line_tells_what_came_of_a_request(lines: Any) -> None:
    request, page = lines()
    assert (request["route"], request["method"], request["status"]) == ("/api/v1/ask", "GET", 200)
    assert request["total_ms"] > 0
    told = request["answer"]
    assert (told["status"], told["citations"], told["unsupported"]) == ("answered", 2, 0)
    assert told["ms"] == {"retrieve": 14.0}
    assert page["route"] == "page"
    assert page["answer"]["citations"] == 2


def test_questions_are_written_only_where_that_is_set(lines: Any) -> None:
    assert "مكتبة" not in str(lines())
    request, page = lines(log_questions=True)
    assert request["answer"]["question"] == page["answer"]["question"] == QUESTION


def test_the_caller_is_a_hash_an_address_or_nobody(lines: Any) -> None:
    hashed, again = lines()[0]["client"], lines()[0]["client"]
    assert len(hashed) == 12
    assert hashed != again  # another server, another salt
    assert lines(log_client="address")[0]["client"] == "testclient"
    assert "client" not in lines(log_client="none")[0]
