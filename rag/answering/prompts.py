"""The prompt: rules and fenced data in the question's language, and the sentinel of "not in the passages".

Passages and question are data. Each stands between lines that carry a random token, and is reduced to
single lines without angle or square brackets (`prompt_safety`), so no text in them can close its fence,
open another, or look like a marker.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from babel import Locale

from rag.answering.prompt_safety import as_data, new_fence
from rag.answering.prompt_texts import PROMPT_TEXTS, PromptTexts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.answering.writers import Brief
    from rag.records import Passage

    CountTokens = Callable[[Sequence[str]], list[int]]

ELIDED = "[...]"  # stands for sentences left out; no passage can hold it, having no square brackets
NOT_FOUND = "NOT_FOUND"  # what the model writes, alone, when the passages don't hold the answer

_FIELD_CHARACTERS = 300  # of a title or outlet: longer ones are no titles
_TYPICAL_FENCE = "9f86d081884c7d65"  # a fence of the usual length, to count with
# One for the process: equal beginnings let a server reuse what it has computed (the rules are a third of a
# prompt), and the same question gets the same prompt. Nobody who writes an article can know it.
_OWN_FENCE = new_fence(())
_SENTINEL_ALONE = re.compile(r"not[\W_]*found", re.IGNORECASE)
_MARKER = re.compile(r"\[\s*\d+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What of a passage goes into the prompt: spans of its article's text, in order, within the passage.

    Between two spans stand sentences that the brief hides.
    """

    passage: Passage
    spans: tuple[tuple[int, int], ...]

    @property
    def texts(self) -> list[str]:
        """The original text of each span."""
        return [self.passage.article.text[start:end] for start, end in self.spans]


def not_found(text: str) -> bool:
    """Whether a model's text says NOT_FOUND: alone in any spelling, at the start, or with no cited statement."""
    bare = text.strip(" \t\r\n*_`'\"«»“”.。!:()[]")
    if _SENTINEL_ALONE.fullmatch(bare) or bare.startswith(NOT_FOUND):
        return True
    return NOT_FOUND in text and not _MARKER.search(text)


def build_messages(
    brief: Brief, excerpts: Sequence[Excerpt], fence: str | None = None
) -> list[dict[str, str]]:
    """Chat messages: the rules, then the excerpts numbered from 1 and the question, fenced.

    `fence` is for tests; by default it is the process's own, or a new one where a text holds that.
    """
    texts = _texts(brief.language)
    fence = fence or _fence([brief.question, *(text for e in excerpts for text in e.texts)])
    language = _english_name(brief.language)
    rules = texts.rules.format(fence=fence, language=language, not_found=NOT_FOUND)
    blocks = [
        _block(number, excerpt.passage, excerpt.texts, texts, fence)
        for number, excerpt in enumerate(excerpts, start=1)
    ]
    question = f"<question {fence}>\n{as_data(brief.question)}\n</question {fence}>"
    return [
        {"role": "system", "content": rules},
        {"role": "user", "content": "\n\n".join([*blocks, question])},
    ]


def _fence(texts: Sequence[str]) -> str:
    return new_fence(texts) if any(_OWN_FENCE in text for text in texts) else _OWN_FENCE


def fit(brief: Brief, count_tokens: CountTokens, budget: int) -> tuple[Excerpt, ...]:
    """Excerpts of the best passages, together within `budget` tokens, in the order of `brief.passages`.

    As many of the first passages as fit when each is cut to no less than half; then the longest loses
    sentences at its edges until all fit, never the sentence that likeliest answers. The first passage
    is always there, its likeliest sentence cut inside if need be; but a passage of which the brief hides
    everything never is. Excerpt i is marker [i + 1].
    """
    texts = _texts(brief.language)
    windows = [
        _window(passage, spans, brief, texts, count_tokens)
        for passage in brief.passages
        if (spans := _visible(passage, brief))
    ]
    while len(windows) > 1 and sum(w.floor for w in windows) > budget:
        windows.pop()
    while sum(w.cost for w in windows) > budget:
        divisible = [i for i, w in enumerate(windows) if len(w.spans) > 1]
        if not divisible:
            break
        longest = max(divisible, key=lambda i: (windows[i].cost, i))
        windows[longest] = windows[longest].shrunk()
    return tuple(_excerpt(window, brief, count_tokens, budget) for window in windows)


@dataclass(frozen=True, slots=True)
class _Window:
    """Sentences of a passage in a row, their costs in tokens, and which of them to keep to the last."""

    passage: Passage
    frame_cost: int
    spans: tuple[tuple[int, int], ...]
    costs: tuple[int, ...]
    key: int

    @property
    def cost(self) -> int:
        return self.frame_cost + sum(self.costs)

    @property
    def floor(self) -> int:
        return self.frame_cost + max(self.costs[self.key], sum(self.costs) // 2)

    def shrunk(self) -> _Window:
        if self.key < len(self.spans) - 1:
            return replace(self, spans=self.spans[:-1], costs=self.costs[:-1])
        return replace(self, spans=self.spans[1:], costs=self.costs[1:], key=self.key - 1)


def _visible(passage: Passage, brief: Brief) -> tuple[tuple[int, int], ...]:
    """The passage's sentences but for those that the brief hides."""
    chunk = passage.chunk
    spans = tuple((s.start, s.end) for s in chunk.sentences) or ((chunk.start, chunk.end),)
    hidden = brief.hidden.get(chunk.id, ())
    return tuple(
        (a, b) for a, b in spans if not any(a < end and start < b for start, end in hidden)
    )


def _window(
    passage: Passage,
    spans: tuple[tuple[int, int], ...],
    brief: Brief,
    texts: PromptTexts,
    count_tokens: CountTokens,
) -> _Window:
    own = [e for e in brief.evidence if e.passage.chunk.id == passage.chunk.id]
    best = max(own, key=lambda e: e.probability, default=None)
    key = next((i for i, (_, end) in enumerate(spans) if best and best.start < end), 0)
    text = passage.article.text
    frame = _block(len(brief.passages), passage, [], texts, _TYPICAL_FENCE)
    mark = f" {ELIDED}" if brief.hidden.get(passage.chunk.id) else ""
    frame_cost, *costs = count_tokens([frame, *(text[a:b] + mark for a, b in spans)])
    return _Window(passage, frame_cost, spans, tuple(costs), key)


def _excerpt(window: _Window, brief: Brief, count_tokens: CountTokens, budget: int) -> Excerpt:
    if len(window.spans) > 1:
        hidden = brief.hidden.get(window.passage.chunk.id, ())
        return Excerpt(window.passage, _joined(window.spans, hidden))
    ((start, end),) = window.spans
    text, room = window.passage.article.text, max(budget - window.frame_cost, 1)
    cost = sum(window.costs)
    while cost > room and end - start > 1:
        end = start + max((end - start) * room // cost, 1)
        cost = count_tokens([text[start:end]])[0]
    return Excerpt(window.passage, ((start, end),))


def _joined(
    spans: Sequence[tuple[int, int]], hidden: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """The spans, those in one that nothing hidden stands between."""
    breaks = [0]
    for number, (before, after) in enumerate(itertools.pairwise(spans), start=1):
        if any(before[1] <= start < after[0] for start, _ in hidden):
            breaks.append(number)
    edges = itertools.pairwise([*breaks, len(spans)])
    return tuple((spans[first][0], spans[last - 1][1]) for first, last in edges)


def _block(
    number: int, passage: Passage, shown: Sequence[str], texts: PromptTexts, fence: str
) -> str:
    """Six lines, whatever the passage holds: fence, title, outlet, day of publication, text, fence."""
    article = passage.article
    return "\n".join(
        [
            f"<passage {fence} [{number}]>",
            f"{texts.title}: {as_data(article.title, _FIELD_CHARACTERS) or texts.unknown}",
            f"{texts.outlet}: {as_data(article.source or '', _FIELD_CHARACTERS) or texts.unknown}",
            f"{texts.published}: {article.published.isoformat() if article.published else texts.unknown}",
            f"{texts.text}: {f' {ELIDED} '.join(map(as_data, shown))}",
            f"</passage {fence} [{number}]>",
        ]
    )


def _texts(language: str) -> PromptTexts:
    return PROMPT_TEXTS.get(_base(language), PROMPT_TEXTS["en"])


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


def _english_name(language: str) -> str:
    names = Locale("en").languages
    code = _base(language)
    return str(names[code]) if code in names and code != "und" else "the language of the question"
