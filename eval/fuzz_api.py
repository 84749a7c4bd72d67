"""Requests made from the API's own description, possible and impossible ones, sent to it in this process.

`fuzz` counts what comes back; a server error, or a reply that the description does not know, is a fault.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from hypothesis.strategies import SearchStrategy

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_DELIBERATE = 503  # index or model can't be used, or the server is busy


@dataclass(slots=True)
class Fuzzed:
    """What came back: how many requests each operation got, how often each status, and each fault once."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def server_errors(self) -> int:
        """Replies of 500 and above, deliberate 503 aside."""
        return sum(n for s, n in self.statuses.items() if s >= 500 and s != _DELIBERATE)

    def to_dict(self) -> dict[str, Any]:
        """For a report."""
        return {
            "requests": self.cases.total(),
            "operations": dict(self.cases),
            "statuses": {str(status): n for status, n in sorted(self.statuses.items())},
            "server_errors": self.server_errors,
            "faults": self.faults,
        }


def fuzz(
    app: FastAPI, examples: int, *, number: int = 1, headers: Mapping[str, str] | None = None
) -> Fuzzed:
    """Send about `examples` possible and as many impossible requests to each operation of `app`.

    Args:
        app: what `rag.serving.server.create_app` made; its rate limits should be off.
        examples: of each operation and kind.
        number: the seed; the same one gives the same requests.
        headers: sent with each request, a token for example.
    """
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers=dict(headers or {}))
    result = Fuzzed()
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # the description is valid
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cases = operation.as_strategy(generation_mode=mode)
            _run(cases, operation.label, result, examples, number, headers or {})
    return result


def _run(
    cases: SearchStrategy[Any],
    label: str,
    result: Fuzzed,
    examples: int,
    number: int,
    headers: Mapping[str, str],
) -> None:
    @seed(number)
    @hypothesis_settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def send(case: schemathesis.Case[Any]) -> None:
        reply = case.call(headers=dict(headers))
        result.cases[label] += 1
        result.statuses[reply.status_code] += 1
        try:
            case.validate_response(reply, checks=_CHECKS)
        except FailureGroup as group:
            told = "; ".join(" ".join(str(error).split())[:300] for error in group.exceptions)
            fault = f"{label}: {reply.status_code}: {told}"
            if fault not in result.faults:
                result.faults.append(fault)

    with contextlib.suppress(
        Unsatisfiable
    ):  # of an operation without parameters nothing is impossible
        send()
