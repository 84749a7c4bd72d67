"""The embedder that runs a sentence-transformers model: the packaged one, a folder, or a hub name."""

from __future__ import annotations

import hashlib
import json
import threading
import unicodedata
from typing import TYPE_CHECKING, Self, cast

import numpy as np

from rag.embedding.folders import PACKAGED, folder_identity, model_folder
from rag.embedding.loading import load_model, quick_and_quiet
from rag.embedding.packaged import MULTILINGUAL_E5_SMALL, default_cache
from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from transformers import BertModel

    from rag.embedding import Progress
    from rag.settings import Settings

    Encode = Callable[[Sequence[str], str], NDArray[np.float32]]

QUERY_PROMPTS = ("query",)  # names under which a model may keep the prompt, best first
PASSAGE_PROMPTS = ("passage", "document")
PREPARATION = "1"  # of texts, part of the fingerprint; raise it when `_prepared` changes
NO_LIMIT = 1_000_000  # tokens, for a model that names no limit
COUNTED_AT_ONCE = 1024  # texts; their encodings are held in memory together
LEAST_FILL = 0.75  # of a batch's longest text; see _batches
FIXED = 16  # tokens: what a call costs whatever its length, so that short texts still share one


class SentenceTransformerEmbedder:
    """Meets `rag.embedding.Embedder`. Threads may share one: a lock lets one batch run at a time."""

    def __init__(
        self,
        model: SentenceTransformer,
        name: str,
        fingerprint: str,
        prompts: tuple[str, str],
        batch_size: int,
    ) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(min(model.get_max_seq_length() or NO_LIMIT, NO_LIMIT))
        self._model = model
        self._tokenizer = _fast_tokenizer(model, name)
        self._query_prompt, self._passage_prompt = prompts
        self._batch_size = batch_size
        self._encode = _encoding(model)
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Load the model that the settings name.

        The fingerprint covers the model's files and both prompts. Number type, device and batch size
        are left out: they move a vector by less than 0.001 in cosine.

        Raises:
            ModelError: it can't be had or loaded.
        """
        cache = settings.cache or default_cache()
        with quick_and_quiet():
            folder = model_folder(settings.embedding_model, cache)
            model = load_model(folder, settings.embedding_device, settings.embedding_dtype, cache)
        name, fingerprint, prompts = _identity(settings, folder)
        return cls(model, name, fingerprint, prompts, settings.batch_size)

    @property
    def is_packaged(self) -> bool:
        """Whether this is the default model, which other networks of this project are made for."""
        return self.name == MULTILINGUAL_E5_SMALL.name

    @property
    def computing(self) -> dict[str, str]:
        """Number type that the network computes in, the kind of device and the library that runs it."""
        kinds = [str(p.dtype).removeprefix("torch.") for p in self._model.parameters()]
        precision = kinds[-1] if kinds else "float32"  # the first, the table of words, may differ
        return {"precision": precision, "device": self._model.device.type, "backend": "torch"}

    @property
    def encoder(self) -> tuple[BertModel, Tokenizer]:
        """The transformer network and its tokenizer, to be shared and not changed."""
        return cast("BertModel", self._model.transformers_model), self._tokenizer

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of questions, shape (len(texts), dimension)."""
        return self._embed(texts, self._query_prompt, None)

    def embed_passages(
        self, texts: Sequence[str], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors of passages, shape (len(texts), dimension), of at most `max_tokens` of each.

        `progress` gets the count done since its last call.
        """
        return self._embed(texts, self._passage_prompt, progress)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text whole, without prompt and special tokens."""
        counts: list[int] = []
        for start in range(0, len(texts), COUNTED_AT_ONCE):
            prepared = [_prepared(text) for text in texts[start : start + COUNTED_AT_ONCE]]
            with self._lock:
                self._tokenizer.no_truncation()  # the model's own calls set both anew
                self._tokenizer.no_padding()
                encodings = self._tokenizer.encode_batch_fast(prepared, add_special_tokens=False)
            counts += map(len, encodings)
        return counts

    def _embed(
        self, texts: Sequence[str], prompt: str, progress: Progress | None
    ) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for batch in _batches(self.count_tokens(texts), self._batch_size):
            with self._lock:
                vectors[batch] = self._encode([_prepared(texts[i]) for i in batch], prompt)
            if progress:
                progress(len(batch))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, np.finfo(np.float32).tiny), np.float32)


def _encoding(model: SentenceTransformer) -> Encode:
    """What embeds one batch of texts under a prompt: our own pass of the model if it can, else the library's."""
    from rag.embedding.lean import LeanModel  # imports torch, which reads what `open` has set

    if LeanModel.can_run(model):
        return LeanModel(model).encode

    def encode(texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        return np.asarray(
            model.encode(list(texts), prompt=prompt, batch_size=len(texts), show_progress_bar=False)
        )

    return encode


def _batches(tokens: Sequence[int], size: int) -> Iterator[list[int]]:
    """Places of texts, longest first, in batches of at most `size` that need little padding.

    Each text is computed at the length of its batch's longest: 32 passages of 30 to 500 tokens took
    3.6 times the work as one batch. So a batch ends where lengths fall below `LEAST_FILL` of its first.
    """
    batch: list[int] = []
    for i in sorted(range(len(tokens)), key=tokens.__getitem__, reverse=True):
        if batch and (len(batch) == size or tokens[i] + FIXED < LEAST_FILL * tokens[batch[0]]):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _fast_tokenizer(model: SentenceTransformer, name: str) -> Tokenizer:
    tokenizer: Tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if not hasattr(tokenizer, "encode_batch_fast"):
        raise ModelError(
            f"the embedding model {name!r} has a tokenizer of type {type(tokenizer).__name__}; "
            f"choose one with a tokenizer.json"
        )
    return tokenizer


def _prepared(text: str) -> str:
    """The text as models have mostly seen text in training: characters composed (NFC).

    Decomposed, a text's vector was off by up to 0.2 in cosine (Korean), 0.05 to 0.1 (Latin script).
    Half a surrogate pair, which tokenizers refuse, becomes a question mark.
    """
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))


def identify(settings: Settings) -> tuple[str, str]:
    """Name and fingerprint of the model that `open` would load, without loading it.

    Raises:
        ModelError: it can't be had.
    """
    with quick_and_quiet():
        folder = model_folder(settings.embedding_model, settings.cache or default_cache())
    name, fingerprint, _ = _identity(settings, folder)
    return name, fingerprint


def _identity(settings: Settings, folder: Path) -> tuple[str, str, tuple[str, str]]:
    """Name, fingerprint and the two prompts."""
    known = _kept_prompts(folder)
    prompts = (
        _prompt(settings.query_prompt, known, QUERY_PROMPTS),
        _prompt(settings.passage_prompt, known, PASSAGE_PROMPTS),
    )
    packaged = settings.embedding_model == PACKAGED
    name = MULTILINGUAL_E5_SMALL.name if packaged else settings.embedding_model
    identity = folder.name if packaged else folder_identity(folder)
    return name, _digest(identity, PREPARATION, *prompts), prompts


def _kept_prompts(folder: Path) -> dict[str, str | None]:
    """Prompts that the model's folder keeps, by name; none where it keeps none."""
    try:
        kept = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    prompts = kept.get("prompts") if isinstance(kept, dict) else None
    return prompts if isinstance(prompts, dict) else {}


def _prompt(setting: str | None, prompts: Mapping[str, str | None], names: tuple[str, ...]) -> str:
    if setting is not None:
        return setting
    return next((prompt for name in names if (prompt := prompts.get(name))), "")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
