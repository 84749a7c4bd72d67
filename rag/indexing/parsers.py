"""The parsers of web pages, PDF and Word files, run in a process of their own.

Such files are the work of strangers, and their parsers are large: one that takes too long or too much
memory, or crashes, costs that file and nothing else.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from rag.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from rag.indexing.draft import Draft

MAX_MEMORY = 2 * 1024**3  # bytes of address space; what a page of 20 MB needs is a quarter of it
_HOMES = {
    ".html": ("rag.indexing.webpage", "read_webpage"),
    ".htm": ("rag.indexing.webpage", "read_webpage"),
    ".pdf": ("rag.indexing.pdf", "read_pdf"),
    ".docx": ("rag.indexing.word", "read_word"),
}
ENDINGS = frozenset(_HOMES)


def parse(ending: str, data: bytes) -> Draft:
    """The draft that a file of that ending holds, parsed in this very process.

    Raises:
        ArticleError: the file can't be read; one line, reason and remedy.
    """
    module, name = _HOMES[ending]
    parser: Callable[[bytes], Draft] = getattr(import_module(module), name)
    try:
        return parser(data)
    except ArticleError:
        raise
    except MemoryError:
        raise ArticleError(too_big()) from None
    except RecursionError:
        raise ArticleError("is nested too deeply to be read; simplify or remove it") from None
    except Exception as error:
        # The parsers' libraries raise whatever broken input leads them to.
        what = " ".join(f"{type(error).__name__}: {error}".split())[:150]
        raise ArticleError(f"is damaged ({what}); save it anew or remove it") from error


def too_big() -> str:
    """Why a file that ran out of memory is refused."""
    return f"needs more than {MAX_MEMORY // 1024**3} GB of memory to be read; split or remove it"


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more.

    A request is a line of JSON `[ending, length]` and that many bytes; an answer is a line: "+" and a
    draft, or "-" and the reason of a refusal.
    """
    while line := requests.readline():
        ending, length = json.loads(line)
        try:
            answer = "+" + parse(ending, requests.read(length)).to_json()
        except ArticleError as error:
            answer = "-" + json.dumps(str(error))
        answers.write(answer.encode("ascii") + b"\n")
        answers.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit holds there too
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Serve standard input and output, within `MAX_MEMORY`."""
    # What a library prints must not end up among the answers.
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        _limit_memory()
        serve(sys.stdin.buffer, answers)
