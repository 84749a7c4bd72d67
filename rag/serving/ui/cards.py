"""The cards of the sources panel: quotations, events to choose from, near misses, reports that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.answering.disagree import disagreements
from rag.answering.telling import Told
from rag.serving.ui.render import (
    Html,
    article_href,
    cut_text,
    date_html,
    lang_attribute,
    marked,
    outlet_html,
    title_of,
)
from rag.serving.ui.strings import long_date, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rag.records import Answer, Article, Citation, NearMiss

_CARD = Html(
    '<article class="src{kind}" id="{id}" tabindex="-1" aria-labelledby="{id}-h"><header>'
    '<span class="num" aria-hidden="true">{number}</span><h3 id="{id}-h" dir="auto"{lang}>{title}</h3></header>'
    '<p class="meta"><span>{outlet}</span><span>{date}</span>{match}</p>{body}<footer>{actions}</footer></article>'
)
_QUOTE = Html('<blockquote dir="auto"{}>{}</blockquote>')
_EVENT = Html('<p class="event" dir="auto">{}</p>')
_OPEN = Html(
    '<a class="act" href="{}" target="_blank" rel="noopener">{}<span aria-hidden="true">&nbsp;↗</span></a>'
)
_COPY = Html(
    '<button type="button" class="act" data-act="copy" data-copy="{}" data-done="{}">{}</button>'
)
_CHOOSE = Html(
    '<button type="button" class="act choose" data-act="choose" data-question="{}">{}</button>'
)
_BACK = Html('<button type="button" class="act back" data-act="back">{}</button>')
_DIFFER = Html(
    '<section class="differ" aria-labelledby="{id}-d"><h3 id="{id}-d">{head}</h3><ol>{rows}</ol></section>'
)
_VERSION = Html(
    '<li><p class="meta"><span>{date}</span><span>{outlet}</span></p>'
    '<p class="says" dir="auto"{lang}>{says} <a href="#{id}" data-show="{id}">{marker}</a></p></li>'
)
_READ = Html('<details class="read"><summary>{}</summary><ul>{}</ul></details>')
_READ_ROW = Html(
    '<li><a href="{}" target="_blank" rel="noopener" dir="auto"{}>{}</a> <small>{}</small></li>'
)
_SAYS_CHARACTERS = 140


def reference(citation: Citation, language: str) -> str:
    """A quotation with its reference, as text to paste."""
    article = citation.article
    outlet = article.source or say(language, "no_outlet")
    day = long_date(article.published, language) if article.published else say(language, "no_date")
    separator = "، " if language == "ar" else ", "
    return f"«{citation.quote}» — {separator.join([title_of(article, language), outlet, day])}"


def choice(question: str, miss: NearMiss) -> str:
    """The question of an ambiguous answer, asked again about one of its events."""
    return f"{question} ({miss.why})"


def citation_cards(turn: int, answer: Answer, language: str) -> list[Html]:
    """A card for each citation; under an ambiguous answer with the event it tells of, to choose."""
    events = _events(answer)
    return [
        _citation(turn, citation, event, answer.question, language)
        for citation, event in zip(answer.citations, events, strict=True)
    ]


def _events(answer: Answer) -> list[NearMiss | None]:
    """The event that each citation tells of: the next of its article."""
    left = list(answer.near_misses) if answer.status == "ambiguous" else []
    found: list[NearMiss | None] = []
    for citation in answer.citations:
        own = next((miss for miss in left if miss.article.id == citation.article.id), None)
        if own:
            left.remove(own)
        found.append(own)
    return found


def near_cards(turn: int, answer: Answer, language: str) -> list[Html]:
    """Cards of near misses, and of events that no citation tells of."""
    shown = [event for event in _events(answer) if event]
    return [
        _near_miss(f"t{turn}-n{place}", miss, answer, language)
        for place, miss in enumerate(answer.near_misses, start=1)
        if miss not in shown
    ]


def differ_card(turn: int, answer: Answer, language: str) -> Html:
    """Which source says what, in the order of publication; the value where it can be told, else the quotation."""
    values = _values(answer)
    dated = sorted(
        answer.citations, key=lambda c: (c.article.published is None, c.article.published)
    )
    told = [c for c in dated if (c.article.id, c.start) in values] or dated
    rows = [
        _VERSION.format(
            date=date_html(citation.article, language),
            outlet=outlet_html(citation.article, language),
            lang=lang_attribute(citation.article),
            says=_says(citation, values),
            id=f"t{turn}-s{citation.marker}",
            marker=citation.marker,
        )
        for citation in told
    ]
    head = say(language, "differ_head")
    return _DIFFER.format(id=f"t{turn}", head=head, rows=Html().join(rows))


def _says(citation: Citation, values: dict[tuple[str, int], str]) -> Html:
    value = values.get((citation.article.id, citation.start))
    quote = cut_text(citation.quote, _SAYS_CHARACTERS)
    if value is None:
        return Html("«{}»").format(quote)
    return Html("<strong>{}</strong> <span>«{}»</span>").format(value, quote)


def _values(answer: Answer) -> dict[tuple[str, int], str]:
    told = [Told(c.article, c.start, c.end, f"{c.article.id}@{c.start}") for c in answer.citations]
    found = disagreements(answer.question, told)
    return {
        (version.told.article.id, version.told.start): version.value
        for disagreement in found
        for version in disagreement.versions
    }


def _citation(
    turn: int, citation: Citation, event: NearMiss | None, question: str, language: str
) -> Html:
    article = citation.article
    quote = marked(article.text, citation.start, citation.end)
    actions = [
        _CHOOSE.format(choice(question, event), say(language, "choose")) if event else Html(),
        _open(article, language, citation.start, citation.end),
        _COPY.format(reference(citation, language), say(language, "copied"), say(language, "copy")),
        _BACK.format(say(language, "back")),
    ]
    return _card(
        f"t{turn}-s{citation.marker}",
        article,
        language,
        number=str(citation.marker),
        kind=" ev" if event else "",
        match=Html("<span>{}</span>").format(say(language, citation.match)),
        body=(_EVENT.format(event.why) if event else Html())
        + _QUOTE.format(lang_attribute(article), quote),
        actions=Html().join(actions),
    )


def _near_miss(card_id: str, miss: NearMiss, answer: Answer, language: str) -> Html:
    is_event = answer.status == "ambiguous"
    ask = _CHOOSE.format(choice(answer.question, miss), say(language, "choose"))
    return _card(
        card_id,
        miss.article,
        language,
        number=say(language, "which") if is_event else "≈",
        kind=" ev" if is_event else " nm",
        body=Html('<p class="why" dir="auto">{}</p>').format(miss.why),
        actions=(ask if is_event else Html()) + _open(miss.article, language),
    )


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


def passages_html(answer: Answer, language: str) -> Html:
    """The passages that were read and not quoted, folded away."""
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
    items = [
        _READ_ROW.format(
            article_href(passage.article.id, passage.chunk.start, passage.chunk.end),
            lang_attribute(passage.article),
            title_of(passage.article, language),
            date_html(passage.article, language),
        )
        for passage in others
    ]
    return _READ.format(f"{say(language, 'read')} ({len(others)})", Html().join(items))


def copied_answer(answer: Answer, language: str) -> str:
    """The answer with its numbered references, as text to paste."""
    notes: Sequence[str] = [f"[{c.marker}] {reference(c, language)}" for c in answer.citations]
    return "\n\n".join([answer.text, "\n".join(notes)]) if notes else answer.text
