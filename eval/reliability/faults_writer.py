"""A language model's server that fails in every way: the extractive writer answers, and one line says so."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eval.goldset import read_questions
from eval.reliability import server
from eval.reliability.asking import Reply, ask, stream
from eval.reliability.checking import fault_of
from eval.reliability.outcome import Outcome
from eval.reliability.talker import MODEL
from eval.run import QUESTIONS
from rag.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from eval.reliability.server import Server

SILENCE_S = 2.0  # the setting ollama_timeout_s; a whole answer may take five times as long
_PROBE_S = 4.0  # longest look whether the server is there
_OWN_S = 6.0  # the server's own work for the readers at once, on two busy cores
LIMIT_S = SILENCE_S + _PROBE_S + _OWN_S
WHOLE_LIMIT_S = 5 * SILENCE_S + _PROBE_S + _OWN_S
READERS = 4  # at once, by turns a program and a page
_NOTICE = "the extractive writer answers instead"

# name: the manner of the talker, and the signal it gets (None, or at the first words, or before)
FAULTS: dict[str, tuple[str | None, str, signal.Signals | None]] = {
    "not there": (None, "before", None),
    "frozen": ("whole", "before", signal.SIGSTOP),
    "killed in mid-answer": ("endless", "midway", signal.SIGKILL),
    "frozen in mid-answer": ("endless", "midway", signal.SIGSTOP),
    "hangs up in mid-answer": ("cut", "before", None),
    "sends what is no answer": ("garbage", "before", None),
    "sends an error in mid-answer": ("error", "before", None),
    "refuses to answer": ("refuse", "before", None),
    "never ends": ("endless", "before", None),
}


@contextmanager
def talker(manner: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A language model's server in that manner, killed at the end.

    Raises:
        ServerError: it did not start.
    """
    command = [sys.executable, "-m", "eval.reliability.talker", manner, str(port)]
    with subprocess.Popen(command, cwd=server.ROOT, stdout=subprocess.PIPE) as process:  # noqa: S603
        try:
            if process.stdout is None or not process.stdout.readline():
                raise ServerError(f"{' '.join(command[1:])} did not start")
            yield process
        finally:
            process.kill()


def settings_for(index: Path, port: int) -> dict[str, object]:
    """Of a server whose answers are written by the talker at `port`."""
    return {
        "index": index,
        "ollama_host": f"http://127.0.0.1:{port}",
        "ollama_model": MODEL,
        "ollama_timeout_s": SILENCE_S,
    }


def answered_questions(running: Server, wanted: int, seed: int) -> list[str]:
    """Questions of the gold set that the extractive writer answers, in an order of the seed's."""
    asked = [question.question for question in read_questions(QUESTIONS)]
    random.Random(seed).shuffle(asked)  # noqa: S311 - no secret hangs on it
    found: list[str] = []
    for question in asked:
        reply = ask(running.base, question)
        if reply.answer and reply.answer["status"] in ("answered", "partial"):
            found.append(question)
        if len(found) == wanted:
            break
    return found


def faults_of(name: str, reply: Reply, texts: Mapping[str, str]) -> list[str]:
    """What is wrong with an answer that was given although the model failed.

    A model that repeats itself without end is cut short, and what it wrote is checked like any
    text: that answer may be its own.
    """
    endless = name == "never ends"
    limit_s = WHOLE_LIMIT_S if endless else LIMIT_S
    if reply.answer is None:
        return [reply.error]
    found = [fault for fault in [fault_of(reply.answer, texts)] if fault]
    if reply.answer["writer"] != "extractive" and not endless:
        found.append(f"written by {reply.answer['writer']}")
    told = [notice for notice in reply.notices if _NOTICE in notice]
    if reply.answer["writer"] == "extractive" and (len(told) != 1 or "\n" in told[0]):
        found.append(f"{len(told)} notices of the failure")
    if reply.seconds > limit_s:
        found.append(f"took {reply.seconds:.1f} s of {limit_s:g} s")
    return found


def meet(name: str, base: str, port: int, questions: Sequence[str]) -> list[Reply]:
    """What readers at once get while the talker fails so."""
    manner, when, stroke = FAULTS[name]
    if manner is None:
        return _readers(base, questions, threading.Event())
    with talker(manner, port) as process:
        begun = threading.Event()
        if when == "before" and stroke:
            process.send_signal(stroke)
        striking = threading.Thread(target=_strike, args=(process, begun, stroke))
        if when == "midway":
            striking.start()
        replies = _readers(base, questions, begun)
        begun.set()  # whatever came: the thread must end
        if when == "midway":
            striking.join()
        return replies


def _strike(
    process: subprocess.Popen[bytes], begun: threading.Event, stroke: signal.Signals | None
) -> None:
    begun.wait()
    if stroke:
        process.send_signal(stroke)


def _readers(base: str, questions: Sequence[str], begun: threading.Event) -> list[Reply]:
    with ThreadPoolExecutor(len(questions)) as pool:
        asked = [
            pool.submit(stream, base, question, "ollama", begun.set)
            if number % 2 == 0
            else pool.submit(ask, base, question, "ollama")
            for number, question in enumerate(questions)
        ]
        return [future.result() for future in asked]


def run(work: Path, *, rounds: int = 3, seed: int = 1) -> Outcome:
    """Every fault of `FAULTS`, `rounds` times over, each on a server that did not know of it."""
    start = time.monotonic()
    texts, folder = server.texts_of(server.CORPUS), work / "index"
    server.index(server.CORPUS, folder)
    faults: list[str] = []
    times: list[str] = []
    tried = tracebacks = 0
    for number, name in enumerate(list(FAULTS) * rounds):
        port = server.free_port()
        home = work / f"writer-{number}"
        with server.running(home, settings_for(folder, port)) as running:
            questions = answered_questions(running, READERS, seed + number)
            replies = meet(name, running.base, port, questions)
            tracebacks += running.tracebacks
        tried += len(replies)
        faults += [f"{name}: {f}" for reply in replies for f in faults_of(name, reply, texts)]
        times.append(f"{name}: {max(reply.seconds for reply in replies):.1f} s at most")
    return Outcome(
        name="language model fails",
        tried=tried,
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=tracebacks,
        details=(*times[-len(FAULTS) :], *faults[:20]),
        seconds=time.monotonic() - start,
    )
