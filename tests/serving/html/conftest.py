"""Reading HTML back."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rag.records import Answer, Article


class Structure(HTMLParser):
    """Tags, attribute names and text of a document."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="session")
def read_html() -> type[Structure]:
    return Structure


@pytest.fixture
def made_answer(assistant: Any) -> Answer:
    made: Answer = assistant.ask("المكتبة")
    return made


@pytest.fixture
def library(made_answer: Answer) -> Article:
    return made_answer.citations[0].article


@pytest.fixture
def bridge(made_answer: Answer) -> Article:
    return made_answer.citations[1].article
