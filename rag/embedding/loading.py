"""Loads a sentence-transformers folder: quickly, quietly, in little memory."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
from typing import TYPE_CHECKING

from rag.embedding.folders import WAYS_OUT
from rag.embedding.precision import compute_dtype
from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import torch
    from sentence_transformers import SentenceTransformer

    from rag.embedding.precision import DTypeSetting

_USUAL = (700, 10, 10)  # Python's own thresholds of garbage collection


@contextlib.contextmanager
def quick_and_quiet() -> Iterator[None]:
    """Import and load without garbage collection, and without progress bars or advice on stderr.

    What is loaded stays as long as the process: collecting among it costs the start a second, and
    freezing it spares that to every later collection. Variables the user has set are left alone.
    """
    # Unset, `tokenizers` warns when a process forks.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    # torch's threads otherwise spin while they wait, which starves whatever else the cores compute.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        from transformers.utils import logging as transformers_logging

        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        yield
        gc.freeze()
        _collect_seldom()
    finally:
        if was_enabled:
            gc.enable()


def _collect_seldom() -> None:
    """Collect among everything a tenth as often, unless the program has its own idea of that.

    What is frozen does not count as what there is, so that a few dozen questions would make enough to go through all
    they left in caches, for 30 to 100 ms: one question in twenty had to wait for that.
    """
    first, second, third = gc.get_threshold()
    if (first, second, third) == _USUAL:
        gc.set_threshold(first, second, 10 * third)


def load_model(folder: Path, device: str, dtype: DTypeSetting, cache: Path) -> SentenceTransformer:
    """The model on its device, computing in the type that `dtype` comes to there.

    Raises:
        ModelError: the device can't be used, or the folder holds no model that can be loaded.
    """
    _check_device(device)
    model = _load(folder, device)
    _compute_in(model, compute_dtype(dtype, model.device.type, cache))
    return model


def _check_device(device: str) -> None:
    import torch

    if device == "auto":
        return
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, ValueError) as error:
        raise ModelError(
            f"the device {device!r} can't be used: {_one_line(error)}; set SHAWAHID_EMBEDDING_DEVICE=auto"
        ) from error


def _load(folder: Path, device: str) -> SentenceTransformer:
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(folder),
            device=None if device == "auto" else device,
            local_files_only=True,
            # The file's own type: the weights stay mapped, and only pages in use take memory.
            model_kwargs={"dtype": "auto", "use_safetensors": True},
        )
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, AttributeError) as error:
        raise ModelError(_not_loaded(folder, error)) from error
    except (ImportError, SafetensorError) as error:
        raise ModelError(_not_loaded(folder, error)) from error


def _compute_in(model: SentenceTransformer, dtype: torch.dtype) -> None:
    """Convert an encoder but for its table of word vectors, whose rows are converted as they are read.

    A text uses few of the rows; converted, the table would take the most memory of all.
    """
    encoder = model.transformers_model
    if encoder is None:  # a static model: a table and no computing
        return
    table = encoder.get_input_embeddings()
    for module in model.modules():
        if module is not table:
            for tensor in (*module.parameters(recurse=False), *module.buffers(recurse=False)):
                if tensor.is_floating_point():
                    tensor.data = tensor.data.to(dtype)
    table.register_forward_hook(lambda _module, _inputs, rows: rows.to(dtype))


def _not_loaded(folder: Path, error: Exception) -> str:
    return f"the model in {folder} can't be loaded: {_one_line(error)}; {WAYS_OUT}"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
