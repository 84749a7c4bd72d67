"""Which folded words are month names, weekdays and cue words: CLDR names through Babel, cues from `cues`."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from babel import Locale
from hijridate import Hijri

from rag.text.dates.cues import cues
from rag.text.folding import fold_text

LANGUAGES: Final = ("ar", "en", "ru", "fr", "tr", "de", "es", "fa", "it", "uk")
ARAB_REGIONS: Final = ("ar_DZ", "ar_TN", "ar_MA", "ar_MR", "ar_SY", "ar_LB", "ar_IQ", "ar_SA")
# The spellings of newspapers that CLDR lacks.
OTHER_MONTH_NAMES: Final = {
    2: ("فبرایر",), 5: ("نوار",), 6: ("يونيه", "جون"), 7: ("يوليه", "تمّوز"), 8: ("اغسطس", "أوغسطس"), 12: ("دسمبر",),
}  # fmt: skip
OTHER_HIJRI_NAMES: Final = {
    1: ("المحرم",), 4: ("ربيع الآخر",), 5: ("جمادى الأول",), 6: ("جمادى الثانية", "جمادى الثاني"),
    8: ("Shaban",), 9: ("Ramadhan", "Рамадан", "Рамадана"), 11: ("ذي القعدة",), 12: ("ذي الحجة", "Zul Hijjah"),
}  # fmt: skip
# Short names that are common words of another language; with a full stop or a day and year they say nothing safe.
NO_ABBREVIATIONS: Final = frozenset(
    "set mag gen per par ara mer sal lug ott so mo do fr sa di mi sun sat wed".split()
)
WEEKDAY_FORMS: Final = {  # declined forms; CLDR has the nominative alone
    "ru": (
        "воскресенья",
        "понедельника",
        "вторника",
        "среду|среды",
        "четверга",
        "пятницу|пятницы",
        "субботу|субботы",
    ),
    "uk": (
        "неділю|неділі",
        "понеділка",
        "вівторка",
        "середу|середи",
        "четверга",
        "п'ятницю|п'ятниці",
        "суботу|суботи",
    ),
    "ar": ("احد", "اثنين", "ثلاثاء", "اربعاء", "خميس", "جمعة", "سبت"),
    "de": ("Sonntags", "Montags", "Dienstags", "Mittwochs", "Donnerstags", "Freitags", "Sonnabend"),
}
MONTH_FORMS: Final = {  # prepositional case after "в"
    "ru": "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре",
    "uk": "січні лютому березні квітні травні червні липні серпні вересні жовтні листопаді грудні",
}
_ARABIC: Final = re.compile("[\u0621-\u064a]")
_CONJUNCTIONS: Final = ("و", "ف")
_PREPOSITIONS: Final = ("ب", "ل", "وب", "ول", "فب", "فل")


class Entry(NamedTuple):
    """One reading of a phrase: its part, its value, and the folded words that follow the first one."""

    kind: str
    value: int
    rest: tuple[str, ...] = ()


Lexicon = dict[str, tuple[Entry, ...]]  # first word -> readings, longest phrase first


@cache
def lexicon() -> Lexicon:
    """All phrases by their first folded word; earlier kinds of `_rows` win over later ones."""
    found: dict[str, dict[tuple[str, ...], Entry]] = {}
    for kind, value, phrase in _rows():
        words = tuple(re.findall(r"[^\W\d_]+", fold_text(phrase)))
        if words:
            found.setdefault(words[0], {}).setdefault(words[1:], Entry(kind, value, words[1:]))
    return {
        first: tuple(sorted(readings.values(), key=lambda entry: -len(entry.rest)))
        for first, readings in found.items()
    }


@cache
def clitics() -> dict[str, tuple[str, str]]:
    """Arabic words with one-letter particles in front: word -> (the particles, the bare word)."""
    known = lexicon()
    joined: dict[str, tuple[str, str]] = {}
    for word, readings in known.items():
        if len(word) < 2 or not _ARABIC.match(word):  # noqa: PLR2004 - particles take no particles
            continue
        takes_preposition = any(entry.kind in "MHWyuR" for entry in readings)
        for clitic in (*_CONJUNCTIONS, *(_PREPOSITIONS if takes_preposition else ())):
            if clitic + word not in known:
                joined[clitic + word] = (clitic, word)
    return joined


def _rows() -> list[tuple[str, int, str]]:
    rows = [("M", month, name) for month, names in OTHER_MONTH_NAMES.items() for name in names]
    for code in (*LANGUAGES, *ARAB_REGIONS):
        rows += [("M", month, name) for month, name in _month_names(code, "wide")]
    rows += [
        ("M", number, name)
        for names in MONTH_FORMS.values()
        for number, name in enumerate(names.split(), start=1)
    ]
    rows += _hijri_rows() + _weekday_rows()
    rows += cues()
    for code in LANGUAGES:
        rows += [
            ("m", month, name)
            for month, name in _month_names(code, "abbreviated")
            if _is_usable(name)
        ]
    return rows


def _month_names(code: str, width: str) -> list[tuple[int, str]]:
    months = Locale.parse(code).months
    return [
        (number, name)
        for context in ("format", "stand-alone")
        for number, name in months[context][width].items()
    ]


def _hijri_rows() -> list[tuple[str, int, str]]:
    rows = [
        ("H", month, Hijri(1442, month, 1).month_name(language))
        for language in ("ar", "en", "tr")
        for month in range(1, 13)
    ]
    return rows + [
        ("H", month, name) for month, names in OTHER_HIJRI_NAMES.items() for name in names
    ]


def _weekday_rows() -> list[tuple[str, int, str]]:
    """Weekdays numbered as `date.weekday()` does (Monday is 0), which is how Babel numbers them."""
    rows: list[tuple[str, int, str]] = []
    for code in LANGUAGES:
        days = Locale.parse(code).days["format"]
        rows += [("W", number, name) for number, name in days["wide"].items()]
        rows += [
            ("V", number, name) for number, name in days["abbreviated"].items() if _is_usable(name)
        ]
        for number, forms in enumerate(WEEKDAY_FORMS.get(code, ())):
            kind = "V" if code == "ar" else "W"  # «أحد» is also "one": a weekday only before a date
            rows += [(kind, (number + 6) % 7, form) for form in forms.split("|")]
    return rows


def _is_usable(name: str) -> bool:
    folded = fold_text(name).rstrip(".")
    return len(folded) > 2 and folded not in NO_ABBREVIATIONS  # noqa: PLR2004
