"""The lines of one page, marked step by step as headline, furniture or story."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.indexing import furniture
from rag.indexing.credits import (
    byline,
    closing_agency,
    dateline,
    is_date_line,
    is_desk,
    opening_agency,
    source_of,
)
from rag.indexing.lines import (
    LONG_WORDS,
    count_words,
    ends_in_ellipsis,
    ends_in_stop,
    is_prose,
    key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_TITLE_WORDS = LONG_WORDS - 1
_MIN_TITLE_WORDS = 4  # what is shorter is the site's name or a kicker, if a longer line follows
_KNOWN_TITLE_LINES = 3  # a known title is looked for in so many lines of the head
_HEAD_LINES = 6
_MIN_DECK_WORDS = 10
_MAX_LINKS = 12
_MIN_LINK_WORDS = 4
_MIN_LATER_LINK_WORDS = 6  # sub-headings of stories are shorter
_CAPTION_WORDS = range(3, 9)
_MIN_SENTENCE_WORDS = 2
_MIN_LEAD_IN_WORDS = 4
_TAG_WORDS = range(4, LONG_WORDS)
_PREFIX = re.compile("^(?:[وفبكل]?ال|لل|[وفبكل])(?=\\w{3})")


class Page:
    """Lines of a page by number; `out` are furniture, `heading` the headline, the rest is story.

    The `mark` methods go from the surest evidence to the weakest; each sees what earlier ones left.
    """

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self._solid = [n for n, line in enumerate(self.lines) if line.strip()]
        self._kinds: dict[int, furniture.Kind | None] = {}
        self.out: set[int] = set()
        self.heading: set[int] = set()
        self.stamps: list[str] = []
        self.title = ""
        self.source: str | None = None
        self.author: str | None = None

    @property
    def kept(self) -> list[int]:
        """Lines that are not furniture, the headline among them."""
        return [n for n in self._solid if n not in self.out]

    def mark_lines(self) -> None:
        """Lines that tell by themselves that they are furniture."""
        kinds = self._kinds = {n: furniture.classify(self.lines[n]) for n in self._solid}
        for n in self._solid[:1]:
            if kinds[n] in ("cross-reference", "caption"):  # the headline of a film or of pictures
                kinds[n] = None
        story = [n for n in self._solid if kinds[n] is None and is_prose(self.lines[n])]
        for place, n in enumerate(self._solid):
            kind = kinds[n]
            if kind is None or (kind == "notice" and not self._may_be_notice(n, story)):
                continue
            self.out.add(n)
            if kind == "stamp":
                self.stamps.append(self.lines[n])
            elif kind == "source":
                self.source = self.source or source_of(self.lines[n])
            elif kind == "embed" and place:
                self._mark_teaser(self._solid[place - 1])

    def _may_be_notice(self, n: int, story: list[int]) -> bool:
        # A story about cookies or subscriptions may speak like a notice: amid its paragraphs it stays.
        is_amid = bool(story) and story[0] < n < story[-1]
        return not (is_amid and is_prose(self.lines[n]))

    def _mark_teaser(self, n: int) -> None:
        if ends_in_ellipsis(self.lines[n]) and not is_prose(self.lines[n]):
            self.out.add(n)

    def mark_repeats(self) -> None:
        """A deck that opens the story once more: its first copy. Headlines are left to `find_title`."""
        head = self.kept[:_HEAD_LINES]
        for place, n in enumerate(head):
            line = self.lines[n]
            is_deck = is_prose(line) and count_words(line) >= _MIN_DECK_WORDS
            if is_deck and any(self._same(n, m) for m in head[place + 1 :]):
                self.out.add(n)

    def _same(self, n: int, m: int) -> bool:
        return key(self.lines[n]) == key(self.lines[m])

    def mark_references(self) -> None:
        """Headlines of other stories under a lone "read also"."""
        for place, n in enumerate(self._solid):
            if furniture.is_lone_reference(self.lines[n]):
                self.out.update(self._links(self._solid[place + 1 : place + 1 + _MAX_LINKS]))

    def _links(self, following: Iterable[int]) -> list[int]:
        found: list[int] = []
        for n in following:
            least = _MIN_LATER_LINK_WORDS if found else _MIN_LINK_WORDS
            if is_prose(self.lines[n]) or count_words(self.lines[n]) < least:
                break
            found.append(n)
        return found

    def mark_tail(self) -> None:
        """After the last sentence, whatever follows the first label, notice or list of stories."""
        last = max((n for n in self.kept if self._may_end_story(n)), default=len(self.lines))
        tail = [n for n in self._solid if n > last]
        begins = min((n for n in tail if self._opens_tail(n)), default=len(self.lines))
        self.out.update(n for n in tail if n > begins)

    def _may_end_story(self, n: int) -> bool:
        line = self.lines[n]
        count = count_words(line)
        leads_in = line.endswith(":") and count >= _MIN_LEAD_IN_WORDS
        return is_prose(line) or leads_in or (ends_in_stop(line) and count >= _MIN_SENTENCE_WORDS)

    def _opens_tail(self, n: int) -> bool:
        # A caption or a "read also: ..." stands amid stories too.
        kind = self._kinds.get(n)
        return kind in ("label", "notice") or furniture.is_lone_reference(self.lines[n])

    def find_title(self, known: str) -> None:
        """The known title's line, else the first line of the head that looks like a headline."""
        head = self._head()
        if known:
            self.title = known
            head = head[:_KNOWN_TITLE_LINES]
        else:
            group = self._headline(head)
            self.title = " ".join(self.lines[n].strip() for n in group)
            self.heading.update(group)
        folded = key(self.title)
        self.heading.update(n for n in head if folded and key(self.lines[n]) == folded)

    def _headline(self, head: list[int]) -> list[int]:
        groups = self._joined([n for n in head if self._may_be_title(n)])
        likely = [group for group in groups if self._is_likely_title(group)]
        first = (likely or groups or [[]])[0]
        return first if len(first) < len(self.kept) else []

    def _is_likely_title(self, group: list[int]) -> bool:
        is_emphatic = self.lines[group[-1]].rstrip().endswith(("?", "!", "؟"))
        return is_emphatic or sum(count_words(self.lines[n]) for n in group) >= _MIN_TITLE_WORDS

    def _head(self) -> list[int]:
        """Lines before the first paragraph; where there is none, the first line."""
        kept = self.kept
        first = next((n for n in kept if is_prose(self.lines[n])), None)
        return kept[:1] if first is None else [n for n in kept if n < first]

    def _may_be_title(self, n: int) -> bool:
        line = self.lines[n]
        return (
            count_words(line) <= _MAX_TITLE_WORDS
            and not ends_in_stop(line)
            and not furniture.is_section(key(line))
            and not is_date_line(line)
            and byline(line, marked=True) is None
            and not ((place := dateline(line)) and place.sure)
        )

    def _joined(self, numbers: list[int]) -> list[list[int]]:
        """A headline in two lines, the first ending in an ellipsis or a colon, is one group."""
        groups: list[list[int]] = []
        goes_on = False
        for n in numbers:
            if goes_on:
                groups[-1].append(n)
            else:
                groups.append([n])
            line = self.lines[n].rstrip()
            goes_on = len(groups[-1]) == 1 and (ends_in_ellipsis(line) or line.endswith(":"))
        return groups

    def mark_head(self) -> None:
        """Bylines, datelines, dates, section names and captions around the headline."""
        head = [n for n in self._head() if n not in self.heading]
        if head:
            body = self._vocabulary(without={*head})
            self.out.update(n for n in head if self._is_furniture(n, body))

    def mark_last(self) -> None:
        """A last line that is no sentence and repeats words of the story: tags without their label."""
        last = max(self.kept, default=-1)
        if last >= 0 and last not in self.heading and not is_prose(self.lines[last]):
            tokens = _stems(self.lines[last])
            if len(tokens) in _TAG_WORDS and not ends_in_stop(self.lines[last]):
                self.out.update({last} if tokens <= self._vocabulary(without={last}) else ())

    def _vocabulary(self, without: set[int]) -> set[str]:
        told = [self.title, *(self.lines[n] for n in self.kept if n not in without)]
        return set().union(*map(_stems, told))

    def _is_furniture(self, n: int, body: set[str]) -> bool:
        line = self.lines[n]
        above_title = n < min(self.heading, default=0)
        if is_date_line(line):
            if not above_title:  # above it stands the day on which the page was looked at
                self.stamps.append(line)
            return True
        author, place = byline(line), dateline(line)
        if author or place or is_desk(line):
            self.author = self.author or author
            self.source = self.source or (place.outlet if place else None)
            return True
        return above_title or furniture.is_section(key(line)) or _says_nothing_new(line, body)

    def mark_agency(self) -> None:
        """The agency that the story opens with, "City (Agency) -", or closes with, "(Agency)"."""
        prose = [n for n in self.kept if is_prose(self.lines[n])]
        if prose:
            self.source = self.source or opening_agency(self.lines[prose[0]])
            closing = {n for n in self.kept if n > prose[-1] and closing_agency(self.lines[n])}
            self.source = self.source or next(
                (closing_agency(self.lines[n]) for n in sorted(closing)), None
            )
            self.out |= closing


def _says_nothing_new(line: str, body: set[str]) -> bool:
    """Whether every word of a short line occurs in the story: a caption repeats, a deck tells more."""
    is_short = count_words(line) in _CAPTION_WORDS and not ends_in_stop(line)
    return is_short and _stems(line) <= body


def _stems(line: str) -> set[str]:
    """The folded words without Arabic conjunctions, prepositions and article."""
    return {_PREFIX.sub("", token) for token in key(line).split()}
