"""From the setting `embedding_model` to a folder on this disk, and what tells two folders apart."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from rag.embedding.packaged import packaged_model
from rag.errors import ModelError

PACKAGED = "packaged"
WAYS_OUT = (
    "set SHAWAHID_EMBEDDING_MODEL to the path of a sentence-transformers folder, "
    "or to `packaged` for the model that comes with the installation"
)
HUB_TIMEOUT_S = 5.0  # for the first answer of the hub; a download under way may take its time
_HUB_FILES = ["*.json", "*.txt", "*.model", "*.safetensors"]  # never pickled weights
_HUB_SKIPPED = ["onnx/*", "openvino/*"]
WHOLE_BYTES = 1 << 23  # files up to this size are hashed whole
SAMPLES, SAMPLE_BYTES = 64, 1 << 16  # larger ones in evenly spaced pieces: 4 MB of each


def model_folder(model: str, cache: Path) -> Path:
    """Folder of "packaged", of a path, or of a hub name (taken from the hub's cache, else downloaded).

    Raises:
        ModelError: there is no such folder and the hub can't give it.
    """
    if model == PACKAGED:
        return packaged_model(cache)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if folder.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise ModelError(f"the embedding model {model!r} is no folder here; {WAYS_OUT}")
    return _hub_folder(model if "/" in model else f"sentence-transformers/{model}")


def folder_identity(folder: Path) -> str:
    """Digest of a model's files: whole small ones, size and 4 MB of samples of each large one.

    Training changes numbers all over a weight file, so the samples see it; hashing gigabytes whole
    would cost seconds at every start.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if (
            path.is_file()
            and not hidden
            and path.suffix in {".json", ".txt", ".model", ".safetensors"}
        ):
            digest.update(f"{relative.as_posix()}\0{path.stat().st_size}\0".encode())
            _update(digest, path)
    return digest.hexdigest()


def _update(digest: hashlib._Hash, path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= WHOLE_BYTES:
            digest.update(file.read())
            return
        for sample in range(SAMPLES):
            file.seek((size - SAMPLE_BYTES) * sample // (SAMPLES - 1))
            digest.update(file.read(SAMPLE_BYTES))


def _hub_folder(name: str) -> Path:
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, local_files_only=True))
        if any(folder.rglob("*.safetensors")):
            return folder
    except LocalEntryNotFoundError:
        pass
    except ValueError as error:
        raise ModelError(
            f"{name!r} is neither a folder here nor a model's name: {error}; {WAYS_OUT}"
        ) from None
    try:
        HfApi().model_info(name, timeout=HUB_TIMEOUT_S)
        return Path(
            snapshot_download(name, allow_patterns=_HUB_FILES, ignore_patterns=_HUB_SKIPPED)
        )
    except Exception as error:  # of whichever HTTP library the hub's client uses
        offline = " (HF_HUB_OFFLINE is set)" if os.environ.get("HF_HUB_OFFLINE") else ""
        raise ModelError(
            f"the embedding model {name!r} is neither a folder here nor to be had from the model hub{offline}: "
            f"{type(error).__name__}; {WAYS_OUT}"
        ) from error
