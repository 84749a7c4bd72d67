"""Checks of every part, as data: name, state, detail, remedy."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from rag.errors import CorpusError, IndexFolderError, ModelError
from rag.serving.commands.doctor_check import Check, State
from rag.serving.commands.doctor_service import SERVICE_CHECKS
from rag.store.opening import open_shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from rag.settings import Settings


_NEVER_TOLD = {"milvus_uri", "milvus_token"}  # either may hold a password


def examine(settings: Settings) -> list[Check]:
    """All checks, in the order in which the parts depend on each other. Never raises."""
    checks: list[Callable[[Settings], Check]] = [
        _python,
        _settings,
        _model,
        _corpus,
        _index,
        _answers,
        _ollama,
        *SERVICE_CHECKS,
    ]
    return [_guarded(check, settings) for check in checks]


def _guarded(check: Callable[[Settings], Check], settings: Settings) -> Check:
    try:
        return check(settings)
    except Exception as error:  # noqa: BLE001 - a check that breaks is itself a finding
        name = check.__name__.strip("_")
        return Check(name, "error", f"{type(error).__name__}: {error}", "report this")


def _python(settings: Settings) -> Check:
    del settings
    return Check("python", "ok", f"{platform.python_version()} on {platform.machine()}")


def _settings(settings: Settings) -> Check:
    changed = {
        k: "(set)" if k in _NEVER_TOLD else str(v)
        for k, v in settings.model_dump().items()
        if v != type(settings).model_fields[k].default
    }
    names = ", ".join(f"SHAWAHID_{n.upper()}" for n in type(settings).model_fields)
    detail = "; ".join(f"{k} = {v}" for k, v in changed.items()) or "all at their defaults"
    return Check("settings", "ok", f"{detail} (names: {names})")


def _model(settings: Settings) -> Check:
    from rag.embedding import open_embedder
    from rag.embedding.folders import PACKAGED
    from rag.embedding.packaged import packaged_model, verify_packaged

    try:
        place = ""
        if settings.embedding_model == PACKAGED:
            folder = packaged_model(settings.cache)
            harmed = verify_packaged(folder)
            if harmed:
                return Check(
                    "model",
                    "error",
                    f"{folder}: {'; '.join(harmed)}",
                    f"remove {folder}; it is made anew",
                )
            place = f", unpacked in {folder}, checksums agree"
        embedder = open_embedder(settings)
        embedder.embed_queries(["?"])
    except ModelError as error:
        return Check("model", "error", str(error), "see the message")
    return Check(
        "model",
        "ok",
        f"{embedder.name} ({embedder.fingerprint[:12]}), {embedder.dimension} dimensions{place}",
    )


def _corpus(settings: Settings) -> Check:
    from rag.indexing.readers import iter_files

    try:
        found = len(iter_files(settings.corpus))
    except CorpusError as error:
        return Check("corpus", "warning", str(error), "name a folder: shawahid index CORPUS")
    return Check("corpus", "ok", f"{found} files in {settings.corpus}")


def _index(settings: Settings) -> Check:
    try:
        shelf = open_shelf(settings)
        manifest = shelf.manifest()
        shelf.verify(manifest)
    except IndexFolderError as error:
        return Check("index", "error", str(error), "shawahid index")
    counts = ", ".join(f"{number} {what}" for what, number in manifest.counts.items())
    where = "checksums agree" if settings.store == "local" else "in Milvus, all rows are there"
    return Check(
        "index",
        "ok",
        f"{counts}; generation {manifest.generation} of {manifest.created}, {where}",
    )


def _answers(settings: Settings) -> Check:
    from rag.answering.assistant import open_assistant

    try:
        open_assistant(settings).close()
    except (ModelError, IndexFolderError) as error:
        return Check("answers", "error", str(error), "mend the part above")
    return Check("answers", "ok", "a question would be answered")


def _ollama(settings: Settings) -> Check:
    from rag.answering.writers.ollama import available

    state = available(settings)
    if state.ok:
        return Check("ollama", "ok", f"{settings.ollama_model} at {settings.ollama_host}")
    wanted: State = "error" if settings.writer == "ollama" else "warning"
    return Check("ollama", wanted, f"{state.reason}; the extractive writer answers instead")
