"""The server's log: one line a record on stderr, for people or as JSON; no text can break out of its line."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.settings import Settings

# Controls, bidi and other invisible marks, line separators, halves of surrogate pairs, private use.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff"
    "\U000e0000-\U0010ffff]"
)
_FIELDS = "fields"  # name of the attribute of a log record that holds its data


@dataclass(slots=True)
class RequestNotes:
    """What is learnt about a request while it is served; its line is written when it is done."""

    request_id: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    is_done: bool = False


current: ContextVar[RequestNotes | None] = ContextVar("current_request", default=None)


def set_up_logging(settings: Settings) -> None:
    """Send all of this process' log to stderr in the chosen form; other libraries' from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("rag").setLevel(settings.log_level.upper())
    logging.captureWarnings(capture=True)


def safe(text: str) -> str:
    r"""The text with every character that could move, hide or end a line written as `\uXXXX`."""
    return _UNSAFE.sub(_escaped, text)


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, event, the record's fields, maybe exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        row = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage().strip(),
            **getattr(record, _FIELDS, {}),
        }
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        # outside of strings, JSON has no character that `safe` touches; inside, \uXXXX is JSON's own escape
        return safe(json.dumps(row, ensure_ascii=False, default=str))


class TextLines(logging.Formatter):
    """`time level event name=value …`; a traceback follows on indented lines."""

    def format(self, record: logging.LogRecord) -> str:
        """The lines."""
        fields = getattr(record, _FIELDS, {})
        pairs = "".join(f" {name}={_word(value)}" for name, value in _flat(fields))
        line = (
            f"{_time(record)} {record.levelname.lower()} {safe(record.getMessage().strip())}{pairs}"
        )
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            line += "".join(f"\n    {safe(part)}" for part in trace.split("\n"))
        return line


def fields(**data: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """`logger.info("event", extra=fields(a=1))`: data of the line. What is None or empty is left out."""
    return {_FIELDS: {name: value for name, value in data.items() if value not in (None, "", {})}}


def _escaped(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")


def _flat(data: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for name, value in data.items():
        whole = f"{prefix}{name}"
        pairs += _flat(value, f"{whole}.") if isinstance(value, dict) else [(whole, value)]
    return pairs


def _word(value: object) -> str:
    text = safe(str(value))
    return json.dumps(text, ensure_ascii=False) if re.search(r'[\s"=]', text) else text
