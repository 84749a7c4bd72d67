"""The list of articles as HTML: search, limits, chips, entries, paging."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from rag.serving.ui.browsing.find import ENTRIES, PASSAGES
from rag.serving.ui.browsing.form import chips_html, form_html, notes_html
from rag.serving.ui.browsing.strings import amount, tell
from rag.serving.ui.render import (
    Html,
    article_href,
    date_html,
    lang_attribute,
    outlet_html,
    title_of,
)
from rag.serving.ui.strings import count, language_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Article
    from rag.serving.ui.browsing.find import Entry, Found, Snippet
    from rag.serving.ui.browsing.library import Card, Shelf
    from rag.serving.ui.browsing.query import BrowseQuery

Notes = list[tuple[str, dict[str, str]]]

_HEAD = Html('<div class="title"><h1>{}</h1><p class="total">{}</p>{}</div>')
_SWITCH = Html('<a class="act" href="{}">{}</a>')
_LIST = Html('<ol class="entries"{}>{}</ol>')
_PART = Html('<h2 class="part">{}</h2>')
_ENTRY = Html('<li class="entry"><article>{}{}{}</article></li>')
_TITLE = Html('<h3><a dir="auto"{lang} href="{href}">{title}</a></h3><p class="meta">{meta}</p>')
_SNIPPET = Html('<p class="snippet" dir="auto"{}>{}{}{}</p>')
_ACTIONS = Html('<p class="acts"><a class="act" href="{}" aria-label="{}">{}</a></p>')
_STORY = Html('<details class="story"><summary>{}</summary><ul>{}</ul></details>')
_TELLING = Html('<li><a dir="auto" href="{}"{}>{}</a> <span class="meta">{}</span></li>')
_PAGING = Html('<nav class="paging" aria-label="{}">{}<span>{}</span>{}</nav>')
_BLANK = re.compile(r"\s+")
_NONE = Html('<p class="missing">{}</p>')


def list_page(shelf: Shelf, query: BrowseQuery, found: Found, notes: Notes, language: str) -> Html:
    """What stands between the bar and the end of the page."""
    total = count(language, "articles", found.articles)
    if len(found.entries) != found.articles:
        total += f" · {amount(language, 'stories', len(found.entries))}"
    switch = _SWITCH.format(
        query.changed(sort="", text="").href("/timeline"), tell(language, "on_timeline")
    )
    parts = [
        _HEAD.format(tell(language, "corpus"), total, switch),
        form_html(shelf, query, language),
        notes_html(notes, language),
        chips_html(query, language),
        _entries(query, found, language),
        _paging(query, found, language),
        _near(found, language),
    ]
    if query.text:
        bound = Html('<p class="bound">{}</p>').format(tell(language, "bounded", n=PASSAGES))
        parts.append(bound)
    return Html().join(parts)


def meta_html(card: Card, language: str) -> Html:
    """Outlet, date with its origin, language and length."""
    article = card.article
    parts = [outlet_html(article, language), date_html(article, language)]
    if article.language:
        parts.append(Html.escape(language_name(article.language, language)))
    parts.append(Html.escape(amount(language, "words", card.words)))
    return Html().join(Html("<span>{}</span>").format(part) for part in parts)


def ask_href(article: Article) -> str:
    """Address of the chat, asking about one article."""
    return f"/?about={quote(article.id.encode('utf-8', 'replace'), safe='')}"


def story_html(cards: Sequence[Card], language: str) -> Html:
    """The other articles that tell one story, as list items."""
    return Html().join(
        _TELLING.format(
            article_href(card.article.id),
            lang_attribute(card.article),
            title_of(card.article, language),
            meta_html(card, language),
        )
        for card in cards
    )


def _entries(query: BrowseQuery, found: Found, language: str) -> Html:
    if not found.entries:
        key = "nothing" if query.is_limited else "empty"
        return Html() if found.near else _NONE.format(tell(language, key))
    page = min(query.page, found.pages)
    start = Html(' start="{}"').format((page - 1) * ENTRIES + 1)
    items = Html().join(_entry(entry, language) for entry in found.page(page))
    head = _PART.format(tell(language, "in_words")) if found.near else Html()
    return head + _LIST.format(start, items)


def _near(found: Found, language: str) -> Html:
    if not found.near:
        return Html()
    items = Html().join(_entry(entry, language) for entry in found.near)
    return _PART.format(tell(language, "in_meaning")) + _LIST.format(Html(), items)


def _entry(entry: Entry, language: str) -> Html:
    first, *rest = entry.cards
    article = first.article
    title = title_of(article, language)
    head = _TITLE.format(
        lang=lang_attribute(article),
        href=article_href(article.id),
        title=title,
        meta=meta_html(first, language),
    )
    actions = _ACTIONS.format(
        ask_href(article),
        tell(language, "ask_about_title", title=title),
        tell(language, "ask_about"),
    )
    return _ENTRY.format(head, _snippet(entry.snippet, article), _story(rest, language) + actions)


def _snippet(snippet: Snippet | None, article: Article) -> Html:
    if snippet is None:
        return Html()
    word = snippet.text[snippet.start : snippet.end]
    shown = Html("<mark>{}</mark>").format(word) if word else Html()
    before, after = (
        _BLANK.sub(" ", part)
        for part in (snippet.text[: snippet.start], snippet.text[snippet.end :])
    )
    return _SNIPPET.format(lang_attribute(article), before, shown, after)


def _story(rest: Sequence[Card], language: str) -> Html:
    if not rest:
        return Html()
    told = tell(language, "told_by", articles=count(language, "articles", len(rest) + 1))
    return _STORY.format(told, story_html(rest, language))


def _paging(query: BrowseQuery, found: Found, language: str) -> Html:
    if found.pages == 1:
        return Html()
    page = min(query.page, found.pages)
    steps = []
    for number, key in ((page - 1, "previous"), (page + 1, "next")):
        known = 1 <= number <= found.pages
        link = Html('<a class="act" rel="{}" href="{}">{}</a>').format(
            "prev" if key == "previous" else "next",
            query.changed(page=number).href(),
            tell(language, key),
        )
        steps.append(link if known else Html("<span></span>"))
    here = tell(language, "page_of", page=page, pages=found.pages)
    return _PAGING.format(tell(language, "paging"), steps[0], here, steps[1])
