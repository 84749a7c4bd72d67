"""Train the reader: `python -m eval.train_reader DATA_DIR --work DIR [--steps N] [--start ADAPTER]`.

Data: `eval/reader_data.py`. Every question over its own passage; half of them also over a near passage that does
not answer, and a fifth with another name or year in the question (`eval/reader_altered.py`), where "no answer"
is right. News and statements: `eval/reader_news.py`, `eval/reader_statements.py`. A step takes .8 s on two quiet cores.
The mean of the last steps is written every few minutes, so a stopped run leaves what it has learnt.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch.nn import functional

from eval.reader_altered import Swaps
from eval.reader_data import NOMIRACL, Example, add_negatives, training_examples
from eval.reader_network import Average, Network
from eval.reader_news import NEWS, news_examples
from eval.reader_statements import made_examples, statement_examples
from eval.training import open_cached
from rag.answering.reader.network import ADAPTER
from rag.answering.reader.windows import BEGIN, END, QUESTION_TOKENS, TITLE_TOKENS
from rag.answering.word_vectors import WordReader
from rag.embedding import open_embedder
from rag.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tokenizers import Tokenizer

    from rag.embedding import Embedder

TARGET = Path(__file__).parents[1] / "rag" / "answering" / "reader" / ADAPTER
STEPS, RATE, WARMUP = 2700, 1e-3, 60
SAVED_S = 300  # seconds between two writings
TOKENS = 3000  # of a batch, padding included
POOL = 2000  # rows sorted by length together
WITHOUT = 0.5  # share of questions also asked of a passage that does not answer
ALTERED = 0.2  # share of questions also asked about something else
WRITTEN_SEEN = 2  # times an epoch that news sets and their statements are seen
TITLED = 0.85  # share of texts read with their title
TEXT_TOKENS = 200  # of a text, a window around the answer
PADDING = 1
_SEED = 11  # of the statements made by rule


class Row(NamedTuple):
    """Token ids of question and text, and each answer's first and last token in the text."""

    asked: list[int]
    told: list[int]
    answers: list[tuple[int, int]]


class Rows:
    """Examples as rows, in windows drawn anew each epoch."""

    def __init__(self, found: list[Example], tokenizer: Tokenizer, seed: int) -> None:
        self._found = found
        self._tokenizer = tokenizer
        self._chance = random.Random(seed)  # noqa: S311 - nothing secret
        self._swaps = Swaps(found, self._chance)

    def epoch(self) -> list[list[Row]]:
        """Batches of rows of similar length, in random order."""
        rows = [row for e in self._found for row in self._rows(e)]
        self._chance.shuffle(rows)
        batches = [
            batch for at in range(0, len(rows), POOL) for batch in _batches(rows[at : at + POOL])
        ]
        self._chance.shuffle(batches)
        return batches

    def _rows(self, example: Example) -> Iterator[Row]:
        changed = example.spans and self._chance.random() < ALTERED
        altered = self._swaps.altered(example) if changed else None
        if altered is not None:
            yield from self._rows(altered)
        asked = self._tokenizer.encode(example.question, add_special_tokens=False).ids
        texts = [(example.title, example.text, example.spans)]
        share = 1.0 if example.source in (NOMIRACL, NEWS) else WITHOUT
        if example.negatives and self._chance.random() < share:
            texts.append((*self._chance.choice(example.negatives), []))
        for title, text, spans in texts:
            row = self._window(self._head(asked[:QUESTION_TOKENS], title), text, spans)
            if row is not None:
                yield row

    def _head(self, asked: list[int], title: str) -> list[int]:
        """Question and, mostly, title: an article may have none."""
        named = self._tokenizer.encode(title, add_special_tokens=False).ids[:TITLE_TOKENS]
        return [*asked, END, *named] if named and self._chance.random() < TITLED else asked

    def _window(self, asked: list[int], text: str, spans: list[tuple[int, int]]) -> Row | None:
        """A window of the text, around an answer if there is one; None where that is too long."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        extra = max(0, len(encoded.ids) - TEXT_TOKENS)
        if not spans:
            at = self._chance.randint(0, extra)
            return Row(asked, encoded.ids[at : at + TEXT_TOKENS], [])
        answers = [found for span in spans if (found := _tokens(encoded.offsets, *span))]
        if not answers:
            return None
        first, last = self._chance.choice(answers)
        at = self._chance.randint(max(0, last - TEXT_TOKENS + 1), min(first, extra))
        seen = [(s - at, e - at) for s, e in answers if at <= s and e < at + TEXT_TOKENS]
        return Row(asked, encoded.ids[at : at + TEXT_TOKENS], seen)


def _tokens(offsets: list[tuple[int, int]], first: int, last: int) -> tuple[int, int] | None:
    """First and last token of the characters `[first, last)`; None for an answer that no window would hold."""
    inside = [i for i, (s, e) in enumerate(offsets) if e > first and s < last]
    if not inside or inside[-1] - inside[0] > TEXT_TOKENS - 5:
        return None
    return inside[0], inside[-1]


def _batches(rows: list[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in sorted(rows, key=_length):
        if batch and _length(row) * (len(batch) + 1) > TOKENS:
            yield batch
            batch = []
        batch.append(row)
    yield batch


def _length(row: Row) -> int:
    return len(row.asked) + len(row.told) + 3


def tensors(batch: list[Row]) -> tuple[torch.Tensor, ...]:
    """Ids, mask, marks of the text's tokens; where answers begin and where they end, each row a distribution.

    Where several spans answer, each has its share; where none does, the first token has all.
    """
    size = (len(batch), max(map(_length, batch)))
    ids, mask, told = (torch.full(size, value) for value in (PADDING, 0, 0))
    starts, ends = torch.zeros(size), torch.zeros(size)
    for number, row in enumerate(batch):
        at = len(row.asked) + 2
        ids[number, : _length(row)] = torch.tensor([BEGIN, *row.asked, END, *row.told, END])
        mask[number, : _length(row)] = 1
        told[number, at : at + len(row.told)] = 1
        for first, last in row.answers or [(-at, -at)]:
            starts[number, at + first] += 1 / max(1, len(row.answers))
            ends[number, at + last] += 1 / max(1, len(row.answers))
    return ids, mask, told, starts, ends


def train(network: Network, batches: Iterator[list[Row]], options: argparse.Namespace) -> None:
    """AdamW over the batches, `options.steps` of them; the rate rises, then falls linearly."""
    parameters = list(network.trained().values())
    optimizer = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=0.01, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / WARMUP) * max(0.02, 1 - step / options.steps)
    )
    average = Average(network)
    begin = saved = time.perf_counter()
    mean = 0.0
    for step, batch in enumerate(itertools.islice(batches, options.steps), 1):
        loss = _loss(network, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        average.update()
        mean = loss.item() if step == 1 else 0.98 * mean + 0.02 * loss.item()
        now = time.perf_counter()
        if step % 50 == 0:
            print(f"{step}/{options.steps} loss {mean:.3f} {now - begin:.0f} s", flush=True)
        if now - saved > SAVED_S:
            average.save(options.out, options.mean_with)
            saved = now
    average.save(options.out, options.mean_with)


def _loss(network: Network, batch: list[Row]) -> torch.Tensor:
    ids, mask, told, first, last = tensors(batch)
    starts, ends = network(ids, mask, told)
    return (functional.cross_entropy(starts, first) + functional.cross_entropy(ends, last)) / 2


def epochs(
    options: argparse.Namespace, embedder: Embedder, tokenizer: Tokenizer, stated: list[Example]
) -> Iterator[list[Row]]:
    """Batches without end; each epoch draws and pairs the questions of XQuAD anew."""
    written = [*news_examples(options.work, embedder), *statement_examples()]
    for draw in itertools.count(1):
        found = training_examples(options.data, draw)
        add_negatives(found, embedder)
        yield from Rows([*found, *stated, *written * WRITTEN_SEEN], tokenizer, draw).epoch()


def main() -> None:
    """Train and write the adapter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--start", type=Path, help="adapter to go on from; default: none")
    parser.add_argument("--mean-with", type=Path, help="adapter to take the mean with")
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--work", type=Path, required=True, help="where vectors are kept")
    options = parser.parse_args()
    torch.manual_seed(0)
    _, cached = open_cached(options.work)
    embedder = open_embedder(load_settings(embedding_model="packaged"))
    encoder, tokenizer = embedder.encoder  # type: ignore[attr-defined]
    tokenizer.no_truncation()
    tokenizer.no_padding()
    stated = made_examples(options.data, WordReader(encoder, tokenizer), _SEED)
    network = Network(encoder)
    if options.start:
        network.load(options.start)
    train(network.train(), epochs(options, cached, tokenizer, stated), options)


if __name__ == "__main__":
    main()
