"""The API by its own description: schemathesis makes requests from it; every reply must be as described."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import hypothesis
import schemathesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import Failure, FailureGroup

from eval.reliability import server
from eval.reliability.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# A description can't say that a question needs a letter: what it allows may be refused as unusable.
_NOT_HELD = (checks.positive_data_acceptance,)
_REASON = 400  # characters of a fault that the page shows


def try_operations(schema: Any, *, examples: int, seed: int = 1) -> tuple[int, list[str]]:  # noqa: ANN401 - of schemathesis
    """How many requests were made, and a line for each operation with a wrong reply.

    For each operation `examples` requests that keep to the description, and as many that break it.
    Held: no server error; status, type and body as described; what breaks the description is refused.
    """
    tried, faults = 0, []
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            made, fault = _try(operation.as_strategy(generation_mode=mode), examples, seed)
            tried += made
            faults += [f"{operation.label}, {mode.value}: {fault}"] if fault else []
    return tried, faults


def _try(strategy: Any, examples: int, seed: int) -> tuple[int, str]:  # noqa: ANN401 - of hypothesis
    made = 0

    def hold(case: Any) -> None:  # noqa: ANN401 - of schemathesis
        nonlocal made
        made += 1
        case.call_and_validate(excluded_checks=list(_NOT_HELD))

    try:
        _generated(hold, strategy, examples, seed)()
    except (FailureGroup, Failure) as error:
        return made, " ".join(str(error).split())[:_REASON]
    except Unsatisfiable:  # an operation without parameters can't be called wrongly
        return made, ""
    return made, ""


def _generated(hold: Callable[[Any], None], strategy: Any, examples: int, seed: int) -> Any:  # noqa: ANN401 - of hypothesis
    patient = hypothesis.settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    )
    return hypothesis.seed(seed)(patient(hypothesis.given(case=strategy)(hold)))


def run(work: Path, *, examples: int = 200, seed: int = 1) -> Outcome:
    """Every operation of the running server, with the shipped articles, adding and removing allowed."""
    start = time.monotonic()
    corpus, folder = server.copy_corpus(work), work / "index"
    server.index(corpus, folder)
    given = {"corpus": corpus, "index": folder, "writer": "extractive", "ingestion": "true"}
    with server.running(work / "schema", given) as running:
        schema = schemathesis.openapi.from_url(f"{running.base}/openapi.json")
        tried, faults = try_operations(schema, examples=examples, seed=seed)
        tracebacks = running.tracebacks
    return Outcome(
        name="the API's own description",
        tried=tried,
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=tracebacks,
        details=(f"{examples} requests by the description and as many against it", *faults[:20]),
        seconds=time.monotonic() - start,
    )
