"""Numbers written in digits or, in Arabic, English and Russian, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rag.text.folding import Folded, fold
from rag.text.number_words import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Number:
    """A number and its place `[start, end)` in the text; `value` is never negative."""

    value: Decimal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    """A digit string or number word at `[start, end)` of the folded text; `lead` is where its particles begin."""

    value: Decimal
    kind: str  # "digits"; "small", under 1000; "scale"; "plural", a scale that counts only after a number; "dual"
    lead: int
    start: int
    end: int
    is_arabic: bool = False
    joined: bool = False  # Arabic «و» ("and") stands before it


_DIGITS = r"(?<!\d[.,])[1-9]\d{0,2}(?P<group>[., '])\d{3}(?:(?P=group)\d{3})*(?:(?!(?P=group))[.,]\d{1,2})?(?![.,]?\d)"
_DECIMAL = r"(?<!\d[.,])\d+[.,]\d+(?![.,]?\d)"
_ITEM = re.compile(rf"(?P<digits>{_DIGITS}|{_DECIMAL}|\d+)|(?P<word>احدي? عشره?(?!\w)|[^\W\d_]+)")
_PARTICLES = re.compile("(?:و?(?:[بفك]?ال|لل)|و?[بفلك]|و)(?=...)")
_GAP = re.compile(r" (و) |[ -]?(?:and )?")
_NEXT_WORD = re.compile(r"[ -]?([^\W\d_]+)")
_LONE_AND = re.compile(r"(?<!\w)و$")
_SCALE_OF_WORD = frozenset({"scale", "dual"})
_HUNDRED = 100


def numbers(text: str) -> list[Number]:
    """All numbers in order, none inside another.

    6,859 = 6.859 = 6 859 = ٦٬٨٥٩; 3.5 = 3,5 = ٣٫٥; a point or comma before exactly three digits groups thousands
    unless the number is under one or a scale follows ("3.125 million"). A number goes on with the words after it
    («6 آلاف و859», "3.5 million"). The parts of dates and times are numbers of their own. Not numbers: a lone "one",
    vague plurals (آلاف, "thousands"), ordinals, Arabic duals of counted things, «صفر» (a month too).
    """
    folded = fold(text)
    readings: list[_Reading] = []
    for token in _tokens(text, folded):
        last = readings[-1] if readings else None
        gap = _GAP.fullmatch(folded.text, last.end, token.lead) if last else None
        if last and gap and last.goes_on_with(replace(token, joined=token.joined or bool(gap[1]))):
            last.end = token.end
        elif token.kind != "plural":
            readings.append(_Reading.beginning_with(token))
    return [
        Number(r.value, *folded.original_span(r.start, r.end))
        for r in readings
        if not r.is_lone_one
    ]


@dataclass(slots=True)
class _Reading:
    """A number being read, `total + part`: "two million three hundred" is 2,000,000 and the part 300."""

    start: int
    end: int
    total: Decimal = Decimal(0)
    part: Decimal | None = None
    scale: Decimal = Decimal("Infinity")  # the last scale read: only smaller values may follow
    from_digits: bool = False
    is_lone_one: bool = False

    @classmethod
    def beginning_with(cls, token: _Token) -> _Reading:
        """The number of one token."""
        reading = cls(token.start, token.end, from_digits=token.kind == "digits")
        reading.is_lone_one = token.value == 1 and not reading.from_digits
        if token.kind in _SCALE_OF_WORD:
            reading._add_scale(token)
        else:
            reading.part = token.value
        return reading

    @property
    def value(self) -> Decimal:
        """The number so far."""
        return self.total + (self.part or 0) if self.total else self.part or self.total

    def goes_on_with(self, token: _Token) -> bool:
        """Takes `token` in if the grammar lets it continue this number; False: it begins another."""
        if token.kind in {"scale", "plural", "dual"}:
            taken = self._take_scale(token)
        elif self.part is None:
            taken = self._take_rest(token)
        else:
            taken = (
                not self.from_digits
                and token.kind == "small"
                and self._take_small(self.part, token)
            )
        self.is_lone_one = self.is_lone_one and not taken
        return taken

    def _take_scale(self, token: _Token) -> bool:
        size = token.value
        if size >= self.scale or (
            self.part is None and (token.kind == "plural" or not token.joined)
        ):
            return False
        if self.part is not None and token.kind == "dual":
            return False
        self._add_scale(token)
        return True

    def _add_scale(self, token: _Token) -> None:
        count = 2 if token.kind == "dual" else 1 if self.part is None else self.part
        self.total, self.part, self.scale, self.from_digits = (
            self.total + count * token.value,
            None,
            token.value,
            False,
        )

    def _take_rest(self, token: _Token) -> bool:
        """What is under the last scale: "thousand ... [three]"."""
        needs_and = token.is_arabic or token.kind == "digits"
        if token.value >= self.scale or token.value % 1 or (needs_and and not token.joined):
            return False
        self.part, self.from_digits = token.value, token.kind == "digits"
        return True

    def _take_small(self, part: Decimal, token: _Token) -> bool:
        added = _added_arabic(part, token) if token.is_arabic else _added(part, token.value)
        if added is None:
            return False
        self.part = added
        return True


def _added(part: Decimal, value: Decimal) -> Decimal | None:
    """English and Russian: hundreds, then tens, then units."""
    if value == _HUNDRED and 0 < part < 10:
        return part * value
    rest = part % 100
    if part and (
        (rest == 0 and value < _HUNDRED) or (rest >= 20 and rest % 10 == 0 and 0 < value < 10)
    ):
        return part + value
    return None


def _added_arabic(part: Decimal, token: _Token) -> Decimal | None:
    """Hundreds و units و tens; a unit before عشر is a teen, before مئة it multiplies."""
    unit, value = part % 100, token.value
    if not token.joined:
        if value == _HUNDRED and 2 < part < 10:
            return part * value
        return part + value if value == 10 and 0 < unit < 10 else None
    if part and ((unit == 0 and value < _HUNDRED) or (0 < unit < 10 and 20 <= value < _HUNDRED)):
        return part + value
    return None


def _tokens(text: str, folded: Folded) -> Iterator[_Token]:
    for item in _ITEM.finditer(folded.text):
        if item["digits"]:
            start, end = folded.original_span(item.start(), item.end())
            if text[start].isdecimal():  # not the ² of m²
                yield _digits_token(item, folded.text, text[start:end])
        elif token := _word_token(item):
            yield token


def _digits_token(item: re.Match[str], folded: str, original: str) -> _Token:
    joined = bool(_LONE_AND.search(folded, max(0, item.start() - 2), item.start()))
    return _Token(
        _digits_value(item["digits"], item["group"] or "", original, _word_after(folded, item.end())),
        "digits", item.start() - joined, item.start(), item.end(), joined=joined,
    )  # fmt: skip


def _word_after(folded: str, end: int) -> str:
    word = _NEXT_WORD.match(folded, end)
    return word.group(1) if word else ""


def _digits_value(digits: str, group: str, original: str, next_word: str) -> Decimal:
    """`group` is the mark before three digits, or empty."""
    known = number_words().get(next_word)
    before_scale = known is not None and known.kind in {"scale", "plural"} and "٬" not in original
    if digits.count(group) == 1 and group in {".", ","} and ("٫" in original or before_scale):
        group = ""
    return Decimal((digits.replace(group, "") if group else digits).replace(",", "."))


def _word_token(item: re.Match[str]) -> _Token | None:
    word, lead = item["word"], item.start()
    known, particles = number_words().get(word), ""
    if known is None and (match := _PARTICLES.match(word)):
        particles, known = match.group(), number_words().get(word[match.end() :])
    if known is None or (
        known.value == _HUNDRED and particles.endswith("ال")
    ):  # «بالمئة» is per cent
        return None
    return _Token(
        Decimal(known.value), known.kind, lead, lead + len(particles), item.end(),
        is_arabic=word > "\u0600", joined=particles in {"و", "وال"},
    )  # fmt: skip
