"""Many users at once on the ask endpoint, while the index is synced again and again under them.

A generator of our own rather than locust: every answer of every user is checked against the articles,
and nothing is patched (locust runs on gevent).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from eval.goldset import read_questions
from eval.reliability import server
from eval.reliability.checking import fault_of
from eval.reliability.churn import Churn
from eval.reliability.outcome import Outcome
from eval.run import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping, Sequence
    from pathlib import Path

    from eval.reliability.server import Server

MOST_GROWTH = 0.05  # of resident memory, between the first third of the time and its end
_PATIENCE_S = 60.0  # longest wait for one answer
_PAUSE_S = 0.5  # after a deliberate refusal
_WINDOW = 1 / 9  # of the time, over which memory is averaged: 20 s of 3 minutes


@dataclass(slots=True)
class Tally:
    """What the users met. `memory` holds `(seconds since the start, bytes)`."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)

    def growth(self, seconds: float) -> float:
        """Of memory from the first third's end to the end of `seconds`; 0.05 is 5 %."""
        early, late = (self._memory_before(at, seconds * _WINDOW) for at in (seconds / 3, seconds))
        return late / early - 1

    def _memory_before(self, at: float, window: float) -> float:
        found = [size for when, size in self.memory if at - window <= when <= at]
        return float(np.median(found or [size for _, size in self.memory]))


async def ask_many(
    running: Server,
    questions: Sequence[str],
    texts: Mapping[str, str],
    *,
    users: int,
    seconds: float,
) -> Tally:
    """`users` clients ask for `seconds`, each its next question as soon as it has an answer.

    `texts`: of every article that may be cited, by id.
    """
    tally = Tally()
    start = time.monotonic()
    limits = httpx.Limits(max_connections=users, max_keepalive_connections=users)
    async with httpx.AsyncClient(
        base_url=running.base, timeout=_PATIENCE_S, limits=limits
    ) as client:
        sampler = asyncio.create_task(_sample(running, start, tally))
        try:
            async with asyncio.TaskGroup() as group:
                for user in range(users):
                    own = random.Random(user).sample(questions, len(questions))  # noqa: S311
                    group.create_task(_use(client, own, texts, start + seconds, tally))
        finally:
            sampler.cancel()
    return tally


async def _use(
    client: httpx.AsyncClient,
    questions: Sequence[str],
    texts: Mapping[str, str],
    end: float,
    tally: Tally,
) -> None:
    turn = 0
    while time.monotonic() < end:
        question = questions[turn % len(questions)]
        turn += 1
        asked = time.monotonic()
        try:
            reply = await client.post("/api/v1/ask", json={"question": question})
        except httpx.HTTPError as error:
            tally.faults.append(f"{question!r}: {type(error).__name__} {error}")
            continue
        if _is_deliberate(reply):
            tally.refused += 1
            await asyncio.sleep(_PAUSE_S)
        else:
            tally.milliseconds.append((time.monotonic() - asked) * 1000)
            _check(reply, question, texts, tally)


def _is_deliberate(reply: httpx.Response) -> bool:
    """A refusal that tells the client when to come again."""
    busy = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    return reply.status_code in busy and "retry-after" in reply.headers


def _check(reply: httpx.Response, question: str, texts: Mapping[str, str], tally: Tally) -> None:
    if reply.status_code != HTTPStatus.OK:
        tally.faults.append(f"{question!r}: {reply.status_code} {reply.text[:200]}")
        return
    answer = reply.json()
    tally.statuses[str(answer.get("status"))] += 1
    if fault := fault_of(answer, texts):
        tally.faults.append(f"{question!r}: {fault}")


async def _sample(running: Server, start: float, tally: Tally) -> None:
    while True:
        tally.memory.append((time.monotonic() - start, running.resident))
        await asyncio.sleep(1)


def run(work: Path, *, users: int = 50, seconds: float = 180, seed: int = 1) -> Outcome:
    """The shipped articles under load, removed and put back in turn by syncs in other processes."""
    corpus, folder = server.copy_corpus(work), work / "index"
    texts = server.texts_of(corpus)
    server.index(corpus, folder)
    questions = [question.question for question in read_questions(QUESTIONS)]
    limits = {"index": folder, "corpus": corpus, "writer": "extractive"}
    with server.running(work, limits) as running:
        syncs = Churn(corpus, folder, seed)
        asking = ask_many(running, questions, texts, users=users, seconds=seconds)
        tally = asyncio.run(_while_syncing(asking, syncs))
        return outcome_of(tally, syncs, users, seconds, running.tracebacks)


async def _while_syncing(asking: Coroutine[Any, Any, Tally], syncs: Churn) -> Tally:
    syncing = asyncio.create_task(syncs.go_on())
    try:
        return await asking
    finally:
        syncs.stop()
        await syncing


def outcome_of(tally: Tally, syncs: Churn, users: int, seconds: float, tracebacks: int) -> Outcome:
    """What the users met, as a part of the page. Anything but an answer or a deliberate refusal is wrong."""
    growth = tally.growth(seconds)
    faults = [*tally.faults, *syncs.faults]
    if growth >= MOST_GROWTH:
        faults.append(f"memory grew by {growth:.1%}")
    if not syncs.done:
        faults.append("no sync was completed meanwhile")
    done = len(tally.milliseconds)
    return Outcome(
        name="load",
        tried=done + tally.refused + len(tally.faults),
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=tracebacks,
        details=(*_figures(tally, syncs, users, seconds, growth), *faults[:20]),
        seconds=seconds,
    )


def _figures(
    tally: Tally, syncs: Churn, users: int, seconds: float, growth: float
) -> tuple[str, ...]:
    p50, p95, p99 = np.percentile(tally.milliseconds or [0.0], (50, 95, 99)) / 1000
    memory = [size / 2**20 for _, size in tally.memory]
    statuses = ", ".join(f"{count} {status}" for status, count in tally.statuses.most_common())
    return (
        f"{users} users for {seconds:g} s, {len(tally.milliseconds)} answers ({statuses}), "
        f"{len(tally.milliseconds) / seconds:.1f} a second, {tally.refused} deliberate refusals",
        f"time to an answer p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s",
        f"memory {min(memory):.0f} to {max(memory):.0f} MB; {growth:+.1%} from the first third's "
        "end to the end",
        f"{syncs.done} syncs meanwhile, {syncs.moved} articles taken out or put back",
    )
