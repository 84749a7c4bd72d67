"""Shawahid: questions answered over news articles, each statement with a checked quotation.

::

    corpus/ ─ read ─ clean ─ split ─ embed ─► index/                      rag.indexing   (offline)
    question ─ understand ─ retrieve ─ weigh ─ write ─ verify ─► Answer   rag.answering  (online)
                                              app.py, CLI, REST show it   rag.serving
                                              eval/ measures it

The two flows meet only in `records`, `settings`, `errors`, `text`, `embedding` and `store`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.answering.assistant import Assistant, open_assistant
    from rag.records import Answer, Filters, Passage, Turn
    from rag.settings import Settings, load_settings

__version__ = "0.1.0"
__all__ = [
    "Answer",
    "Assistant",
    "Filters",
    "Passage",
    "Settings",
    "Turn",
    "load_settings",
    "open_assistant",
]

_HOMES = {
    "Assistant": "rag.answering.assistant",
    "open_assistant": "rag.answering.assistant",
    "Answer": "rag.records",
    "Filters": "rag.records",
    "Passage": "rag.records",
    "Turn": "rag.records",
    "Settings": "rag.settings",
    "load_settings": "rag.settings",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import the API on first use: `import rag.text` must not load a neural network."""
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
