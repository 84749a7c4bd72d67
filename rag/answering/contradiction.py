"""Whether a statement says the contrary of a quotation: denied, or with the parts exchanged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.answering.polarity import negation_places, opposed, reciprocal, senses
from rag.text.dates import find_dates
from rag.text.folding import fold_text
from rag.text.places import find_places

if TYPE_CHECKING:
    from rag.answering.alignment import Alignment, Side

# Least nearness of two words that speak of the same thing, for a denial of one to touch the other.
SAME_THING = (0.5, 0.35)  # in one language, across two
# What makes the name after it the one who acts.
_BY = re.compile(
    r"(?:(?<!\w)(?:by|par|من قبل|من جانب|من طرف|علي يد|بامر من|по приказу|on (?:the )?(?:orders?|instructions?) of|sur ordre d[eu]))\W+(?:\w+\W+){0,3}$"
)
_INSTRUMENTAL = re.compile(r"(?:ом|ем|ым|им|ой|ей)$")
_PASSIVE = re.compile(r"\b\w+(?:ан|ен|ян|т)(?:а|о|ы)?\b")


def contradicts(pair: Alignment) -> bool:
    """Whether the statement denies what the quotation says, or turns its parts round.

    What is lost by one is won by the other: an opposite word and an exchange cancel each other out.
    """
    turned = opposed(pair.claim.text, pair.quote.text) != exchanged(pair)
    return turned or denied(pair) or misnamed(pair)


def denied(pair: Alignment) -> bool:
    """Whether one of the two denies a word that the other affirms; opposite words excuse it."""
    mine, theirs = senses(pair.claim.text), senses(pair.quote.text)
    if any(mine[f] * theirs[f] < 0 for f in mine.keys() & theirs.keys()):
        return False
    claim, quote = _denied_words(pair.claim), _denied_words(pair.quote)
    least = SAME_THING[pair.is_cross]
    for number, (place, score) in enumerate(pair.found):
        if score >= least and (number in claim) != (place in quote):
            near = {place - 1, place + 1} if number in claim else set()
            mates = {n for n, (other, _) in enumerate(pair.found) if other == place} & claim
            if not (near & quote) and not mates - {number} and not _denied_near(number, claim):
                return True
    return False


def _denied_near(number: int, denied: frozenset[int]) -> bool:
    return number not in denied and bool({number - 1, number + 1} & denied)


def _denied_words(side: Side) -> frozenset[int]:
    """Numbers of the content words that a word of negation stands before."""
    found: set[int] = set()
    for place in negation_places(side.text):
        after = [n for n, word in enumerate(side.words) if word.start >= place]
        found.update(after[:1])
    return frozenset(found)


def exchanged(pair: Alignment) -> bool:
    """Whether two names that both texts hold act on each other the other way round."""
    if reciprocal(pair.claim.text) or reciprocal(pair.quote.text):
        return False
    places: dict[int, int] = {}
    for i, (place, _) in enumerate(pair.found):
        follows = i - 1 in places and place >= 0 and place - pair.found[i - 1][0] == 1
        if place >= 0 and pair.claim.is_name[i] and pair.same[i, place]:
            places[i] = place if not follows else -1
    units = _people(pair.claim, [i for i, place in places.items() if place >= 0])
    if len(units) != 2 or places[units[0]] == places[units[1]]:
        return False
    mine = _actor(pair.claim, units)
    theirs = _actor(pair.quote, sorted(places[i] for i in units))
    if pair.claim.language == "ru" == pair.quote.language and _oblique_as_before(pair, units):
        return False
    return places[mine] != theirs


def _people(side: Side, units: list[int]) -> list[int]:
    """Units that may act: neither towns nor parts of a date; of Russian, with two that look like subjects, those."""
    others = [(m.start, m.end) for m in find_places(side.text, side.language)]
    others += [(m.start, m.end) for m in find_dates(side.text)]
    acting = [n for n in units if not any(s <= side.words[n].start < e for s, e in others)]
    if len(acting) > 2 and side.language == "ru":
        subjects = [n for n in acting if side.words[n].text[-1] not in "аяуюеы"]
        return subjects if len(subjects) == 2 else acting
    return acting


def _oblique_as_before(pair: Alignment, units: list[int]) -> bool:
    """Whether both Russian names keep their case, which for one of them is not the subject's."""
    forms = [(pair.claim.words[i].text, pair.quote.words[pair.found[i][0]].text) for i in units]
    return all(a == b for a, b in forms) and any(a[-1] in "аяуюыиемх" for a, _ in forms)


def _actor(side: Side, names: list[int]) -> int:
    """Which of two names acts: the first, unless the other is marked as acting."""
    for number in names[1:]:
        if _BY.search(fold_text(side.text[: side.words[number].start]) + " "):
            return number
    if side.language == "ru":
        if _PASSIVE.search(fold_text(side.text)):
            acting = [n for n in names if _INSTRUMENTAL.search(side.words[n].text)]
        else:
            acting = [n for n in names if side.words[n].text[-1] not in "аяуюеы"]
        return acting[0] if len(acting) == 1 else names[0]
    return names[0]


def misnamed(pair: Alignment) -> bool:
    """Whether two names stand side by side in the statement that the quotation keeps apart."""
    claim = pair.claim
    for i in range(len(claim.words) - 1):
        if not (claim.is_name[i] and claim.is_name[i + 1]):
            continue
        if claim.text[claim.words[i].end : claim.words[i + 1].start].strip(" -"):
            continue
        first, second = pair.same[i].nonzero()[0], pair.same[i + 1].nonzero()[0]
        if len(first) and len(second) and min(abs(a - b) for a in first for b in second) > 2:
            return True
    return False
