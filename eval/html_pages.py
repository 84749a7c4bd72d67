"""Web pages put together from invented parts and seven kinds of markup, their story paragraphs known."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

_PARTS: dict[str, dict[str, list[str]]] = json.loads(
    Path(__file__).with_name("page_parts.json").read_text(encoding="utf-8")
)
LANGUAGES = tuple(_PARTS)
_FOLDER = Path(__file__).with_name("html_templates")
KINDS = tuple(sorted(path.stem for path in _FOLDER.glob("*.html")))
_DATED = frozenset({"blog", "portal", "modern", "app"})  # kinds whose markup tells the day
_CODE_PAGES = {"ar": "windows-1256", "ru": "windows-1251", "tr": "windows-1254"}
_COMMENTS = {
    "ar": ("أتمنى أن تنخفض الأسعار كما وعدونا.", "ومن سيدفع ثمن هذا التأخير كله؟ نحن طبعاً."),
    "en": ("I hope prices come down as they promised us.", "And who pays for the delay? We do."),
    "ru": ("Надеюсь, цены снизят, как нам обещали.", "А кто заплатит за задержку? Конечно, мы."),
    "fr": (
        "J'espère que les prix baisseront comme promis.",
        "Et qui paie ce retard ? Nous, bien sûr.",
    ),
    "tr": (
        "Umarım söz verdikleri gibi fiyatlar düşer.",
        "Bu gecikmeyi kim ödeyecek? Tabii ki biz.",
    ),
}
_CODES = {"table": "<BR><BR>\n", "breaks": "<br><br>"}
_BLOCKS = {"app": '<div class="css-p">{}</div>', "portal": "<p>{}</p>", "plain": "<p>{}</p>"}


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page; `story` are its paragraphs in order, sub-headings among them, the headline not."""

    kind: str
    language: str
    data: bytes
    title: str
    story: tuple[str, ...]
    is_dated: bool


def make_html_page(kind: str, language: str, seed: int) -> HtmlPage:
    """One page; the same arguments give the same page."""
    rng = random.Random(f"{kind} {language} {seed}")  # noqa: S311 - no secret
    parts = _PARTS[language]
    names = {name: rng.choice(parts[name]) for name in ("outlet", "author")}
    picked = {name: [text.format(**names) for text in texts] for name, texts in parts.items()}
    story = _story(picked, rng)
    values = _values(picked, names, language, rng) | {
        "story": _markup(kind, story, picked, rng),
        "charset": _CODE_PAGES.get(language, "windows-1252"),
    }
    page = Template((_FOLDER / f"{kind}.html").read_text(encoding="utf-8")).substitute(values)
    encoding = values["charset"] if kind == "table" else "utf-8"
    data = page.encode(encoding, "xmlcharrefreplace")
    return HtmlPage(kind, language, data, values["title"], tuple(story), kind in _DATED)


def _story(parts: dict[str, list[str]], rng: random.Random) -> list[str]:
    first, *others = parts["story"]
    chosen = sorted(rng.sample(others, rng.randint(2, 8)), key=others.index)
    if len(chosen) > 4:
        chosen.insert(2, rng.choice(parts["heading"]))
    return [first, *chosen]


def _markup(kind: str, story: list[str], parts: dict[str, list[str]], rng: random.Random) -> str:
    """The story as the kind of page writes it, with a box of its own between two paragraphs."""
    if kind in _CODES:
        return _CODES[kind].join(escape(text, quote=False) for text in story)
    blocks = [_block(kind, text, parts) for text in story]
    middle = escape(rng.choice(parts["middle"]), quote=False)
    if kind != "plain":
        blocks.insert(2, f'<div class="read-also"><a href="/c">{middle}</a></div>')
    return "\n".join(blocks)


def _block(kind: str, text: str, parts: dict[str, list[str]]) -> str:
    shown = escape(text, quote=False)
    if text in parts["heading"]:
        return f"<h2>{shown}</h2>"
    if kind == "modern" and text.startswith(('"', "«", "“")):
        return f"<blockquote><p>{shown}</p></blockquote>"
    return _BLOCKS.get(kind, "<p>{}</p>").format(_with_link(shown))


def _with_link(text: str) -> str:
    """The paragraph with a link on two of its words, as editors set them."""
    tokens = text.split(" ")
    if len(tokens) > 8:
        tokens[3:5] = [f'<a href="/topic">{" ".join(tokens[3:5])}</a>']
    return " ".join(tokens)


def _values(
    parts: dict[str, list[str]], names: dict[str, str], language: str, rng: random.Random
) -> dict[str, str]:
    texts = {
        **names,
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
        "title": rng.choice(parts["headline"]),
        "today": rng.choice(parts["stamp"]),
        "skip": parts["top"][-1],
        "kicker": parts["top"][0],
        "caption": parts["middle"][-1],
        "cookie": parts["bottom"][-1],
        "section": parts["section"][0],
        "section_b": parts["section"][-1],
        "link_a": parts["link"][0],
        "link_b": parts["link"][1],
        "middle_b": parts["middle"][1],
        "comments_title": parts["bottom"][0],
        "comment_label": parts["bottom"][1],
        "share_a": parts["share"][0],
        "tags": " ".join(parts["top"][:3]),
        "comment_a": _COMMENTS[language][0],
        "comment_b": _COMMENTS[language][1],
    }
    texts |= {name: rng.choice(parts[name]) for name in ("byline", "stamp", "bottom")}
    escaped = {name: escape(text, quote=False) for name, text in texts.items()}
    return escaped | _lists(parts)


def _lists(parts: dict[str, list[str]]) -> dict[str, str]:
    def links(name: str, before: str, after: str) -> str:
        return "".join(
            f'{before}<a href="/x">{escape(text, quote=False)}</a>{after}' for text in parts[name]
        )

    return {
        "menu": links("top", "<li>", "</li>"),
        "menu_links": links("top", "", "<br>"),
        "share": links("share", "<li>", "</li>"),
        "share_links": links("share", "<span>", "</span>"),
        "links": links("link", "<li>", "</li>"),
        "link_boxes": links("link", "<div>", "</div>"),
    }
