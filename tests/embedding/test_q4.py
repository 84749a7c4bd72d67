"""The reader of 4-bit files: exact values, and a clear refusal of anything else."""

import numpy as np
import pytest

from rag.embedding.q4 import Q4File
from rag.errors import ModelError


def test_sizes_and_vocabulary_are_read(tiny_q4):
    file = Q4File(tiny_q4)
    assert (file.shape.hidden, file.shape.layers, file.shape.vocabulary) == (32, 2, 14)
    assert file.shape.layer_norm_epsilon == pytest.approx(1e-12, rel=1e-5)
    assert file.vocabulary.pieces[5] == "▁نهر"
    assert file.vocabulary.scores[5] == -2.0
    assert (file.vocabulary.bos, file.vocabulary.eos, file.vocabulary.pad) == (0, 2, 1)
    assert file.vocabulary.characters[0xFEFB] == "لا"
    assert file.vocabulary.characters[0x200B] == ""


def test_weights_follow_the_definition_of_the_format(tiny_q4):
    # One block by hand: scale 0.5, byte j holds weight j low and weight j + 16 high.
    block = np.float16(0.5).tobytes() + bytes(j | (15 - j) << 4 for j in range(16))
    file = Q4File(tiny_q4)
    entry = file.tensors["emb.word"]
    at = entry.offset
    values = Q4File(tiny_q4[:at] + block + tiny_q4[at + len(block) :]).tensor("emb.word", 14, 32)[0]
    assert values[:16].tolist() == [(j - 8) * 0.5 for j in range(16)]
    assert values[16:].tolist() == [(15 - j - 8) * 0.5 for j in range(16)]


def test_quantised_and_plain_tensors_are_near_what_was_written(tiny_q4, tensors):
    file = Q4File(tiny_q4)
    plain = file.tensor("emb.pos", *tensors["emb.pos"].shape)
    assert plain.dtype == np.float16
    np.testing.assert_allclose(plain, tensors["emb.pos"], rtol=1e-3, atol=1e-6)
    weights = file.tensor("l1.fi.w", 64, 32)
    step = np.abs(tensors["l1.fi.w"]).reshape(-1, 32).max(axis=1) / 7
    assert (np.abs(weights - tensors["l1.fi.w"]).max(axis=1) <= step * 0.51).all()


@pytest.mark.parametrize("kept", [0, 3, 8, 40, 60, 300, 700])
def test_an_early_end_is_refused(tiny_q4, kept):
    with pytest.raises(ModelError):
        Q4File(tiny_q4[:kept])


def test_a_body_cut_short_is_refused_when_read(tiny_q4):
    with pytest.raises(ModelError, match="l1"):
        Q4File(tiny_q4[:-40]).tensor("l1.fo.b", 32)


def test_another_format_is_refused(tiny_q4):
    with pytest.raises(ModelError, match="E5S1"):
        Q4File(b"GGUF" + tiny_q4[4:])
    with pytest.raises(ModelError, match="version 7"):
        Q4File(tiny_q4[:4] + b"\7\0\0\0" + tiny_q4[8:])


def test_a_missing_tensor_and_a_wrong_shape_are_named(tiny_q4):
    file = Q4File(tiny_q4)
    with pytest.raises(ModelError, match=r"l9\.q\.w"):
        file.tensor("l9.q.w", 32, 32)
    with pytest.raises(ModelError, match="448"):
        file.tensor("emb.word", 15, 32)
