"""All pages beside the chat, as one router."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from rag.serving.ui.adding.routes import adding_router
from rag.serving.ui.articles import article_router
from rag.serving.ui.browsing.library import Library
from rag.serving.ui.browsing.routes import browse_router
from rag.serving.ui.exporting.formats import export_router

if TYPE_CHECKING:
    from rag.serving.ingesting.desk import Desk
    from rag.serving.protocol import Assistant
    from rag.settings import Settings


def pages_router(assistant: Assistant, settings: Settings, desk: Desk | None = None) -> APIRouter:
    """List, timeline, articles, exports, and adding; without a desk that is on, adding is off."""
    library = Library(assistant)
    adding = desk is not None and desk.is_on
    router = APIRouter(include_in_schema=False)
    router.include_router(article_router(assistant, library, adding=adding))
    router.include_router(browse_router(assistant, settings, library, adding=adding))
    router.include_router(export_router(assistant))
    router.include_router(adding_router(settings, desk if adding else None))
    return router
