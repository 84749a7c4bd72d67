"""Shared fakes and a small corpus. The fake embedder meets the real contract: similar texts, similar vectors."""

import os
import zlib
from datetime import date

import numpy as np
import pytest

os.environ.setdefault(
    "OMP_WAIT_POLICY", "PASSIVE"
)  # before torch: spinning threads stall a busy machine

from rag.records import Article
from rag.settings import Settings


class FakeEmbedder:
    """Counts of hashed character trigrams, normalised: no model, deterministic."""

    def __init__(self, name="fake", dimension=128):
        self.name = name
        self.fingerprint = f"fingerprint-of-{name}"
        self.dimension = dimension
        self.max_tokens = 512
        self.embedded = []

    def _vectors(self, texts):
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            padded = f"  {text.lower()} "
            for at in range(len(padded) - 2):
                vectors[
                    row, zlib.crc32(padded[at : at + 3].encode("utf-8", "replace")) % self.dimension
                ] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(norms, 1e-9)

    def embed_queries(self, texts):
        return self._vectors(texts)

    def embed_passages(self, texts, progress=None):
        self.embedded += texts
        if progress:
            progress(len(texts))
        return self._vectors(texts)

    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]


ARTICLES = {
    "bridge-2019.md": """---
title: Bridge over the Kora opens
published: 2019-05-04
source: River Post
language: en
---
The new bridge over the Kora opened on 4 May 2019 in Velden. Mayor Anna Holt cut the ribbon with the engineer Omar Said.

The bridge cost 12 million crowns. It is 340 metres long.
""",
    "bridge-2020.md": """---
title: افتتاح جسر ثان على نهر كورا
published: 2020-06-10
source: صحيفة النهر
language: ar
---
افتتح وزير النقل سامر حداد جسرًا ثانيًا على نهر كورا في مدينة فلدن يوم ١٠ يونيو ٢٠٢٠.

بلغت كلفة الجسر ٢٠ مليون كرونة، ويبلغ طوله ٤١٠ أمتار. وقال الوزير إن الهدف تخفيف الازدحام.
""",
    "harbour-ru.md": """---
title: Порт Вельдена закрыт из-за шторма
published: 2021-01-15
language: ru
---
Порт Вельдена закрыли 15 января 2021 года из-за шторма. В гавани остались 27 судов.

Капитан порта Илья Белов сообщил, что порт откроют через два дня.
""",
}


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch, tmp_path_factory):
    """No setting of the person who runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("SHAWAHID_"):
            monkeypatch.delenv(name)
    empty = tmp_path_factory.mktemp("settings") / "shawahid.toml"
    empty.write_text("")
    monkeypatch.setenv("SHAWAHID_CONFIG", str(empty))


@pytest.fixture
def embedder():
    return FakeEmbedder()


@pytest.fixture
def make_embedder():
    return FakeEmbedder


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def settings(tmp_path, corpus):
    return Settings(corpus=corpus, index=tmp_path / "index", writer="extractive", chunk_tokens=40)


@pytest.fixture
def article():
    return Article(
        "a",
        "First sentence here. Second one.\nThird line.",
        "A title",
        date(2020, 3, 23),
        "front matter",
    )
