"""`index --watch` and `--verify`, `backup` and `restore`, as a user types them: one readable line each."""

import signal
import sys

import pytest

import rag.indexing.sync
import rag.indexing.watch
from rag.serving import cli
from rag.store.lock import writing
from rag.store.manifest import read_manifest


@pytest.fixture
def run(monkeypatch, capsys, embedder, settings):
    """The command on the small corpus, with the fake model: (status, stdout, stderr)."""
    identity = (embedder.name, embedder.fingerprint)
    for module in ("adding", "sharing", "watch"):
        monkeypatch.setattr(f"rag.indexing.{module}.open_embedder", lambda _: embedder)
    monkeypatch.setattr(rag.indexing.sync, "identify_model", lambda _: identity)
    monkeypatch.setattr("rag.embedding.identify_model", lambda _: identity)
    monkeypatch.setenv("SHAWAHID_INDEX", str(settings.index))
    monkeypatch.setenv("SHAWAHID_CORPUS", str(settings.corpus))

    def ran(*words):
        monkeypatch.setattr(sys, "argv", ["shawahid", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return ended.value.code, out, err

    return ran


def test_verify_reads_every_file_and_names_the_damaged_one(run, settings):
    run("index")
    status, out, _ = run("index", "--verify")
    assert status == 0
    assert "is whole: generation 000001" in out
    assert out.count("\n") == 1
    rows = read_manifest(settings.index).folder(settings.index) / "rows.sqlite"
    rows.write_bytes(rows.read_bytes()[:-1] + b"?")
    status, out, err = run("index", "--verify")
    assert (status, out) == (1, "")
    assert "rows.sqlite has changed" in err
    assert "--rebuild" in err


def test_watch_prints_a_line_for_each_sync_and_stops_cleanly(run, settings, monkeypatch):
    follow = rag.indexing.watch.follow

    def once(given):
        yield next(follow(given))
        (settings.corpus / "broken.md").write_text("---\ntitle: [\n---\nx", "utf-8")
        yield next(follow(given))
        yield next(follow(given))
        signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(rag.indexing.watch, "follow", once)
    try:
        status, out, err = run("index", "--watch")
    finally:
        signal.signal(signal.SIGTERM, before)
    lines = out.splitlines()
    assert status == 0
    assert lines[0].startswith("following ")
    assert "added 3, changed 0" in lines[1]
    assert "refused 1" in lines[2]
    assert lines[-1] == "stopped"
    assert err.count("refused broken.md") == 1  # told once, though two syncs met it


def test_what_excludes_each_other_is_wrong_usage(run):
    status, _, err = run("index", "--watch", "--rebuild")
    assert status == 2
    assert "exclude each other" in err


def test_an_index_that_stays_busy_is_one_line(run, settings):
    with writing(settings.index):
        status, out, err = run("index", "--wait", "0.2")
    assert (status, out) == (1, "")
    waiting, failed = err.splitlines()
    assert "waiting 0.2 s" in waiting
    assert "another process is writing" in failed


def test_backup_and_restore_say_what_they_did(run, tmp_path):
    run("index")
    file = str(tmp_path / "saved.tar.gz")
    places = ("--corpus", str(tmp_path / "c"), "--index", str(tmp_path / "i"))
    assert "saved 3 files" in run("backup", file)[1]
    status, out, err = run("backup", file)
    assert (status, out, err.count("\n")) == (1, "", 1)
    status, out, err = run("restore", file, *places)
    assert (status, err) == (0, "")
    assert "restored 3 files" in out
    assert "the index of 3 articles" in out
    status, _, err = run("restore", file, *places)
    assert status == 1
    assert "not empty" in err
    status, _, err = run("restore", file, *places, "--force")
    assert status == 0
    assert "the former corpus is kept in" in err
