"""A conversation as one HTML file: nothing is fetched, nothing runs, and it prints well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.exporting.records import sources_of
from rag.serving.ui.render import Html, lang_attribute, title_of, web_address
from rag.serving.ui.strings import DIRECTION, long_date, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rag.records import Article
    from rag.serving.ui.exporting.records import Quoted, Told

_STYLE = Html(
    "<style>:root{{color-scheme:light dark;--ink:light-dark(#1b1a17,#eceae5);--soft:light-dark(#5d574c,#b3ada2);"
    "--line:light-dark(#e4dfd5,#30363c);--accent:light-dark(#136966,#7cd0c9);--paper:light-dark(#faf9f6,#14171a)}}"
    'body{{max-width:44rem;margin:2rem auto;padding:0 1.2rem;background:var(--paper);color:var(--ink);font:17px/1.8 "IBM Plex Sans Arabic","Noto Sans Arabic",system-ui,sans-serif}}'
    "h1,h2{{line-height:1.5;text-align:start}}h1{{font-size:1.5rem}}h2{{font-size:1.15rem;margin-top:2.4rem}}"
    ".soft,cite{{color:var(--soft);font-size:.88rem;font-style:normal}}.state{{color:var(--accent);font-size:.9rem}}"
    "blockquote{{margin:1rem 0;padding-inline-start:1rem;border-inline-start:3px solid var(--accent)}}"
    "blockquote p{{margin:0;white-space:pre-line}}p,li,h1,h2{{overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start}}a{{color:var(--accent)}}"
    "@media print{{:root{{color-scheme:light}}body{{max-width:none;margin:0;padding:0;background:#fff;font-size:11pt}}"
    "blockquote{{break-inside:avoid}}h2{{break-after:avoid}}a{{color:inherit;text-decoration:none}}}}</style>"
)
_PAGE = Html(
    '<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
    '<title>{title}</title>{style}</head>\n<body><h1>{title}</h1><p class="soft">{made}</p>\n{turns}\n{sources}</body></html>\n'
)
_TURN = Html('<section><h2 dir="auto">{}</h2><p class="state">{}</p>{}{}</section>')
_TEXT = Html('<p dir="auto">{}</p>')
_QUOTE = Html('<blockquote{}><p dir="auto">{}</p><cite>[{}] {} · {}</cite></blockquote>')
_SOURCES = Html("<section><h2>{}</h2><ol>{}</ol></section>")
_ITEM = Html("<li>{}</li>")
_LINK = Html(' · <a href="{0}" rel="noopener noreferrer" dir="ltr">{0}</a>')


def html_file(turns: Sequence[Told], language: str, day: date) -> Html:
    """The whole file, in the words of `language`; `day` is that of the export."""
    sources = sources_of(turns)
    listed = Html()
    if sources:
        items = Html().join(_ITEM.format(_reference(article, language)) for article in sources)
        listed = _SOURCES.format(tell(language, "sources"), items)
    return _PAGE.format(
        language=language,
        direction=DIRECTION[language],
        title=tell(language, "conversation"),
        style=_STYLE.format(),
        made=tell(language, "made", day=long_date(day, language)),
        turns=Html("\n").join(_turn(turn, language) for turn in turns),
        sources=listed,
    )


def _turn(turn: Told, language: str) -> Html:
    blocks = [block for block in turn.text.split("\n") if block.strip()]
    return _TURN.format(
        turn.question,
        say(language, turn.status),
        Html().join(_TEXT.format(block) for block in blocks),
        Html().join(_quote(quoted, language) for quoted in turn.quotes),
    )


def _quote(quoted: Quoted, language: str) -> Html:
    return _QUOTE.format(
        lang_attribute(quoted.article),
        quoted.quote,
        quoted.marker,
        _reference(quoted.article, language),
        tell(language, quoted.check),
    )


def _reference(article: Article, language: str) -> Html:
    day = article.published
    url = web_address(article.url)
    words = Html("<bdi>{}</bdi> · <bdi>{}</bdi> · {}").format(
        title_of(article, language),
        article.source or tell(language, "no_outlet"),
        long_date(day, language) if day else tell(language, "no_date"),
    )
    return words + (_LINK.format(url) if url else Html())
