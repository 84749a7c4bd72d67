"""Lines of the log: complete, parseable, and nothing in a text gets out of its line."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from rag.serving.observing.logs import JsonLines, TextLines, fields, set_up_logging
from rag.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FORGED = "سؤال\n2026-01-01T00:00:00Z info forged\r\x1b[31mred\x1b[0m \u202eمقلوب\u202c \u2028 \x85 \u200f\ufeff a\\nb 12 ١٢ вопрос"
HIDDEN = "\n\r\x1b\u202e\u202c\u2028\x85\u200f\ufeff"


def record(event: str, **data: Any) -> logging.LogRecord:
    made = logging.LogRecord("rag.x", logging.WARNING, "", 0, event, None, None)
    made.__dict__.update(fields(**data))
    return made


def _raise() -> None:
    raise ValueError(FORGED)


def failed(record: logging.LogRecord) -> logging.LogRecord:
    try:
        _raise()
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)
    return record


def test_json_lines_are_one_object_that_says_what_was_said() -> None:
    line = JsonLines().format(record(FORGED, question=FORGED, answer={"citations": 2}, none=None))
    assert not set(line) & set(HIDDEN)
    row = json.loads(line)
    assert (row["event"], row["question"]) == (FORGED, FORGED)
    assert row["answer"] == {"citations": 2}
    assert (row["level"], row["logger"]) == ("warning", "rag.x")
    assert row["time"].endswith("Z")
    assert "none" not in row


def test_json_lines_hold_the_traceback() -> None:
    line = JsonLines().format(failed(record("request failed")))
    assert not set(line) & set(HIDDEN)
    assert "ValueError: سؤال\n2026" in json.loads(line)["exception"]


def test_half_a_surrogate_pair_does_not_stop_a_line() -> None:
    for form in (JsonLines(), TextLines()):
        line = form.format(record("x", question="a\ud800b"))
        assert "a\\ud800b" in line
        line.encode("utf-8")


def test_text_lines_quote_what_has_spaces_and_hide_nothing() -> None:
    line = TextLines().format(record("request", question=FORGED, answer={"ms": {"write": 1.5}}))
    assert not set(line) & set(HIDDEN)
    assert ' warning request question="سؤال\\\\u000a2026-01-01T00:00:00Z info forged' in line
    assert line.endswith(" answer.ms.write=1.5")


def test_a_traceback_in_text_can_not_look_like_a_line() -> None:
    lines = TextLines().format(failed(record("request failed"))).split("\n")
    assert len(lines) > 3
    assert all(line.startswith("    ") for line in lines[1:])
    assert not set("".join(lines)) & set(HIDDEN)


@pytest.fixture
def own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("rag").setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


@pytest.mark.usefixtures("own_logging")
@pytest.mark.parametrize(
    ("level", "seen"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)]
)
def test_the_level_is_ours_alone(level: str, seen: int, capsys: Any) -> None:
    set_up_logging(Settings(log_level=level, log_format="json"))
    for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logging.getLogger("rag.serving").log(number, "mine")
    logging.getLogger("httpx").info("another's")
    out, err = capsys.readouterr()
    assert out == ""
    assert [json.loads(line)["event"] for line in err.splitlines()] == ["mine"] * seen
