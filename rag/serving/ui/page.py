"""The page: layout and wiring; what happens is in events.py, how it looks in static/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import ShawahidError
from rag.serving.ui import corpus
from rag.serving.ui.conversation import Conversation
from rag.serving.ui.events import Events, language_of, ready
from rag.serving.ui.panel import panel_html
from rag.serving.ui.parts import DAYS_ON_LOAD, days_html, header_html, hello_markdown, note_html
from rag.serving.ui.strings import LANGUAGES, say

if TYPE_CHECKING:
    from rag.records import Article
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

ANSWERS_AT_ONCE = 8
MOST_WAITING = 64
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_QUICK: dict[str, Any] = _PRIVATE | {"queue": False}
_TRANSLATED = ("ask", "question", "filters", "outlets", "languages")
_RAW: dict[str, Any] = {"apply_default_css": False, "js_on_load": None}


class Page:
    """The components and their events."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant = assistant
        self._events = Events(assistant, settings)
        self.words = gr.I18n(**{code: _words(code) for code in LANGUAGES})
        with gr.Blocks(
            title="شواهد · Shawahid", fill_height=True, fill_width=True, analytics_enabled=False
        ) as self.blocks:
            self._talk = gr.State(Conversation())
            self._header = gr.HTML(header_html(0), elem_id="top", **_RAW)
            with gr.Row(elem_id="main"):
                with gr.Column(elem_id="chatcol", min_width=320):
                    self._chat = self._make_chat()
                    self._make_composer(settings)
                with gr.Column(elem_id="side", min_width=320):
                    self._panel = gr.HTML(panel_html([], "ar"), elem_id="sources", **_RAW)
            self._clear = gr.Button("new", elem_id="new-chat")
            self._wire()
        self.blocks.queue(max_size=MOST_WAITING, default_concurrency_limit=ANSWERS_AT_ONCE)

    def _make_chat(self) -> gr.Chatbot:
        return gr.Chatbot(
            elem_id="chat",
            show_label=False,
            container=False,
            layout="bubble",
            height="100%",
            buttons=["copy"],
            latex_delimiters=[],
            sanitize_html=True,
            allow_tags=False,
            feedback_options=None,
            placeholder=hello_markdown(),
        )

    def _make_composer(self, settings: Settings) -> None:
        with gr.Column(elem_id="composer"):
            with gr.Accordion(self.words("filters"), open=False, elem_id="filters"), gr.Row():
                many: dict[str, Any] = {"choices": [], "multiselect": True, "min_width": 160}
                self._outlets = gr.Dropdown(
                    label=self.words("outlets"), elem_id="f-outlets", **many
                )
                self._languages = gr.Dropdown(
                    label=self.words("languages"), elem_id="f-languages", **many
                )
                self._days = gr.HTML(
                    {"since": "", "until": ""},
                    elem_id="f-days",
                    html_template=days_html(),
                    js_on_load=DAYS_ON_LOAD,
                    apply_default_css=False,
                )
            self._notice = gr.HTML("", elem_id="notice", **_RAW)
            self._box = gr.Textbox(
                elem_id="ask",
                show_label=False,
                label=self.words("question"),
                placeholder=self.words("ask"),
                lines=1,
                max_lines=6,
                max_length=settings.question_characters,
                submit_btn=True,
                stop_btn=False,
                autofocus=True,
                container=False,
            )
            gr.HTML(note_html(), elem_id="note", **_RAW)

    def _wire(self) -> None:
        events = self._events
        limits = [self._outlets, self._languages, self._days]
        taken = [self._box, self._chat, self._talk, self._notice]
        view = [self._box, self._chat, self._panel, self._talk]
        starts = [
            self._box.submit(events.begin, [self._box, self._talk, *limits], taken, **_QUICK),
            self._chat.example_select(events.pick, [self._talk, *limits], taken, **_QUICK),
            self._chat.option_select(events.pick, [self._talk, *limits], taken, **_QUICK),
            self._chat.retry(events.retry, [self._talk, *limits], taken, **_QUICK),
        ]
        runs = [self._answering(start) for start in starts]
        self._box.stop(events.stop, self._talk, taken[:3], cancels=runs, **_QUICK)
        cleared = [*view, self._notice]
        self._clear.click(events.clear, self._talk, cleared, cancels=runs, **_QUICK)
        self._chat.undo(events.undo, self._talk, view, **_QUICK)
        shown = [self._header, self._chat, self._outlets, self._languages]
        self.blocks.load(self._load, None, shown, **_QUICK)

    def _answering(self, start: Any) -> Any:  # noqa: ANN401 - Gradio's dependency
        run = start.success(
            self._events.answer,
            self._talk,
            [self._chat, self._panel, self._talk],
            concurrency_limit=ANSWERS_AT_ONCE,
            concurrency_id="answer",
            trigger_mode="multiple",  # "once" drops a question that comes while a stopped answer ends
            **_PRIVATE,
        )
        run.then(ready, None, self._box, **_QUICK)
        return run

    def _load(self, request: gr.Request) -> tuple[Any, ...]:
        language = language_of(request)
        articles = self._articles()
        return (
            header_html(len(articles)),
            gr.update(examples=corpus.examples(articles, language)),
            gr.update(choices=corpus.outlets(articles)),
            gr.update(choices=corpus.languages(articles, language)),
        )

    def _articles(self) -> list[Article]:
        try:
            return self._assistant.articles()
        except ShawahidError:
            return []  # the first question tells what is wrong


def _words(language: str) -> dict[str, str]:
    words = {key: say(language, key) for key in _TRANSLATED}
    if language == "ar":  # Gradio's own Arabic lacks these two
        words["chatbot.copy_message"] = "انسخ"
        words["chatbot.copied_message"] = "نُسخ"
    return words
