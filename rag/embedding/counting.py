"""Counts tokens as the embedding model does, without loading the model: its tokenizer's file is enough."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from rag.embedding.folders import WAYS_OUT, model_folder
from rag.embedding.packaged import default_cache
from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rag.settings import Settings


def open_counter(settings: Settings) -> Callable[[Sequence[str]], list[int]]:
    """What `Embedder.count_tokens` of the settings' model would be.

    Raises:
        ModelError: the model can't be had, or keeps its tokenizer in another form.
    """
    from tokenizers import Tokenizer

    folder = model_folder(settings.embedding_model, settings.cache or default_cache())
    places = [path for path in (folder / "tokenizer.json", folder / "0_Transformer" / "tokenizer.json") if path.is_file()]  # fmt: skip
    if not places:
        raise ModelError(f"the model in {folder} has no tokenizer.json; {WAYS_OUT}")
    try:
        tokenizer = Tokenizer.from_file(str(places[0]))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"{places[0]} can't be read ({error}); {WAYS_OUT}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        prepared = [
            unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
            for text in texts
        ]
        return [len(e) for e in tokenizer.encode_batch_fast(prepared, add_special_tokens=False)]

    return count
