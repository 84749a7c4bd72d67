"""question (+ conversation) → Query: language, kind, time constraint, content words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.answering.kinds import Kind, question_kind
from rag.answering.overview import asks_only_when
from rag.text.analysis import Word, words
from rag.text.dates import question_time
from rag.text.folding import fold_text
from rag.text.language import detect_language, dominant_script
from rag.text.places import Place, find_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rag.records import TimeRange, Turn

# A follow-up is told by how little it says for itself. It leans on what came before with fewer content words than
# `_ALONE`; with at most `_SHORT`, if it points back, or names nothing (told by capitals and digits; in scripts
# without capitals, with fewer than `_SHORT`).
_ALONE, _SHORT = 2, 3
_OPEN: tuple[Kind, ...] = ("what", "list", "said")  # kinds that may ask for whatever there was
_TURNS = 20  # earlier turns that are looked at
_POINTER_WORDS = (
    "ذلك ذاك تلك هذا هذه هؤلاء هو هي هم هناك هنالك عنه عنها منه منها معه معها معهم فيه فيها له لها لهم غيره "
    "غيرهم بعدها بعده وقتها حينها يومها ساعتها عندها انذاك طيب it its he his him she her they their them that this those these there then else one so well "
    "это этого этом этому этим он она они его её ее их ему ей им ним ней нём там тогда ещё еще кроме ну "
    "il elle ils elles lui leur cela ça là alors er sie es ihm ihr dort dann o onlar bu şu orada peki ya él ella ellos eso allí"
)
_POINTERS = frozenset(map(fold_text, _POINTER_WORDS.split()))


@dataclass(frozen=True, slots=True)
class Town:
    """A town that the question names, as it names it."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood.

    `text` is self-contained: earlier turns are carried over where needed; `asked` is the question with what it
    leans on behind it, and `answered` what was answered before to a
    question of the same kind. `topic` is `text` without the
    words that name its time; `words` are those of the topic. An answer has to be about `time` and `towns`.
    """

    question: str
    text: str
    topic: str
    language: str
    script: str
    kind: Kind
    time: TimeRange | None
    words: tuple[Word, ...]
    towns: tuple[Town, ...] = ()
    asked: str = ""
    answered: str = ""
    only_time: bool = False  # it asks what there was at `time`, and nothing else

    @property
    def content(self) -> tuple[Word, ...]:
        """Words that carry meaning, each stem once, in order; years and other numbers among them."""
        first = {word.stem: word for word in reversed(self.words) if word.is_content}
        return tuple(word for word in self.words if first.get(word.stem) is word)

    def timeless(self) -> Query:
        """The same question with its time as words like any other."""
        all_words = tuple(words(self.text, self.language))
        return replace(self, time=None, topic=self.text, words=all_words)


def understand(question: str, history: Sequence[Turn], today: date) -> Query:
    """Read a question; `today` resolves words such as "last year"."""
    return _understood(question, _leant_on(question, history, today), today)


def readings(question: str, history: Sequence[Turn], today: date) -> list[Query]:
    """`understand`; after it a question that seems to stand alone as one that leans on the turn before."""
    first = understand(question, history, today)
    if not history or first.text != question:
        return [first]
    before = history[-1]
    earlier = [*_leant_on(before.question, history[:-1], today), before]
    return [first, _understood(question, earlier, today, first.kind)]


def _understood(
    question: str, earlier: Sequence[Turn], today: date, own: Kind | None = None
) -> Query:
    """The question after the turns it leans on; its kind is theirs where it has none, unless one is given."""
    language = detect_language(question)
    text = " ".join([*(turn.question for turn in earlier[:1]), question])
    time, spans = question_time(question, today, language)
    if time is None:  # a follow-up is about the time of what it follows
        time, spans = question_time(text, today, language)
    elif text != question:
        spans = question_time(text, today, language)[1]
    topic = _without(text, spans, language)
    kind = own or question_kind(question)
    # "And in 2020?" asks what the question before asked.
    if own is None and kind == "what" and earlier:
        kind = question_kind(earlier[0].question)
    asked = [w.text for w in words(_cut(text, spans), language) if w.is_content]
    return Query(
        question=question,
        text=text,
        topic=topic,
        language=language,
        script=dominant_script(question),
        kind=kind,
        asked=_with_context(question, earlier, today),
        answered=_answered(kind, earlier),
        time=time,
        words=tuple(words(topic, language)),
        towns=tuple(_towns(question, language)) or tuple(_towns(topic, language)),
        only_time=time is not None and kind in _OPEN and asks_only_when(asked),
    )


def _towns(text: str, language: str) -> Iterator[Town]:
    """Towns but for capitals, which stand for governments ("Ankara demands") and so constrain no place."""
    for mention in find_places(text, language):
        if not mention.place.is_capital:
            yield Town(text[mention.start : mention.end], mention.place)


def _without(text: str, spans: Sequence[tuple[int, int]], language: str) -> str:
    """The text without its spans; the text itself where nothing would be left.

    The time has become a constraint; as words it would favour the sentence that gives the date over the
    one that answers.
    """
    rest = _cut(text, spans)
    return rest if any(word.is_content for word in words(rest, language)) else text


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())


def _leant_on(question: str, history: Sequence[Turn], today: date) -> list[Turn]:
    """The turns that the question leans on: back to the last one that stood alone, oldest first."""
    found: list[Turn] = []
    asked = question
    for turn in reversed(history[-_TURNS:]):
        if not _leans(asked, today):
            break
        found.insert(0, turn)
        asked = turn.question
    return found


def _answered(kind: Kind, earlier: Sequence[Turn]) -> str:
    """What was answered before, where the same is asked on ("and who else?"): something new is wanted then."""
    return " ".join(turn.answer for turn in earlier if question_kind(turn.question) == kind)


def _with_context(question: str, earlier: Sequence[Turn], today: date) -> str:
    """The question, followed by the content words of the one it leans on: what is asked now comes first."""
    if not earlier:
        return question
    context = earlier[0].question
    if question_time(question, today)[0] is not None:  # then not the earlier question's time
        context = _cut(context, question_time(context, today)[1])
    own = {word.stem for word in words(question, detect_language(question))}
    carried = [
        context[word.start : word.end]
        for word in words(context, detect_language(context))
        if word.is_content and word.stem not in own
    ]
    return f"{question} ({' '.join(carried)})" if carried else question


def _leans(question: str, today: date) -> bool:
    """Whether a question says too little for itself, or points back with few words of its own."""
    language = detect_language(question)
    told = _cut(question, question_time(question, today, language)[1])
    read = words(told, language)
    content = {word.stem for word in read if word.is_content} - _POINTERS
    if any(word.text in _POINTERS or word.stem in _POINTERS for word in read):
        return len(content) <= _SHORT
    cased = told.upper() != told.lower()
    names = any(told[word.start].isupper() or told[word.start].isdigit() for word in read[1:])
    most = 1 if names else _SHORT if cased else _SHORT - 1
    return len(content) < _ALONE or len(content) <= most
