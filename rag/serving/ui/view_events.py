"""What the page does beside asking: fill itself from its address, show limits, take a conversation back, keep ratings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import gradio as gr

from rag.errors import FeedbackError, ShawahidError
from rag.serving.feedback.store import VERDICTS, FeedbackStore, feedback_file
from rag.serving.ui import corpus
from rag.serving.ui.conversation import Conversation, history, messages
from rag.serving.ui.events import language_of
from rag.serving.ui.kept import restored
from rag.serving.ui.limits import (
    chips_html,
    filters_of,
    form_of,
    plain,
    read_limits,
    titles_of,
    without,
)
from rag.serving.ui.panel import panel_html
from rag.serving.ui.parts import header_html, notice_html
from rag.serving.ui.strings import say

if TYPE_CHECKING:
    from rag.records import Article, Filters
    from rag.serving.feedback.store import Verdict
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

logger = logging.getLogger(__name__)

_ADDRESS_CHARACTERS = 16_000
_RATINGS_OF_ONE = 5  # ratings taken of one answer


class ViewEvents:
    """Handlers; each returns new values for the components named in page.py."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant = assistant
        self._longest = settings.question_characters
        self._adding = settings.ingestion
        self._ratings = FeedbackStore(feedback_file(settings)) if settings.feedback else None

    @property
    def takes_ratings(self) -> bool:
        """Whether readers may rate answers."""
        return self._ratings is not None

    def load(self, sent: Any, talk: Conversation, request: gr.Request) -> tuple[Any, ...]:  # noqa: ANN401 - from the browser
        """Header, the form's four parts, chips, question box, notice; chat, panel, conversation."""
        language = language_of(request)
        articles = self._articles()
        asked = parse_qs(str(plain(sent).get("search", ""))[:_ADDRESS_CHARACTERS].lstrip("?"))
        limits = read_limits(asked, articles, language, self._longest)
        outlets, languages, days, about = form_of(limits.filters)
        shown = (
            header_html(len(articles), rating=self.takes_ratings, adding=self._adding),
            gr.update(choices=corpus.outlets(articles), value=outlets),
            gr.update(choices=corpus.languages(articles, language), value=languages),
            days,
            about,
            self._chips(limits.filters, language),
            gr.update(value=limits.question) if limits.question else gr.skip(),
            notice_html(" ".join(limits.faults)),
        )
        value, panel, talk = self._put_back(plain(sent), talk, language)
        chat = gr.update(examples=corpus.examples(articles, language), value=value)
        return (*shown, chat, panel, talk)

    def changed(self, request: gr.Request, *limits: Any) -> Any:  # noqa: ANN401 - from the browser
        """The chips of the form as it is."""
        return self._chips(filters_of(*limits)[0], language_of(request))

    def unlimit(self, sent: Any, request: gr.Request, *limits: Any) -> tuple[Any, ...]:  # noqa: ANN401 - from the browser
        """One limit less: the form's four parts, chips."""
        named = plain(sent)
        filters = without(filters_of(*limits)[0], named.get("name"), named.get("value"))
        return *form_of(filters), self._chips(filters, language_of(request))

    def restore(
        self,
        sent: Any,  # noqa: ANN401 - from the browser
        talk: Conversation,
        request: gr.Request,
    ) -> tuple[Any, Any, Conversation, Any]:
        """Show another conversation that the browser kept: (chat, panel, conversation, question box)."""
        talk.cut(0)
        value, panel, talk = self._put_back(plain(sent), talk, language_of(request))
        return value, panel, talk, gr.update(value="", submit_btn=True, stop_btn=False)

    def _put_back(
        self, sent: dict[str, Any], talk: Conversation, language: str
    ) -> tuple[list[Any], Any, Conversation]:
        try:
            talk.put(restored(sent.get("turns"), self._assistant.article, self._longest))
        except ShawahidError as error:  # the first question tells what is wrong
            logger.warning("a conversation was not taken back: %s", error)
        panel = panel_html(talk.exchanges, language, keep_all=True)
        return messages(talk.exchanges, language), panel, talk

    def rate(self, sent: Any, talk: Conversation, request: gr.Request) -> tuple[Any, Any]:  # noqa: ANN401 - from the browser
        """Keep a rating: (notice, conversation)."""
        language = language_of(request)
        said = plain(sent)
        number, verdict = said.get("number"), said.get("verdict")
        shown = {e.number: e for e in talk.exchanges if e.answer}
        exchange = shown.get(number) if isinstance(number, int) else None
        if exchange is None or exchange.answer is None or verdict not in VERDICTS:
            return notice_html(say(language, "rate_bad")), gr.skip()
        if self._ratings is None or talk.rated[exchange.number] >= _RATINGS_OF_ONE:
            return notice_html(say(language, "rate_full")), gr.skip()
        earlier = history(talk.exchanges[: exchange.number - 1])
        known: Verdict = verdict
        try:
            comment = str(said.get("comment") or "").encode("utf-8", "replace").decode()
            self._ratings.add(known, exchange.answer, earlier, comment)
        except FeedbackError as error:
            logger.warning("a rating was not kept: %s", error)
            return notice_html(say(language, "rate_full")), gr.skip()
        talk.rated[exchange.number] += 1
        return notice_html(say(language, "rated"), kind="status"), talk

    def _chips(self, filters: Filters, language: str) -> Any:  # noqa: ANN401 - Html, as Gradio takes it
        try:
            named = [self._assistant.article(name) for name in filters.articles]
        except ShawahidError:
            named = []
        return chips_html(filters, titles_of(named, language), language)

    def _articles(self) -> list[Article]:
        try:
            return self._assistant.articles()
        except ShawahidError:
            return []  # the first question tells what is wrong
