"""Requests and questions made to break the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from eval.reliability.asking import ASK

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

SEARCH = "/api/v1/search"
ARTICLES = "/api/v1/articles"
_JSON = {"content_type": "application/json"}
_UP = (
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..\\",
    "..%5c",
    "....//",
    "%252e%252e%252f",
    "..%c0%af",
)
_TARGETS = ("etc/passwd", "pyproject.toml", "index/manifest.json", "rag/settings.py")
_UNDER = (
    "/",
    "/ui/",
    "/assets/",
    "/docs-assets/",
    "/static/",
    "/gradio_api/file=",
    f"{ARTICLES}/",
    "/article/",
)

SYNTAX = (
    '"', '""', "'", "*", "title:*", "AND", "OR OR", "NOT", "+", "-", "--", "(", "((((", ")", "[a TO z]", "{1 TO 9}",
    "text:/(a+)+$/", "a~99", "a^999999", "IN [x y", "\\", "\\\\\"", "field:value:value", "x OR", "؟؟", "«»", "NEAR/3",
    "^", "!", "a && b || !c", "*:*", '"unclosed phrase', "<= 5", "boost:1e309", "id:\0x",
)  # fmt: skip
IDS = (
    "../../etc/passwd", "..", ".", "/", "//", "%00", "a%00b", "' OR '1'='1", "1; DROP TABLE articles;--", "C:\\x",
    "\u202egnp", "\ufeff", "a" * 8000, "%", "%zz", "é", "١٢٣", "{{7*7}}", "${7*7}", "<script>", "\n", "-1", "NaN",
)  # fmt: skip
_STRANGE = (
    "\u202e", "\u2066", "\u2069", "\u200f", "\u200d", "\ufeff", "\u0640", "\u0670", "\ufdfa", "\U0001f600", "\U000e0001",
    "\u0301" * 40, "\x07", "\x1b[31m", "\u2028", "\r\n", "٢٠٢٠", "2020", "۱۳۹۹", "Москва", "ß", "İ", "ﷺ", "\x7f", "\u0085",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that must be refused, or answered without showing what it is after."""

    name: str
    method: str
    path: bytes | str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = ()  # those that are right; none given: any below 500


def attempts() -> Iterator[Attempt]:
    """Paths, bodies and types, all by name."""
    yield from _paths()
    yield from _bodies()
    for name in IDS:
        raw = name if name.startswith("%") else quote(name, safe="")
        yield Attempt(f"id {name[:30]!r}", "GET", f"{ARTICLES}/{raw}", statuses=(400, 404, 414, 0))
        yield Attempt(f"id {name[:30]!r}", "DELETE", f"{ARTICLES}/{raw}")
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "x/y; a",
    ):
        refused = {"content_type": kind}
        yield Attempt(f"type {kind}", "POST", ASK, b'{"question": "x"}', refused, (415, 422, 400))


def _paths() -> Iterator[Attempt]:
    for under in _UNDER:
        for up in _UP:
            for target in _TARGETS:
                path = under + up * 6 + target
                yield Attempt(f"path {path[:60]}", "GET", path)
    for raw in (
        b"/\xff\xfe",
        b"/%ff%fe",
        b"/" + b"a" * 60_000,
        b"/api/v1/articles?" + b"a=b&" * 5000,
        b"//evil.example/",
    ):
        yield Attempt(f"path {raw[:20]!r}", "GET", raw)


def _bodies() -> Iterator[Attempt]:
    deep = 100_000
    broken: dict[str, bytes] = {
        "empty": b"",
        "no JSON": b"{",
        "an array": b"[]",
        "null": b"null",
        "deep arrays": b"[" * deep + b"]" * deep,
        "deep objects": b'{"question":' * 20_000 + b"1" + b"}" * 20_000,
        "deep in a field": b'{"question": ' + b"[" * deep + b"]" * deep + b"}",
        "invalid UTF-8": b'{"question": "\xff\xfe"}',
        "overlong UTF-8": b'{"question": "\xc0\xaf"}',
        "UTF-16": '{"question": 1}'.encode("utf-16"),
        "lone surrogate": b'{"question": "a\\ud800"}',
        "surrogate pair the wrong way": b'{"question": "a\\udc00\\ud800"}',
        "NUL": b'{"question": "a\\u0000b"}',
        "raw NUL": b'{"question": "a\x00b"}',
        "NaN": b'{"question": "x", "k": NaN}',
        "a huge number": b'{"question": "x", "k": 1' + b"0" * 5000 + b"}",
        "a float": b'{"question": "x", "k": 1e400}',
        "a number": b'{"question": 5}',
        "an unknown field": b'{"question": "x", "__proto__": {}}',
        "only marks": '{"question": "؟!…"}'.encode(),
        "only controls": b'{"question": "\\u202e\\u200f\\ufeff"}',
        "too long a question": b'{"question": "' + b"a" * 150_000 + b'"}',
        "too many names": b'{"question": "x", "sources": [' + b'"a",' * 5000 + b'"a"]}',
        "too much history": b'{"question": "x", "history": [' + b'{"question": "a"},' * 900 + b'{"question": "a"}]}',
        "no such day": b'{"question": "x", "since": "2021-02-30"}',
        "Arabic digits in a day": '{"question": "x", "since": "٢٠٢١-٠٢-٠٣"}'.encode(),
    }  # fmt: skip
    for path in (ASK, SEARCH):
        for name, body in broken.items():
            yield Attempt(f"body: {name}", "POST", path, body, _JSON, (400, 413, 422))
        yield Attempt("body: 5 MB", "POST", path, b'"' + b"a" * 5_000_000, _JSON, (413, 0))
        said = _JSON | {"content_length": "99999999999999999999"}
        yield Attempt("a length beyond measure", "POST", path, b"{}", said, (400, 413, 0))
        yield Attempt(
            "a length below zero", "POST", path, b"{}", _JSON | {"content_length": "-1"}, (400, 0)
        )
        packed = _JSON | {"content_encoding": "gzip"}
        yield Attempt("packed", "POST", path, b"\x1f\x8b\x08" + b"\0" * 50, packed, (400, 415, 422))
    for method in ("PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 100):
        yield Attempt(f"method {method[:10]}", method, ASK, statuses=(400, 404, 405, 501))


def questions(chance: random.Random, sound: Sequence[str]) -> Iterator[str]:
    """Without end: search syntax, strange characters and blocks of Unicode, alone and within sound questions."""
    yield from SYNTAX
    while True:
        words = chance.choice(sound).split()
        for _ in range(chance.randint(1, 6)):
            strange = chance.choice((*SYNTAX, *_STRANGE, _block(chance)))
            words.insert(chance.randrange(len(words) + 1), strange)
        text = chance.choice((" ", "", " ")).join(words)
        yield text[: chance.choice((5, 80, 1900))]


def _block(chance: random.Random) -> str:
    start = chance.choice(
        (0x20, 0x300, 0x400, 0x600, 0x8A0, 0x900, 0x2000, 0x3040, 0xFB50, 0xFE70, 0x1F600, 0xE0100)
    )
    return "".join(chr(start + chance.randrange(96)) for _ in range(chance.randint(1, 20)))
