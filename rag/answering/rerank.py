"""The best candidates in the order of a cross-encoder, which reads question and passage together.

Off by default: a cross-encoder reads each candidate anew for every question, which costs many times what
the legs do. The model is a sentence-transformers CrossEncoder with one label, such as
cross-encoder/mmarco-mMiniLMv2-L12-H384-v1 (multilingual). It is taken from a folder or from the hub's
cache on this disk; nothing is downloaded.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from rag.embedding.loading import quick_and_quiet
from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sentence_transformers import CrossEncoder

    from rag.settings import Settings
    from rag.store import ScoredChunk

_NO_LIMIT = 1_000_000_000  # tokenizers name a number beyond it where they know no limit
_MOST_TOKENS = 512  # read of question and passage where the model names no limit


class Reranker(Protocol):
    """Says how well each text answers a question."""

    name: str

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, higher is better; comparable for one question only."""
        ...


def open_reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name; None where they name none.

    Raises:
        ModelError: it is not on this disk, or is no cross-encoder; the message names the remedy.
    """
    if settings.reranker is None:
        return None
    return CrossEncoderReranker.open(
        settings.reranker, settings.embedding_device, settings.batch_size
    )


def rerank(
    question: str, fused: Sequence[tuple[float, ScoredChunk]], reranker: Reranker, top: int
) -> list[tuple[float, ScoredChunk]]:
    """The first `top` of the candidates in the reranker's order, the others after them as they were.

    Candidates change places, fused scores do not: the n-th place keeps its score, so that scores fall
    with rank and stay on the scale of the legs. Ties keep the fused order.
    """
    head = [candidate for _, candidate in fused[:top]]
    if len(head) < 2:
        return list(fused)
    scores = reranker.scores(question, [_text(candidate) for candidate in head])
    order = sorted(range(len(head)), key=lambda at: -scores[at])
    places = (score for score, _ in fused[:top])
    return [*zip(places, (head[at] for at in order), strict=True), *fused[top:]]


def _text(candidate: ScoredChunk) -> str:
    title = candidate.article.title
    return f"{title}\n{candidate.chunk.text}" if title else candidate.chunk.text


class CrossEncoderReranker:
    """Meets `Reranker`. Threads may share one: a lock lets one batch run at a time."""

    def __init__(self, model: CrossEncoder, name: str, batch_size: int) -> None:
        self.name = name
        self._model = model
        self._batch_size = batch_size
        self._lock = threading.Lock()

    @classmethod
    def open(cls, name: str, device: str, batch_size: int) -> CrossEncoderReranker:
        """Load a folder, or a hub name out of the hub's cache.

        Raises:
            ModelError: see `open_reranker`.
        """
        with quick_and_quiet():
            model = _load(name, None if device == "auto" else device)
        if model.num_labels != 1:
            raise ModelError(
                f"the reranker {name!r} gives {model.num_labels} numbers a pair, expected 1 (a relevance); "
                f"name another with SHAWAHID_RERANKER, or unset it"
            )
        return cls(model, name, batch_size)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See `Reranker.scores`: the model's logits."""
        from torch.nn import Identity

        if not texts:
            return []
        pairs = [(question, text) for text in texts]
        with self._lock:
            # Not the sigmoid that is the default: it makes ties of high logits.
            values = self._model.predict(
                pairs,
                batch_size=self._batch_size,
                show_progress_bar=False,
                activation_fn=Identity(),
            )
        return [float(value) for value in values]


def _load(name: str, device: str | None) -> CrossEncoder:
    from safetensors import SafetensorError
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(
            name,
            device=device,
            local_files_only=True,
            model_kwargs={"use_safetensors": True},  # never pickled weights
        )
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError) as error:
        raise _not_loaded(name, error) from error
    except (ImportError, AssertionError, SafetensorError) as error:
        raise _not_loaded(name, error) from error
    if (model.max_seq_length or _NO_LIMIT) >= _NO_LIMIT:
        model.max_seq_length = _MOST_TOKENS
    return model


def _not_loaded(name: str, error: Exception) -> ModelError:
    reason = " ".join(str(error).split())[:200] or type(error).__name__
    return ModelError(
        f"the reranker {name!r} can't be loaded: {reason}; set SHAWAHID_RERANKER to the folder of a "
        f"sentence-transformers cross-encoder, fetch it first with `hf download {name}`, or unset it"
    )
