"""Models that can't be opened: one line with the way out."""

import pytest

from rag.errors import ModelError


@pytest.mark.parametrize("name", ["/no/such/folder", "./nowhere", "~/no-such-model", "a/b/c"])
def test_a_missing_folder_is_one_line_with_both_ways_out(open_tiny, name):
    with pytest.raises(
        ModelError, match=r"path of a sentence-transformers folder.*`packaged`"
    ) as e:
        open_tiny(name)
    assert name in str(e.value)
    assert "\n" not in str(e.value)


@pytest.mark.parametrize("name", ["no-such-org/no-such-model", "no-such-model", "not a name"])
def test_a_name_that_the_hub_can_not_give_is_one_line(open_tiny, monkeypatch, tmp_path, name):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="SHAWAHID_EMBEDDING_MODEL") as error:
        open_tiny(name)
    assert "\n" not in str(error.value)


def test_a_name_in_the_hubs_cache_needs_no_network(open_tiny, monkeypatch, tiny_folder):
    asked = []

    def cached(name, **given):
        asked.append((name, given))
        return str(tiny_folder)

    monkeypatch.setattr("huggingface_hub.snapshot_download", cached)
    embedder = open_tiny("tiny-model")
    assert asked == [("sentence-transformers/tiny-model", {"local_files_only": True})]
    assert embedder.name == "tiny-model"
    assert embedder.fingerprint == open_tiny().fingerprint


def test_a_folder_without_safe_weights_is_refused(open_tiny, copy):
    weights = copy / "model.safetensors"
    weights.rename(copy / "pytorch_model.bin")  # pickled weights would be code
    with pytest.raises(ModelError, match="can't be loaded"):
        open_tiny(copy)
    (copy / "pytorch_model.bin").unlink()
    weights.write_bytes(b"not weights")
    with pytest.raises(ModelError, match="can't be loaded"):
        open_tiny(copy)


def test_an_empty_folder_is_refused(open_tiny, tmp_path):
    with pytest.raises(ModelError, match="can't be loaded"):
        open_tiny(tmp_path)


@pytest.mark.parametrize("device", ["nonsense", "cuda:99"])
def test_a_device_that_can_not_be_used_is_named(open_tiny, device):
    with pytest.raises(ModelError, match=f"{device}.*SHAWAHID_EMBEDDING_DEVICE"):
        open_tiny(embedding_device=device)
