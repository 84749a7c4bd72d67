"""Which event of which component calls what, and which components take the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.serving.ui.events import Events, ended
from rag.serving.ui.parts import LOAD_SENDS

if TYPE_CHECKING:
    from rag.serving.ui.page import Page
    from rag.serving.ui.view_events import ViewEvents

ANSWERS_AT_ONCE = 32  # the engine shares the processor among them; none waits for another's end
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_QUICK: dict[str, Any] = _PRIVATE | {"queue": False}


def wire(page: Page, events: Events, views: ViewEvents) -> None:
    """Connect the page's components with the handlers."""
    _wire_asking(page, events)
    view = [page.box, page.chat, page.panel, page.talk]
    page.box.stop(events.stop, page.talk, [page.box, page.chat, page.talk], **_QUICK)
    page.new.click(events.clear, page.talk, [*view, page.notice], **_QUICK)
    page.chat.undo(events.undo, page.talk, view, **_QUICK)
    edited = [page.box, page.talk, page.notice]
    page.edit.click(events.edit, page.talk, edited, **_QUICK)
    page.leave_edit.click(events.leave_edit, page.talk, edited, **_QUICK)
    _wire_views(page, views)


def _wire_asking(page: Page, events: Events) -> None:
    limits = [page.outlets, page.languages, page.days, page.about]
    taken = [page.box, page.chat, page.talk, page.notice]
    starts = [
        page.box.submit(events.begin, [page.box, page.talk, *limits], taken, **_QUICK),
        page.chat.example_select(events.pick, [page.talk, *limits], taken, **_QUICK),
        page.chat.option_select(events.pick, [page.talk, *limits], taken, **_QUICK),
        page.chat.retry(events.retry, [page.talk, *limits], taken, **_QUICK),
    ]
    for start in starts:
        _wire_answering(page, events, start)


def _wire_answering(page: Page, events: Events, start: Any) -> None:  # noqa: ANN401 - Gradio's dependency
    """An answer ends itself when its exchange is no longer the last: Gradio's `cancels` would let a late view win."""
    run = start.success(
        events.answer,
        page.talk,
        [page.chat, page.panel, page.talk],
        concurrency_limit=ANSWERS_AT_ONCE,
        concurrency_id="answer",
        trigger_mode="multiple",  # "once" drops a question that comes while a stopped answer ends
        **_PRIVATE,
    )
    run.then(ended, page.talk, page.box, **_QUICK)


def _wire_views(page: Page, views: ViewEvents) -> None:
    form = [page.outlets, page.languages, page.days, page.about]
    talk = [page.chat, page.panel, page.talk]
    shown = [page.header, *form, page.chips, page.box, page.notice]
    page.blocks.load(views.load, [page.start, page.talk], [*shown, *talk], js=LOAD_SENDS, **_QUICK)
    for component in (
        page.outlets,
        page.languages,
        page.days,
    ):  # "change" would follow our own updates
        component.input(views.changed, form, page.chips, trigger_mode="always_last", **_QUICK)
    page.unlimit.submit(views.unlimit, [page.unlimit, *form], [*form, page.chips], **_QUICK)
    page.restore.submit(views.restore, [page.restore, page.talk], [*talk, page.box], **_QUICK)
    page.rate.submit(views.rate, [page.rate, page.talk], [page.notice, page.talk], **_QUICK)
