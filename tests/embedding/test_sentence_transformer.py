"""The embedder, on a tiny model made here: shapes, prompts, order, limits, identity, errors."""

import threading
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embedding.sentence_transformer import _batches

TEXTS = ["نهر جسر", "мост", "river bridge 2020 مدينة река", "", "جسر ٢٠٢٠ نهر", "bridge river"]


def cosines(left, right):
    return (left * right).sum(axis=1)


def test_vectors_are_float32_of_unit_length_in_the_order_given(open_tiny):
    embedder = open_tiny(batch_size=2)
    together = embedder.embed_passages(TEXTS)
    assert together.shape == (6, embedder.dimension) == (6, 32)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    alone = np.vstack([embedder.embed_passages([text]) for text in TEXTS])
    assert cosines(together, alone).min() > 0.99999
    assert cosines(together, np.roll(alone, 1, axis=0)).min() < 0.99


def test_no_texts_make_no_vectors(open_tiny):
    embedder = open_tiny()
    assert embedder.embed_queries([]).shape == (0, 32)
    assert embedder.embed_passages([]).shape == (0, 32)
    assert embedder.count_tokens([]) == []


def test_progress_counts_every_text_once(open_tiny):
    done = []
    open_tiny(batch_size=4).embed_passages(TEXTS, done.append)
    assert sum(done) == 6
    assert max(done) <= 4
    done.clear()
    open_tiny(batch_size=1).embed_passages(TEXTS, done.append)
    assert done == [1] * 6


@given(st.lists(st.integers(0, 600), max_size=80), st.integers(1, 20))
def test_batches_hold_each_text_once_and_little_padding(tokens, size):
    batches = list(_batches(tokens, size))
    assert sorted(i for batch in batches for i in batch) == list(range(len(tokens)))
    for batch in batches:
        lengths = [tokens[i] for i in batch]
        assert len(batch) <= size
        assert lengths == sorted(lengths, reverse=True)
        assert lengths[-1] + 16 >= 0.75 * lengths[0]


def test_texts_of_one_length_fill_their_batches():
    assert [len(batch) for batch in _batches([50] * 37, 16)] == [16, 16, 5]


def test_the_models_own_prompts_are_used_and_settings_override_them(open_tiny):
    embedder = open_tiny()
    bare = open_tiny(query_prompt="", passage_prompt="")
    np.testing.assert_allclose(
        embedder.embed_queries(["نهر"]), bare.embed_passages(["query : نهر"]), atol=1e-6
    )
    np.testing.assert_allclose(
        embedder.embed_passages(["نهر"]), bare.embed_queries(["passage : نهر"]), atol=1e-6
    )
    assert cosines(embedder.embed_queries(["نهر"]), embedder.embed_passages(["نهر"])) < 0.999


def test_a_document_prompt_serves_where_there_is_no_passage_prompt(open_tiny, copy, edit_json):
    expected = open_tiny().embed_passages(["جسر"])
    edit_json(
        copy / "config_sentence_transformers.json", prompts={"query": "", "document": "passage : "}
    )
    np.testing.assert_allclose(open_tiny(copy).embed_passages(["جسر"]), expected, atol=1e-6)


def test_tokens_are_counted_whole_without_prompt_and_special_tokens(open_tiny):
    embedder = open_tiny()
    long = "نهر " * 40
    assert embedder.count_tokens(["نهر جسر", "", long, "mot inconnu"]) == [2, 0, 40, 2]
    embedder.embed_passages([long])  # sets truncation and padding in the shared tokenizer
    assert embedder.count_tokens([long, "نهر"]) == [40, 1]


def test_texts_beyond_the_limit_are_cut(open_tiny):
    embedder = open_tiny()
    assert embedder.max_tokens == 16
    # 16 = [CLS] passage : + 12 words + [SEP]
    cut, whole = "نهر " * 12, "نهر " * 12 + "bridge " * 30
    assert cosines(embedder.embed_passages([cut]), embedder.embed_passages([whole])) > 0.99999
    shorter = embedder.embed_passages(["نهر " * 11 + "bridge " * 30])
    assert cosines(embedder.embed_passages([cut]), shorter) < 0.99999


def test_bfloat16_moves_vectors_little_and_is_computed(open_tiny):
    exact, near = open_tiny(), open_tiny(embedding_dtype="bfloat16")
    left, right = exact.embed_passages(TEXTS), near.embed_passages(TEXTS)
    assert cosines(left, right).min() > 0.999
    assert not np.array_equal(left, right)
    np.testing.assert_allclose(np.linalg.norm(right, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_what_computes_is_told(open_tiny, precision):
    told = open_tiny(embedding_dtype=precision, embedding_device="cpu").computing
    assert told == {"precision": precision, "device": "cpu", "backend": "torch"}


def test_the_fingerprint_follows_what_moves_vectors_and_nothing_else(open_tiny, copy, edit_json):
    fingerprint = open_tiny().fingerprint
    assert open_tiny(copy).fingerprint == fingerprint
    assert open_tiny(embedding_dtype="bfloat16", batch_size=3).fingerprint == fingerprint
    (copy / "README.md").write_text("words", "utf-8")
    assert open_tiny(copy).fingerprint == fingerprint
    assert open_tiny(query_prompt="question : ").fingerprint != fingerprint
    assert open_tiny(passage_prompt="").fingerprint != fingerprint
    edit_json(copy / "1_Pooling" / "config.json", pooling_mode="cls")
    pooled = open_tiny(copy).fingerprint
    assert pooled != fingerprint
    weights = copy / "model.safetensors"
    changed = bytearray(weights.read_bytes())
    changed[-2] ^= 0x01
    weights.write_bytes(changed)
    assert open_tiny(copy).fingerprint not in {fingerprint, pooled}


def test_threads_get_the_vectors_of_their_own_texts(open_tiny):
    embedder = open_tiny(batch_size=2)
    expected, wrong = embedder.embed_passages(TEXTS), []

    def work():
        for _ in range(5):
            if cosines(embedder.embed_passages(TEXTS), expected).min() < 0.99999:
                wrong.append("vectors")
            if embedder.count_tokens(["نهر " * 40]) != [40]:
                wrong.append("tokens")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_half_a_surrogate_pair_and_controls_are_embedded(open_tiny):
    embedder = open_tiny()
    strange = ["نهر \ud83d جسر", "\udc00", "a\0b", "\u202eنهر\u202c", "\n\n"]
    assert np.isfinite(embedder.embed_queries(strange)).all()
    assert len(embedder.count_tokens(strange)) == 5


def test_decomposed_text_gets_the_vector_of_composed_text(open_tiny):
    embedder = open_tiny()
    composed = ["café", "йод", "ستّة café"]
    decomposed = [unicodedata.normalize("NFD", text) for text in composed]
    assert decomposed != composed
    left, right = embedder.embed_passages(composed), embedder.embed_passages(decomposed)
    assert cosines(left, right).min() > 0.99999
    assert cosines(embedder.embed_passages(["zzz"]), right[:1]) < 0.999  # known words, not [UNK]


def test_garbage_collection_is_left_as_it_was(open_tiny):
    import gc

    open_tiny()
    assert gc.isenabled()
    gc.disable()
    try:
        open_tiny()
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("before", "after"), [((700, 10, 10), (700, 10, 100)), ((5, 6, 7), (5, 6, 7))]
)
def test_everything_is_gone_through_more_seldom_unless_a_program_says_how_often(
    open_tiny, before, after
):
    import gc

    usual = gc.get_threshold()
    gc.set_threshold(*before)
    try:
        open_tiny()
        assert gc.get_threshold() == after
        open_tiny()  # not each time more so
        assert gc.get_threshold() == after
    finally:
        gc.set_threshold(*usual)
