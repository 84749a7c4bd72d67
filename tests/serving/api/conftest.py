"""The API around the scripted assistant, without a network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

from rag.serving.server import create_app
from rag.settings import Settings
from tests.serving.keys import INGEST_ENTRY, READ_ENTRY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def served(scripted: type) -> Iterator[tuple[TestClient, Any]]:
    assistant = scripted()
    with TestClient(create_app(assistant, Settings(question_characters=100))) as made:
        yield made, assistant


@pytest.fixture
def client(served: Any) -> TestClient:
    made: TestClient = served[0]
    return made


@pytest.fixture
def assistant(served: Any) -> Any:
    served[1].asked.clear()
    served[1].closed = 0
    return served[1]


@pytest.fixture(scope="session")
def expect_problem() -> Callable[[Any, int, str], None]:
    return _expect


def _expect(reply: Any, status: int, words: str) -> None:
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["status"] == status
    assert words.lower() in problem["detail"].lower()
    assert "\n" not in problem["detail"]


@pytest.fixture(scope="session")
def guarded_app(scripted: type) -> Any:
    """An application that answers nothing without a token."""
    settings = Settings(
        tokens=(READ_ENTRY, INGEST_ENTRY),
        ingestion=True,
        reads_per_minute=0,
        questions_per_minute=0,
    )
    return create_app(scripted(), settings)


@pytest.fixture
def guarded(guarded_app: Any) -> TestClient:
    """A client of its own address, so that one test's guesses count for no other."""
    return TestClient(guarded_app, client=(os.urandom(4).hex(), 1), follow_redirects=False)
