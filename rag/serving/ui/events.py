"""What the page does when the reader asks. All state lives here on the server; the browser gets views of it."""

from __future__ import annotations

import dataclasses
import logging
import secrets
import time
from collections.abc import Iterator  # noqa: TC003 - Gradio reads annotations at run time
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.answering.questions import (
    BrokenTextError,
    EmptyQuestionError,
    LongQuestionError,
    check_question,
)
from rag.errors import ShawahidError
from rag.records import Answer
from rag.serving.ui.conversation import Conversation, history, messages, number_at
from rag.serving.ui.followups import followups
from rag.serving.ui.limits import filters_of
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
SIGN_EVERY_S = 1.0  # nothing new to see: Gradio learns at a view that the reader has left
Begun = tuple[Any, Any, Any, Any]  # question box, chat, conversation, notice


def language_of(request: gr.Request | None) -> str:
    """The language that the page was served in."""
    if request is None:
        return pick_language(None, None, "")
    accepted = request.headers.get("accept-language", "")
    return pick_language(None, request.cookies.get(LANGUAGE_COOKIE), accepted)


def ready() -> Any:  # noqa: ANN401 - a Gradio update
    """The question box, ready for a question."""
    return gr.update(submit_btn=True, stop_btn=False)


def ended(talk: Conversation) -> Any:  # noqa: ANN401 - a Gradio update
    """The question box after an answer; as it is while the next one is written."""
    return gr.skip() if talk.is_busy else ready()


class Events:
    """Handlers; each returns new values for the components named in page.py. `limits`: as `filters_of` takes them."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant = assistant
        self._limit = settings.question_characters

    def begin(
        self,
        question: str,
        talk: Conversation,
        request: gr.Request,
        *limits: Any,  # noqa: ANN401 - whatever the browser sends
    ) -> Begun:
        """Take a question, or say why not."""
        language = language_of(request)
        fault = self._fault(question, language)
        filters, in_order = filters_of(*limits)
        if not fault and not in_order:
            fault = say(language, "error_dates")
        if not fault and not talk.add(question.strip(), filters):
            fault = say(language, "error_wait")
        if fault:
            return gr.skip(), gr.skip(), gr.skip(), notice_html(fault)
        box = gr.update(value="", submit_btn=False, stop_btn=True)
        return box, messages(talk.exchanges, language), talk, notice_html()

    def pick(
        self,
        talk: Conversation,
        request: gr.Request,
        chosen: gr.SelectData,
        *limits: Any,  # noqa: ANN401 - whatever the browser sends
    ) -> Begun:
        """Take the question of a chip."""
        value = chosen.value.get("text") if isinstance(chosen.value, dict) else chosen.value
        return self.begin(str(value or ""), talk, request, *limits)

    def retry(
        self,
        talk: Conversation,
        request: gr.Request,
        place: gr.RetryData,
        *limits: Any,  # noqa: ANN401 - whatever the browser sends
    ) -> Begun:
        """Ask a question again, dropping what followed it."""
        number = number_at(talk.exchanges, language_of(request), place.index)
        if number is None:
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        question = talk.exchanges[number - 1].question
        talk.cut(number - 1)
        return self.begin(question, talk, request, *limits)

    def answer(
        self, talk: Conversation, request: gr.Request
    ) -> Iterator[tuple[Any, Any, Conversation]]:
        """Answer the last question as it comes: (chat, panel, conversation)."""
        if not talk.exchanges or talk.exchanges[-1].state != "asking":
            return
        language = language_of(request)
        shown = talk.exchanges[-1]
        viewed = time.monotonic()
        asked = [exchange.question for exchange in talk.exchanges]
        offered = {question for exchange in talk.exchanges for question in exchange.followups}
        # What the page offered stands by itself: read as a follow-up, what was told already would count less.
        earlier = [] if shown.question in offered else history(talk.exchanges)
        for current in self._steps(shown, earlier, language):
            if current.answer:
                questions = followups(current.answer, asked, language)
                current = dataclasses.replace(current, followups=questions)  # noqa: PLW2901
            if not talk.replace_last(shown, current):
                # Stopped, undone or cleared. A view that was on its way then comes after what the reader did;
                # this one comes after that view.
                yield messages(talk.exchanges, language), panel_html(talk.exchanges, language), talk
                return
            is_first = bool(current.text) and not shown.text
            shown = current
            done = current.state != "writing"
            now = time.monotonic()
            if is_first:
                viewed = now  # an answer that is whole before the next view is due is shown once
            if done or now - viewed >= (VIEW_EVERY_S if current.text else SIGN_EVERY_S):
                viewed = now
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

    def edit(self, talk: Conversation, request: gr.Request) -> tuple[Any, Any, Any]:
        """Put the last question in the box; sending replaces its answer: (question box, conversation, notice)."""
        question = talk.edit_last()
        if question is None:
            return gr.skip(), gr.skip(), gr.skip()
        told = notice_html(say(language_of(request), "editing"), kind="status")
        return gr.update(value=question), talk, told

    def leave_edit(self, talk: Conversation) -> tuple[Any, Any, Any]:
        """Leave the last question as it was: (question box, conversation, notice)."""
        if not talk.editing:
            return gr.skip(), gr.skip(), gr.skip()
        talk.editing = 0
        return gr.update(value=""), talk, notice_html()

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
            yield _failed(current, say(language, "error_known", reason=f"\u2068{error}\u2069"))
        except Exception:
            reference = secrets.token_hex(4)
            logger.exception("the page's question %s failed", reference)
            yield _failed(current, say(language, "error_unknown", id=reference))

    def _fault(self, question: object, language: str) -> str:
        """Why the question can't be taken, in the reader's language; empty when it can."""
        try:
            check_question(str(question or ""), self._limit)
        except EmptyQuestionError:
            return say(language, "error_empty")
        except LongQuestionError:
            return say(language, "error_long", limit=self._limit)
        except BrokenTextError:
            return say(language, "error_text")
        return ""


def _advanced(current: Exchange, item: str | Answer, seconds: float) -> Exchange:
    if isinstance(item, Answer):
        return dataclasses.replace(current, answer=item, state="answered", seconds=seconds)
    return dataclasses.replace(current, text=current.text + item, seconds=seconds)


def _failed(current: Exchange, trouble: str) -> Exchange:
    return dataclasses.replace(current, state="failed", trouble=trouble)
