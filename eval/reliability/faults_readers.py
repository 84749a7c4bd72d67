"""Readers who leave in the middle of an answer: nothing they held may stay held."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from eval.reliability import server
from eval.reliability.asking import ASK, ask
from eval.reliability.checking import fault_of
from eval.reliability.faults_writer import answered_questions, settings_for, talker
from eval.reliability.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from eval.reliability.server import Server

LIMIT_S = 5.0  # for the questions after all have left; alone one takes 0.2 s
_SETTLE_S = 30.0  # longest time until nothing runs for those who have left
_AT_ONCE = 20  # readers who hold a connection together
_MOST_BYTES = 4000
_MOST_WAIT_S = 1.0
_POOL = 48  # idle threads that the server keeps for later: 8 for questions, 40 for the rest
_AFTER = 12  # questions at once afterwards: more than run together


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a reader asks, and when it leaves: after so many bytes or seconds, by a reset or politely."""

    question: str
    writer: str
    most: int
    wait_s: float
    resets: bool


async def leave_often(base: str, questions: Sequence[str], times: int, seed: int) -> int:
    """`times` readers who leave at random points, half by a reset; how many had read something."""
    chance = random.Random(seed)  # noqa: S311 - no secret hangs on it
    turns = asyncio.Semaphore(_AT_ONCE)

    async def leave() -> bool:
        plan = Leaving(
            chance.choice(questions),
            chance.choice(["extractive", "ollama"]),
            chance.randrange(_MOST_BYTES),
            chance.random() * _MOST_WAIT_S,
            chance.random() < 1 / 2,
        )
        async with turns:
            return await _leave(base, plan)

    return sum(await asyncio.gather(*(leave() for _ in range(times))))


async def _leave(base: str, plan: Leaving) -> bool:
    place = urlsplit(base)
    reading, writing = await asyncio.open_connection(place.hostname, place.port)
    body = {"question": plan.question, "writer": plan.writer}
    writing.write(_request(place.netloc, body))
    read = b""
    with contextlib.suppress(TimeoutError, ConnectionError):  # it leaves either way
        async with asyncio.timeout(plan.wait_s):
            await writing.drain()
            while len(read) < plan.most and (part := await reading.read(512)):
                read += part
    if plan.resets:
        writing.transport.abort()
    else:
        writing.close()
    return bool(read)


def _request(host: str, body: dict[str, Any]) -> bytes:
    data = json.dumps(body).encode()
    head = (
        f"POST {ASK} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode("ascii") + data


def faults_after(
    running: Server, questions: Sequence[str], texts: Mapping[str, str], threads: int
) -> list[str]:
    """What is held still: answers that come late, threads and connections that stay."""
    settled = _settle(running, threads)
    found = [] if settled else [f"{running.process.num_threads()} threads, before {threads}"]
    start = time.monotonic()
    with ThreadPoolExecutor(_AFTER) as pool:
        asked = [*questions] * _AFTER
        replies = list(pool.map(lambda question: ask(running.base, question), asked[:_AFTER]))
    spent = time.monotonic() - start
    if spent > LIMIT_S:
        found.append(f"{_AFTER} questions afterwards took {spent:.1f} s")
    for reply in replies:
        fault = fault_of(reply.answer, texts) if reply.answer else reply.error
        found += [fault] if fault else []
    return found


def _settle(running: Server, threads: int) -> bool:
    """Wait until the process has no more threads than it may keep, and no connection of those who left."""
    port = urlsplit(running.base).port
    end = time.monotonic() + _SETTLE_S
    while time.monotonic() < end:
        held = [c for c in running.process.net_connections("tcp") if c.laddr.port == port]
        open_still = sum(c.status in ("ESTABLISHED", "CLOSE_WAIT") for c in held)
        if not open_still and running.process.num_threads() <= threads + _POOL:
            return True
        time.sleep(0.2)
    return False


def run(work: Path, *, rounds: int = 300, seed: int = 1) -> Outcome:
    """`rounds` readers leave, with either writer, the model being one that never ends."""
    start = time.monotonic()
    texts, folder, port = server.texts_of(server.CORPUS), work / "index", server.free_port()
    server.index(server.CORPUS, folder)
    with (
        talker("endless", port),
        server.running(work / "readers", settings_for(folder, port)) as running,
    ):
        questions = answered_questions(running, 8, seed)
        threads = running.process.num_threads()
        read = asyncio.run(leave_often(running.base, questions, rounds, seed))
        faults = faults_after(running, questions, texts, threads)
        tracebacks = running.tracebacks
    return Outcome(
        name="readers leave",
        tried=rounds,
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=tracebacks,
        details=(
            f"{rounds} streams cut, {read} of them after the first bytes; {_AFTER} questions "
            "afterwards answered together",
            *faults[:20],
        ),
        seconds=time.monotonic() - start,
    )
