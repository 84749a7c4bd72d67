"""The embedder that runs a sentence-transformers model: the packaged one, a folder, or a hub name."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import logging
import os
import threading
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from rag.embedding.folders import PACKAGED, WAYS_OUT, folder_identity, model_folder
from rag.embedding.packaged import MULTILINGUAL_E5_SMALL, default_cache
from rag.embedding.precision import compute_dtype
from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from rag.embedding import Progress
    from rag.settings import Settings

QUERY_PROMPTS = ("query",)  # names under which a model may keep the prompt, best first
PASSAGE_PROMPTS = ("passage", "document")


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
        self.max_tokens = int(model.get_max_seq_length() or 0)
        self._model = model
        self._query_prompt, self._passage_prompt = prompts
        self._batch_size = batch_size
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
        with _quick_and_quiet():
            folder = model_folder(settings.embedding_model, cache)
            model = _load(folder, settings.embedding_device)
        dtype = compute_dtype(settings.embedding_dtype, model.device.type, cache)
        _compute_in(model, dtype)
        prompts = (
            _prompt(settings.query_prompt, model.prompts, QUERY_PROMPTS),
            _prompt(settings.passage_prompt, model.prompts, PASSAGE_PROMPTS),
        )
        packaged = settings.embedding_model == PACKAGED
        name = MULTILINGUAL_E5_SMALL.name if packaged else settings.embedding_model
        identity = folder.name if packaged else folder_identity(folder)
        return cls(model, name, _digest(identity, *prompts), prompts, settings.batch_size)

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
        backend = self._model.tokenizer.backend_tokenizer
        with self._lock:
            backend.no_truncation()  # the model's own calls set both anew
            backend.no_padding()
            return [len(e) for e in backend.encode_batch_fast(list(texts), add_special_tokens=False)]

    def _embed(
        self, texts: Sequence[str], prompt: str, progress: Progress | None
    ) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        # Longest first: like lengths pad each other little, and a batch too large for memory fails at once.
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        for start in range(0, len(texts), self._batch_size):
            batch = by_length[start : start + self._batch_size]
            with self._lock:
                vectors[batch] = self._model.encode(
                    [texts[i] for i in batch],
                    prompt=prompt,
                    batch_size=len(batch),
                    show_progress_bar=False,
                )
            if progress:
                progress(len(batch))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, np.finfo(np.float32).tiny), np.float32)


def _load(folder: Path, device: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        return SentenceTransformer(
            str(folder),
            device=None if device == "auto" else device,
            local_files_only=True,
            # The file's own type: the weights stay mapped, and only pages in use take memory.
            model_kwargs={"dtype": "auto", "use_safetensors": True},
        )
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, ImportError) as error:
        reason = " ".join(str(error).split())[:300]
        raise ModelError(f"the model in {folder} can't be loaded: {reason}; {WAYS_OUT}") from error


def _compute_in(model: SentenceTransformer, dtype: torch.dtype) -> None:
    """Convert all but the table of word vectors: of that a text uses some rows, converted as they are read."""
    encoder = model.transformers_model
    table = encoder.get_input_embeddings() if encoder is not None else None
    for module in model.modules():
        if module is not table:
            for tensor in (*module.parameters(recurse=False), *module.buffers(recurse=False)):
                if tensor.is_floating_point():
                    tensor.data = tensor.data.to(dtype)
    if table is not None:
        table.register_forward_hook(lambda _module, _inputs, rows: rows.to(dtype))


@contextlib.contextmanager
def _quick_and_quiet() -> Iterator[None]:
    """Load without progress bars or advice on stderr, and without garbage collection.

    What is loaded stays for the life of the process; collecting among it costs a second, and freezing
    it spares that at every later collection too.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")  # unset, it warns when a process forks
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        from transformers.utils import logging as transformers_logging

        transformers_logging.set_verbosity_error()
        transformers_logging.disable_progress_bar()
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()


def _prompt(setting: str | None, prompts: dict[str, Any], names: tuple[str, ...]) -> str:
    if setting is not None:
        return setting
    return next((str(prompts[name]) for name in names if prompts.get(name)), "")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
