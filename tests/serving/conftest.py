"""A scripted assistant, and a server around it."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn

from rag.errors import IndexMissingError
from rag.records import Answer, Article, Chunk, Citation, NearMiss, Passage
from rag.serving.server import bind, create_app
from rag.settings import Settings
from rag.text.dates import find_dates
from tests.serving.material import ARTICLES, BRIDGE, EVIL, FERRY, HOSTILE, LIBRARY, MARKET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rag.records import DateMention
    from rag.serving.protocol import Assistant


def cite(marker: int, article: Article, quote: str, match: str = "verbatim") -> Citation:
    start = article.text.index(quote)
    return Citation(marker, article, quote, start, start + len(quote), 0.93, match)  # type: ignore[arg-type]


def passage(rank: int, article: Article) -> Passage:
    chunk = Chunk(article.id, 0, len(article.text), article.text, ())
    return Passage(rank, 0.9 / rank, chunk, article)


def answer(question: str, status: str, text: str, **parts: object) -> Answer:
    given: dict[str, object] = {"timings_ms": {"retrieve": 14.04}} | parts
    language = str(given.pop("language", "ar"))
    return Answer(question, language, status, text, 0.87, "extractive", **given)  # type: ignore[arg-type]


SCRIPTS: dict[str, tuple[str, str, dict[str, object]]] = {
    "مكتبة": (
        "answered",
        "قالت مديرة المكتبة إن كلفة الترميم بلغت ٣٫٢ ملايين، وإن قاعة جديدة للأطفال تتسع لـ 120 قارئًا [1].\n\n"
        "وفي خبر آخر وجد المهندسون شقوقًا في اثنتين من دعائم الجسر (Bridge) الإحدى عشرة [2].",
        {
            "citations": (
                cite(
                    1,
                    LIBRARY,
                    "بلغت كلفة الترميم ٣٫٢ ملايين، وأضيفت قاعة للأطفال تتسع لـ 120 قارئًا",
                ),
                cite(2, BRIDGE, "Engineers found cracks in two of its eleven piers", "supported"),
            ),
            "passages": tuple(
                passage(rank, found)
                for rank, found in enumerate((LIBRARY, BRIDGE, MARKET, FERRY), 1)
            ),
        },
    ),
    "ferry": (
        "partial",
        "The ticket costs 40 roubles [1]. The harbour will grow next year (unsupported).",
        {
            "citations": (cite(1, FERRY, "Билет стоит 40 рублей"),),
            "unsupported": ("The harbour will grow next year",),
            "notices": ("The language model is away; quotations answer instead.",),
        },
    ),
    "سوق": (
        "not_found",
        "ليس في المقالات ما يجيب عن هذا السؤال. أقرب ما فيها خبر من سنة أخرى.",
        {
            "near_misses": (
                NearMiss(MARKET, "يتحدث عن سوق آخر، في مارس 2019 لا في 2020"),
                NearMiss(BRIDGE, "about the bridge, not the market"),
            ),
            "passages": (passage(1, MARKET),),
        },
    ),
    "افتتاح": (
        "ambiguous",
        "أيَّ افتتاح تقصد؟",
        {
            "near_misses": (
                NearMiss(LIBRARY, "الافتتاح في سبتمبر 2021"),
                NearMiss(MARKET, "الافتتاح في مارس 2019"),
            )
        },
    ),
    "differ": (
        "answered",
        "The sources differ:\nA library hall holds 120 [1].\nThe market holds 200 [2].",
        {
            "language": "en",
            "citations": (
                cite(1, LIBRARY, "أضيفت قاعة للأطفال تتسع لـ 120 قارئًا"),
                cite(2, MARKET, "إن السوق يضم 200 متجر"),
            ),
        },
    ),
    "evil": (
        "answered",
        f"قبل [1] {HOSTILE} [9] بعد",
        {
            "citations": (cite(1, EVIL, HOSTILE),),
            "near_misses": (NearMiss(EVIL, HOSTILE),),
            "passages": (passage(1, EVIL),),
            "notices": (HOSTILE,),
            "unsupported": (HOSTILE,),
        },
    ),
}


class ScriptedAssistant:
    """Answers by a word of the question; remembers what it was asked."""

    embedder = None  # nothing is indexed here

    def __init__(self, pause_s: float = 0.01) -> None:
        self.pause_s = pause_s
        self.asked: list[tuple[str, Any, Any, dict[str, object]]] = []
        self.closed = 0

    def ask(
        self, question: str, history: Any = (), filters: Any = None, **options: object
    ) -> Answer:
        self.asked.append((question, history, filters, options))
        return self._scripted(question)

    def stream(
        self, question: str, history: Any = (), filters: Any = None, **options: object
    ) -> Iterator[str | Answer]:
        made = self.ask(question, history, filters, **options)
        try:
            for word in made.text.split(" "):
                yield word + " "
                time.sleep(0.5 if "slow" in question else self.pause_s)
            yield made
        finally:
            self.closed += 1

    def search(self, question: str, k: int = 10, filters: Any = None) -> list[Passage]:
        self.asked.append((question, (), filters, {"k": k}))
        self._scripted(question)
        return [passage(rank, article) for rank, article in enumerate(ARTICLES[:k], start=1)]

    def article(self, article_id: str) -> Article | None:
        if article_id == "crash":
            raise RuntimeError("secret detail")
        return next((article for article in ARTICLES if article.id == article_id), None)

    def articles(self) -> list[Article]:
        return ARTICLES

    def stories(self) -> dict[str, str]:
        return {BRIDGE.id: BRIDGE.id, FERRY.id: BRIDGE.id}

    def mentions(self) -> dict[str, tuple[DateMention, ...]]:
        return {
            article.id: tuple(find_dates(article.text, article.published, article.language))
            for article in ARTICLES
        }

    @property
    def generation(self) -> str:
        return "scripted"

    def check(self) -> None:
        return

    def _scripted(self, question: str) -> Answer:
        if "fail" in question:
            raise IndexMissingError("there is no index in <b>here</b>; run `shawahid index`")
        if "crash" in question:
            raise RuntimeError("secret detail")
        word = next((word for word in SCRIPTS if word in question), "مكتبة")
        status, text, parts = SCRIPTS[word]
        return answer(question, status, text, **parts)


@contextlib.contextmanager
def served_at(assistant: Assistant, settings: Settings, desk: Any = None) -> Iterator[str]:
    """Serve page and API on a free port of 127.0.0.1; yields the address."""
    listener = bind("127.0.0.1", 0)
    app = create_app(assistant, settings, desk=desk)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive(), "the server ended before it started"
            assert time.monotonic() < deadline, "the server took over 30 s to start"
            time.sleep(0.02)
        assert httpx.get(f"{base}/healthz").status_code == 200
        yield base
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


@pytest.fixture(scope="session")
def run_server() -> Callable[..., contextlib.AbstractContextManager[str]]:
    """`with run_server(assistant, settings) as base:` serves page and API in this process."""
    return served_at


@pytest.fixture(scope="session")
def scripted() -> type[ScriptedAssistant]:
    return ScriptedAssistant


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture(scope="session")
def page_server() -> Iterator[tuple[str, ScriptedAssistant]]:
    assistant = ScriptedAssistant()
    with served_at(assistant, Settings()) as base:
        yield base, assistant
