"""The page that people work in: Gradio mounted in the API's application."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

# Read by Gradio and huggingface_hub when they are imported: nothing is reported, nothing is looked up.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from rag.serving.ui.browsing.pages import pages_router
from rag.serving.ui.shell import Language

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.serving.protocol import Assistant
    from rag.settings import Settings

STATIC = Path(__file__).parent / "static"

__all__ = ["STATIC", "Language", "mount_page", "pages_router"]


def mount_page(app: FastAPI, assistant: Assistant, settings: Settings) -> None:
    """Mount the page at "/", after the routes that the application has already."""
    import gradio as gr

    from rag.serving.ui.page import Page
    from rag.serving.ui.theme import theme

    page = Page(assistant, settings)
    gr.mount_gradio_app(
        app,
        page.blocks,
        "/",
        theme=theme(),
        i18n=page.words,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
    )
