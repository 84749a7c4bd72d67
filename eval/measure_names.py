"""How well names are matched across scripts: `python eval/measure_names.py DATA_DIR`.

DATA_DIR holds the folders `arabic-variants` (names.jsonl: ar, latin[]), `tydiqa-goldp-ar-dev`, `xquad` and `ntrex-news`
(passages.jsonl: text, lang, doc or para). Prints, for the keys, the keys with a threshold on `same_name`, and what libraries
offer over anyascii's Latin letters (thresholds of the fuzzy ones: the lowest at which at most 0.5 % of wrong pairs match):

- names: found share of (Arabic, Latin) spellings of one name, matching share of pairs of two names;
- words: matching share of pairs of an English capitalised word and any word of Arabic articles;
- ar, ru, fa of ntrex-news, then ar, ru of xquad: share of the names of an English document found in its translation,
  and in a line (NTREX: sentence, XQuAD: paragraph) of documents whose English text lacks the name. Names are
  capitalised words inside a sentence that German, French, Spanish and Turkish keep as they are; some are translated
  words all the same ("League"), so 1 is out of reach.

The letter tables were made with the names and NTREX in view; XQuAD's translations were looked at only once they stood.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jellyfish
import numpy as np
from anyascii import anyascii
from rapidfuzz.distance import Indel, JaroWinkler
from rapidfuzz.process import cdist

from rag.text.folding import fold_text
from rag.text.names import name_keys, same_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Matches = NDArray[np.bool_]
    Method = Callable[[list[str], list[str]], Matches]  # -> shape (names, words)
    Keys = Callable[[str], Iterable[str]]

_WORD = re.compile(r"[^\W\d_]+")
_INSIDE_CAPITALISED = re.compile(r"(?<=[a-z,] )[A-Z][^\W\d_]{2,}")
_KEEPING = ("de", "fr", "es", "tr")
_WRONG_PAIRS = 0.005
_SENTENCES = 20  # other ones, a document
_ARABIC_WORDS = 4000


def main(folder: Path) -> None:
    """One line a method."""
    names = _rows(folder / "arabic-variants" / "names.jsonl")
    english, arabic = _ordinary_words(folder)
    news = _translated(folder / "ntrex-news", "doc")
    other = _translated(folder / "xquad", "para")
    print(
        f"{len(names)} names, {len(english)} x {len(arabic)} words, {len(news)} + {len(other)} documents"
    )
    for label, method in _methods(names).items():
        found, wrong = _spellings(method, names)
        line = f"{label:24} names {found:.3f} / {wrong:.3%}  words {method(english, arabic).mean():.4%}"
        for documents, languages in ((news, ("ar", "ru", "fa")), (other, ("ar", "ru"))):
            for language in languages:
                there, elsewhere, asked = _translations(method, documents, language)
                line += f"  {language} {there:.3f} / {elsewhere:.2%}"
            line += f" (n = {asked})"
        print(line, flush=True)


def _methods(names: list[dict[str, Any]]) -> dict[str, Method]:
    methods = {"keys": _by_keys(name_keys)}
    for threshold in (0.8, 0.85, 0.9):
        methods[f"keys, same_name >= {threshold}"] = _by_same_name(threshold)
    for encode in (jellyfish.soundex, jellyfish.metaphone, jellyfish.nysiis):
        methods[encode.__name__] = _by_keys(_encoded(encode))
    for scorer in (Indel, JaroWinkler):
        grades = (t for t in np.arange(0.5, 1, 0.01).tolist())
        fitting = (t for t in grades if _spellings(_by_ratio(scorer, t), names)[1] <= _WRONG_PAIRS)
        threshold = next(fitting)
        methods[f"{scorer.__name__.split('.')[-1]} >= {threshold:.2f}"] = _by_ratio(
            scorer, threshold
        )
    return methods


def _threshold(scorer: Any, names: list[dict[str, Any]]) -> float:  # noqa: ANN401 - no common type
    grades: list[float] = np.arange(0.5, 1, 0.01).tolist()
    return next(
        grade for grade in grades if _spellings(_by_ratio(scorer, grade), names)[1] <= _WRONG_PAIRS
    )


def _by_keys(keys: Keys) -> Method:
    def method(names: list[str], words: list[str]) -> Matches:
        places: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(words):
            for key in keys(word):
                places[key].append(place)
        matches = np.zeros((len(names), len(words)), dtype=bool)
        for row, name in enumerate(names):
            for key in keys(name):
                matches[row, places.get(key, [])] = True
        return matches

    return method


def _by_same_name(threshold: float) -> Method:
    def method(names: list[str], words: list[str]) -> Matches:
        matches = _by_keys(name_keys)(names, words)
        for row, column in np.argwhere(matches).tolist():
            matches[row, column] = same_name(names[row], words[column]) >= threshold
        return matches

    return method


def _encoded(encode: Callable[[str], str]) -> Keys:
    return lambda word: {encode(latin) for latin in _latin(word)} - {""}


def _by_ratio(scorer: Any, threshold: float) -> Method:  # noqa: ANN401 - no common type
    def method(names: list[str], words: list[str]) -> Matches:
        matches = np.zeros((len(names), len(words)), dtype=bool)
        for form in (0, -1):
            latin = [_latin(word)[form] for word in words]
            of_names = [_latin(name)[form] for name in names]
            matches |= cdist(of_names, latin, scorer=scorer.normalized_similarity) >= threshold
        return matches

    return method


@lru_cache(maxsize=1 << 17)
def _latin(word: str) -> list[str]:
    """In lower-case Latin letters, as it is and without the Arabic article."""
    forms = [word, word.removeprefix("ال")]
    return [re.sub("[^a-z]", "", anyascii(form).lower()) for form in forms]


def _spellings(method: Method, names: list[dict[str, Any]]) -> tuple[float, float]:
    spelled = [{"".join(spelling.split()) for spelling in name["latin"]} for name in names]
    pairs = [(row, latin) for row, spellings in enumerate(spelled) for latin in sorted(spellings)]
    matches = method([latin for _, latin in pairs], [name["ar"] for name in names])
    same = np.array([[latin in spellings for spellings in spelled] for _, latin in pairs])
    right = matches[np.arange(len(pairs)), [row for row, _ in pairs]]
    return float(right.mean()), float(matches[~same].mean())


def _ordinary_words(folder: Path) -> tuple[list[str], list[str]]:
    english = {
        word
        for row in _rows(folder / "xquad" / "passages.jsonl")
        if row["lang"] == "en"
        for word in _INSIDE_CAPITALISED.findall(row["text"])
    }
    rows = _rows(folder / "tydiqa-goldp-ar-dev" / "passages.jsonl")
    arabic = sorted({word for row in rows for word in _words(row["text"])})
    some = np.random.default_rng(0).choice(len(arabic), _ARABIC_WORDS, replace=False)
    return sorted(english), [arabic[place] for place in some]


def _translated(folder: Path, shared: str) -> list[dict[str, str]]:
    """The texts of each document, by language; `shared` is the field that its translations have in common."""
    documents: dict[str, dict[str, str]] = defaultdict(dict)
    for row in _rows(folder / "passages.jsonl"):
        documents[row[shared]][row["lang"]] = row["text"]
    return list(documents.values())


def _translations(
    method: Method, documents: list[dict[str, str]], language: str
) -> tuple[float, float, int]:
    draw = np.random.default_rng(0)
    lines = [
        (text["en"].lower(), line) for text in documents for line in text[language].split("\n")
    ]
    there: list[Matches] = []
    elsewhere: list[bool] = []
    for texts in documents:
        if not (names := _kept_names(texts)):
            continue
        there.append(_found(method, names, texts[language]))
        for english, line in (lines[place] for place in draw.choice(len(lines), _SENTENCES)):
            hits = zip(names, _found(method, names, line), strict=True)
            elsewhere += [bool(hit) for name, hit in hits if name[:4].lower() not in english]
    found = np.concatenate(there)
    return float(found.mean()), float(np.mean(elsewhere)), len(found)


def _found(method: Method, names: list[str], text: str) -> Matches:
    return np.asarray(method(names, _words(text)).any(axis=1))


def _kept_names(texts: dict[str, str]) -> list[str]:
    kept = set(_INSIDE_CAPITALISED.findall(texts["en"]))
    others = [_WORD.findall(texts[language]) for language in _KEEPING if language in texts]
    return sorted(kept.intersection(*others))


def _words(text: str) -> list[str]:
    return sorted(set(_WORD.findall(fold_text(text))))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
