"""The sources of each answer as HTML: one section an answer, of which the page shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.serving.ui.cards import (
    citation_cards,
    copied_answer,
    differ_card,
    near_cards,
    passages_html,
)
from rag.serving.ui.exporting.menu import export_menu
from rag.serving.ui.kept import MOST_TURNS, kept_json
from rag.serving.ui.render import Html, both
from rag.serving.ui.states import state_of, status_words
from rag.serving.ui.strings import say
from rag.serving.ui.timelines.answer import answer_timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Answer
    from rag.serving.ui.exchange import Exchange

TURNS_KEPT = MOST_TURNS  # each answer's cards are some 8 KB, sent again with every new answer

_HEAD = Html(
    '<div class="sp-head"><h2>{}</h2><button type="button" class="x" data-act="close">'
    '<span aria-hidden="true">×</span><span class="away">{}</span></button></div>'
)
_EMPTY = Html(
    '<div class="sp-empty"><div class="sp-lines" aria-hidden="true"><i></i><i></i><i></i></div><p>{}</p></div>'
)
_SECTION = Html(
    '<section class="turn" id="t{number}" data-count="{count}" data-answer="{copy}"{kept}{hidden}>'
    '<p class="sp-q" dir="auto">{question}</p><p class="pill {state}">{words}</p>{body}</section>'
)
_KEPT = Html(' data-kept="{}"')


def panel_html(exchanges: Sequence[Exchange], language: str, *, keep_all: bool = False) -> Html:
    """The whole panel; the newest answer's section shows, the page switches between them.

    The newest section (each one with `keep_all`) carries its exchange for the browser to keep.
    """
    head = _HEAD.format(both("sources"), both("close"))
    answered = [exchange for exchange in exchanges if exchange.answer][-TURNS_KEPT:]
    if not answered:
        return head + _EMPTY.format(both("panel_hint"))
    newest = answered[-1]
    sections = [
        _section(exchange, language, shown=exchange is newest, kept=keep_all or exchange is newest)
        for exchange in answered
    ]
    return head + Html().join(sections) + export_menu()


def _section(exchange: Exchange, language: str, *, shown: bool, kept: bool) -> Html:
    answer = exchange.answer
    assert answer is not None
    return _SECTION.format(
        number=exchange.number,
        count=len(answer.citations) or len(answer.near_misses),
        copy=copied_answer(answer, language),
        kept=(_KEPT.format(kept_json(exchange)) if kept else Html())
        + Html(" data-restored" if exchange.is_restored else ""),
        hidden=Html() if shown else Html(" hidden"),
        question=exchange.question,
        state=state_of(answer),
        words=status_words(answer, language),
        body=_body(exchange.number, answer, language),
    )


def _body(turn: int, answer: Answer, language: str) -> Html:
    parts = [differ_card(turn, answer, language)] if state_of(answer) == "differ" else []
    parts += citation_cards(turn, answer, language)
    near = near_cards(turn, answer, language)
    if not parts and not near:
        parts.append(Html('<p class="sp-none">{}</p>').format(say(language, "nothing")))
    if near:
        key = "choices" if answer.status == "ambiguous" else "near"
        parts.append(Html('<h3 class="sp-part">{}</h3>').format(say(language, key)))
    return Html().join(
        [*parts, *near, answer_timeline(answer, language), passages_html(answer, language)]
    )
