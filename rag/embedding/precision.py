"""Which number type to compute in. Flags of a CPU can lie, so bfloat16 is tried in a child process."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

    DTypeSetting = Literal["auto", "float32", "bfloat16"]

TRIAL_TIMEOUT_S = 60.0
SPEED_UP = 1.2  # bfloat16 must win by this; emulated it loses, native it wins twofold and more
_TRIAL = """
import sys, time, torch
torch.manual_seed(0)
x, w = torch.randn(256, 384), torch.randn(1536, 384)
def seconds(x, w):
    times = []
    for _ in range(8):
        start = time.perf_counter()
        y = torch.nn.functional.linear(x, w)
        times.append(time.perf_counter() - start)
    return min(times), y.float()
slow, exact = seconds(x, w)
fast, near = seconds(x.bfloat16(), w.bfloat16())
alike = torch.nn.functional.cosine_similarity(exact.flatten(), near.flatten(), dim=0).item()
sys.exit(0 if alike > 0.999 and slow > fast * float(sys.argv[1]) else 3)
"""


def compute_dtype(setting: DTypeSetting, device: str, cache: Path) -> torch.dtype:
    """The type to compute in on `device`; "auto" takes bfloat16 where that is native and faster.

    The outcome of the trial is kept in `cache`, by CPU and torch version; a cache that can't be
    written costs a trial at every start, no error.
    """
    import torch

    if setting != "auto":
        return torch.bfloat16 if setting == "bfloat16" else torch.float32
    if device.startswith("cuda"):
        return (
            torch.bfloat16
            if torch.cuda.is_bf16_supported(including_emulation=False)
            else torch.float32
        )
    if device != "cpu" or not _claims_bfloat16():
        return torch.float32
    return torch.bfloat16 if _tried(cache) else torch.float32


def _claims_bfloat16() -> bool:
    import torch

    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(flag) for flag in ("avx512_bf16", "amx_bf16", "bf16"))


def _tried(cache: Path) -> bool:
    import torch

    key = hashlib.sha256(f"{_processor()} torch {torch.__version__}".encode()).hexdigest()[:12]
    record = cache / f"bfloat16-{key}.json"
    try:
        return bool(json.loads(record.read_text(encoding="utf-8"))["faster"])
    except (OSError, ValueError, KeyError, TypeError):
        faster = _trial()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"faster": faster}), encoding="utf-8")
    except OSError:
        pass
    return faster


def _trial() -> bool:
    """Whether bfloat16 computes right and faster; a child that dies of a bad instruction says no."""
    command = [sys.executable, "-c", _TRIAL, str(SPEED_UP)]
    try:
        trial = subprocess.run(command, capture_output=True, timeout=TRIAL_TIMEOUT_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    except OSError:
        return platform.processor()
    return "\n".join(
        line for line in lines if line.startswith(("vendor", "cpu family", "model", "flags"))
    )
