"""Sees every request and every question pass: counts them, logs them, keeps a stop from breaking them off."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from rag.records import Answer
from rag.serving.observing.logs import RequestNotes, current, fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rag.records import Filters, Passage, Turn
    from rag.serving.observing.lifecycle import Lifecycle
    from rag.serving.observing.metrics import Metrics
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

logger = logging.getLogger(__name__)

PAGE = "page"
_OWN = ("/api/", "/article/", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")
_QUIET = (PAGE, "/healthz", "/readyz", "/metrics")  # logged where they fail, else for "debug" alone
_FAILED = 500


class Observed:
    """An assistant whose questions are counted, timed and noted; the rest is the assistant's own."""

    def __init__(
        self, assistant: Assistant, metrics: Metrics, lifecycle: Lifecycle, settings: Settings
    ) -> None:
        self._assistant = assistant
        self._metrics = metrics
        self._lifecycle = lifecycle
        self._with_text = settings.log_questions

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the assistant has
        return getattr(self._assistant, name)

    def ask(self, question: str, *given: Any, **options: Any) -> Answer:  # noqa: ANN401 - as there
        """See `protocol.Assistant`."""
        begin = time.perf_counter()
        with self._watched(question):
            answer = self._assistant.ask(question, *given, **options)
            self._answered(answer, time.perf_counter() - begin)
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        **options: Any,  # noqa: ANN401 - as `protocol.Assistant` names them
    ) -> Iterator[str | Answer]:
        """See `protocol.Assistant`."""
        begin = time.perf_counter()
        with self._watched(question):
            for item in self._assistant.stream(question, history, filters, **options):
                if isinstance(item, Answer):
                    self._answered(item, time.perf_counter() - begin)
                yield item

    def search(self, question: str, *given: Any, **options: Any) -> list[Passage]:  # noqa: ANN401
        """See `protocol.Assistant`."""
        begin = time.perf_counter()
        with self._watched(question):
            found = self._assistant.search(question, *given, **options)
        self._metrics.searched(time.perf_counter() - begin)
        _note(passages=len(found))
        return found

    @contextmanager
    def _watched(self, question: str) -> Iterator[None]:
        if self._with_text:
            _note(question=question)
        self._metrics.started()
        try:
            with self._lifecycle.work():
                yield
        except Exception as error:
            self._metrics.failed(error)
            raise
        finally:
            self._metrics.ended()

    def _answered(self, answer: Answer, seconds: float) -> None:
        self._metrics.answered(answer, seconds)
        told: dict[str, Any] = {
            "status": answer.status,
            "writer": answer.writer,
            "language": answer.language,
            "citations": len(answer.citations),
            "unsupported": len(answer.unsupported),
            "ms": {stage: round(ms, 1) for stage, ms in answer.timings_ms.items()},
        }
        if not _note(**told):  # the page asks by its event stream, outside of any request
            own = {"question": answer.question} if self._with_text else {}
            logger.info(
                "answer", extra=fields(route=PAGE, total_ms=_ms(seconds), answer=told | own)
            )


def observed(
    assistant: Assistant, metrics: Metrics, lifecycle: Lifecycle, settings: Settings
) -> Assistant:
    """`assistant`, with its questions counted, timed and noted."""
    return cast("Assistant", Observed(assistant, metrics, lifecycle, settings))


def _note(**data: Any) -> bool:  # noqa: ANN401 - any JSON
    """Add to the line of the request being served; False where there is none."""
    notes = current.get()
    if notes is None or notes.is_done:
        return False
    notes.answer.update(data)
    return True


class Observer:
    """The outermost layer: times each request, counts it, and writes its line."""

    def __init__(self, app: ASGIApp, metrics: Metrics, settings: Settings) -> None:
        self._app = app
        self._metrics = metrics
        self._client = settings.log_client
        self._salt = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status, notes = time.perf_counter(), _FAILED, RequestNotes()
        path = scope["path"]

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        token = current.set(notes)
        try:
            await self._app(scope, receive, seen)
        finally:
            current.reset(token)
            notes.is_done = True
            seconds = time.perf_counter() - begin
            route = route_of(path, scope.get("route"))
            self._metrics.served(route, scope["method"], status, seconds)
            self._log(scope, route, status, seconds, notes)

    def _log(
        self, scope: Scope, route: str, status: int, seconds: float, notes: RequestNotes
    ) -> None:
        quiet = route in _QUIET and status < _FAILED
        level = logging.DEBUG if quiet else logging.WARNING if status >= _FAILED else logging.INFO
        data = fields(
            request_id=scope.get("state", {}).get("request_id"),
            method=scope["method"][:20],
            route=route,
            status=status,
            total_ms=_ms(seconds),
            client=self._caller(scope),
            answer=notes.answer,
        )
        logger.log(level, "request", extra=data)

    def _caller(self, scope: Scope) -> str | None:
        address = (scope.get("client") or ("",))[0]
        if self._client == "none" or not address:
            return None
        if self._client == "address":
            return str(address)
        return hmac.new(self._salt, address.encode(), hashlib.sha256).hexdigest()[:12]


def route_of(path: str, route: object) -> str:
    """A template of ours, "/mcp", "page", or "/api" for what was refused before a route was found."""
    template = str(getattr(route, "path", ""))
    if template.startswith(_OWN):
        return template
    if path == "/mcp" or path in _OWN:
        return path
    return "/api" if path.startswith("/api/") else PAGE


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
