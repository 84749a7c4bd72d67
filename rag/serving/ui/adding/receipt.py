"""What became of a batch, as HTML: each article with what was kept, removed or refused, and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rag.records import Article
from rag.serving.ui.adding.strings import tell_adding
from rag.serving.ui.browsing.strings import amount
from rag.serving.ui.render import Html, article_href, date_html, lang_attribute, outlet_html
from rag.serving.ui.strings import count

if TYPE_CHECKING:
    from rag.serving.ingesting.receipts import Item, Receipt, Removed

_PAGE = Html(
    '<h1>{}</h1><p class="intro">{}</p><div class="acts">{}</div><ul class="items">{}</ul>'
)
_ITEM = Html(
    '<li class="item {outcome}"><p class="state">{state}</p><h2 dir="auto"{lang}>{title}</h2>'
    '<p class="meta">{meta}</p>{fault}{kept}{cuts}{notes}{open}</li>'
)
_FAULT = Html('<p class="fault">{} <span class="reason" dir="auto">{}</span></p>')
_KEPT = Html('<p class="kept">{}</p>')
_CUT = Html('<details class="cut"><summary>{}</summary><ul>{}</ul></details>')
_REASON = Html('<li><span dir="auto">{}</span> · {}{}</li>')
_LINES = Html("<ol>{}</ol>")
_LINE = Html('<li dir="auto">{}</li>')
_NOTES = Html('<ul class="notes">{}</ul>')
_OPEN = Html('<p class="acts"><a class="act" href="{}">{}</a></p>')


def receipt_html(receipt: Receipt, undo: Html, language: str) -> Html:
    """The whole outcome; `undo` is the button that undoes it, empty where nothing changed."""
    now = tell_adding(language, "now", articles=count(language, "articles", receipt.articles))
    title = tell_adding(language, "outcome" if receipt.took else "failed")
    items = Html().join(_item(item, language) for item in receipt.items)
    return _PAGE.format(title, now, undo, items)


def _item(item: Item, language: str) -> Html:
    known = Article(
        item.article_id or "",
        "",
        item.title,
        _day(item.published),
        item.published_origin,
        item.source,
        language=item.language,
    )
    there = item.article_id and item.outcome in ("added", "changed", "unchanged")
    opened = Html()
    if there and item.article_id:
        opened = _OPEN.format(article_href(item.article_id), tell_adding(language, "open_article"))
    return _ITEM.format(
        outcome=item.outcome,
        state=tell_adding(language, item.outcome),
        lang=lang_attribute(known),
        title=item.title.strip() or item.name,
        meta=_meta(item, known, language),
        fault=_fault(item, language),
        kept=_kept(item, language),
        cuts=_cuts(item.removed, language),
        notes=_notes(item),
        open=opened,
    )


def _meta(item: Item, known: Article, language: str) -> Html:
    parts = [Html("<bdi>{}</bdi>").format(item.file or item.name)]
    if item.outcome != "refused":
        parts += [outlet_html(known, language), date_html(known, language)]
    return Html().join(Html("<span>{}</span>").format(part) for part in parts)


def _fault(item: Item, language: str) -> Html:
    if not (item.fault or item.reason):
        return Html()
    words = tell_adding(language, item.fault) if item.fault else ""
    return _FAULT.format(words, item.reason)


def _kept(item: Item, language: str) -> Html:
    if not item.characters:
        return Html()
    words = {
        "paragraphs": amount(language, "paragraphs", item.paragraphs),
        "characters": amount(language, "characters", item.characters),
    }
    return _KEPT.format(tell_adding(language, "kept", **words))


def _cuts(removed: tuple[Removed, ...], language: str) -> Html:
    if not removed:
        return Html()
    total = amount(language, "lines", sum(each.count for each in removed))
    reasons = [
        _REASON.format(
            each.reason,
            amount(language, "lines", each.count),
            _LINES.format(Html().join(_LINE.format(line) for line in each.lines))
            if each.lines
            else Html(),
        )
        for each in removed
    ]
    return _CUT.format(tell_adding(language, "cut", lines=total), Html().join(reasons))


def _notes(item: Item) -> Html:
    if not item.notes:
        return Html()
    return _NOTES.format(Html().join(_LINE.format(note) for note in item.notes))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
