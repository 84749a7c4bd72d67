"""Bytes made to break the parsers of article files: random ones, and article files that were damaged."""

from __future__ import annotations

import io
import json
import random
import re
import time
import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import docx
from anyascii import anyascii

from eval.reliability.outcome import Outcome
from eval.reliability.server import CORPUS
from rag.errors import ArticleError
from rag.indexing.readers import iter_files, read_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDINGS = (".md", ".txt", ".jsonl", ".html", ".pdf", ".docx")
MOST_SECONDS = 60.0  # the parsers' own limit; a refusal after it counts as a hang all the same
_MOST_RANDOM = 2000  # bytes of a string that stems from nothing
_CUT_OFF = 0.2  # seldom: a file cut short is refused before its parser gets far
_TOKENS = (
    "\x00", "\ufeff", "\u202e", "\u2066", "\ud800", "---\n", "\n---\n", "%PDF-1.7\n", "<", ">", "&#x0;", "&lt;", "]]>",
    "<!--", "<script>", "<table>" * 40, "{" * 200, "[" * 200, '"text":', "\\ud800", "PK\x03\x04", " 0 obj", "stream\n",
    "endobj", "startxref\n9999999999", "١٤٤٥", "ـ" * 50, "99999999999999999999", "-1", "\r", "\u2028", "é" * 30, "published: ",
)  # fmt: skip


def seeds(chance: random.Random) -> dict[str, list[bytes]]:
    """Sound files of each ending, told from the shipped articles."""
    texts = [path.read_text("utf-8") for path in iter_files(CORPUS) if path.suffix == ".md"]
    chosen = chance.sample(texts, min(6, len(texts)))
    bodies = [text.split("---\n", 2)[-1] for text in chosen]
    return {
        ".md": [text.encode() for text in chosen],
        ".txt": [body.encode() for body in bodies],
        ".jsonl": [_json_line(body) for body in bodies],
        ".html": [_page(body) for body in bodies],
        ".pdf": [_pdf(body) for body in bodies],
        ".docx": [_word(body) for body in bodies],
    }


def strings(chance: random.Random, found: list[bytes]) -> Iterator[bytes]:
    """Without end: by turns random bytes, and sound files damaged in one to eight places."""
    while True:
        yield chance.randbytes(chance.randrange(_MOST_RANDOM))
        for _ in range(3):
            yield _damaged(chance, bytearray(chance.choice(found)))
        if zipfile.is_zipfile(io.BytesIO(found[0])):
            yield _damaged_part(chance, chance.choice(found))


def _damaged(chance: random.Random, data: bytearray) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((1, 4, 64, 1024)))
        match chance.choice(("random", "cut out", "token", "token", "token", "repeat", "cut off")):
            case "random":
                data[at:to] = chance.randbytes(to - at)
            case "cut out":
                del data[at:to]
            case "token":
                data[at:at] = chance.choice(_TOKENS).encode("utf-8", "surrogatepass")
            case "repeat":
                data[at:at] = data[at:to] * chance.randint(1, 20)
            case _ if chance.random() < _CUT_OFF:
                del data[at:]
    return bytes(data)


def _damaged_part(chance: random.Random, archive: bytes) -> bytes:
    """A Word file that is a sound archive of one damaged part: the damage gets past the checksums."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        broken = chance.choice(names)
        for name in names:
            data = old.read(name)
            new.writestr(name, _damaged(chance, bytearray(data)) if name == broken else data)
    return out.getvalue()


def _json_line(body: str) -> bytes:
    return json.dumps({"title": "t", "text": body}, ensure_ascii=False).encode()


def _page(body: str) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>" for line in body.splitlines() if line)
    head = (
        '<head><meta charset="utf-8"><title>t</title><meta property="og:title" content="t"></head>'
    )
    return (
        f"<!doctype html><html>{head}<body><article>{paragraphs}</article></body></html>".encode()
    )


def _word(body: str) -> bytes:
    document = docx.Document()
    for line in body.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pdf(body: str) -> bytes:
    """One page of the text in Latin letters, since the fonts that every reader has hold no others."""
    shown = re.sub(r"[()\\\\]", "", anyascii(body)).encode("ascii")[:1500]
    content = b"BT /F1 9 Tf 40 700 Td (" + shown.replace(b"\n", b") Tj 0 -11 Td (") + b") Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    )
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, table)
    return bytes(out)


def fault_of(path: Path) -> tuple[str, str]:
    """What became of a file, `read`, `refused` or a fault, and the fault's line."""
    start = time.monotonic()
    try:
        read = read_file(path, path.parent)
    except ArticleError as error:
        told = str(error)
        verdict = "crash" if "crashes its parser" in told else "refused"
        if not told or "\n" in told:
            return "unreadable", f"a refusal of {told.count(chr(10)) + 1} lines"
    except Exception as error:  # noqa: BLE001 - that nothing else escapes is what is tried
        return "escape", f"{type(error).__name__}: {str(error)[:120]}"
    else:
        broken = [a.id for a in read.articles if not a.text.strip()]
        verdict = "empty" if broken else "read" if read.articles else "refused"
    if time.monotonic() - start > MOST_SECONDS:
        return "hang", f"{time.monotonic() - start:.0f} s"
    return verdict, ""


def run(work: Path, *, rounds: int = 10_000, seed: int = 1) -> Outcome:
    """`rounds` strings for each ending. A file that breaks something is kept under `work`/broken."""
    start = time.monotonic()
    work.mkdir(parents=True, exist_ok=True)
    (work / "broken").mkdir(exist_ok=True)
    found = seeds(random.Random(seed))  # noqa: S311 - no secret hangs on it
    counts: list[str] = []
    faults: list[str] = []
    for ending in ENDINGS:
        began = time.monotonic()
        verdicts: Counter[str] = Counter()
        stream = strings(random.Random(f"{seed}{ending}"), found[ending])  # noqa: S311
        for number in range(rounds):
            path = work / f"file{ending}"
            path.write_bytes(next(stream))
            verdict, line = fault_of(path)
            verdicts[verdict] += 1
            if verdict not in ("read", "refused"):
                kept = path.rename(work / "broken" / f"{number}{ending}")
                faults.append(f"{verdict} of {kept.name} (seed {seed}): {line}")
        told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
        counts.append(f"{ending}: {told}; {time.monotonic() - began:.0f} s")
    return Outcome(
        name="bytes for the parsers",
        tried=rounds * len(ENDINGS),
        wrong=len(faults),
        lost=0,
        half=0,
        tracebacks=0,
        details=(*counts, *faults[:20]),
        seconds=time.monotonic() - start,
    )
