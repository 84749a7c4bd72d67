"""The doctor's checks of what the server offers, and to whom."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from rag.errors import SettingsError
from rag.serving.commands.doctor_check import Check
from rag.serving.mcp.mount import INSTALL, PATH, is_installed

if TYPE_CHECKING:
    from rag.settings import Settings

_HERE = ("127.0.0.1", "::1", "localhost")


def _tokens(settings: Settings) -> Check:
    from rag.serving.tokens.keeping import Tokens

    try:
        entries = Tokens(settings).entries()
    except SettingsError as error:
        return Check("tokens", "error", str(error), "correct SHAWAHID_TOKENS or its file")
    if entries:
        return Check("tokens", "ok", f"on, {len(entries)}; nothing answers without one")
    if settings.host in _HERE:
        return Check("tokens", "ok", f"off; only this machine reaches {settings.host}")
    return Check(
        "tokens",
        "warning",
        f"off, and {settings.host} is reached from other machines",
        "shawahid token new",
    )


def _ingestion(settings: Settings) -> Check:
    if not settings.ingestion:
        return Check("ingestion", "ok", "off; articles come from the corpus folder alone")
    are_off = not (settings.tokens or settings.tokens_file)
    if are_off and settings.host not in _HERE:
        return Check(
            "ingestion",
            "warning",
            "on, and whoever reaches the server may change the articles",
            "set tokens: shawahid token new",
        )
    return Check("ingestion", "ok", "on; page and API take articles")


def _mcp(settings: Settings) -> Check:
    if not is_installed():
        return Check("mcp", "ok", f"not installed, and not needed otherwise ({INSTALL})")
    where = f"at {PATH} and by `shawahid mcp`" if settings.mcp else "by `shawahid mcp` alone"
    return Check("mcp", "ok", f"{version('mcp')}, {where}")


def _metrics(settings: Settings) -> Check:
    state = "at /metrics" if settings.metrics else "off"
    text = "with" if settings.log_questions else "without"
    return Check(
        "observability",
        "ok",
        f"metrics {state}; log as {settings.log_format} from {settings.log_level} on, {text} questions",
    )


SERVICE_CHECKS = (_tokens, _ingestion, _mcp, _metrics)
