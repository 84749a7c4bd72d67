"""The sources of each answer as HTML: a card per citation, near misses, passages read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.serving.ui.render import (
    Html,
    article_href,
    both,
    date_html,
    lang_attribute,
    marked,
    outlet_html,
    title_of,
)
from rag.serving.ui.strings import count, long_date, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Answer, Article, Citation, NearMiss
    from rag.serving.ui.exchange import Exchange

TURNS_KEPT = 12  # each answer's cards are some 8 KB, sent again with every new answer

_HEAD = Html(
    '<div class="sp-head"><h2>{}</h2><button type="button" class="x" data-act="close">'
    '<span aria-hidden="true">×</span><span class="away">{}</span></button></div>'
)
_EMPTY = Html(
    '<div class="sp-empty"><div class="sp-lines" aria-hidden="true"><i></i><i></i><i></i></div><p>{}</p></div>'
)
_SECTION = Html(
    '<section class="turn" id="t{number}" data-count="{count}" data-answer="{copy}"{hidden}>'
    '<p class="sp-q" dir="auto">{question}</p><p class="pill {status}">{words}</p>{body}</section>'
)
_CARD = Html(
    '<article class="src" id="{id}" tabindex="-1" aria-labelledby="{id}-h"><header>'
    '<span class="num" aria-hidden="true">{number}</span><h3 id="{id}-h" dir="auto"{lang}>{title}</h3></header>'
    '<p class="meta"><span>{outlet}</span><span>{date}</span>{match}</p>{body}<footer>{actions}</footer></article>'
)
_QUOTE = Html('<blockquote dir="auto"{}>{}</blockquote>')
_OPEN = Html(
    '<a class="act" href="{}" target="_blank" rel="noopener">{}<span aria-hidden="true">&nbsp;↗</span></a>'
)
_COPY = Html(
    '<button type="button" class="act" data-act="copy" data-copy="{}" data-done="{}">{}</button>'
)
_BACK = Html('<button type="button" class="act back" data-act="back">{}</button>')


def panel_html(exchanges: Sequence[Exchange], language: str) -> Html:
    """The whole panel; the newest answer's section shows, the page switches between them."""
    head = _HEAD.format(both("sources"), both("close"))
    answered = [exchange for exchange in exchanges if exchange.answer][-TURNS_KEPT:]
    if not answered:
        return head + _EMPTY.format(both("panel_hint"))
    sections = [
        _section(exchange, language, shown=exchange is answered[-1]) for exchange in answered
    ]
    return head + Html().join(sections)


def status_words(answer: Answer, language: str) -> str:
    """The status by sign and word, with the number of distinct articles cited."""
    articles = len({citation.article.id for citation in answer.citations})
    words = say(language, answer.status)
    return f"{words} · {count(language, 'sources', articles)}" if articles else words


def reference(citation: Citation, language: str) -> str:
    """A quotation with its reference, as text to paste."""
    article = citation.article
    outlet = article.source or say(language, "no_outlet")
    day = long_date(article.published, language) if article.published else say(language, "no_date")
    separator = "، " if language == "ar" else ", "
    return f"«{citation.quote}» — {separator.join([title_of(article, language), outlet, day])}"


def answer_copy(answer: Answer, language: str) -> str:
    """The answer with its numbered references, as text to paste."""
    notes = [f"[{c.marker}] {reference(c, language)}" for c in answer.citations]
    return "\n\n".join([answer.text, "\n".join(notes)]) if notes else answer.text


def _section(exchange: Exchange, language: str, *, shown: bool) -> Html:
    answer = exchange.answer
    assert answer is not None
    return _SECTION.format(
        number=exchange.number,
        count=len(answer.citations) or len(answer.near_misses),
        copy=answer_copy(answer, language),
        hidden=Html() if shown else Html(" hidden"),
        question=exchange.question,
        status=answer.status,
        words=status_words(answer, language),
        body=_body(exchange.number, answer, language),
    )


def _body(turn: int, answer: Answer, language: str) -> Html:
    parts = [_citation(turn, citation, language) for citation in answer.citations]
    if not parts and not answer.near_misses:
        parts.append(Html('<p class="sp-none">{}</p>').format(say(language, "nothing")))
    if answer.near_misses:
        key = "choices" if answer.status == "ambiguous" else "near"
        parts.append(Html('<h3 class="sp-part">{}</h3>').format(say(language, key)))
    parts += [
        _near_miss(f"t{turn}-n{place}", miss, language)
        for place, miss in enumerate(answer.near_misses, start=1)
    ]
    parts.append(_passages(answer, language))
    return Html().join(parts)


def _citation(turn: int, citation: Citation, language: str) -> Html:
    article = citation.article
    quote = marked(article.text, citation.start, citation.end)
    actions = [
        _open(article, language, citation.start, citation.end),
        _COPY.format(reference(citation, language), say(language, "copied"), say(language, "copy")),
        _BACK.format(say(language, "back")),
    ]
    return _card(
        f"t{turn}-s{citation.marker}",
        article,
        language,
        number=str(citation.marker),
        match=Html("<span>{}</span>").format(say(language, citation.match)),
        body=_QUOTE.format(lang_attribute(article), quote),
        actions=Html().join(actions),
    )


def _near_miss(card_id: str, miss: NearMiss, language: str) -> Html:
    why = Html('<p class="why" dir="auto">{}</p>').format(miss.why)
    actions = _open(miss.article, language)
    return _card(card_id, miss.article, language, number="≈", body=why, actions=actions)


def _card(card_id: str, article: Article, language: str, **parts: Html | str) -> Html:
    return _CARD.format(
        id=card_id,
        lang=lang_attribute(article),
        title=title_of(article, language),
        outlet=outlet_html(article, language),
        date=date_html(article, language),
        **({"match": Html()} | parts),
    )


def _open(
    article: Article, language: str, start: int | None = None, end: int | None = None
) -> Html:
    return _OPEN.format(article_href(article.id, start, end), say(language, "open"))


def _passages(answer: Answer, language: str) -> Html:
    quoted = [(c.article.id, c.start, c.end) for c in answer.citations]
    others = [
        passage
        for passage in answer.passages
        if not any(
            article == passage.article.id
            and passage.chunk.start <= start
            and end <= passage.chunk.end
            for article, start, end in quoted
        )
    ]
    if not others:
        return Html()
    item = Html(
        '<li><a href="{}" target="_blank" rel="noopener" dir="auto"{}>{}</a> <small>{}</small></li>'
    )
    items = [
        item.format(
            article_href(passage.article.id, passage.chunk.start, passage.chunk.end),
            lang_attribute(passage.article),
            title_of(passage.article, language),
            date_html(passage.article, language),
        )
        for passage in others
    ]
    summary = f"{say(language, 'read')} ({len(others)})"
    frame = Html('<details class="read"><summary>{}</summary><ul>{}</ul></details>')
    return frame.format(summary, Html().join(items))
