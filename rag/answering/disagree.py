"""Where sources disagree on a number, a day or a name of one event. A wrong alarm is worse than none.

Two sentences are taken to speak of one event when they are in one language, by articles that are no copies of one
story, name no different times, share most of what they say, and what each says alone is not more than one of them
adds: where both say something of their own, they may well speak of two things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from rag.answering.disagree_words import LANGUAGES, joint
from rag.answering.kinds import question_kind
from rag.answering.telling import Telling, Told, read_telling
from rag.text.names import same_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from rag.answering.telling import Count
    from rag.records import DateMention
    from rag.text.analysis import Word

What = Literal["number", "day", "name"]
_FEWEST_SHARED = 2  # stems beside the thing counted
_LEAST_SHARED = 0.6  # of the shorter sentence's stems
_DAYS_APART = 10  # beyond this, two visits rather than one visit with two dates
_LONGEST_NAME = 3  # words
_SPELT_ALIKE = 0.8  # see `rag.text.names.same_name`
_ARABIC, _NO_LONG = re.compile("[\u0621-\u064a]"), str.maketrans("", "", "اوي")
_ARTICLE = ("ال", "وال", "بال", "لل")  # a person's first name has none


@dataclass(frozen=True, slots=True)
class Version:
    """What one sentence says; `value` as it writes it."""

    value: str
    told: Told


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sentences that contradict each other, in the order given."""

    what: What
    versions: tuple[Version, Version]


def disagreements(question: str, told: Sequence[Told]) -> list[Disagreement]:
    """All pairs of sentences that disagree, in the order of the sentences; of each pair of stories the first.

    Sentences of one story, of different languages, or of languages other than Arabic, English, Russian, French and
    Turkish are not compared. Names are compared only where the question asks who.
    """
    kind = question_kind(question)
    found: list[Disagreement] = []
    known: set[tuple[What, frozenset[str]]] = set()
    for one, other in combinations(told, 2):
        if not _comparable(one, other):
            continue
        for disagreement in _compare(one, other, names=kind == "who"):
            key = (disagreement.what, frozenset((one.story, other.story)))
            if key not in known:
                known.add(key)
                found.append(disagreement)
    return found


def _comparable(one: Told, other: Told) -> bool:
    language = one.article.language
    return (
        one.story != other.story
        and one.article.id != other.article.id
        and language == other.article.language
        and language in LANGUAGES
    )


def _compare(one: Told, other: Told, *, names: bool) -> list[Disagreement]:
    first, second = read_telling(one), read_telling(other)
    pairs: list[tuple[What, tuple[str, str] | None]] = []
    if _same_time(first, second):
        pairs.append(("number", _numbers(first, second)))
        if names:
            pairs.append(("name", _names(first, second, one.article.language or "")))
    else:
        pairs.append(("day", _days(first, second)))
    return [
        Disagreement(what, (Version(values[0], one), Version(values[1], other)))
        for what, values in pairs
        if values
    ]


def _same_time(one: Telling, other: Telling) -> bool:
    """Whether some time of the one fits some time of the other, or one names none."""
    if not one.dates or not other.dates:
        return True
    return any(_overlap(a, b) for a in one.dates for b in other.dates)


def _overlap(one: DateMention, other: DateMention) -> bool:
    late = one.last is not None and other.first is not None and one.last < other.first
    early = other.last is not None and one.first is not None and other.last < one.first
    return not late and not early


def _one_event(one: Telling, other: Telling, but: frozenset[str] = frozenset()) -> bool:
    """Whether two sentences speak of one event, as the module says; `but` are stems that tell nothing."""
    first, second = one.stems - but, other.stems - but
    shared = first & second
    if len(shared) < _FEWEST_SHARED or len(shared) < _LEAST_SHARED * min(len(first), len(second)):
        return False
    if one.names and other.names and not one.names & other.names:
        return False
    return not (first - shared and second - shared)


def _numbers(one: Telling, other: Telling) -> tuple[str, str] | None:
    """Two counts of the same thing in the same surroundings, which can't both be true."""
    for mine in one.counts:
        for theirs in other.counts:
            things = frozenset((mine.thing, theirs.thing))
            if (
                _same_thing(mine.thing, theirs.thing)
                and _contradict(mine, theirs)
                and not _values(one, mine.thing) & _values(other, theirs.thing)
                and (mine.beside <= other.stems or theirs.beside <= one.stems)
                and _one_event(one, other, things)
            ):
                return one.text[mine.start : mine.end], other.text[theirs.start : theirs.end]
    return None


def _same_thing(one: str, other: str) -> bool:
    """Whether two stems are of one noun; an Arabic noun behind 3 to 10 is a plural, mostly a broken one."""
    return one == other or (
        bool(_ARABIC.match(one)) and one.translate(_NO_LONG) == other.translate(_NO_LONG)
    )


def _values(telling: Telling, thing: str) -> set[Decimal]:
    return {count.value for count in telling.counts if count.thing == thing}


def _contradict(one: Count, other: Count) -> bool:
    """Whether both are exact, and neither is the other rounded to its leading digits."""
    if not (one.is_exact and other.is_exact) or one.value == other.value:
        return False
    rounder, finer = sorted((one.value, other.value), key=_digits)
    if _digits(rounder) == _digits(finer):
        return True
    exponent = int(rounder.normalize().as_tuple().exponent)
    return abs(finer - rounder) > type(rounder)(10) ** exponent / 2


def _digits(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)


def _days(one: Telling, other: Telling) -> tuple[str, str] | None:
    """Each sentence names one day, and they are days apart, not weeks."""
    days = [_only_day(telling) for telling in (one, other)]
    if days[0] is None or days[1] is None:
        return None
    first, second = days[0], days[1]
    if first.first is None or second.first is None:
        return None
    apart = abs((first.first - second.first).days)
    counted = [{count.value for count in telling.counts} for telling in (one, other)]
    series = bool(counted[0] and counted[1] and not counted[0] & counted[1])
    if not 0 < apart <= _DAYS_APART or series or not _one_event(one, other):
        return None
    return one.text[first.start : first.end], other.text[second.start : second.end]


def _only_day(telling: Telling) -> DateMention | None:
    if len(telling.dates) != 1:
        return None
    only = telling.dates[0]
    is_day = only.first is not None and only.first == only.last
    return only if is_day and only.certainty == "explicit" else None


def _names(one: Telling, other: Telling, language: str) -> tuple[str, str] | None:
    """The sentences say the same but for one name in the same place."""
    mine, theirs = [w.stem for w in one.said], [w.stem for w in other.said]
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    changes = [block for block in blocks if block[0] != "equal"]
    shared = set(mine) & set(theirs)
    if len(changes) != 1 or changes[0][0] != "replace" or len(shared) < _FEWEST_SHARED:
        return None
    if shared & joint(language):
        return None
    _, a, b, c, d = changes[0]
    first, second = one.said[a:b], other.said[c:d]
    if not (_is_name(one.text, first) and _is_name(other.text, second)):
        return None
    if any(same_name(v.text, w.text) >= _SPELT_ALIKE for v in first for w in second):
        return None
    return _span(one.text, first), _span(other.text, second)


def _is_name(text: str, name: Sequence[Word]) -> bool:
    """Two or three words in a row, all with capitals where the script has them."""
    if not 1 < len(name) <= _LONGEST_NAME or len(_span(text, name).split()) != len(name):
        return False
    letters = [text[word.start] for word in name]
    if any(letter.isupper() or letter.islower() for letter in letters):
        return all(letter.isupper() for letter in letters)
    return not name[0].text.startswith(_ARTICLE)


def _span(text: str, name: Sequence[Word]) -> str:
    return text[name[0].start : name[-1].end]
