import pytest
import torch

from rag.answering.reader.adapter import read_adapter, write_adapter


@pytest.fixture
def tensors():
    generator = torch.Generator().manual_seed(3)
    return {
        "layer.0.a": torch.randn(4, 64, generator=generator)
        * torch.tensor([[1e-3], [1.0], [50.0], [0.0]]),
        "layer.0.b": torch.randn(48, 4, generator=generator),
        "head.weight": torch.randn(2, 64, generator=generator),
        "segment": torch.randn(64, generator=generator),
    }


def test_an_adapter_comes_back_within_its_steps(tensors, tmp_path):
    write_adapter(tmp_path / "adapter.safetensors", tensors)
    found = read_adapter(tmp_path / "adapter.safetensors")
    assert set(found) == set(tensors)
    for name, axis in (("layer.0.a", 1), ("layer.0.b", 0)):
        step = tensors[name].abs().amax(axis, keepdim=True) / 127
        assert ((found[name] - tensors[name]).abs() <= step * 0.501 + 1e-9).all(), name
    for name in ("head.weight", "segment"):
        assert torch.allclose(found[name], tensors[name], atol=2e-3), name
    assert all(tensor.dtype is torch.float32 for tensor in found.values())


def test_a_written_adapter_is_written_again_unchanged(tensors, tmp_path):
    one, two = tmp_path / "one.safetensors", tmp_path / "two.safetensors"
    write_adapter(one, tensors)
    write_adapter(two, read_adapter(one))
    first, second = read_adapter(one), read_adapter(two)
    assert all(torch.allclose(first[name], second[name], rtol=1e-5) for name in first)


def test_the_narrow_matrices_take_a_byte_a_number(tensors, tmp_path):
    wide = {"layer.a": torch.randn(16, 4096), "layer.b": torch.randn(4096, 16)}
    write_adapter(tmp_path / "adapter.safetensors", wide)
    numbers = sum(tensor.numel() for tensor in wide.values())
    assert (tmp_path / "adapter.safetensors").stat().st_size < 1.02 * numbers


def test_a_write_that_fails_leaves_the_file_that_was_there(tensors, tmp_path, monkeypatch):
    path = tmp_path / "adapter.safetensors"
    write_adapter(path, tensors)
    before = path.read_bytes()

    def broken(packed, target):
        target.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("safetensors.torch.save_file", broken)
    with pytest.raises(OSError, match="disk full"):
        write_adapter(path, {name: tensor + 1 for name, tensor in tensors.items()})
    assert path.read_bytes() == before
