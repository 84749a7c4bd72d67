"""Unpacking: what is written, that it is written once and whole, and what is said when it can't be."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from rag.embedding import packaged
from rag.embedding.packaged import Source, default_cache, packaged_model, verify_packaged
from rag.embedding.q4 import Q4File
from rag.errors import ModelError

ROOT = Path(__file__).parents[2]


def child(program, source, packages, cache):
    """A Python process that has `source` and `cache` and can import both the project and the package."""
    head = (
        "import sys, time\nfrom pathlib import Path\nfrom rag.embedding import packaged\n"
        "from rag.embedding.packaged import Source, packaged_model\n"
        f"source = {source!r}\ncache = Path({str(cache)!r})\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{packages}"}
    return subprocess.Popen(
        [sys.executable, "-c", head + program], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_the_folder_holds_the_weights_of_the_file(source, tmp_path, tiny_q4):
    folder = packaged_model(tmp_path / "cache", source)
    file, weights = Q4File(tiny_q4), load_file(folder / "model.safetensors")
    table = weights["embeddings.word_embeddings.weight"]
    assert table.dtype == np.float16
    assert (table == file.tensor("emb.word", 14, 32)).all()
    output = weights["encoder.layer.1.output.dense.weight"]
    assert (output == file.tensor("l1.fo.w", 32, 64)).all()


def test_the_tokenizer_splits_as_the_file_says(source, tmp_path):
    tokenizer = Tokenizer.from_file(str(packaged_model(tmp_path, source) / "tokenizer.json"))

    def pieces(text):
        return tokenizer.encode(text).tokens

    assert pieces("جسر نهر") == ["<s>", "▁جسر", "▁نهر", "</s>"]
    assert pieces("جسر \t  نهر") == pieces("جسر نهر")  # mapped to spaces, and runs of them are one
    assert pieces("river\u200b мост") == ["<s>", "▁river", "▁мост", "</s>"]
    assert pieces("ab") == ["<s>", "▁", "a", "b", "</s>"]
    assert pieces("q")[2] == "q"
    assert tokenizer.encode("q").ids[2] == 3  # unknown


def test_a_second_call_only_reads(source, tmp_path, monkeypatch):
    folder = packaged_model(tmp_path, source)
    monkeypatch.setattr(packaged, "_write", lambda *_: pytest.fail("unpacked again"))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert packaged_model(tmp_path, source) == folder
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert verify_packaged(folder) == []


def test_the_folder_is_readable_as_the_umask_allows(source, tmp_path):
    previous = os.umask(0o022)
    try:
        folder = packaged_model(tmp_path, source)
    finally:
        os.umask(previous)
    assert folder.stat().st_mode & 0o777 == 0o755
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o644}


def test_a_damaged_folder_is_written_anew(source, tmp_path):
    folder = packaged_model(tmp_path, source)
    record = folder / "digests.json"
    for damage in (
        partial(record.unlink),
        partial(record.write_text, '{"files": 3}', "utf-8"),
        partial((folder / "config.json").write_text, "{}", "utf-8"),
        partial((folder / "model.safetensors").write_bytes, b"short"),
        partial(shutil.rmtree, folder / "1_Pooling"),
    ):
        damage()
        assert verify_packaged(folder) != []
        assert packaged_model(tmp_path, source) == folder
        assert verify_packaged(folder) == []
        assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {
            folder.name,
            "packages",
        }


def test_a_full_check_sees_what_the_quick_one_can_not(source, tmp_path, monkeypatch):
    folder = packaged_model(tmp_path, source)
    weights = folder / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 0xFF
    weights.write_bytes(changed)
    monkeypatch.setattr(packaged, "OPEN_CHECK_BYTES", 1000)
    packaged_model(tmp_path, source)
    assert verify_packaged(folder) == ["model.safetensors"]


def test_processes_that_start_together_unpack_once(source, packages, tmp_path):
    program = (
        "write = packaged._write\n"
        "def slow(*given):\n    print('unpacking', flush=True)\n    time.sleep(0.3)\n    write(*given)\n"
        "packaged._write = slow\n"
        "print('ready', flush=True)\nsys.stdin.readline()\n"
        "print(packaged_model(cache, source).stat().st_ino)"
    )
    children = [child(program, source, packages, tmp_path / "cache") for _ in range(3)]
    assert all(one.stdout.readline() == "ready\n" for one in children)
    outcomes = []
    for one in children:
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in children:
        out, err = one.communicate(timeout=60)
        assert one.returncode == 0, err
        outcomes.append(out.split())
    assert sum("unpacking" in lines for lines in outcomes) == 1
    assert len({lines[-1] for lines in outcomes}) == 1
    assert verify_packaged(tmp_path / "cache" / source.folder_name) == []


def test_a_process_killed_midway_leaves_no_folder_and_no_lock(source, packages, tmp_path):
    program = (
        "from rag.embedding import unpack\n"
        "def stop(*_):\n    print('midway', flush=True)\n    time.sleep(60)\n"
        "unpack._json_files = stop\n"
        "packaged_model(cache, source)"
    )
    cache = tmp_path / "cache"
    with child(program, source, packages, cache) as one:
        assert one.stdout.readline() == "midway\n"
        assert list(cache.glob("*.tmp-*/tokenizer.json"))
        one.send_signal(signal.SIGKILL)
    assert not (cache / source.folder_name).exists()
    folder = packaged_model(cache, source)
    assert verify_packaged(folder) == []
    assert [path for path in cache.iterdir() if path.is_dir()] == [folder]


def test_a_full_disk_is_one_readable_error(source, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(packaged, "_write", full)
    with pytest.raises(ModelError, match=r"No space left.*SHAWAHID_CACHE"):
        packaged_model(tmp_path / "cache", source)
    assert [path for path in (tmp_path / "cache").iterdir() if path.is_dir()] == []


def test_a_cache_that_can_not_be_made_is_one_readable_error(source, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ModelError, match="SHAWAHID_CACHE"):
        packaged_model(tmp_path / "file" / "cache", source)


def test_a_stuck_holder_of_the_lock_is_not_waited_for_without_end(source, tmp_path, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(packaged, "LOCK_TIMEOUT_S", 0.1)
    with (
        FileLock(tmp_path / f"{source.folder_name}.lock"),
        pytest.raises(ModelError, match="another process"),
    ):
        packaged_model(tmp_path, source)


def test_a_missing_or_changed_package_is_named_with_its_remedy(source, packages, tmp_path):
    cache = tmp_path / "cache"
    remedy = r"pip install .*{}==1\.2\.3"
    missing = Source("tiny", "no_such_package", "1.2.3", "tiny.bin", "0" * 64)
    with pytest.raises(ModelError, match="not installed.*" + remedy.format("no_such_package")):
        packaged_model(cache, missing)
    (packages / "tinymodel" / "tiny.bin").write_bytes(b"E5S1 and something else")
    with pytest.raises(ModelError, match=r"tiny\.bin.*" + remedy.format("tinymodel")):
        packaged_model(cache, source)
    (packages / "tinymodel" / "tiny.bin").unlink()
    with pytest.raises(ModelError, match=r"no tiny\.bin.*" + remedy.format("tinymodel")):
        packaged_model(cache, source)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_the_cache_follows_the_xdg_rules(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "shawahid"
    for ignored in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", ignored)
        assert default_cache() == Path.home() / ".cache" / "shawahid"
