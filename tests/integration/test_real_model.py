"""The whole path to a real model over Ollama's protocol: what is asserted is the protocol and our handling.

Nothing is asserted of what a model of this size writes.
"""

import threading
import time
from contextlib import closing, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from rag.answering.assistant import Assistant
from rag.answering.writers.choose import Writers
from rag.answering.writers.ollama import OllamaProbe, OllamaWriter
from rag.answering.writers.ollama_chat import OllamaChat
from rag.answering.writers.ollama_client import FAILURES
from rag.answering.writers.ollama_probe import Availability
from rag.answering.writers.ollama_rewrite import OllamaRewriter, acceptable
from rag.errors import WriterError
from rag.indexing.sync import sync
from rag.records import Answer, Turn
from rag.serving.commands import doctor
from rag.settings import Settings
from rag.store.local import LocalStore
from tests.answering.standin.material import brief, count_words, passage
from tests.integration.small_model import ENDLESS

pytestmark = pytest.mark.ollama

QUESTION = "Who cut the ribbon of the new bridge over the Kora in Velden?"
COUNT = [{"role": "user", "content": "Count from one to three hundred, in words."}]
READY = Availability(ok=True, reason="as if it had been asked")


def _settings(served, **values):
    return Settings(ollama_host=served.url, ollama_model=served.model, writer="ollama", **values)


def _chat(served, model=None, timeout_s=60.0):
    settings = _settings(served, ollama_timeout_s=timeout_s)
    settings = settings.model_copy(update={"ollama_model": model or served.model})
    return OllamaChat(
        settings, count_words, OllamaProbe(settings.ollama_host, settings.ollama_model)
    )


def _until(condition, within_s=20):
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def _elsewhere(served, url=None, model=None):
    other = type(served)(served.process, url or served.url)
    other.model = model or served.model
    return other


@pytest.fixture(autouse=True)
def _short_answers(monkeypatch):
    monkeypatch.setattr("rag.answering.writers.ollama._ANSWER_TOKENS", 24)


@pytest.fixture
def assistant(served, settings, embedder):
    sync(settings, embedder)

    def opened(server=served, **values):
        values |= {"ollama_host": server.url, "ollama_model": server.model}
        own = settings.model_copy(update=values | {"answer_threshold": 0.0, "writer": "ollama"})
        store = LocalStore.open(own.index, embedder)
        return Assistant(own, embedder, store, today=lambda: date(2022, 1, 1))

    return opened


def test_the_model_is_listed_and_its_context_known(served):
    state = OllamaProbe(served.url, served.model).check()
    assert state.ok, state.reason
    assert state.context_tokens == 4096
    assert doctor._ollama(_settings(served)).state == "ok"


def test_the_answer_streams_and_the_server_counts_its_tokens(served):
    chat = _chat(served)
    parts = [part for part in chat.stream(COUNT, READY, 12, 60) if part]
    assert len([part for part in parts if part.message.content]) > 3
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]
    last = parts[-1]
    assert last.done_reason in ("stop", "length")
    assert 0 < last.eval_count <= 12
    assert last.prompt_eval_count > 0
    assert chat.context.size(1, 0, None) >= last.prompt_eval_count + last.eval_count


def test_a_question_is_answered_or_handed_on_and_every_quotation_stands(assistant):
    asked = assistant()
    *pieces, answer = asked.stream(QUESTION, passages=1)
    assert all(isinstance(piece, str) for piece in pieces)
    assert isinstance(answer, Answer)
    assert answer.writer in ("ollama", "extractive")
    assert len(answer.notices) == (answer.writer == "extractive")
    for citation in answer.citations:
        article = asked.article(citation.article.id)
        assert article.text[citation.start : citation.end] == citation.quote


def test_the_prompt_fits_the_context_that_is_asked_for(served):
    """With a real vocabulary: the tokens counted here times the bound are no fewer than the server's."""
    chat = _chat(served)
    made = brief(
        "How long is it?", "en", [passage("The bridge is 340 metres long.", title="Bridge")]
    )
    seen = []
    stream = chat.stream

    def watched(*args):
        for part in stream(*args):
            seen.append(part)
            yield part

    chat.stream = watched
    with suppress(WriterError):  # what the model wrote may be no answer
        list(OllamaWriter(_settings(served), chat).write(made).pieces)
    reported = max(part.prompt_eval_count or 0 for part in seen if part)
    assert 300 < reported + 24 <= chat.context.size(1, 0, None)


def test_a_reader_who_leaves_ends_the_models_work(served):
    with closing(_chat(served, served.model + ENDLESS).stream(COUNT, READY, 3000, 60)) as parts:
        while next(parts) is None:
            pass
        assert served.works()
    _until(lambda: not served.works())


def test_a_model_that_is_too_slow_is_given_up(served):
    chat = _chat(served, served.model + ENDLESS)
    with pytest.raises(FAILURES) as caught:
        list(chat.stream(COUNT, READY, 3000, 1.0))
    assert "SHAWAHID_OLLAMA_TIMEOUT_S" in str(chat.failed(caught.value))
    with pytest.raises(WriterError, match="SHAWAHID_OLLAMA_TIMEOUT_S"):
        chat.state()  # so that the next question is not held up as well
    _until(lambda: not served.works())


def test_a_model_that_the_server_has_not(served, assistant):
    chat = _chat(served, model="absent:1b")
    with pytest.raises(FAILURES) as caught:
        list(chat.stream(COUNT, READY, 5, 20))
    assert "`ollama pull absent:1b`" in str(chat.failed(caught.value))
    own = assistant(_elsewhere(served, model="absent:2b"))
    answer = own.ask(QUESTION)
    assert answer.writer == "extractive"
    assert "`ollama pull absent:2b`" in answer.notices[0]
    assert served.model in answer.notices[0]


def test_a_prompt_over_the_models_context_is_refused_and_said(served):
    chat = _chat(served)
    with pytest.raises(FAILURES) as caught:
        list(chat.stream([{"role": "user", "content": "word " * 6000}], READY, 5, 20))
    assert "HTTP 400" in str(chat.failed(caught.value))


def test_a_follow_up_is_rewritten_acceptably_or_left_to_the_rules(served):
    history = [Turn("Who opened the bridge in Velden?", "Anna Holt opened the bridge in Velden.")]
    proposed = OllamaRewriter(_chat(served)).rewrite("When was that?", history)
    assert proposed is None or acceptable(proposed, "When was that?", history)
    _until(lambda: not served.works())


def test_the_server_stops_in_the_middle_of_an_answer(doomed, assistant):
    own = assistant(doomed)
    chat = _chat(doomed, doomed.model + ENDLESS)
    parts = chat.stream(COUNT, READY, 3000, 60)
    while next(parts) is None:
        pass
    doomed.kill()
    with pytest.raises(FAILURES) as caught:
        list(parts)
    reason = str(chat.failed(caught.value))
    assert "broke off" in reason or "no Ollama answers" in reason
    answer = own.ask(QUESTION)
    assert (answer.writer, len(answer.notices)) == ("extractive", 1)
    assert "`ollama serve`" in answer.notices[0]


def test_some_other_service_listens_on_the_port(assistant, served, embedder):
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>A page.</html>")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        foreign = _elsewhere(served, url=f"http://127.0.0.1:{server.server_address[1]}")
        answer = assistant(foreign).ask(QUESTION)
        auto, notice = Writers(_settings(foreign), embedder).choose("auto")
        server.shutdown()
    assert answer.writer == "extractive"
    assert "doesn't answer as Ollama does" in answer.notices[0]
    assert (auto.name, notice) == ("extractive", None)
