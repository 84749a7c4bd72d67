"""What the page does when the reader acts. All state lives here on the server; the browser gets views of it."""

from __future__ import annotations

import dataclasses
import logging
import secrets
import time
from collections.abc import Iterator  # noqa: TC003 - Gradio reads annotations at run time
from datetime import date
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import ShawahidError
from rag.records import Answer, Filters
from rag.serving.questions import (
    BrokenTextError,
    EmptyQuestionError,
    LongQuestionError,
    check_question,
)
from rag.serving.ui.conversation import Exchange, history, messages, number_at
from rag.serving.ui.panel import panel_html
from rag.serving.ui.parts import notice_html
from rag.serving.ui.shell import LANGUAGE_COOKIE
from rag.serving.ui.strings import pick_language, say

if TYPE_CHECKING:
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

Exchanges = list[Exchange]

logger = logging.getLogger(__name__)

VIEW_EVERY_S = 0.1  # a view costs about a millisecond here and a render in the browser


class _RefusedError(Exception):
    """The question can't be taken; the text is a sentence in the reader's language."""


def language_of(request: gr.Request | None) -> str:
    """The language that the page was served in."""
    cookies = request.cookies if request else {}
    return pick_language(None, cookies.get(LANGUAGE_COOKIE), "")


class Events:
    """Handlers; each returns new values for the components named in page.py."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant = assistant
        self._limit = settings.question_characters

    def begin(
        self,
        question: str,
        exchanges: Exchanges,
        outlets: list[str],
        languages: list[str],
        days: dict[str, str],
        request: gr.Request,
    ) -> tuple[Any, Any, Any, Any]:
        """Take a question, or say why not: (question box, chat, conversation, notice)."""
        language = language_of(request)
        try:
            new = self._taken(
                question, exchanges, _filters(outlets, languages, days, language), language
            )
        except _RefusedError as refusal:
            return gr.skip(), gr.skip(), gr.skip(), notice_html(str(refusal))
        taken = [*exchanges, new]
        box = gr.update(value="", submit_btn=False, stop_btn=True)
        return box, messages(taken, language), taken, notice_html()

    def pick(
        self,
        exchanges: Exchanges,
        outlets: list[str],
        languages: list[str],
        days: dict[str, str],
        request: gr.Request,
        chosen: gr.SelectData,
    ) -> tuple[Any, Any, Any, Any]:
        """Take the question of a chip."""
        value = chosen.value.get("text") if isinstance(chosen.value, dict) else chosen.value
        return self.begin(str(value or ""), exchanges, outlets, languages, days, request)

    def retry(
        self,
        exchanges: Exchanges,
        outlets: list[str],
        languages: list[str],
        days: dict[str, str],
        request: gr.Request,
        place: gr.RetryData,
    ) -> tuple[Any, Any, Any, Any]:
        """Ask a question again, dropping what followed it."""
        number = number_at(exchanges, language_of(request), place.index)
        if number is None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        question = exchanges[number - 1].question
        return self.begin(question, exchanges[: number - 1], outlets, languages, days, request)

    def answer(
        self, exchanges: Exchanges, notice: str, request: gr.Request
    ) -> Iterator[tuple[Any, Any, Exchanges]]:
        """Answer the last question as it comes: (chat, panel, conversation); nothing when it was refused."""
        if notice or not exchanges or exchanges[-1].state != "asking":
            return
        language = language_of(request)
        *before, asked = exchanges
        seen = 0.0
        for current in self._steps(asked, before, language):
            done = current.state != "asking"
            if done or time.monotonic() - seen >= VIEW_EVERY_S:
                seen = time.monotonic()
                now = [*before, current]
                panel = panel_html(now, language) if done else gr.skip()
                yield messages(now, language), panel, now

    def stop(self, exchanges: Exchanges, request: gr.Request) -> tuple[Any, Any, Exchanges]:
        """Keep what was written so far: (question box, chat, conversation)."""
        language = language_of(request)
        if exchanges and exchanges[-1].state == "asking":
            exchanges = [*exchanges[:-1], dataclasses.replace(exchanges[-1], state="stopped")]
        return ready(), messages(exchanges, language), exchanges

    def undo(
        self, exchanges: Exchanges, request: gr.Request, place: gr.UndoData
    ) -> tuple[Any, Any, Any, Exchanges]:
        """Take a question back into the box: (question box, chat, panel, conversation)."""
        language = language_of(request)
        number = number_at(exchanges, language, place.index)
        if number is None:
            return gr.skip(), gr.skip(), gr.skip(), exchanges
        kept = exchanges[: number - 1]
        box = gr.update(value=exchanges[number - 1].question)
        return box, messages(kept, language), panel_html(kept, language), kept

    def clear(self, request: gr.Request) -> tuple[Any, Any, Any, Exchanges]:
        """A new conversation: (question box, chat, panel, conversation)."""
        return (
            gr.update(value="", submit_btn=True, stop_btn=False),
            [],
            panel_html([], language_of(request)),
            [],
        )

    def _steps(self, current: Exchange, before: Exchanges, language: str) -> Iterator[Exchange]:
        started = time.monotonic()
        yield current
        try:
            stream = self._assistant.stream(current.question, history(before), current.filters)
            for item in stream:
                current = _advanced(current, item, time.monotonic() - started)
                yield current
        except ShawahidError as error:
            yield _failed(current, say(language, "error_known", reason=error))
        except Exception:
            reference = secrets.token_hex(4)
            logger.exception("the page's question %s failed", reference)
            yield _failed(current, say(language, "error_unknown", id=reference))

    def _taken(
        self, question: str, exchanges: Exchanges, filters: Filters, language: str
    ) -> Exchange:
        if exchanges and exchanges[-1].state == "asking":
            raise _RefusedError(say(language, "error_wait"))
        try:
            asked = check_question(question or "", self._limit)
        except EmptyQuestionError:
            raise _RefusedError(say(language, "error_empty")) from None
        except LongQuestionError:
            raise _RefusedError(say(language, "error_long", limit=self._limit)) from None
        except BrokenTextError:
            raise _RefusedError(say(language, "error_text")) from None
        return Exchange(len(exchanges) + 1, asked, filters)


def ready() -> Any:  # noqa: ANN401 - Gradio's update
    """The question box when the next question may come."""
    return gr.update(submit_btn=True, stop_btn=False)


def _advanced(current: Exchange, item: str | Answer, seconds: float) -> Exchange:
    if isinstance(item, Answer):
        return dataclasses.replace(current, answer=item, state="answered", seconds=seconds)
    return dataclasses.replace(current, text=current.text + item)


def _failed(current: Exchange, trouble: str) -> Exchange:
    return dataclasses.replace(current, state="failed", trouble=trouble)


def _filters(outlets: object, languages: object, days: object, language: str) -> Filters:
    since, until = _day(days, "since"), _day(days, "until")
    if since and until and since > until:
        raise _RefusedError(say(language, "error_dates"))
    return Filters(since, until, _names(outlets), _names(languages))


def _day(days: object, name: str) -> date | None:
    try:
        return (
            date.fromisoformat(str(days[name]))
            if isinstance(days, dict) and days.get(name)
            else None
        )
    except ValueError:
        return None


def _names(chosen: object) -> tuple[str, ...]:
    return tuple(str(name) for name in chosen[:100]) if isinstance(chosen, list) else ()
