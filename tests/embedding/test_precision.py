"""The number type: asked for, or tried in a child process that may die of it."""

import json

import pytest
import torch

from rag.embedding import precision
from rag.embedding.precision import compute_dtype

CRASH = "import os, signal; os.kill(os.getpid(), signal.SIGILL)"
SUCCESS = "raise SystemExit(0)"
SLOWER = "raise SystemExit(3)"


@pytest.fixture
def claims(monkeypatch):
    def claim(**flags):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: flags)

    return claim


def test_a_type_asked_for_is_taken_without_a_trial(tmp_path, monkeypatch):
    monkeypatch.setattr(precision, "_trial", lambda: pytest.fail("tried"))
    assert compute_dtype("float32", "cpu", tmp_path) is torch.float32
    assert compute_dtype("bfloat16", "cpu", tmp_path) is torch.bfloat16
    assert list(tmp_path.iterdir()) == []


def test_a_cpu_without_the_flag_is_not_tried(tmp_path, monkeypatch, claims):
    claims(avx2=True, avx512_bf16=False)
    monkeypatch.setattr(precision, "_trial", lambda: pytest.fail("tried"))
    assert compute_dtype("auto", "cpu", tmp_path) is torch.float32


@pytest.mark.parametrize(
    ("program", "dtype"),
    [(CRASH, torch.float32), (SLOWER, torch.float32), (SUCCESS, torch.bfloat16)],
)
def test_the_flag_is_believed_only_after_a_trial(tmp_path, monkeypatch, claims, program, dtype):
    claims(avx512_bf16=True)
    monkeypatch.setattr(precision, "_TRIAL", program)
    cache = tmp_path / "cache"
    assert compute_dtype("auto", "cpu", cache) is dtype
    (record,) = cache.iterdir()
    assert json.loads(record.read_text("utf-8")) == {"faster": dtype is torch.bfloat16}
    monkeypatch.setattr(precision, "_trial", lambda: pytest.fail("tried twice"))
    assert compute_dtype("auto", "cpu", cache) is dtype


def test_a_trial_that_hangs_counts_as_a_failure(tmp_path, monkeypatch, claims):
    claims(amx_bf16=True)
    monkeypatch.setattr(precision, "_TRIAL", "import time; time.sleep(30)")
    monkeypatch.setattr(precision, "TRIAL_TIMEOUT_S", 0.2)
    assert compute_dtype("auto", "cpu", tmp_path) is torch.float32


def test_another_cpu_is_tried_anew_and_a_damaged_record_is_no_answer(tmp_path, monkeypatch, claims):
    claims(avx512_bf16=True)
    monkeypatch.setattr(precision, "_TRIAL", SUCCESS)
    monkeypatch.setattr(precision, "_processor", lambda: "one")
    assert compute_dtype("auto", "cpu", tmp_path) is torch.bfloat16
    monkeypatch.setattr(precision, "_processor", lambda: "other")
    monkeypatch.setattr(precision, "_TRIAL", CRASH)
    assert compute_dtype("auto", "cpu", tmp_path) is torch.float32
    for record in tmp_path.iterdir():
        record.write_text("[]", "utf-8")
    monkeypatch.setattr(precision, "_processor", lambda: "one")
    assert compute_dtype("auto", "cpu", tmp_path) is torch.float32


def test_a_cache_that_can_not_be_written_is_no_error(tmp_path, monkeypatch, claims):
    claims(avx512_bf16=True)
    monkeypatch.setattr(precision, "_TRIAL", SUCCESS)
    (tmp_path / "file").write_text("", "utf-8")
    assert compute_dtype("auto", "cpu", tmp_path / "file" / "cache") is torch.bfloat16


def test_the_trial_itself_runs_and_measures(monkeypatch):
    monkeypatch.setattr(
        precision, "SPEED_UP", 0.0
    )  # any speed will do: only that it computes right
    assert precision._trial()
    monkeypatch.setattr(precision, "SPEED_UP", 1e9)
    assert not precision._trial()
