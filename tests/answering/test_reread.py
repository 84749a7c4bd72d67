from types import SimpleNamespace

import numpy as np
import pytest

from rag.answering.reader import Text, open_reader
from rag.answering.reader.windows import NOTHING, STRIDE, TEXT_TOKENS, Window, span_scores, windows
from rag.answering.reread import READ, features, reread, scores
from rag.answering.writers import Evidence
from rag.embedding import open_embedder
from rag.records import Article, Chunk, Passage, Sentence
from rag.settings import Settings


@pytest.fixture(scope="module")
def real_reader():
    settings = Settings()
    return open_reader(settings, open_embedder(settings))


class Letters:
    """A tokenizer whose tokens are words."""

    def encode(self, text, *, add_special_tokens):
        assert not add_special_tokens
        offsets, at = [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            offsets.append((start, at))
        return SimpleNamespace(ids=[10 + i for i in range(len(offsets))], offsets=offsets)


class Reader:
    """Scores a sentence by whether it holds a word."""

    def __init__(self, word):
        self.word = word
        self.seen = []

    def read(self, question, texts):
        self.seen.append((question, [(told.title, told.text) for told in texts]))
        return [
            tuple(9.0 if self.word in told.text[s:e] else -9.0 for s, e in told.spans)
            for told in texts
        ]


def evidence(identifier, sentences, probabilities):
    text = " ".join(sentences)
    article = Article(identifier, text)
    spans, at = [], 0
    for sentence in sentences:
        start = text.index(sentence, at)
        at = start + len(sentence)
        spans.append(Sentence(identifier, start, at))
    passage = Passage(1, 0.9, Chunk(identifier, 0, len(text), text, tuple(spans)), article)
    return [Evidence(passage, s.start, s.end, p) for s, p in zip(spans, probabilities, strict=True)]


SENTENCES = {
    "ar": ("افتُتح الجسر في مايو.", "حضر العمدة سامر حداد."),
    "en": ("The bridge opened in May.", "Mayor Anna Holt was there."),
    "ru": ("Мост открыли в мае.", "Был мэр Антон Серов."),
}


@pytest.mark.parametrize(("language", "word"), [("ar", "سامر"), ("en", "Anna"), ("ru", "Антон")])
def test_the_sentence_that_the_reader_finds_gains_on_the_others(language, word):
    given = evidence("a", SENTENCES[language], (0.5, 0.4))
    lead, found = reread("who?", given, Reader(word))
    assert found.probability > lead.probability
    assert (found.start, found.end) == (given[1].start, given[1].end)


def test_only_the_passages_of_the_best_sentences_are_read():
    given = [
        e for n in range(READ + 2) for e in evidence(f"a{n}", SENTENCES["en"], (0.1 * n, 0.05))
    ]
    reader = Reader("Anna")
    read = scores("who?", given, reader)
    assert len(reader.seen[0][1]) == READ
    assert {chunk.split("@")[0] for chunk, _ in read} == {f"a{n}" for n in range(2, READ + 2)}


def test_a_sentence_not_read_has_no_reader_features():
    given = evidence("a", SENTENCES["en"], (0.5, 0.4))
    assert [row[1:] for row in features(given, {})] == [(0.0, 0.0, 0.0)] * 2


def test_the_title_is_read_with_the_text_and_holds_no_answer():
    titled, plain = (
        next(windows(Letters(), "who was it", title, "one two three")) for title in ("A title", "")
    )
    assert titled.first == plain.first + 3
    assert titled.offsets == plain.offsets


def test_nothing_found_is_nothing_to_read():
    assert reread("who?", [], Reader("x")) == []


def test_windows_cover_a_long_text_and_overlap():
    text = " ".join(f"w{n}" for n in range(500))
    found = list(windows(Letters(), "who was it", "A title", text))
    covered = sorted({span for w in found for span in w.offsets})
    assert len(covered) == 500
    assert all(len(w.offsets) <= TEXT_TOKENS for w in found)
    assert found[1].offsets[0] == found[0].offsets[STRIDE]
    assert all(len(w.ids) == w.first + len(w.offsets) + 1 for w in found)


def test_a_text_without_tokens_has_no_window():
    assert list(windows(Letters(), "who", "A title", "  ")) == []


def test_the_best_answer_inside_a_span_counts_against_no_answer():
    window = Window((0, 7, 2, 5, 5, 5, 2), 3, ((0, 2), (3, 5), (6, 8)))
    starts = np.array([1, 0, 0, 0, 4, 0, 9], np.float32)
    ends = np.array([1, 0, 0, 5, 2, 3, 9], np.float32)
    first, second, outside = span_scores(window, starts, ends, [(0, 2), (3, 8), (20, 30)])
    assert first == pytest.approx((0 - 1) + (5 - 1))
    assert second == pytest.approx((4 - 1) + (3 - 1))  # the end before the start is no answer
    assert outside == NOTHING


def test_a_model_that_the_reader_was_not_made_for_goes_without(settings, embedder):
    assert open_reader(settings, embedder) is None


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("من افتتح الجسر؟", "افتُتح الجسر في مايو ٢٠١٩. قصّت العمدة آنا هولت الشريط.", "آنا هولت"),
        ("Кто открыл мост?", "Мост открыли в мае 2019 года. Ленту перерезала мэр Анна Хольт.", "Анна"),
        ("Who cut the ribbon?", "The bridge opened in May. Anna Holt cut the ribbon.", "Anna Holt"),
        ("Qui a coupé le ruban ?", "Le pont a ouvert en mai. Anna Holt a coupé le ruban.", "Anna Holt"),
    ],
)  # fmt: skip
def test_the_real_reader_prefers_the_sentence_with_the_answer(real_reader, question, text, answer):
    cut = text.index(". ") + 1
    spans = ((0, cut), (cut + 1, len(text)))
    row = real_reader.read(question, [Text("", text, spans)])[0]
    best = spans[int(np.argmax(row))]
    assert answer in text[slice(*best)]


@pytest.mark.model
def test_the_real_reader_scores_a_text_alike_alone_and_among_others(real_reader):
    one = Text("Velden", "Anna Holt cut the ribbon.", ((0, 25),))
    other = Text(
        "Weather", "It rained all day in the harbour of Velden, and nobody left.", ((0, 60),)
    )
    question = "Who cut the ribbon?"
    together = real_reader.read(question, [one, other])
    assert real_reader.read(question, [other, one]) == together[::-1]
    assert together[0][0] > together[1][0]
