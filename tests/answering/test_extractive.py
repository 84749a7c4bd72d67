from datetime import date

import pytest

from rag.answering.verify import verify
from rag.answering.writers import Brief, Evidence
from rag.answering.writers.extractive import ExtractiveWriter
from rag.records import Article, Chunk, Passage, Sentence

SENTENCES = [
    "The bridge opened in May.",
    "The mayor Anna Holt cut the ribbon with a pair of silver scissors.",
    "Mayor Anna Holt cut the ribbon with silver scissors.",
    "It cost 12 million crowns and took four years to build.",
]


@pytest.fixture
def make():
    def made(probabilities):
        text, article_id = " ".join(SENTENCES), "a"
        article = Article(
            article_id, text, "A title", date(2019, 5, 4), "front matter", "River Post"
        )
        passage = Passage(
            1,
            1.0,
            Chunk(article_id, 0, len(text), text, (Sentence(article_id, 0, len(text)),)),
            article,
        )
        spans = [(text.index(s), text.index(s) + len(s)) for s in SENTENCES if s in text]
        found = [
            Evidence(passage, s, e, p) for (s, e), p in zip(spans, probabilities, strict=False)
        ]
        return Brief("Who?", "en", [passage], sorted(found, key=lambda e: -e.probability))

    return made


def written(settings, brief):
    draft = ExtractiveWriter(settings).write(brief)
    return "".join(draft.pieces), draft.sources


def test_quotes_the_best_sentence_with_outlet_and_date(settings, make):
    text, sources = written(settings, make([0.1, 0.9, 0.1, 0.1]))
    assert text == f"River Post (4 May 2019): “{SENTENCES[1]}” [1]"
    assert [s.quote for s in sources] == [SENTENCES[1]]


def test_further_sentences_come_when_nearly_as_probable_in_reading_order(settings, make):
    text, sources = written(settings, make([0.7, 0.8, 0.0, 0.75]))
    assert [s.quote for s in sources] == [SENTENCES[0], SENTENCES[1], SENTENCES[3]]
    assert [line[-3:] for line in text.splitlines()] == ["[1]", "[2]", "[3]"]


def test_the_same_thing_is_not_said_twice(settings, make):
    _, sources = written(settings, make([0.1, 0.9, 0.89, 0.1]))
    assert [s.quote for s in sources] == [SENTENCES[1]]


def test_limits_hold(settings, make):
    short = settings.model_copy(update={"answer_characters": 200})
    assert len(written(short, make([0.9, 0.9, 0.0, 0.9]))[0]) <= 200
    one = settings.model_copy(update={"answer_sentences": 1})
    assert len(written(one, make([0.9, 0.9, 0.0, 0.9]))[1]) == 1


@pytest.mark.parametrize("word", ["كلمة", "слово", "word"])
@pytest.mark.parametrize("mark", ["", ",", "،"])
def test_a_sentence_over_the_limit_is_cut_at_a_clause_or_word(settings, embedder, word, mark):
    text = (f"{word} " * 50).strip() + mark + f" {word}" * 200 + "."
    article = Article("a", text, "A title", date(2019, 5, 4), "front matter", "River Post")
    whole = Sentence("a", 0, len(text))
    passage = Passage(1, 1.0, Chunk("a", 0, len(text), text, (whole,)), article)
    draft = ExtractiveWriter(settings).write(
        Brief("?", "en", [passage], [Evidence(passage, 0, len(text), 0.9)])
    )
    written = "".join(draft.pieces)
    assert 300 < len(written) <= 600
    assert draft.sources[0].quote.endswith(word)
    checked = verify(written, draft.sources, embedder, "en")
    assert [(c.match, c.quote) for c in checked.citations] == [("verbatim", draft.sources[0].quote)]
