"""The script and the language of a question or an article."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING, Literal

from rag.text.analysis import function_words
from rag.text.folding import fold_text

if TYPE_CHECKING:
    from lingua import LanguageDetector

Script = Literal["arabic", "latin", "cyrillic", "other"]

_SCRIPTS: dict[Script, re.Pattern[str]] = {
    "arabic": re.compile(
        "[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c8\ufb50-\ufdfb\ufe70-\ufefc]+"
    ),
    "latin": re.compile("[A-Za-zªºÀ-ÖØ-öø-\u02af\u1e00-\u1eff]+"),
    "cyrillic": re.compile("[\u0400-\u0481\u048a-\u052f]+"),
}
_LETTERS = re.compile(r"[^\W\d_]+")
_ARABIC_ONLY = re.compile("[ةكيىأإ]")
_PERSIAN_ONLY = re.compile("[پچژگکی]")  # Urdu has them too
_URDU_ONLY = re.compile("[ٹڈڑںےہھ]")
_UKRAINIAN_ONLY = re.compile("[іїєґ]", re.IGNORECASE)
_RUSSIAN_ONLY = re.compile("[ыэъё]", re.IGNORECASE)
_LATIN_LANGUAGES = ("en", "fr", "de", "es", "tr", "it")
_READ = 2000  # characters: more of a text changes nothing

# A function word weighs e^4 : 1 against the detector, which runs in its low-accuracy mode: 13 MB and 0.04 s to load,
# against 181 MB and 0.8 s for the high one. Right on NTREX headlines (en de es fr tr, 615) / XQuAD questions (en de
# es tr, 4,760): low .950 / .977, high .984 / .991, low with weight 1: .966 / .986, 2: .968 / .991, 4: .976 / .994
# (the weight is chosen on these sets).
_WORD_WEIGHT = 4.0
_FOREIGN_NAMES_LEAVE = (
    0.2  # share of Arabic or Cyrillic letters beside which the Latin ones are names
)


# What a language counts for that the detector rules out: on a short question it may be sure and wrong
# ("Who attended the ... forum?" as Turkish), and two function words have to outweigh that.
_LEAST = 1e-3


def detect_language(text: str, default: str = "und") -> str:
    """ISO 639-1 code of the language most of the letters are in; `default` where that can't be told.

    Tells ar, fa, ur; ru, uk; en, fr, de, es, tr, it. Another language of these scripts comes out as its likest.
    """
    text = text[:_READ]
    shares = script_shares(text)
    if max(shares["arabic"], shares["cyrillic"]) >= _FOREIGN_NAMES_LEAVE:
        arabic_leads = shares["arabic"] >= shares["cyrillic"]
        return _arabic_script_language(text) if arabic_leads else _cyrillic_language(text)
    return (dominant_script(text) == "latin" and _latin_script_language(text)) or default


def dominant_script(text: str) -> Script:
    """The script of most letters; "other" for none of the three and for a text without letters."""
    shares = script_shares(text)
    return (
        max(shares, key=lambda script: (shares[script], script != "other"))
        if any(shares.values())
        else "other"
    )


def script_shares(text: str) -> dict[Script, float]:
    """What part of the letters is in each script; sums to 1, or all are 0 in a text without letters."""
    letters = _length(_LETTERS, text)
    counts = {script: _length(pattern, text) for script, pattern in _SCRIPTS.items()}
    total = max(letters, sum(counts.values()))
    counts["other"] = total - sum(counts.values())
    return {script: count / total if total else 0.0 for script, count in counts.items()}


def _length(pattern: re.Pattern[str], text: str) -> int:
    return sum(map(len, pattern.findall(text)))


def _arabic_script_language(text: str) -> str:
    arabic, persian, urdu = (
        len(p.findall(text)) for p in (_ARABIC_ONLY, _PERSIAN_ONLY, _URDU_ONLY)
    )
    if persian + urdu <= arabic:
        return "ar"
    return "ur" if urdu * 3 > persian else "fa"


def _cyrillic_language(text: str) -> str:
    ukrainian, russian = len(_UKRAINIAN_ONLY.findall(text)), len(_RUSSIAN_ONLY.findall(text))
    if ukrainian == russian:
        words = set(_LETTERS.findall(fold_text(text)))
        ukrainian, russian = (len(words & function_words(code)) for code in ("uk", "ru"))
    return "uk" if ukrainian > russian else "ru"


def _latin_script_language(text: str) -> str | None:
    confidence = {
        value.language.iso_code_639_1.name.lower(): value.value
        for value in _detector().compute_language_confidence_values(_encodable(text))
    }
    if not any(confidence.values()):
        return None
    words = _LETTERS.findall(fold_text(text))
    return max(
        _LATIN_LANGUAGES,
        key=lambda code: (
            math.log(confidence.get(code, 0) + _LEAST)
            + _WORD_WEIGHT * sum(word in function_words(code) for word in words)
        ),
    )


def _encodable(text: str) -> str:
    """The text with a question mark for half a surrogate pair, at which the detector raises."""
    return text.encode("utf-8", "replace").decode("utf-8")


@cache
def _detector() -> LanguageDetector:
    """Loaded at the first Latin text."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code.upper()) for code in _LATIN_LANGUAGES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()
