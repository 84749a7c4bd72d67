"""How much a text says there is: numbers, fractions, percentages and "twice", in one measure.

Beside what `rag.text.numbers` reads: French number words, «ونصف», "a half", shares written as fraction or
per cent, multiplicatives, and the Arabic dual, which says two without a number.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from rag.text.dates import find_dates
from rag.text.folding import fold, fold_text
from rag.text.language import detect_language
from rag.text.numbers import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERCENT = re.compile(
    r"\s*(?:%|٪|(?:in |ب|في )?(?:ال)?(?:ميه|مايه)\b|per ?cent\b|pour ?cents?\b|процент\w*)"
)
_HALF_MORE = re.compile(
    r"\s*(?:\w+\s+)?(?:ونصف|and a half|с половиной|et demie?)\b(?!\s+(?:ساعه|hour))"
)
_SCALES = (Decimal(10**9), Decimal(10**6), Decimal(10**3))
# Shares of one and multiples, folded; a closed class in each language. The first that matches counts.
_SHARES: tuple[tuple[str, Fraction], ...] = (
    (r"three[ -]quarters?|ثلاث[هة]? ارباع|тр(?:и|[её]х) четверт\w+|trois quarts", Fraction(3, 4)),
    (r"two[ -]thirds?|و?ب?ثلث(?:ا|ي|ان|ين)(?:ها|ه|هم)?|дв(?:е|ух|умя) трет\w+|deux tiers", Fraction(2, 3)),
    (r"(?:one|a)[ -]third|و?ب?(?:ال)?ثلث(?:ها|ه|هم)?|треть\w?|un tiers", Fraction(1, 3)),
    (r"(?:one[ -]|a )?quarter|و?ب?(?:ال)?ربع(?:ها|ه|هم)?|четверт(?:ь|и|ью)|un quart", Fraction(1, 4)),
    (r"(?:one|a)[ -]fifth|خمس(?:ها|ه)? (?:ال)\w+|(?:одн\w+ )?пят(?:ая|ой|ую) (?:част\w+)?|un cinquieme", Fraction(1, 5)),
    (r"half|و?ب?(?:ال)?نصف(?:ها|ه|هم)?|половин\w*|moitie|demie?", Fraction(1, 2)),
    (r"twice|double|two[ -]?fold|مرتين|ضعف(?:ا|ي|ين|ان)?|дважды|вдвое|вдвойне|both|neither|double", Fraction(2)),
    (r"triple|three[ -]?fold|thrice|ثلاثه اضعاف|трижды|втрое", Fraction(3)),
    (r"soixante[ -]dix", Fraction(70)),
)  # fmt: skip
_SHARE = re.compile("|".join(rf"(?P<s{i}>\b(?:{p})\b)" for i, (p, _) in enumerate(_SHARES)))
_FRENCH_UNITS = [
    "zero",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_FRENCH_TENS = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "quatre-vingt": 80,
}  # fmt: skip
_FRENCH_SCALES = {"cent": 100, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6}
_FRENCH_SCALES |= {"milliard": 10**9, "milliards": 10**9}
_FRENCH_SCALE_AFTER = re.compile(r"\s(mille|millions?|milliards?)\b")
_FRENCH_TOKEN = re.compile(r"pour cents?\b|[a-z]+(?:-[a-z]+)*|\d+")
_DUAL = re.compile(r"\w{2,}(?:تان|تين|ان|ين|تا|تي)(?:ها|هم|ه)?\b|\b\w{3,}ا\b")
Quantities = set[Fraction]


def quantities_stand(claim: str, quote: str) -> bool:
    """Whether every quantity of the claim is one of the quotation; those in dates are left out."""
    there = set().union(*_quantities(quote, own=False)) | _dual(quote)
    return all(ways & there for ways in _quantities(claim, own=True))


def has_quantity(text: str) -> bool:
    """Whether the text names a quantity outside its dates."""
    return any(True for _ in _quantities(text, own=True))


def _quantities(text: str, *, own: bool) -> Iterator[Quantities]:
    """Each quantity as the set of its equal readings; 50 % is 50 and one half."""
    skipped = [(m.start, m.end) for m in find_dates(text)] if own else []
    for number in numbers(text):
        if not any(s <= number.start < e for s, e in skipped):
            yield _readings(text, Fraction(number.value), number.start, number.end)
    folded = fold(text)
    for share in _SHARE.finditer(folded.text):
        value = next(v for i, (_, v) in enumerate(_SHARES) if share[f"s{i}"])
        yield {value, value * 60, value * 100} if value < 1 else {value}
    if detect_language(text) == "fr":
        yield from _french(folded.text)


def _readings(text: str, value: Fraction, start: int, end: int) -> Quantities:
    after = fold_text(text[end : end + 40])
    ways = {value}
    if _PERCENT.match(after):
        ways.add(value / 100)
    if scaled := _FRENCH_SCALE_AFTER.match(after):
        ways.add(value * _FRENCH_SCALES[scaled[1]])
    if _HALF_MORE.match(after) or _HALF_MORE.match(after.partition(" ")[2]):
        scale = next((s for s in _SCALES if value % Fraction(s) == 0), Decimal(1))
        spelt = any(c.isalpha() for c in text[start:end])
        ways = {value + Fraction(scale if spelt else 1) / 2, value}
    return ways


def _dual(quote: str) -> Quantities:
    """Two, where an Arabic text has a word that may be a dual."""
    return {Fraction(2)} if _DUAL.search(fold_text(quote)) else set()


def _french(folded: str) -> Iterator[Quantities]:
    run: list[int] = []
    known = _french_words()
    tokens = [*_FRENCH_TOKEN.findall(folded), ""]
    for before, word in zip(["", *tokens], tokens, strict=False):
        if word in known and not before.isdecimal():
            run.append(known[word])
        elif word != "et" or not run:
            if run and sum(run) != 1:
                value = Fraction(_french_value(run))
                yield {value, value / 100} if word.startswith("pour c") else {value}
            run = []


def _french_value(run: list[int]) -> int:
    total, part = 0, 0
    for value in run:
        if value >= 1000:
            total, part = total + max(part, 1) * value, 0
        elif value == 100:
            part = max(part, 1) * 100
        else:
            part += value
    return total + part


@cache
def _french_words() -> dict[str, int]:
    """Folded French number words under one hundred, and the scales."""
    units = dict(zip(_FRENCH_UNITS, range(20), strict=True)) | {"une": 1}
    found = units | _FRENCH_TENS | {"quatre-vingts": 80} | _FRENCH_SCALES
    for ten, value in _FRENCH_TENS.items():
        room = range(1, 20) if value in {60, 80} else range(1, 10)
        found |= {f"{ten}-{_FRENCH_UNITS[n]}": value + n for n in room}
        found[f"{ten}-et-un"] = value + 1
    found["soixante-et-onze"] = 71
    return found
