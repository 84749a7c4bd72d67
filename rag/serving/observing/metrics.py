"""What the server counts, for Prometheus. No question, no id, no address: every label has few values.

Several processes: each counts for itself, unless PROMETHEUS_MULTIPROC_DIR names an empty folder that they
share; then any of them tells the sum (prometheus_client's multiprocess mode, without the process' own figures).
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.responses import Response

from rag.answering.writers.choose import replaced
from rag.serving.observing.metrics_index import IndexCollector

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.records import Answer
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

_SHARED = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60, 120)
_STAGES = ("understand", "retrieve", "weigh", "write", "verify")  # of `Answer.timings_ms`
_STRAY = re.compile(r"([0-9]+) marker\(s\) that named no source")  # a notice of the assistant
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_TOO_MANY = 429


class Metrics:
    """Counters of one server, in a registry of their own."""

    def __init__(self, settings: Settings, assistant: Assistant) -> None:
        self._registry = CollectorRegistry()
        self._index = IndexCollector(settings, assistant)
        self._registry.register(self._index)
        if not _is_shared():
            ProcessCollector(registry=self._registry)
            PlatformCollector(registry=self._registry)
        self._declare_answers()
        self._declare_requests()

    def _declare_answers(self) -> None:
        own: dict[str, Any] = {"registry": self._registry}
        timed: dict[str, Any] = own | {"buckets": _SECONDS}
        self._answers = Counter(
            "shawahid_answers", "Answers; an abstention has the status not_found",
            ["status", "writer", "language"], **own,
        )  # fmt: skip
        self._seconds = Histogram(
            "shawahid_answer_seconds", "From a question to its whole answer", ["writer"], **timed
        )
        self._stages = Histogram(
            "shawahid_answer_stage_seconds", "Time of each stage of an answer", ["stage"], **timed
        )
        self._searches = Histogram("shawahid_search_seconds", "Searches without answer", **timed)
        self._failures = Counter(
            "shawahid_question_failures", "Questions that got an error", ["kind"], **own
        )
        self._unsupported = Counter(
            "shawahid_unsupported_statements",
            "Statements without support, marked or left out",
            **own,
        )
        self._contradicted = Counter(
            "shawahid_contradicted_statements", "Those that a source says the contrary of", **own
        )
        self._markers = Counter(
            "shawahid_dropped_markers", "Markers of a language model that named no source", **own
        )
        self._fallbacks = Counter(
            "shawahid_writer_fallbacks", "Answers that the extractive writer took over", **own
        )

    def _declare_requests(self) -> None:
        own: dict[str, Any] = {"registry": self._registry}
        self._requests = Counter(
            "shawahid_requests", "Requests", ["route", "method", "status"], **own
        )
        self._request_seconds = Histogram(
            "shawahid_request_seconds", "From a request to the end of its reply",
            ["route"], buckets=_SECONDS, **own,
        )  # fmt: skip
        self._limited = Counter("shawahid_rate_limited", "Requests refused with 429", **own)
        live: dict[str, Any] = own | {"multiprocess_mode": "livesum"}
        self._running = Gauge("shawahid_questions_running", "Questions being worked on", **live)
        self._waiting = Gauge("shawahid_questions_waiting", "Questions in the queue", **live)

    def watch_queue(self, waiting: Callable[[], int]) -> None:
        """`waiting()` is asked at each scrape; in shared mode the gauge stays 0."""
        if not _is_shared():
            self._waiting.set_function(waiting)

    def started(self) -> None:
        """A question or search is being worked on."""
        self._running.inc()

    def ended(self) -> None:
        """It is no longer."""
        self._running.dec()

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count an answer; `seconds` since it was asked."""
        language = answer.language if re.fullmatch("[a-z]{2,3}", answer.language) else "other"
        self._answers.labels(answer.status, answer.writer, language).inc()
        self._seconds.labels(answer.writer).observe(seconds)
        for stage in _STAGES:
            if stage in answer.timings_ms:
                self._stages.labels(stage).observe(answer.timings_ms[stage] / 1000)
        self._unsupported.inc(len(answer.unsupported))
        self._contradicted.inc(len(answer.contradicted))
        for notice in answer.notices:
            stray = _STRAY.match(notice)
            self._markers.inc(int(stray[1]) if stray else 0)
            self._fallbacks.inc(notice.endswith(replaced("")))

    def searched(self, seconds: float) -> None:
        """Count a search."""
        self._searches.observe(seconds)

    def failed(self, error: BaseException) -> None:
        """Count a question that got none; the kinds are the classes of rag/errors.py."""
        from rag.errors import ShawahidError

        name = type(error).__name__ if isinstance(error, ShawahidError) else "unexpected"
        self._failures.labels(name).inc()

    def served(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request; `route` is a template, never a path with an id in it."""
        known = method if method in _METHODS else "other"
        self._requests.labels(route, known, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)
        self._limited.inc(status == _TOO_MANY)

    def page(self) -> Response:
        """All of it in Prometheus' text format."""
        registry = self._registry
        if _is_shared():
            registry = CollectorRegistry()
            registry.register(self._index)
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    def close(self) -> None:
        """Take this process' gauges out of the shared folder."""
        if _is_shared():
            mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


def _is_shared() -> bool:
    return bool(os.environ.get(_SHARED))
