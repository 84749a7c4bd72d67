"""Requests made to break the service: each is refused or answered, as promised, and nobody else waits."""

from __future__ import annotations

import itertools
import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING

from eval.goldset import read_questions
from eval.reliability import server, wire
from eval.reliability.asking import ASK, ask
from eval.reliability.checking import fault_of
from eval.reliability.hostile_cases import Attempt, attempts, questions
from eval.reliability.outcome import Outcome
from eval.run import QUESTIONS

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SECRETS = (b"root:x:", b"[build-system]", b"class Settings(", b'"embedding"')  # of files outside
SLOW = 200  # connections that send a byte a second
LIMIT_S = 5.0  # for a question meanwhile; alone one takes 0.2 s
_REFUSED = (HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY)


def fault_of_attempt(attempt: Attempt, heard: wire.Heard) -> str | None:
    """What is wrong with how an attempt was met, or None."""
    if any(secret in heard.body for secret in SECRETS):
        return f"{attempt.name}: shows a file"
    if b"Traceback" in heard.body:
        return f"{attempt.name}: shows a traceback"
    if heard.status >= HTTPStatus.INTERNAL_SERVER_ERROR and heard.status not in attempt.statuses:
        return f"{attempt.name}: {attempt.method} {attempt.path[:80]!r} gives {heard.status}"
    if attempt.statuses and heard.status not in attempt.statuses:
        return f"{attempt.name}: {heard.status}, expected one of {attempt.statuses}"
    is_api = attempt.path[:5] in ("/api/", b"/api/")
    if is_api and heard.kind and heard.status >= HTTPStatus.BAD_REQUEST and not _is_told(heard):
        return f"{attempt.name}: {heard.status} is told as {heard.kind}"
    return None


def _is_told(heard: wire.Heard) -> bool:
    """As a problem; what is no HTTP at all never reaches the application."""
    return heard.is_problem or b"Invalid HTTP request" in heard.body


def try_attempts(base: str, cases: Iterable[Attempt]) -> tuple[int, list[str]]:
    """How many were made, and what was wrong."""
    tried, faults = 0, []
    for case in cases:
        tried += 1
        heard = wire.request(base, case.method, case.path, case.body, **case.headers)
        if fault := fault_of_attempt(case, heard):
            faults.append(fault)
    return tried, faults


def fault_of_question(base: str, question: str, texts: Mapping[str, str]) -> str | None:
    """A question is answered, its quotations exact, or refused as no question."""
    heard = wire.post_json(base, ASK, {"question": question, "writer": "extractive"})
    if heard.status not in _REFUSED:
        return f"question {question!r}: {heard.status} {heard.body[:100]!r}"
    if heard.status == HTTPStatus.OK:
        fault = fault_of(json.loads(heard.body), texts)
        return f"question {question!r}: {fault}" if fault else None
    return None if heard.is_problem else f"question {question!r}: refused without a problem"


def try_slowly(base: str, question: str, connections: int, seconds: float) -> list[str]:
    """Heads and bodies that come a byte a second: a question meanwhile is answered at once."""
    head = wire.head(
        base, "POST", ASK, {"content_type": "application/json", "content_length": "500"}
    )
    slow = [wire.connect(base) for _ in range(connections)]
    found: list[str] = []
    try:
        for number, connection in enumerate(slow):
            connection.sendall(head if number % 2 else head[:20])
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            _drip(slow)
            reply = ask(base, question)
            if reply.answer is None or reply.seconds > LIMIT_S:
                found.append(f"beside slow bodies: {reply.error or f'{reply.seconds:.1f} s'}")
            time.sleep(1)
    finally:
        for connection in slow:
            connection.close()
    return found


def _drip(slow: list[socket.socket]) -> None:
    for connection in slow:
        try:
            connection.sendall(b"a")
        except OSError:  # the server has had enough of it
            continue


def run(work: Path, *, rounds: int = 1000, slow_s: float = 30, seed: int = 1) -> Outcome:
    """All attempts, `rounds` hostile questions, and slow connections for `slow_s`."""
    start = time.monotonic()
    texts, folder = server.texts_of(server.CORPUS), work / "index"
    server.index(server.CORPUS, folder)
    sound = [question.question for question in read_questions(QUESTIONS)]
    with server.running(work / "hostile", {"index": folder, "writer": "extractive"}) as running:
        tried, faults = try_attempts(running.base, attempts())
        strange = itertools.islice(questions(random.Random(seed), sound), rounds)  # noqa: S311
        with ThreadPoolExecutor(4) as pool:
            found = pool.map(lambda text: fault_of_question(running.base, text, texts), strange)
            faults += [fault for fault in found if fault]
        faults += try_slowly(running.base, sound[0], SLOW, slow_s)
        tracebacks = running.tracebacks
    return Outcome(
        name="hostile requests",
        tried=tried + rounds + SLOW,
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=tracebacks,
        details=(
            f"{tried} paths, bodies, types, methods and ids; {rounds} questions; {SLOW} connections "
            f"of a byte a second for {slow_s:g} s",
            *faults[:40],
        ),
        seconds=time.monotonic() - start,
    )
