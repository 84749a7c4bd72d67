"""How well sentence boundaries are found: `python eval/measure_sentences.py DATA_DIR`.

DATA_DIR holds `xquad/passages.jsonl` (paragraphs), `xquad-r/passages.jsonl` (their sentences, `para` and `lang`
shared) and `ntrex-news/passages.jsonl` (one sentence a line; lines are joined by a space here). A boundary is the
offset where a sentence after the first begins; paragraphs whose sentences can't be found in them are counted and
left out. Lines of the news set may hold two sentences, so precision there is a lower bound.
Other splitters are measured too where they are installed: sentencex, pysbd, razdel, syntok, blingfire, icu4py, uniseg.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.text.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Splitter = Callable[[str, str], Iterable[str]]
    Labelled = list[tuple[str, set[int]]]


def main(data: Path) -> None:
    """One line a set, language and splitter."""
    sets = {"xquad": _xquad(data), "ntrex-news": _news(data)}
    for name, languages in sets.items():
        for language, labelled in languages.items():
            for splitter, split in _splitters().items():
                _report(f"{name} {language} {splitter}", labelled, split, language)


def _report(title: str, labelled: Labelled, split: Splitter, language: str) -> None:
    right = found = wanted = 0
    started = time.perf_counter()
    for text, gold in labelled:
        own = _starts(text, split(text, language))
        right, found, wanted = right + len(own & gold), found + len(own), wanted + len(gold)
    seconds = time.perf_counter() - started
    precision, recall = right / max(found, 1), right / max(wanted, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    megabytes = sum(len(text.encode()) for text, _ in labelled) / 1e6
    print(
        f"{title:32} P {precision:.4f} R {recall:.4f} F1 {f1:.4f} n={wanted} {megabytes / seconds:.2f} MB/s"
    )


def _starts(text: str, sentences: Iterable[str]) -> set[int]:
    """Where each sentence but the first begins; sentences come in order, white space around them does not count."""
    starts, place = set(), 0
    for sentence in filter(None, map(str.strip, sentences)):
        at = text.find(sentence, place)
        if at < 0:
            continue
        starts.add(at)
        place = at + len(sentence)
    return starts - {len(text) - len(text.lstrip())}


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _xquad(data: Path) -> dict[str, Labelled]:
    paragraphs = {
        (p["lang"], p["para"]): p["text"] for p in _rows(data / "xquad" / "passages.jsonl")
    }
    sentences: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for row in _rows(data / "xquad-r" / "passages.jsonl"):
        sentences[row["lang"], row["para"]].append((row["sent"], row["text"].strip()))
    labelled: dict[str, Labelled] = defaultdict(list)
    for key, numbered in sorted(sentences.items()):
        ordered = [sentence for _, sentence in sorted(numbered)]
        if "".join("".join(ordered).split()) != "".join(paragraphs[key].split()):
            print(f"left out: paragraph {key} is not the sum of its sentences")
            continue
        labelled[key[0]].append((paragraphs[key], _starts(paragraphs[key], ordered)))
    return labelled


def _news(data: Path) -> dict[str, Labelled]:
    labelled: dict[str, Labelled] = defaultdict(list)
    for row in _rows(data / "ntrex-news" / "passages.jsonl"):
        lines = [line.strip() for line in row["text"].splitlines() if line.strip()]
        text = " ".join(lines)
        labelled[row["lang"]].append((text, _starts(text, lines)))
    return labelled


def _splitters() -> dict[str, Splitter]:
    return {name: made for name, make in _OTHERS.items() if (made := _installed(name, make))} | {
        "rag.text.sentences": lambda text, _: [
            text[a:b] for a, b in split_sentences(text, limit=None)
        ]
    }


def _installed(name: str, make: Callable[[Any], Splitter]) -> Splitter | None:
    try:
        return make(importlib.import_module(name))
    except ImportError:
        return None


def _pysbd(module: Any) -> Splitter:  # noqa: ANN401 - a module
    made = {
        code: module.Segmenter(language=code, clean=False)
        for code in ("ar", "en", "ru", "de", "es", "fr", "fa")
    }
    return lambda text, language: made.get(language, made["en"]).segment(text)


def _syntok(module: Any) -> Splitter:  # noqa: ANN401 - a module
    def split(text: str, _: str) -> list[str]:
        sentences = [s for paragraph in module.process(text) for s in paragraph]
        return [text[s[0].offset : s[-1].offset + len(s[-1].value)] for s in sentences if s]

    return split


def _icu(module: Any) -> Splitter:  # noqa: ANN401 - a module
    def split(text: str, language: str) -> list[str]:
        return [str(piece) for piece in module.SentenceBreaker(text, language)]

    return split


_OTHERS: dict[str, Callable[[Any], Splitter]] = {
    "sentencex": lambda module: lambda text, language: module.segment(language, text),
    "pysbd": _pysbd,
    "razdel": lambda module: lambda text, _: [s.text for s in module.sentenize(text)],
    "syntok.segmenter": _syntok,
    "blingfire": lambda module: lambda text, _: module.text_to_sentences(text).split("\n"),
    "icu4py.breakers": _icu,
    "uniseg.sentencebreak": lambda module: lambda text, _: module.sentences(text),
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
