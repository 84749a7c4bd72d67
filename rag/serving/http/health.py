"""Whether the server lives, whether it would answer, and what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import Response  # noqa: TC002 - FastAPI reads it at run time

from rag.serving.http.problems import JsonResponse
from rag.serving.tokens.access import may_read

if TYPE_CHECKING:
    from rag.serving.http.api import Gate
    from rag.serving.observing.lifecycle import Lifecycle
    from rag.serving.observing.metrics import Metrics
    from rag.serving.protocol import Assistant

_NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {
        "description": "a question would not be answered; the detail says why",
        "content": {"application/problem+json": {}},
    }
}
_OLDER = "an older state of the index answers; the server's log says why"
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus' text format", "content": {"text/plain": {}}}
}


def health_router(assistant: Assistant, lifecycle: Lifecycle, gate: Gate) -> APIRouter:
    """/healthz and /readyz."""
    router = APIRouter(default_response_class=JsonResponse, tags=["health"])

    @router.get("/healthz")
    async def healthz() -> Response:
        """The server is alive."""
        return JsonResponse({"status": "alive"})

    @router.get("/readyz", responses=_NOT_READY)
    async def readyz(request: Request) -> Response:
        """A question would be answered now: index and model work, and there is room in the queue.

        Where an older state of the index answers, `detail` says so.
        """
        gate.check()
        await lifecycle.require_ready(assistant.check)
        trouble = getattr(assistant, "trouble", None)
        told = {"detail": trouble if may_read(request.scope) else _OLDER} if trouble else {}
        return JsonResponse({"status": "ready"} | told)

    return router


def metrics_router(metrics: Metrics) -> APIRouter:
    """/metrics."""
    router = APIRouter(tags=["health"])

    @router.get("/metrics", responses=_TEXT)
    def read_metrics() -> Response:
        """What the server counts, for Prometheus."""
        return metrics.page()

    return router
