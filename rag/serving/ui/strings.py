"""Every word of the page, in Arabic and English; plural forms, dates and language names by CLDR."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_skeleton

from rag.serving.ui.words import COUNTED, WORDS

if TYPE_CHECKING:
    from datetime import date

LANGUAGES = ("ar", "en")
DIRECTION = {"ar": "rtl", "en": "ltr"}
_LOCALE = {"ar": "ar", "en": "en_GB"}


def say(language: str, key: str, **values: object) -> str:
    """The words of `key`; values are put in as they are, so the result is text, not HTML."""
    words = WORDS[key][LANGUAGES.index(language)]
    return words.format(**values) if values else words


def count(language: str, key: str, n: int) -> str:
    """A number with its noun, in the plural form the language asks for."""
    forms = COUNTED[key][language]
    form = _locale(language).plural_form(n)
    return forms.get(form, forms["other"]).format(n=n)


def long_date(day: date, language: str) -> str:
    """A day with its month's name, which no change of direction can garble."""
    return str(format_date(day, "long", locale=_LOCALE[language]))


def long_month(day: date, language: str) -> str:
    """The month of a day by its name, with the year."""
    return str(format_skeleton("yMMMM", day, locale=_LOCALE[language]))


def language_name(code: str, language: str) -> str:
    """The name of a language by its code; the code where CLDR has none."""
    return str(_locale(language).languages.get(code, code))


def pick_language(asked: str | None, remembered: str | None, accepted: str) -> str:
    """The page's language: the address, then the cookie, then the browser's first that we speak."""
    wishes = [asked, remembered]
    wishes += [part.split(";")[0].strip().lower()[:2] for part in accepted.split(",")]
    return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALE[language])
