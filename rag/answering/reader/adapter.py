"""The adapter's file: the two narrow matrices of each layer as whole numbers, which halves it.

Each of a matrix's rank-one parts has a scale of its own (absolute maximum, 8 bits; Dettmers et al., 2022, section
2.1). Head and segment stay in half precision.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

_AXES = {".a": 1, ".b": 0}  # of a matrix, by how its name ends: along it the numbers share a scale
_SCALE = ".scale"
_MOST = 127


def write_adapter(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write an adapter; the file is there whole or not at all."""
    import torch
    from safetensors.torch import save_file

    packed: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        axis = _AXES.get(name[-2:])
        if axis is None:
            packed[name] = tensor.to(torch.float16).contiguous()
            continue
        scale = tensor.float().abs().amax(axis, keepdim=True).clamp_min(1e-12) / _MOST
        packed[name] = (tensor.float() / scale).round().to(torch.int8).contiguous()
        packed[name + _SCALE] = scale.contiguous()
    written = path.with_suffix(".part")
    save_file(packed, written)
    written.replace(path)


def read_adapter(path: Path) -> dict[str, Tensor]:
    """The tensors of a written adapter, float32."""
    from safetensors.torch import load_file

    packed = load_file(path)
    return {
        name: tensor.float() * packed[name + _SCALE] if name + _SCALE in packed else tensor.float()
        for name, tensor in packed.items()
        if not name.endswith(_SCALE)
    }
