"""The menu of the sources panel that exports the conversation; static/export.js gives it its work."""

from __future__ import annotations

from rag.serving.ui.browsing.strings import tell
from rag.serving.ui.render import Html
from rag.serving.ui.strings import DIRECTION, LANGUAGES

_MENU = Html('<details class="export"><summary>{}</summary><div class="kinds">{}</div></details>')
_KIND = Html('<button type="button" class="act" data-export="{}">{}</button>')
_SAY = Html('<span class="say" lang="{}" dir="{}">{}</span>')
KINDS = (("md", "Markdown"), ("html", "HTML"), ("bibtex", "BibTeX"), ("csl", "CSL-JSON"))


def export_menu() -> Html:
    """A button for each kind of file, named in both languages of the page."""
    kinds = Html().join(_KIND.format(name, words) for name, words in KINDS)
    words = (_SAY.format(code, DIRECTION[code], tell(code, "export")) for code in LANGUAGES)
    return _MENU.format(Html().join(words), kinds)
