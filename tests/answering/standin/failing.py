"""A writer over a scripted server, and the message it fails with."""

import pytest

from rag.answering.writers.ollama import OllamaProbe, OllamaWriter
from rag.answering.writers.ollama_chat import OllamaChat
from rag.errors import WriterError
from rag.settings import Settings
from tests.answering.standin.material import brief, count_words, passage
from tests.answering.standin.server import say

MODEL = "qwen3:4b-instruct"
BRIEF = brief("كم بلغ الإنتاج؟", "ar", [passage("بلغ الإنتاج ٢٫٤ مليون طن.")])
BEGUN = say("بلغ الإنتاج 2.4 مليون طن [1].")


def writer(url, timeout_s=5.0):
    settings = Settings(ollama_host=url, ollama_model=MODEL, ollama_timeout_s=timeout_s)
    return OllamaWriter(settings, OllamaChat(settings, count_words, OllamaProbe(url, MODEL)))


def failure(url, **values):
    """The message, and what was written before."""
    text = ""
    with pytest.raises(WriterError) as caught:  # noqa: PT012 - it may fail at any piece
        for piece in writer(url, **values).write(BRIEF).pieces:
            text += piece
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    return message, text
