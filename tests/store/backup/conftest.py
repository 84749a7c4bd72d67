"""A backup of a small corpus, and places to bring it back to."""

import pytest

from rag.indexing.sync import sync
from rag.store.backup import backup
from rag.store.restore import Places


@pytest.fixture
def model(embedder):
    return embedder.name, embedder.fingerprint


@pytest.fixture
def saved(settings, embedder, tmp_path):
    """A backup of a corpus with a folder, an Arabic file name and a hidden file."""
    folder = settings.corpus / "٢٠٢٤"
    folder.mkdir()
    (folder / "خبر.txt").write_text("عنوان\n\nافتتح سوق جديد في فلدن اليوم.\n", "utf-8")
    (settings.corpus / ".hidden").write_text("x")
    sync(settings, embedder)
    path = tmp_path / "saved.tar.zst"
    backup(path, settings.corpus, settings.index)
    return path


@pytest.fixture
def elsewhere(tmp_path):
    return Places(tmp_path / "other" / "corpus", tmp_path / "other" / "index")
