"""The report on a file for a terminal: what is in the file's own words stands last on its line.

So text that is written from right to left reorders nothing around it.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINES_SHOWN: Final = 5  # of those removed for one reason
_ARTICLES_SHOWN: Final = 5  # of a file that holds many
_HEADING: Final = "bold"
_DIM: Final = "dim"


def print_report(report: dict[str, Any], *, every: bool) -> None:
    """Print what `inspect` found on stdout; `every` removed line, else the first ones of each reason."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for style, line in _lines(report, every=every):
        console.print(Text(_shown(line), style))


def _shown(line: str) -> str:
    """Without control characters, which would steer the terminal."""
    return "".join(c for c in line if unicodedata.category(c) != "Cc")


def _lines(report: dict[str, Any], *, every: bool) -> Iterator[tuple[str, str]]:
    yield _HEADING, report["file"]
    if report["encoding"]:
        yield "", f"encoding: {report['encoding']}"
    for refusal in report["refused"]:
        yield "", f"refused {refusal['place']}: {refusal['reason']}"
    for note in report["notes"]:
        yield "", f"note: {note}"
    articles = report["articles"]
    shown = articles if every else articles[:_ARTICLES_SHOWN]
    for article in shown:
        yield from _article(article, report["tokens_by"], every=every)
    if len(shown) < len(articles):
        yield "", ""
        yield _HEADING, f"{len(articles) - len(shown)} more articles (--all shows them)"


def _article(article: dict[str, Any], tokens_by: str, *, every: bool) -> Iterator[tuple[str, str]]:
    yield "", ""
    yield _HEADING, f"article {article['id']}"
    for name, told in article["metadata"].items():
        origin = f" ({told['origin']})" if told["value"] else ""
        yield "", f"  {name}{origin}: {told['value'] or 'unknown'}"
    yield from _removed(article["removed"], every=every)
    yield from _dates(article["dates"])
    yield from _chunks(article, tokens_by)


def _removed(groups: list[dict[str, Any]], *, every: bool) -> Iterator[tuple[str, str]]:
    yield "", ""
    yield _HEADING, f"removed lines: {sum(group['count'] for group in groups)}"
    for group in groups:
        yield "", f"  {group['count']} × {group['reason']}"
        lines = group["lines"] if every else group["lines"][:_LINES_SHOWN]
        yield from ((_DIM, f"      {line}") for line in lines)
        if len(lines) < group["count"]:
            yield _DIM, f"      … {group['count'] - len(lines)} more (--all lists them)"


def _dates(dates: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    yield "", ""
    yield _HEADING, f"dates: {len(dates)}"
    for date in dates:
        yield "", f"  {_interval(date)}, {date['certainty']}, at {date['start']}: {date['text']}"


def _interval(date: dict[str, Any]) -> str:
    first, last = date["first"], date["last"]
    if date["certainty"] == "weekday" or first == last:
        return first or "a weekday, of which week is not known"
    return f"{first or '…'} to {last or '…'}"


def _chunks(article: dict[str, Any], tokens_by: str) -> Iterator[tuple[str, str]]:
    chunks, sentences = article["chunks"], article["sentences"]
    yield "", ""
    yield (
        _HEADING,
        f"text: {article['characters']} characters, {len(sentences)} sentences, {len(chunks)} chunks",
    )
    yield _DIM, f"  tokens by {tokens_by}"
    for number, chunk in enumerate(chunks, 1):
        yield "", f"  chunk {number}, {chunk['start']} to {chunk['end']}, {chunk['tokens']} tokens"
        for sentence in sentences:
            if chunk["start"] <= sentence["start"] < chunk["end"]:
                yield "", f"    {sentence['start']:>6}  {sentence['text']}"
