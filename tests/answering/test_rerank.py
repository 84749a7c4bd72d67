import json
from datetime import date

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from rag.answering.rerank import open_reranker, rerank
from rag.errors import ModelError, SettingsError
from rag.records import Article, Chunk
from rag.settings import load_settings
from rag.store import ScoredChunk

TEXTS = (
    "بلغت كلفة الجسر ٢٠ مليون كرونة.",
    "The bridge cost 12 million crowns; قال الوزير.",
    "Порт закрыли 15 января 2021 года.",
    "",
)
QUESTION = "كم بلغت كلفة الجسر؟"


def candidate(number, text, title=""):
    article = Article(f"a{number}", text, title, date(2020, 1, 1))
    return ScoredChunk(Chunk(article.id, 0, len(text), text, ()), article, (), 0.5, (0.5,), 1.0)


FUSED = [(0.9 - number / 10, candidate(number, text)) for number, text in enumerate(TEXTS)]


class ByLength:
    """Scores by length of text; remembers what it was shown."""

    name = "by length"

    def __init__(self):
        self.shown = []

    def scores(self, question, texts):
        self.shown.append((question, list(texts)))
        return [float(len(text)) for text in texts]


def ids(fused):
    return [scored.article.id for _, scored in fused]


def test_the_first_candidates_change_places_and_the_rest_stay():
    reranker = ByLength()
    got = rerank(QUESTION, FUSED, reranker, 3)
    by_length = sorted(range(3), key=lambda at: -len(TEXTS[at]))
    assert ids(got) == [f"a{at}" for at in by_length] + ["a3"]
    assert [score for score, _ in got] == [score for score, _ in FUSED]
    assert reranker.shown == [(QUESTION, list(TEXTS[:3]))]


def test_ties_keep_the_fused_order():
    class Indifferent(ByLength):
        def scores(self, question, texts):
            return [0.0] * len(texts)

    assert rerank(QUESTION, FUSED, Indifferent(), 4) == FUSED


@pytest.mark.parametrize("fused", [[], FUSED[:1]])
def test_nothing_to_reorder_asks_no_model(fused):
    reranker = ByLength()
    assert rerank(QUESTION, fused, reranker, 10) == fused
    assert reranker.shown == []


def test_the_title_is_read_with_the_text():
    reranker = ByLength()
    rerank(QUESTION, [(1.0, candidate(0, "نص", "عنوان")), (0.5, candidate(1, "text"))], reranker, 2)
    assert reranker.shown[0][1] == ["عنوان\nنص", "text"]


@pytest.fixture
def make_model(tmp_path):
    """A folder with a tiny BERT of fixed random weights, over single characters."""

    def make(labels=1, seed=7):
        folder = tmp_path / f"reranker-{labels}-{seed}"
        folder.mkdir(exist_ok=True)
        letters = sorted({c for text in (*TEXTS, QUESTION) for c in text.lower() if c.strip()})
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
        vocabulary += [f"##{letter}" for letter in letters]
        (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
        BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
        torch.manual_seed(seed)
        config = BertConfig(
            vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, max_position_embeddings=128, num_labels=labels, initializer_range=0.5,
        )  # fmt: skip
        BertForSequenceClassification(config).save_pretrained(folder, safe_serialization=True)
        return folder

    return make


def opened(folder):
    return open_reranker(load_settings(reranker=str(folder), embedding_device="cpu"))


def test_a_folder_is_loaded_and_scores_alike_every_time(make_model):
    folder = make_model()
    first = opened(folder).scores(QUESTION, TEXTS)
    assert len(set(first)) == len(TEXTS)
    assert first == pytest.approx(opened(folder).scores(QUESTION, TEXTS), abs=1e-6)
    assert opened(folder).scores(QUESTION, []) == []


def test_scores_are_logits_of_the_pair_whatever_else_is_in_the_batch(make_model):
    reranker = opened(make_model())
    alone = [reranker.scores(QUESTION, [text])[0] for text in TEXTS]
    assert reranker.scores(QUESTION, TEXTS) == pytest.approx(alone, abs=1e-5)
    assert reranker.scores("Какой порт?", TEXTS) != pytest.approx(alone, abs=1e-3)


def test_the_models_order_is_the_candidates_order(make_model):
    reranker = opened(make_model())
    scores = reranker.scores(QUESTION, TEXTS)
    wanted = sorted(range(len(TEXTS)), key=lambda at: -scores[at])
    assert ids(rerank(QUESTION, FUSED, reranker, 4)) == [f"a{at}" for at in wanted]


def test_changed_weights_change_the_scores(make_model):
    folder = make_model()
    before = opened(folder).scores(QUESTION, TEXTS)
    weights = load_file(folder / "model.safetensors")
    weights["classifier.weight"] = -weights["classifier.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    after = opened(folder).scores(QUESTION, TEXTS)
    assert sorted(range(4), key=before.__getitem__) == sorted(
        range(4), key=after.__getitem__, reverse=True
    )


def test_off_by_default():
    assert open_reranker(load_settings()) is None


@pytest.mark.parametrize("name", ["no-such/cross-encoder", "./nowhere", "/nowhere/at/all"])
def test_a_missing_model_is_told_with_its_remedy_and_without_the_network(name):
    with pytest.raises(ModelError, match="SHAWAHID_RERANKER") as caught:
        open_reranker(load_settings(reranker=name))
    assert name in str(caught.value)
    assert "hf download" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_weights_is_refused(make_model):
    folder = make_model()
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="can't be loaded"):
        opened(folder)


def test_pickled_weights_are_not_read(make_model):
    folder = make_model()
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="can't be loaded"):
        opened(folder)


def test_damaged_weights_are_told(make_model):
    folder = make_model()
    (folder / "model.safetensors").write_bytes(b"\x08" + b"\0" * 40)
    with pytest.raises(ModelError, match="can't be loaded"):
        opened(folder)


def test_a_classifier_of_several_labels_is_no_reranker(make_model):
    with pytest.raises(ModelError, match="3 numbers a pair, expected 1"):
        opened(make_model(labels=3))


def test_an_unusable_number_of_candidates_is_refused():
    with pytest.raises(SettingsError, match="rerank_candidates"):
        load_settings(rerank_candidates=1)


def test_the_configuration_of_the_folder_is_left_as_it_was(make_model):
    folder = make_model()
    before = json.loads((folder / "config.json").read_text())
    opened(folder)
    assert json.loads((folder / "config.json").read_text()) == before
