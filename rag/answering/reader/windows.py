"""A question and a text as rows of token ids that the network takes, and back to scores of spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

# Room for a statement, and for a day before the title. Longer questions and titles are cut, longer texts read in
# windows that overlap. Trained on texts of at most 200 tokens; with windows as short as that, most chunks took two
# passes and answers were no better.
QUESTION_TOKENS, TITLE_TOKENS, TEXT_TOKENS, STRIDE = 64, 30, 300, 220
ANSWER_TOKENS = 30  # longest answer looked for
BEGIN, END = 0, 2  # special tokens of the packaged model's vocabulary
NOTHING = -30.0  # score of a span that no token of the text falls into


@dataclass(frozen=True, slots=True)
class Window:
    """One row: `ids` as the network takes them; the text's tokens from `first` with their `offsets`."""

    ids: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]


def windows(tokenizer: Tokenizer, question: str, title: str, text: str) -> Iterator[Window]:
    """All windows of a text; none for a text without tokens."""
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
    encoded = tokenizer.encode(text, add_special_tokens=False)
    ids, offsets = encoded.ids, encoded.offsets
    named = tokenizer.encode(title, add_special_tokens=False).ids[:TITLE_TOKENS]
    head = (BEGIN, *asked, END, *named, END) if named else (BEGIN, *asked, END)
    for at in range(0, max(1, len(ids) - (TEXT_TOKENS - STRIDE)), STRIDE):
        part = ids[at : at + TEXT_TOKENS]
        if part:
            yield Window((*head, *part, END), len(head), tuple(offsets[at : at + TEXT_TOKENS]))


def span_scores(
    window: Window,
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    spans: Sequence[tuple[int, int]],
) -> list[float]:
    """Score of the best answer inside each span, less that of "no answer" (the first token's).

    `starts` and `ends`, shape (len(window.ids),), are the network's logits.
    """
    count = len(window.offsets)
    start = starts[window.first : window.first + count] - starts[0]
    end = ends[window.first : window.first + count] - ends[0]
    return [_best(start, end, *_tokens(window, *span)) for span in spans]


def _tokens(window: Window, first: int, last: int) -> tuple[int, int]:
    """Tokens `[a, b)` of the window that overlap the characters `[first, last)`."""
    inside = [i for i, (s, e) in enumerate(window.offsets) if e > first and s < last]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _best(start: NDArray[np.float32], end: NDArray[np.float32], a: int, b: int) -> float:
    return max(
        (float(start[i] + end[i : min(b, i + ANSWER_TOKENS)].max()) for i in range(a, b)),
        default=NOTHING,
    )
