"""The page: its components and how they lie; what happens is wired in wiring.py, how it looks is in static/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.serving.ui.conversation import Conversation
from rag.serving.ui.events import Events
from rag.serving.ui.panel import panel_html
from rag.serving.ui.parts import (
    DAYS_ON_LOAD,
    WIRE_ON_LOAD,
    days_html,
    dialogs_html,
    header_html,
    hello_markdown,
    note_html,
)
from rag.serving.ui.strings import LANGUAGES, say
from rag.serving.ui.view_events import ViewEvents
from rag.serving.ui.wiring import ANSWERS_AT_ONCE, wire

if TYPE_CHECKING:
    from rag.serving.protocol import Assistant
    from rag.settings import Settings

MOST_WAITING = 64
_TRANSLATED = ("ask", "question", "filters", "outlets", "languages")
_RAW: dict[str, Any] = {"apply_default_css": False, "js_on_load": None}


class Page:
    """The components, by what they are for."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self.words = gr.I18n(**{code: _words(code) for code in LANGUAGES})
        with gr.Blocks(
            title="شواهد · Shawahid", fill_height=True, fill_width=True, analytics_enabled=False
        ) as self.blocks:
            self.talk = gr.State(Conversation())
            self.about = gr.State([])
            self.header = gr.HTML(
                header_html(0, rating=settings.feedback, adding=settings.ingestion),
                elem_id="top",
                **_RAW,
            )
            with gr.Row(elem_id="main"):
                with gr.Column(elem_id="chatcol", min_width=320):
                    self.chat = _chat()
                    self._make_composer(settings)
                with gr.Column(elem_id="side", min_width=320):
                    self.panel = gr.HTML(panel_html([], "ar"), elem_id="sources", **_RAW)
            gr.HTML(dialogs_html(adding=settings.ingestion), elem_id="dialogs", **_RAW)
            self._make_wires()
            wire(self, Events(assistant, settings), ViewEvents(assistant, settings))
        self.blocks.queue(max_size=MOST_WAITING, default_concurrency_limit=ANSWERS_AT_ONCE)

    def _make_composer(self, settings: Settings) -> None:
        with gr.Column(elem_id="composer"):
            self.chips = gr.HTML("", elem_id="limits", **_RAW)
            self._make_filters()
            self.notice = gr.HTML("", elem_id="notice", **_RAW)
            self.box = gr.Textbox(
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

    def _make_filters(self) -> None:
        with gr.Accordion(self.words("filters"), open=False, elem_id="filters"), gr.Row():
            many: dict[str, Any] = {"choices": [], "multiselect": True, "min_width": 160}
            self.outlets = gr.Dropdown(label=self.words("outlets"), elem_id="f-outlets", **many)
            self.languages = gr.Dropdown(
                label=self.words("languages"), elem_id="f-languages", **many
            )
            self.days = gr.HTML(
                {"since": "", "until": ""},
                elem_id="f-days",
                html_template=days_html(),
                js_on_load=DAYS_ON_LOAD,
                apply_default_css=False,
            )

    def _make_wires(self) -> None:
        """What the scripts press or send through; never seen."""
        self.new = gr.Button("new", elem_id="new-chat", elem_classes="wire")
        self.edit = gr.Button("edit", elem_id="edit-last", elem_classes="wire")
        self.leave_edit = gr.Button("leave", elem_id="leave-edit", elem_classes="wire")
        self.start = _wire("wire-start")
        self.restore = _wire("wire-restore")
        self.unlimit = _wire("wire-unlimit")
        self.rate = _wire("wire-rate")


def _wire(elem_id: str) -> gr.HTML:
    return gr.HTML(
        {},
        elem_id=elem_id,
        elem_classes="wire",
        html_template="<i></i>",
        js_on_load=WIRE_ON_LOAD,
        apply_default_css=False,
    )


def _chat() -> gr.Chatbot:
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


def _words(language: str) -> dict[str, str]:
    words = {key: say(language, key) for key in _TRANSLATED}
    if language == "ar":  # Gradio's own Arabic lacks these two
        words["chatbot.copy_message"] = "انسخ"
        words["chatbot.copied_message"] = "نُسخ"
    return words
