"""Counting tokens without the model."""

import pytest

from rag.embedding import open_embedder
from rag.embedding.counting import open_counter
from rag.errors import ModelError
from rag.settings import Settings

TEXTS = [
    "افتتح الوزير الجسرَ في ١٠ يونيو ٢٠٢٠ (Kora).",
    "Порт закрыли 15 января 2021 года.",
    "Le musée — e\u0301te\u0301 — a rouvert.",
    "",
    "half \ud800 a character",
    "نص طويل " * 2000,
]


@pytest.mark.model
def test_the_counts_are_those_of_the_embedder():
    settings = Settings()
    assert open_counter(settings)(TEXTS) == open_embedder(settings).count_tokens(TEXTS)


def test_a_model_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ModelError, match="SHAWAHID_EMBEDDING_MODEL"):
        open_counter(Settings(embedding_model=str(tmp_path / "none")))


@pytest.mark.parametrize(
    ("content", "said"), [(None, "has no tokenizer.json"), ("{oops", "can't be read")]
)
def test_a_tokenizer_that_cannot_be_had_is_told(tmp_path, content, said):
    if content:
        (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(ModelError, match=said):
        open_counter(Settings(embedding_model=str(tmp_path)))
