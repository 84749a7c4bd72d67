"""How well dates are read: `python -m eval.measure_dates [DATA_DIR] [--labelled FILE] [--speed FILE]`.

DATA_DIR holds `dates.jsonl` (`text`, `iso`) and `months.jsonl` (`ar`, `month`): every text must be read as exactly its
day or month. A labelled file has one sentence a line, `marked` with `[[words|first..last]]`, and perhaps `anchor`
and `language`. `--dateparser` reads the same sentences with `dateparser.search`, if that is installed.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rag.text.dates import find_dates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LABELLED: Final = Path(__file__).parent.parent / "tests" / "text" / "test_dates_labelled.jsonl"
_MARK: Final = re.compile(
    r"\[\[(?P<words>[^|\]]*)\|(?P<first>[\d-]*)(?P<open>\.\.)?(?P<last>[\d-]*)\]\]"
)
_MEGABYTE: Final = 1_000_000

Span = tuple[int, int, date | None, date | None]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and the times it names: start, end, first and last day."""

    text: str
    language: str
    anchor: date | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of right, wrong and missed mentions."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Right share of what was found."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Found share of what is there."""
        return self.right / max(1, self.right + self.missed)


def read_labelled(path: Path) -> list[Labelled]:
    """The sentences of a labelled file."""
    return [_labelled(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def score(
    sentences: Iterable[Labelled],
    finder: Callable[[Labelled], Sequence[Span]],
    *,
    leniently: bool = False,
) -> tuple[Score, list[str]]:
    """Counts and a line for each mistake.

    A mention is right if it overlaps a marked one and means the same days; `leniently`, any day among them.
    """
    right = wrong = missed = 0
    mistakes: list[str] = []
    same = _among if leniently else _same
    for sentence in sentences:
        found = list(finder(sentence))
        matched = [gold for gold in sentence.spans if any(same(gold, span) for span in found)]
        extra = [span for span in found if not any(same(gold, span) for gold in sentence.spans)]
        right += len(matched)
        missed += len(sentence.spans) - len(matched)
        wrong += len(extra)
        mistakes += [f"wrong   {_shown(sentence, span)}" for span in extra]
        mistakes += [
            f"missed  {_shown(sentence, gold)}" for gold in sentence.spans if gold not in matched
        ]
    return Score(right, wrong, missed), mistakes


def ours(sentence: Labelled) -> list[Span]:
    """What `find_dates` finds."""
    mentions = find_dates(sentence.text, sentence.anchor, sentence.language)
    return [(m.start, m.end, m.first, m.last) for m in mentions if m.certainty != "weekday"]


def dateparsers(sentence: Labelled) -> list[Span]:
    """What `dateparser.search` finds; it names one day even for a year or a range."""
    search_dates = import_module("dateparser.search").search_dates  # untyped, and only here

    settings: dict[str, Any] = {"PREFER_DATES_FROM": "past"}
    if sentence.anchor:
        settings["RELATIVE_BASE"] = datetime(*sentence.anchor.timetuple()[:3])  # noqa: DTZ001 - naive, as it wants
    position, spans = 0, []
    for words, when in (
        search_dates(sentence.text, languages=[sentence.language], settings=settings) or []
    ):
        start = max(sentence.text.find(words, position), 0)
        position = start + len(words)
        spans.append((start, position, when.date(), when.date()))
    return spans


def exact_strings(folder: Path) -> tuple[int, list[str]]:
    """How many strings of `dates.jsonl` and `months.jsonl` there are, and a line for each misread one."""
    rows = [(row["text"], row["iso"], row["iso"]) for row in _rows(folder / "dates.jsonl")]
    for row in _rows(folder / "months.jsonl"):
        first = date(2020, row["month"], 1)
        last = first.replace(day=monthrange(2020, first.month)[1])
        name = row.get("ar") or row["name"]
        rows.append((f"{name} 2020", first.isoformat(), last.isoformat()))
    wrong = []
    for text, first_day, last_day in rows:
        found = [(m.start, m.end, str(m.first), str(m.last)) for m in find_dates(text)]
        if found != [(0, len(text), first_day, last_day)]:
            wrong.append(f"{text!r}: {found}, expected {first_day}..{last_day}")
    return len(rows), wrong


def megabytes_per_second(text: str) -> float:
    """Speed on one core, in UTF-8 megabytes, the best of three runs over at least a megabyte."""
    size = len(text.encode())
    repeated = (text + "\n\n") * (_MEGABYTE // max(size, 1) + 1)
    find_dates(text)
    fastest = min(_seconds(repeated) for _ in range(3))
    return len(repeated.encode()) / _MEGABYTE / fastest


def main(arguments: Sequence[str] | None = None) -> int:
    """Report; status 1 if a string of DATA_DIR is misread."""
    options = _options(arguments)
    sentences = read_labelled(options.labelled)
    finders: list[tuple[str, Callable[[Labelled], list[Span]], bool]] = [
        ("find_dates", ours, False)
    ]
    if options.dateparser:
        finders += [
            ("find_dates, leniently", ours, True),
            ("dateparser, leniently", dateparsers, True),
        ]
    for name, finder, leniently in finders:
        result, mistakes = score(sentences, finder, leniently=leniently)
        print(
            f"{name}: {len(sentences)} sentences, precision {result.precision:.3f}, recall {result.recall:.3f}"
        )
        print("\n".join(mistakes))
    if options.speed:
        print(f"speed: {megabytes_per_second(options.speed.read_text('utf-8')):.2f} MB/s")
    if not options.data:
        return 0
    total, wrong = exact_strings(options.data)
    print(f"exact strings: {total - len(wrong)} of {total}")
    print("\n".join(wrong))
    return 1 if wrong else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.measure_dates", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, metavar="DATA_DIR")
    parser.add_argument("--labelled", type=Path, default=LABELLED, metavar="FILE")
    parser.add_argument("--speed", type=Path, metavar="FILE", help="text on which to time")
    parser.add_argument("--dateparser", action="store_true", help="compare with dateparser.search")
    return parser.parse_args(arguments)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _labelled(row: dict[str, str]) -> Labelled:
    text, spans, position = "", [], 0
    for mark in _MARK.finditer(row["marked"]):
        text += row["marked"][position : mark.start()]
        first, last = _day(mark["first"]), _day(mark["last"])
        words = mark["words"]
        spans.append((len(text), len(text) + len(words), first, last if mark["open"] else first))
        text += words
        position = mark.end()
    anchor = _day(row.get("anchor", ""))
    return Labelled(text + row["marked"][position:], row["language"], anchor, tuple(spans))


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _overlap(gold: Span, span: Span) -> bool:
    return gold[0] < span[1] and span[0] < gold[1]


def _same(gold: Span, span: Span) -> bool:
    return _overlap(gold, span) and gold[2:] == span[2:]


def _among(gold: Span, span: Span) -> bool:
    starts, ends = gold[2] or date.min, gold[3] or date.max
    return _overlap(gold, span) and starts <= (span[2] or starts) <= (span[3] or ends) <= ends


def _shown(sentence: Labelled, span: Span) -> str:
    return f"{sentence.text[span[0] : span[1]]!r} {span[2]}..{span[3]} in {sentence.text!r}"


def _seconds(text: str) -> float:
    started = time.process_time()
    find_dates(text)
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
