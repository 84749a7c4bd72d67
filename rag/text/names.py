"""Whether two words spell one name, in Arabic, Latin or Cyrillic letters, without any list of names.

A word is read aloud in a small common alphabet, each letter in all the ways in which it may sound; a key is the
consonants of one reading. Arabic writes no short vowels, so vowels decide only where there are less than three
consonants. The idea is Soundex's (Russell 1918), with the readings of Arabic romanisation instead of English ones.

The common alphabet: consonants `b t d j k s z S l r m n h g f w y` (S is sh, ch and their kin; b is also p, f also v,
h also kh); vowels `a e i o u` of scripts that write all of them; vowels of Arabic, which writes the long ones: `A I U`,
`E` for a last ي (it may be a folded ى) and `3` for ayn, which others write as `a` or not at all.

Measured by eval/measure_names.py, which compares Soundex, Metaphone and edit distance over a general transliteration:
of 860 Latin spellings of 404 Arabic names .988 meet their name's keys (Soundex .664), and .17 % of the pairs of two
names do (Soundex .39 %).
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice, product
from math import prod
from typing import TYPE_CHECKING

from rag.text.folding import fold_text

if TYPE_CHECKING:
    from collections.abc import Callable

Readings = tuple[str, ...]
Table = dict[str, Readings]


def _table(lines: str) -> Table:
    """From `spelling,spelling=reading|reading`, separated by white space; `-` is silence."""
    entries = [entry.split("=") for entry in lines.split()]
    return {
        spelling: tuple(readings.replace("-", "").split("|"))
        for spellings, readings in entries
        for spelling in spellings.split(",")
    }


# Capitals stand for letters that read differently by their place: _LATIN_PLACES and _CYRILLIC_PLACES put them in.
_LATIN = _table("""
    b,p=b t=t d=d j,zh,dj,dg,dzh,dsch=j k,ck,c=k q=k|g s=s z=z l=l r,rh=r m=m n=n f,v,ph=f x=ks h,kh=h g,gh=g w=u|f
    sch,tch,tsch,tsh=S sh=S|sh ch=S|k|h th=t|s|z|th dh=d|z|dh ts,tz,zz=ts sz=s|S ng=ng|n qu=k|kw
    C=s|S G=g|j S=s|z Z=z|s H=h|- GH=g|- W=w|f Y=y J=j|y
    a=a e=e i,y=i o=o u=u oo=uu ee=ii
""")
_ARABIC = _table("""
    ب,پ=b ت,ط=t ث=t|s ج=j|g دج=j ح,خ,ه=h د=d ذ,ض,ظ=d|z ر=r ز=z ژ=j س,ص=s ش,چ,تش=S غ=g ف=f ق=k|g ك=k كس=ks
    ل,لل=l م=m ن=n ا=A ع=3 ء=- و=U ي=I عبدال=3bdAl|3bdA
""")
_CYRILLIC = _table("""
    б,п=b в=f В=f|u г,ґ=g|h д=d ж,дж=j з=z к=k л=l м=m н=n р=r с=s т=t ф=f х=h ц=ts|s ч,ш,щ,тш,тч=S ъ,ь=-
    а=a е,э,є=e и,ы,і,й=i о,ё=o у=u ю=iu я=ia
""")
_ARABIC_FIRST, _ARABIC_LAST = _table("و=w ي=y"), _table("ه=A|h ي=E")
_CYRILLIC_FIRST = _table("В=f|w е=e|ye й=y у=u|w ю=yu я=ya")


def _spellings(table: Table) -> re.Pattern[str]:
    return re.compile("|".join(sorted(table, key=len, reverse=True)))


_LATIN_SPELLINGS, _ARABIC_SPELLINGS, _CYRILLIC_SPELLINGS = map(
    _spellings, (_LATIN, _ARABIC, _CYRILLIC)
)
_LATIN_PLACES = re.compile(
    "[cg](?=[eiy])|^[wyj]|(?<=[aeiou])g?h(?![aeiouy])|(?<=[aeiou])s(?=[aeiou])|[zc]$"
)
_CYRILLIC_PLACES = re.compile("в(?=[аеиоуыэюя])")
_REPEATED = re.compile(r"(.)\1+")
_DOUBLED = re.compile(r"([^aeo])\1+")  # Latin and Cyrillic; «مملوك» has two consonants
_MARKED = str.maketrans(  # folding would make plain letters of them
    {letter: plain for letters, plain in (("şŞšŠśŚ", "sh"), ("çÇčČćĆ", "ch"), ("žŽżŻ", "zh")) for letter in letters}
)  # fmt: skip

_LATIN_ARTICLE = re.compile("(?:a[lsdrntz]|ash|ath|adh|el|ul)[-' ](?=..)")
_ARABIC_ARTICLE = re.compile("[وفبك]?ال(?=..)|لل(?=..)")
_ARABIC_PARTICLE = re.compile("[وفبلك](?=...)")
_RUSSIAN_ENDING = re.compile("(?<=...)(?:ом|ем|ым|им|ами|ями|ах|ях|ого|его|ому|ему)$")

_VOWELS = "aeiouAIUE3"
_NO_VOWELS = str.maketrans("", "", _VOWELS)
_CONSONANT = re.compile(f"[^{_VOWELS}]")
_WRITTEN = {  # how Arabic may write a vowel
    "a": ("", "a"), "e": ("", "a", "i"), "i": ("", "i", "ai"), "o": ("", "u"), "u": ("", "u"),
    "A": ("a",), "I": ("i",), "U": ("u",), "E": ("i", "a"), "3": ("", "a"),
}  # fmt: skip
_LONGEST = 32  # letters; no name is longer, and readings grow with length
_MOST_READINGS = 16  # 32 find no name more (eval/measure_names.py)
_MOST_VOWELS = 4  # in a row


@lru_cache(maxsize=1 << 16)
def name_keys(word: str) -> frozenset[str]:
    """Keys of one word; two words may be one name where their keys meet.

    Empty where too few letters are left to go by, over 32 letters and in other scripts. A word of one or two
    consonants has its vowels in its keys. Folded words serve, but ş, č and ž tell more before folding.
    """
    return frozenset(key for reading in _readings(_folded(word)) for key in _keys(reading))


def same_name(one: str, other: str) -> float:
    """How alike two words are as names, in [0, 1]: 1 for the same folded word or sound, from 0.5 on where keys meet.

    From 0.5 to 1 the vowels decide, below 0.5 the share of common consonants. A threshold of 0.8
    costs at most .7 points of the true matches and removes 18 to 40 % of the false ones (eval/measure_names.py).
    """
    first, second = _folded(one), _folded(other)
    if first == second:
        return 1.0 if first else 0.0
    readings = list(product(_readings(first), _readings(second)))
    if not name_keys(one) & name_keys(other):
        skeletons = {(_skeleton(a), _skeleton(b)) for a, b in readings}
        return 0.49 * max((SequenceMatcher(None, *pair).ratio() for pair in skeletons), default=0.0)
    agree = _agree_in_arabic if "arabic" in (_script(first), _script(second)) else _agree
    return 0.5 + 0.5 * max(
        _vowels_agree(a, b, agree) for a, b in readings if _skeleton(a) == _skeleton(b)
    )


def _folded(word: str) -> str:
    return fold_text(word if word.isascii() else word.translate(_MARKED))


def _skeleton(reading: str) -> str:
    return reading.translate(_NO_VOWELS)


def _script(folded: str) -> str:
    first = folded[:1]
    if "a" <= first <= "z":
        return "latin"
    if "\u0600" <= first <= "\u06ff":
        return "arabic"
    return "cyrillic" if "\u0400" <= first <= "\u04ff" else "other"


def _readings(folded: str) -> list[str]:
    """All readings of a word, with and without what may be joined to it (article, particle, case ending)."""
    reader = _READERS.get(_script(folded))
    return reader(folded) if reader and 1 < len(folded) <= _LONGEST else []


def _latin_readings(word: str) -> list[str]:
    if not word.isalpha():
        word = "".join(filter(str.isalpha, _LATIN_ARTICLE.sub("", word, count=1)))
    placed = _LATIN_PLACES.sub(lambda m: m.group().upper(), _DOUBLED.sub(r"\1", word))
    return _read(_LATIN_SPELLINGS.findall(placed), _LATIN, {}, {})


def _arabic_readings(word: str) -> list[str]:
    joined = (_ARABIC_ARTICLE.match(word), _ARABIC_PARTICLE.match(word))
    forms = [word, *(word[match.end() :] for match in joined if match)]
    parts = map(_ARABIC_SPELLINGS.findall, forms)
    return [r for part in parts for r in _read(part, _ARABIC, _ARABIC_FIRST, _ARABIC_LAST)]


def _cyrillic_readings(word: str) -> list[str]:
    placed = _CYRILLIC_PLACES.sub("В", _DOUBLED.sub(r"\1", word))
    forms = {placed, _RUSSIAN_ENDING.sub("", placed)}
    parts = map(_CYRILLIC_SPELLINGS.findall, sorted(forms))
    return [r for part in parts for r in _read(part, _CYRILLIC, _CYRILLIC_FIRST, {})]


_READERS = {"latin": _latin_readings, "arabic": _arabic_readings, "cyrillic": _cyrillic_readings}


def _read(spellings: list[str], table: Table, first: Table, last: Table) -> list[str]:
    if not spellings:
        return []
    ways = [table[spelling] for spelling in spellings]
    ways[-1] = last.get(spellings[-1], ways[-1])
    ways[0] = first.get(spellings[0], ways[0])
    if prod(map(len, ways)) == 1:
        read = ["".join([way[0] for way in ways])]
    else:
        read = ["".join(r) for r in islice(product(*ways), _MOST_READINGS)]
    return [reading for reading in read if reading]  # «ءء» has no sound


def _keys(reading: str) -> list[str]:
    skeleton = _skeleton(reading)
    opening = "a" if reading[0] in _VOWELS else ""
    if len(skeleton) > 2:
        return [opening + skeleton]
    groups = _CONSONANT.split(reading)
    if len(skeleton) == 2:
        return [opening + skeleton[0] + vowels + skeleton[1] for vowels in _written(groups[1])]
    if len(skeleton) == 1:
        around = product(_written(groups[0][1:]), _written(groups[1]))
        return [opening + before + skeleton + after for before, after in around if before + after]
    return []


@lru_cache(maxsize=1 << 12)
def _written(group: str) -> frozenset[str]:
    """How Arabic may write a group of vowels; two vowels in a row leave at least one letter."""
    letters = map(_WRITTEN.__getitem__, group[:_MOST_VOWELS])
    ways = {_single("".join(way)) for way in product(*letters)}
    return frozenset(ways - {""} if len(group) > 1 else ways)


def _single(text: str) -> str:
    return _REPEATED.sub(r"\1", text)


def _vowels_agree(one: str, other: str, agree: Callable[[str, str], float]) -> float:
    """Mean agreement of the vowel groups around the consonants, which the two readings have in common."""
    groups = list(zip(_CONSONANT.split(one), _CONSONANT.split(other), strict=True))
    return sum(agree(a, b) for a, b in groups) / len(groups)


@lru_cache(maxsize=1 << 12)
def _agree_in_arabic(one: str, other: str) -> float:
    """Whether two groups may be written alike in Arabic: with a letter 1, without any 0.5."""
    if one == other:
        return 1.0
    ways = _written(one) & _written(other)
    return 1.0 if ways - {""} else 0.5 * bool(ways)


@lru_cache(maxsize=1 << 12)
def _agree(one: str, other: str) -> float:
    """How alike two groups are that are written out; 0.5 where one is missing or e stands for a or i."""
    first, second = (_single(group.replace("o", "u")) for group in (one, other))
    if first == second:
        return 1.0
    alike = SequenceMatcher(None, first, second).ratio()
    unclear = not first or not second or ("e" in first + second and "u" not in first + second)
    return max(alike, 0.5 * unclear)
