"""A conversation as the server keeps it, and as the chat shows it. What the browser sends back isn't trusted."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

from rag.records import Filters, Turn
from rag.serving.ui.cards import choice
from rag.serving.ui.exchange import Exchange
from rag.serving.ui.panel import TURNS_KEPT
from rag.serving.ui.render import answer_markdown, cut_text, isolated, plain_markdown, title_of
from rag.serving.ui.states import status_words
from rag.serving.ui.strings import count, say

if TYPE_CHECKING:
    from collections.abc import Sequence


HISTORY_TURNS = 6  # earlier exchanges given to the assistant
MOST_CHOICES = 6
LABEL_CHARACTERS = 70  # of a title on a chip


class Conversation:
    """The exchanges of one reader. Several events may act on it at once, so each change names what it saw."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.editing = 0  # number of the exchange that the next question replaces; 0: none
        self.rated: Counter[int] = Counter()  # ratings taken of each exchange, by number
        self._lock = threading.Lock()

    def __deepcopy__(self, memo: dict[int, object]) -> Conversation:
        """Gradio copies the first value for each reader: theirs starts empty."""
        return Conversation()

    @property
    def is_busy(self) -> bool:
        """Whether an answer is on its way."""
        return bool(self.exchanges) and self.exchanges[-1].state in ("asking", "writing")

    def add(self, question: str, filters: Filters) -> bool:
        """Append an exchange; False when the last one isn't finished."""
        with self._lock:
            if self.is_busy:
                return False
            if self.editing:
                self.exchanges = self.exchanges[: self.editing - 1]
                self.editing = 0
            new = Exchange(len(self.exchanges) + 1, question, filters)
            self.exchanges = [*self.exchanges, new]
            return True

    def edit_last(self) -> str | None:
        """The last question, which the next one will replace; None when there is none or it is being answered."""
        with self._lock:
            if self.is_busy or not self.exchanges:
                return None
            self.editing = len(self.exchanges)
            return self.exchanges[-1].question

    def replace_last(self, seen: Exchange, new: Exchange) -> bool:
        """Put `new` in place of `seen`; False when that isn't the last one any more."""
        with self._lock:
            if not self.exchanges or self.exchanges[-1] is not seen:
                return False
            self.exchanges = [*self.exchanges[:-1], new]
            return True

    def put(self, exchanges: Sequence[Exchange]) -> bool:
        """Fill a conversation that is still empty; False when it isn't."""
        with self._lock:
            if self.exchanges:
                return False
            self.exchanges = list(exchanges)
            return True

    def cut(self, kept: int) -> None:
        """Keep the first `kept` exchanges; an answer on its way to a later one ends."""
        with self._lock:
            self.exchanges = self.exchanges[:kept]
            self.editing = 0


def history(exchanges: Sequence[Exchange]) -> list[Turn]:
    """What the assistant is told of earlier exchanges: those that were answered."""
    turns = [Turn(e.question, e.answer.text) for e in exchanges if e.answer]
    return turns[-HISTORY_TURNS:]


def messages(exchanges: Sequence[Exchange], language: str) -> list[dict[str, Any]]:
    """The chat's messages: for each exchange the question, a status line, and the text."""
    linked = {e.number for e in [e for e in exchanges if e.answer][-TURNS_KEPT:]}
    shown: list[dict[str, Any]] = []
    for exchange in exchanges:
        shown.append({"role": "user", "content": plain_markdown(exchange.question)})
        shown.append(_status(exchange, language))
        text = _text(exchange, linked=exchange.number in linked)
        if text:
            shown.append(
                {"role": "assistant", "content": text, "options": _choices(exchange, language)}
            )
    return shown


def number_at(exchanges: Sequence[Exchange], language: str, index: object) -> int | None:
    """The exchange that message `index` (as the browser counts) belongs to."""
    place = index[0] if isinstance(index, (list, tuple)) and index else index
    if not isinstance(place, int) or isinstance(place, bool) or place < 0:
        return None
    before = messages(exchanges, language)[: place + 1]
    asked = sum(message["role"] == "user" for message in before)
    return exchanges[asked - 1].number if asked else None


def _status(exchange: Exchange, language: str) -> dict[str, Any]:
    pending = exchange.state in ("asking", "writing")
    if exchange.answer:
        title = status_words(exchange.answer, language)
    elif pending:
        title = say(language, "writing" if exchange.text else "searching")
    else:
        title = say(language, exchange.state)
    return {
        "role": "assistant",
        "content": _work(exchange, language),
        "metadata": {"title": title, "status": "pending" if pending else "done"},
    }


def _work(exchange: Exchange, language: str) -> str:
    answer = exchange.answer
    if exchange.state in ("asking", "writing"):
        return ""
    if answer is None:  # Gradio shows a thought without content as one that goes on
        return plain_markdown(say(language, "time", seconds=f"{exchange.seconds:.1f}"))
    passages = count(language, "passages", len(answer.passages))
    seconds = f"{exchange.seconds:.1f}"
    lines = [say(language, "work", passages=passages, seconds=seconds, writer=answer.writer)]
    if exchange.is_restored:
        lines.append(say(language, "kept_again"))
    if exchange.lost:
        lines.append(say(language, "kept_lost", n=exchange.lost))
    lines += answer.notices
    if answer.unsupported:
        lines += [say(language, "unsupported"), *answer.unsupported]
    return "\n\n".join(map(plain_markdown, lines))


def _text(exchange: Exchange, *, linked: bool) -> str:
    if exchange.state == "failed":
        return plain_markdown(exchange.trouble)
    answer = exchange.answer
    if answer is None:
        return plain_markdown(isolated(exchange.text))
    markers = {citation.marker for citation in answer.citations} if linked else ()
    return answer_markdown(answer.text, exchange.number, markers)


def _choices(exchange: Exchange, language: str) -> list[dict[str, str]]:
    """What may be asked next: the events of an ambiguous answer, else what follows from its articles."""
    answer = exchange.answer
    if answer is None:
        return []
    if answer.status != "ambiguous":
        return [{"label": question, "value": question} for question in exchange.followups]
    return [
        {
            "label": f"{miss.why} · {cut_text(title_of(miss.article, language), LABEL_CHARACTERS)}",
            "value": choice(exchange.question, miss),
        }
        for miss in answer.near_misses[:MOST_CHOICES]
    ]
