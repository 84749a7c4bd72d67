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

from rag.answering.questions import (
    BrokenTextError,
    EmptyQuestionError,
    LongQuestionError,
    check_question,
)
from rag.errors import ShawahidError
from rag.records import Answer, Filters
from rag.serving.ui.conversation import Conversation, history, messages, number_at
from rag.serving.ui.panel import panel_html
from rag.serving.ui.parts import notice_html
from rag.serving.ui.shell import LANGUAGE_COOKIE
from rag.serving.ui.strings import pick_language, say

if TYPE_CHECKING:
    from rag.serving.protocol import Assistant
    from rag.serving.ui.exchange import Exchange
    from rag.settings import Settings

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
        talk: Conversation,
        outlets: list[str],
        languages: list[str],
        days: dict[str, str],
        request: gr.Request,
    ) -> tuple[Any, Any, Any, Any]:
        """Take a question, or say why not: (question box, chat, conversation, notice)."""
        language = language_of(request)
        try:
            asked = self._checked(question, language)
            filters = _filters(outlets, languages, days, language)
        except _RefusedError as refusal:
            return gr.skip(), gr.skip(), gr.skip(), notice_html(str(refusal))
        if not talk.add(asked, filters):
            return gr.skip(), gr.skip(), gr.skip(), notice_html(say(language, "error_wait"))
        box = gr.update(value="", submit_btn=False, stop_btn=True)
        return box, messages(talk.exchanges, language), talk, notice_html()

    def pick(
        self,
        talk: Conversation,
        outlets: list[str],
        languages: list[str],
        days: dict[str, str],
        request: gr.Request,
        chosen: gr.SelectData,
    ) -> tuple[Any, Any, Any, Any]:
        """Take the question of a chip: as begin."""
        value = chosen.value.get("text") if isinstance(chosen.value, dict) else chosen.value
        return self.begin(str(value or ""), talk, outlets, languages, days, request)

    def retry(
        self,
        talk: Conversation,
        outlets: list[str],
        languages: list[str],
        days: dict[str, str],
        request: gr.Request,
        place: gr.RetryData,
    ) -> tuple[Any, Any, Any, Any]:
        """Ask a question again, dropping what followed it: as begin."""
        number = number_at(talk.exchanges, language_of(request), place.index)
        if number is None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        question = talk.exchanges[number - 1].question
        talk.cut(number - 1)
        return self.begin(question, talk, outlets, languages, days, request)

    def answer(
        self, talk: Conversation, request: gr.Request
    ) -> Iterator[tuple[Any, Any, Conversation]]:
        """Answer the last question as it comes: (chat, panel, conversation)."""
        if not talk.exchanges or talk.exchanges[-1].state != "asking":
            return
        language = language_of(request)
        shown = talk.exchanges[-1]
        viewed = 0.0
        for current in self._steps(shown, history(talk.exchanges), language):
            if not talk.replace_last(shown, current):
                return  # stopped, undone or cleared meanwhile
            shown = current
            done = current.state != "writing"
            if done or time.monotonic() - viewed >= VIEW_EVERY_S:
                viewed = time.monotonic()
                panel = panel_html(talk.exchanges, language) if done else gr.skip()
                yield messages(talk.exchanges, language), panel, talk

    def stop(self, talk: Conversation, request: gr.Request) -> tuple[Any, Any, Conversation]:
        """Keep what was written so far: (question box, chat, conversation)."""
        while talk.is_busy:
            last = talk.exchanges[-1]
            talk.replace_last(last, dataclasses.replace(last, state="stopped"))
        return ready(), messages(talk.exchanges, language_of(request)), talk

    def undo(
        self, talk: Conversation, request: gr.Request, place: gr.UndoData
    ) -> tuple[Any, Any, Any, Any]:
        """Take a question back into the box: (question box, chat, panel, conversation)."""
        language = language_of(request)
        number = number_at(talk.exchanges, language, place.index)
        if number is None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        box = gr.update(value=talk.exchanges[number - 1].question, submit_btn=True, stop_btn=False)
        talk.cut(number - 1)
        return box, messages(talk.exchanges, language), panel_html(talk.exchanges, language), talk

    def clear(self, talk: Conversation, request: gr.Request) -> tuple[Any, Any, Any, Any, Any]:
        """A new conversation: (question box, chat, panel, conversation, notice)."""
        talk.cut(0)
        box = gr.update(value="", submit_btn=True, stop_btn=False)
        return box, [], panel_html([], language_of(request)), talk, notice_html()

    def _steps(self, current: Exchange, earlier: list[Any], language: str) -> Iterator[Exchange]:
        started = time.monotonic()
        current = dataclasses.replace(current, state="writing")
        yield current
        try:
            for item in self._assistant.stream(current.question, earlier, current.filters):
                current = _advanced(current, item, time.monotonic() - started)
                yield current
        except ShawahidError as error:
            yield _failed(current, say(language, "error_known", reason=error))
        except Exception:
            reference = secrets.token_hex(4)
            logger.exception("the page's question %s failed", reference)
            yield _failed(current, say(language, "error_unknown", id=reference))

    def _checked(self, question: str, language: str) -> str:
        try:
            return check_question(question or "", self._limit)
        except EmptyQuestionError:
            raise _RefusedError(say(language, "error_empty")) from None
        except LongQuestionError:
            raise _RefusedError(say(language, "error_long", limit=self._limit)) from None
        except BrokenTextError:
            raise _RefusedError(say(language, "error_text")) from None


def ready() -> Any:  # noqa: ANN401 - Gradio's update
    """The question box when the next question may come."""
    return gr.update(submit_btn=True, stop_btn=False)


def _advanced(current: Exchange, item: str | Answer, seconds: float) -> Exchange:
    if isinstance(item, Answer):
        return dataclasses.replace(current, answer=item, state="answered", seconds=seconds)
    return dataclasses.replace(current, text=current.text + item, seconds=seconds)


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
