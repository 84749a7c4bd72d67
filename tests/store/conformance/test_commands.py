"""The commands as processes of their own, on the real server."""

import os
import subprocess
import sys
import time

import psutil
import pytest
from pydantic import SecretStr

from rag.errors import IndexMissingError
from rag.indexing.sync import sync
from rag.serving.commands import doctor
from rag.store.milvus.connection import Connection
from rag.store.opening import manifest_in_force, stored_articles
from tests.store.conformance.material import articles, write_corpus

NUMBER = 12

pytestmark = [
    pytest.mark.milvus,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("kind", ["server"], indirect=True, scope="session"),
]


@pytest.fixture
def settings(make_place, tmp_path):
    return make_place(write_corpus(tmp_path / "corpus", articles(NUMBER)))


@pytest.fixture
def start(settings):
    """Starts `shawahid` with words of a command line, under the settings; what is still running is killed."""
    own = {
        "SHAWAHID_STORE": "milvus",
        "SHAWAHID_MILVUS_URI": settings.milvus_uri,
        "SHAWAHID_MILVUS_TOKEN": settings.milvus_token.get_secret_value(),
        "SHAWAHID_MILVUS_PREFIX": settings.milvus_prefix,
        "SHAWAHID_CORPUS": str(settings.corpus),
        "SHAWAHID_INDEX": str(settings.index),
        "SHAWAHID_WRITER": "extractive",
        "SHAWAHID_CHUNK_TOKENS": "40",
    }
    running = []

    def begin(*words, **more):
        named = {f"SHAWAHID_{name.upper()}": value for name, value in more.items()}
        command = [sys.executable, "-m", "rag", *words]
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        running.append(subprocess.Popen(command, env=os.environ | own | named, **piped))
        return running[-1]

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ended(process):
    """Status, and what was printed, once it has ended."""
    told, complaints = process.communicate(timeout=300)
    return process.returncode, told, complaints


@pytest.mark.model
def test_workers_and_shares_write_one_index_and_a_killed_one_changes_nothing(settings, start):
    status, told, complaint = ended(start("index", "--workers", "2"))
    assert status == 0, complaint
    assert f"added {NUMBER}, " in told

    write_corpus(settings.corpus, articles(NUMBER + 6))
    whole = start("index", "--workers", "2")
    while not (others := psutil.Process(whole.pid).children()):
        time.sleep(0.01)
    others[0].kill()
    status, told, complaint = ended(whole)
    assert (status, told) == (1, "")
    assert "the index is as it was" in complaint
    assert "Traceback" not in complaint
    assert manifest_in_force(settings).counts["articles"] == NUMBER

    shares = [start("index", "--share", f"{number}/2") for number in (1, 2)]
    first, second = map(ended, shares)
    assert (first[0], second[0]) == (0, 0), first[2] + second[2]
    assert f"added 6, changed 0, removed 0, unchanged {NUMBER}, " in first[1]
    with stored_articles(settings) as kept:
        assert len(kept.articles()) == NUMBER + 6


def test_a_migration_that_is_killed_leaves_what_was_there(settings, start, fake):
    local = settings.model_copy(update={"store": "local"})
    sync(local, fake)
    kill_a_migration(settings, start)
    with pytest.raises(IndexMissingError, match="migrate --to milvus"):
        manifest_in_force(settings)
    status, told, complaint = ended(start("migrate", "--to", "milvus"))
    assert status == 0, complaint
    assert f"{NUMBER} articles" in told
    before = manifest_in_force(settings)
    kill_a_migration(settings, start, "--replace")
    assert manifest_in_force(settings) == before
    status, told, complaint = ended(start("index", "--verify"))
    assert status == 0, complaint
    assert "as many rows as its record says" in told
    with stored_articles(settings) as kept, stored_articles(local) as expected:
        assert kept.articles() == expected.articles()


def kill_a_migration(settings, start, *words):
    """Kill it once it has made collections for its rows."""
    before = chunks(settings)
    migration = start("migrate", "--to", "milvus", *words)
    while chunks(settings) <= before:
        assert migration.poll() is None, migration.communicate()
        time.sleep(0.05)
    migration.kill()
    assert ended(migration)[0] == -9


def chunks(settings):
    """Collections of chunks, those of half-written states among them."""
    connection = Connection(settings.milvus_uri, settings.milvus_token.get_secret_value())
    found = {name for name in connection.collections() if name.endswith("_chunks")}
    connection.close()
    return found


def test_the_doctor_tells_of_the_server_and_no_secret(settings, fake):
    def told(**more):
        own = settings.model_copy(update=more)
        checks = doctor._settings(own), doctor._index(own)
        assert "S3cret" not in "".join(check.line() for check in checks)
        return checks[1]

    assert told().state == "error"
    sync(settings, fake)
    assert told().state == "ok"
    refused = told(milvus_token=SecretStr("root:S3cret"))
    assert refused.state == "error"
    assert "SHAWAHID_MILVUS_TOKEN" in refused.detail
    away = told(milvus_uri="http://root:S3cret@127.0.0.1:9")
    assert away.state == "error"
    assert "127.0.0.1:9 does not answer" in away.detail
