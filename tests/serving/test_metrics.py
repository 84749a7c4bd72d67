"""What is counted, out of Prometheus' own parser; no question gets into it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.answering.assistant import Assistant
from rag.errors import IndexMissingError
from rag.indexing.sync import sync
from rag.serving.observing.lifecycle import Lifecycle
from rag.serving.observing.metrics import Metrics
from rag.serving.observing.observer import Observer, observed
from rag.settings import Settings
from rag.store.local import LocalStore
from tests.answering.standin.server import CUT, FakeOllama, done, say

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

Samples = dict[tuple[str, tuple[str, ...]], float]


def read(page: str) -> Samples:
    """Every sample by its name and the values of its labels, these in the order of their names."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def samples(metrics: Metrics) -> Samples:
    return read(bytes(metrics.page().body).decode())


@pytest.fixture
def watched(assistant: Any, tmp_path: Path) -> tuple[Any, Metrics, Lifecycle]:
    settings = Settings(index=tmp_path / "none")
    metrics, lifecycle = Metrics(settings, assistant), Lifecycle()
    return observed(assistant, metrics, lifecycle, settings), metrics, lifecycle


def test_answers_are_counted_by_status_writer_and_language(watched: Any) -> None:
    asks, metrics, _ = watched
    for question in ("كلفة المكتبة؟", "مكتبة?", "What of the ferry?", "سوق"):
        asks.ask(question)
    found = samples(metrics)
    assert found["shawahid_answers_total", ("ar", "answered", "extractive")] == 2
    assert found["shawahid_answers_total", ("ar", "partial", "extractive")] == 1
    assert found["shawahid_answers_total", ("ar", "not_found", "extractive")] == 1
    assert found["shawahid_unsupported_statements_total", ()] == 1
    assert found["shawahid_answer_stage_seconds_count", ("retrieve",)] == 4
    assert found["shawahid_answer_stage_seconds_sum", ("retrieve",)] == pytest.approx(4 * 0.01404)
    assert found["shawahid_answer_seconds_count", ("extractive",)] == 4


def test_a_stream_runs_until_it_is_read_or_left(watched: Any) -> None:
    asks, metrics, lifecycle = watched
    stream = asks.stream("مكتبة")
    next(stream)
    assert samples(metrics)["shawahid_questions_running", ()] == 1
    assert lifecycle.running == 1
    stream.close()
    assert samples(metrics)["shawahid_questions_running", ()] == 0
    assert lifecycle.running == 0
    assert ("shawahid_answers_total", ("ar", "answered", "extractive")) not in samples(metrics)
    assert list(asks.stream("مكتبة"))[-1].status == "answered"
    assert samples(metrics)["shawahid_answers_total", ("ar", "answered", "extractive")] == 1


def test_failures_have_a_kind_and_searches_a_time(watched: Any) -> None:
    asks, metrics, lifecycle = watched
    with pytest.raises(IndexMissingError):
        asks.ask("fail")
    with pytest.raises(RuntimeError):
        list(asks.stream("crash"))
    asks.search("جسر")
    found = samples(metrics)
    assert found["shawahid_question_failures_total", ("IndexMissingError",)] == 1
    assert found["shawahid_question_failures_total", ("unexpected",)] == 1
    assert found["shawahid_search_seconds_count", ()] == 1
    assert lifecycle.running == 0


def test_the_rest_of_an_assistant_is_its_own(watched: Any, assistant: Any) -> None:
    asks = watched[0]
    assert asks.article("ferry").id == "ferry"
    assert asks.articles() == assistant.articles()
    with pytest.raises(AttributeError):
        _ = asks.nothing_like_that


def test_what_a_language_model_had_to_be_helped_with(settings: Settings, embedder: Any) -> None:
    sync(settings, embedder)
    with FakeOllama() as fake:
        changes = {"answer_threshold": 0.0, "writer": "ollama", "ollama_host": fake.url}
        own = settings.model_copy(update=changes)
        store = LocalStore.open(own.index, embedder)
        real = Assistant(own, embedder, store, today=lambda: date(2022, 1, 1))
        metrics = Metrics(own, real)
        asks = observed(real, metrics, Lifecycle(), own)
        question = "Who cut the ribbon of the new bridge over the Kora in Velden?"
        fake.script = [*say("Mayor Anna Holt cut the ribbon with Omar Said [1][77]."), done()]
        assert asks.ask(question).writer == "ollama"
        fake.script = [*say("Mayor Anna"), CUT]
        assert asks.ask(question).writer == "extractive"
    found = samples(metrics)
    assert found["shawahid_dropped_markers_total", ()] == 1
    assert found["shawahid_writer_fallbacks_total", ()] == 1
    assert found["shawahid_index_articles", ()] == 3
    assert found["shawahid_index_bytes", ()] > 0
    assert 0 <= found["shawahid_index_age_seconds", ()] < 60
    assert any(name == "shawahid_index_info" for name, _ in found)


async def _reply(request: Request) -> Response:
    return PlainTextResponse("", int(request.path_params["status"]))


@pytest.fixture
def client(assistant: Any, tmp_path: Path) -> tuple[TestClient, Metrics]:
    settings = Settings(index=tmp_path / "none")
    metrics = Metrics(settings, assistant)
    app = Starlette(routes=[Route("/x/{status}", _reply, methods=["GET", "POST", "BREW"])])
    app.add_middleware(Observer, metrics=metrics, settings=settings)
    return TestClient(app), metrics


def test_requests_by_route_method_and_status(client: Any) -> None:
    reach, metrics = client
    for _ in range(3):
        reach.get("/x/200")
    reach.post("/x/429")
    reach.request("BREW", "/x/200")
    reach.get("/api/v1/articles/" + "a" * 500)
    found = samples(metrics)
    assert found["shawahid_requests_total", ("GET", "page", "200")] == 3
    assert found["shawahid_requests_total", ("other", "page", "200")] == 1
    assert found["shawahid_requests_total", ("GET", "/api", "404")] == 1
    assert found["shawahid_rate_limited_total", ()] == 1
    assert found["shawahid_request_seconds_count", ("page",)] == 5
    assert found["process_resident_memory_bytes", ()] > 0


def test_the_queue_is_asked_at_each_scrape(client: Any) -> None:
    metrics: Metrics = client[1]
    waiting = iter((3, 5))
    metrics.watch_queue(lambda: next(waiting))
    assert samples(metrics)["shawahid_questions_waiting", ()] == 3
    assert samples(metrics)["shawahid_questions_waiting", ()] == 5


def test_the_number_of_series_does_not_grow_with_what_is_asked(watched: Any) -> None:
    asks, metrics, _ = watched
    asks.ask("سؤال مكتبة 0")
    before = len(samples(metrics))
    secrets = [f"сведения {number} مكتبة ٣" for number in range(50)]
    for question in secrets:
        asks.ask(question)
    page = bytes(metrics.page().body).decode()
    assert len(samples(metrics)) == before
    assert "сведения" not in page
    assert "مكتبة" not in page


SHARING = """
import sys
from pathlib import Path
from rag.records import Answer
from rag.serving.observing.metrics import Metrics
from rag.settings import Settings
metrics = Metrics(Settings(index=Path("none")), object())
metrics.answered(Answer("?", "ar", "answered", "", 1.0, "extractive"), 0.1)
metrics.started()
print(bytes(metrics.page().body).decode())
metrics.close()
"""


def test_workers_may_share_a_folder_and_tell_the_sum(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for number in (1, 2):
        done = subprocess.run(
            [sys.executable, "-c", SHARING],
            env=environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        found = read(done.stdout)
        assert found["shawahid_answers_total", ("ar", "answered", "extractive")] == number
        assert found["shawahid_questions_running", ()] == 1  # the first process has left


def test_what_became_of_new_states_of_the_index(scripted: Any, tmp_path: Path) -> None:
    follower = scripted()
    follower.trouble, follower.reloads, follower.reload_failures = "damaged", 3, 2
    found = samples(Metrics(Settings(index=tmp_path / "none"), follower))
    assert found["shawahid_index_trouble", ()] == 1
    assert found["shawahid_index_reloads_total", ()] == 3
    assert found["shawahid_index_reload_failures_total", ()] == 2
    assert ("shawahid_index_articles", ()) not in found
