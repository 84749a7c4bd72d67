"""`shawahid export`: answers from a pipe or a file, checked against the index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from rag.errors import UsageError
from rag.indexing.sync import sync
from rag.serving.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

QUOTE = "The bridge cost 12 million crowns."


def row(text: str, quote: str = QUOTE) -> dict[str, Any]:
    start = text.index(QUOTE)
    citation = {
        "marker": 1, "article_id": "bridge-2019", "quote": quote, "start": start, "end": start + len(QUOTE),
    }  # fmt: skip
    return {
        "question": "What did it cost?", "status": "answered", "text": f"{quote} [1]", "citations": [citation],
    }  # fmt: skip


@pytest.fixture
def text(settings: Any, embedder: Any) -> str:
    from rag.store.local import LocalStore

    sync(settings, embedder)
    store = LocalStore.open(settings.index, embedder)
    article = store.article("bridge-2019")
    store.close()
    assert article is not None
    return article.text


def run(settings: Any, *arguments: str, given: str = "") -> Any:
    return CliRunner().invoke(
        cli, ["export", "--index", str(settings.index), *arguments], input=given
    )


def test_answers_from_a_pipe_are_checked(settings: Any, text: str) -> None:
    lines = "\n".join(json.dumps(r) for r in (row(text), row(text, "It cost nothing.")))
    done = run(settings, "--language", "en", given=lines)
    assert done.exit_code == 0, done.output
    assert "checked against the article" in done.output
    assert "differs from the stored article" in done.output
    assert "River Post · 4 May 2019" in done.output


@pytest.mark.parametrize(("name", "words"), [("bibtex", "@misc{bridge-2019"), ("csl", '"issued"')])
def test_references_come_from_the_index(
    settings: Any, text: str, tmp_path: Path, name: str, words: str
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps([row(text)]), "utf-8")
    done = run(settings, str(file), "--format", name)
    assert done.exit_code == 0
    assert words in done.output
    assert "River Post" in done.output


def test_without_an_index_nothing_is_called_checked(settings: Any) -> None:
    given = {"question": "q", "status": "not_found", "text": "t"}
    done = run(settings, "--format", "html", given=json.dumps(given))
    assert done.exit_code == 0
    assert "<!doctype html>" in done.output
    assert "quotations are not checked" in done.output


@pytest.mark.parametrize("given", ["", "no json", '{"question": 1}', "[]"])
def test_what_is_no_answer_is_wrong_usage(settings: Any, given: str) -> None:
    done = run(settings, given=given)
    assert isinstance(done.exception, UsageError)


def test_a_missing_file_is_told(settings: Any, tmp_path: Path) -> None:
    done = run(settings, str(tmp_path / "none.json"))
    assert isinstance(done.exception, UsageError)
    assert "none.json can't be read" in str(done.exception)
