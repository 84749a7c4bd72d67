"""A statement beside a quotation, read with real and with made up readers."""

from datetime import date

import numpy as np
import pytest

from rag.answering.holding import fitted_holding
from rag.answering.reader import heading, open_reader, reader_of
from rag.answering.signs import SIGNS
from rag.answering.support import Readers, open_readers, read_signs
from rag.answering.verify import verify
from rag.answering.word_vectors import WordRow
from rag.answering.writers import Evidence
from rag.embedding import open_embedder
from rag.records import Article, Chunk, Passage, Sentence
from rag.settings import Settings
from rag.text.analysis import words

QUOTE = "Mayor Anna Holt handed the keys of the new ferry to captain Omar Said on Monday."


def article(text=QUOTE, day=date(2019, 5, 4)):
    return Article("a", text, "A ferry for Velden", day, "front matter", "Post", language="en")


class Words:
    """Every word has a vector of its own spelling; a text's own is their sum."""

    def read(self, texts):
        return [self._row(text) for text in texts]

    def _row(self, text):
        found = tuple(w for w in words(text, "en") if w.is_content)
        vectors = np.array([self._vector(w.stem) for w in found], np.float32).reshape(-1, 768)
        whole = np.ones(384, np.float32) / np.sqrt(384)
        return WordRow(text, "en", found, vectors, whole)

    def _vector(self, stem):
        return np.random.default_rng(sum(map(ord, stem))).normal(size=768)


class Whole:
    """Remembers what it read; gives one score."""

    def __init__(self, score):
        self.score = score
        self.seen = []

    def read(self, question, texts):
        self.seen += [(question, text.title, text.text, text.spans) for text in texts]
        return [(self.score,) * len(text.spans) for text in texts]


@pytest.mark.parametrize("quote", [QUOTE, "«…»"])
def test_what_the_reader_makes_of_a_statement_is_the_first_sign(quote):
    whole = Whole(7.0)
    claim = "Holt gave Said the keys."
    _, signs = read_signs(claim, quote, article(quote), Readers(Words(), whole))
    assert len(signs) == len(SIGNS)
    assert signs[:2] == [0.7, pytest.approx(1.0)]
    assert whole.seen == [(claim, "2019-05-04 A ferry for Velden", quote, ((0, len(quote)),))]


def test_the_fitted_numbers_are_those_of_the_signs():
    fitted = fitted_holding()
    assert len(fitted.same[1]) == len(fitted.cross[1]) == len(SIGNS)
    assert 0 < fitted.threshold < 1


@pytest.mark.parametrize(
    ("day", "title", "told"),
    [
        (date(2019, 5, 4), "عبّارة جديدة", "2019-05-04 عبّارة جديدة"),
        (None, "Новый паром", "Новый паром"),
        (date(2019, 5, 4), "", "2019-05-04"),
        (None, "", ""),
    ],
)
def test_a_reader_is_told_day_and_title_where_there_are_any(day, title, told):
    assert heading(Article("a", "text", title, day)) == told


def test_a_model_that_nothing_was_fitted_on_has_no_readers(embedder):
    assert reader_of(embedder) is None
    assert open_readers(embedder) is None


@pytest.fixture(scope="module")
def packaged():
    return open_embedder(Settings())


@pytest.mark.model
def test_the_reader_is_opened_once_for_an_embedder(packaged):
    assert reader_of(packaged) is reader_of(packaged) is open_readers(packaged).whole
    assert open_reader(Settings(), packaged) is reader_of(packaged)
    assert open_reader(Settings(reader="off"), packaged) is None


@pytest.mark.model
def test_exchanged_roles_read_worse_than_the_same_said_otherwise(packaged):
    one = article()
    readers = open_readers(packaged)
    same, exchanged = (
        read_signs(claim, QUOTE, one, readers)[1][0]
        for claim in (
            "Captain Omar Said received the new ferry's keys from mayor Anna Holt.",
            "Captain Omar Said handed mayor Anna Holt the keys of the new ferry.",
        )
    )
    assert same > exchanged


@pytest.mark.model
@pytest.mark.parametrize(
    ("statement", "stands"),
    [
        ("Captain Omar Said received the new ferry's keys from mayor Anna Holt.", True),
        ("سلّمت رئيسة البلدية آنا هولت مفاتيح العبّارة الجديدة إلى القبطان عمر سعيد.", True),
        ("Мэр Анна Хольт передала капитану Омару Саиду ключи от нового парома.", True),
        ("Mayor Anna Holt refused to hand captain Omar Said the keys of the new ferry.", False),
        ("Капитан Омар Саид отказался взять ключи от нового парома у мэра Анны Хольт.", False),
        ("رفضت رئيسة البلدية آنا هولت تسليم مفاتيح العبّارة الجديدة إلى القبطان عمر سعيد.", False),
    ],
)
def test_a_paraphrase_stands_and_what_the_quotation_does_not_say_is_marked(
    packaged, statement, stands
):
    one = article()
    chunk = Chunk("a", 0, len(QUOTE), QUOTE, (Sentence("a", 0, len(QUOTE)),))
    source = Evidence(Passage(1, 1.0, chunk, one), 0, len(QUOTE), 0.9)
    checked = verify(f"{statement} [1]", [source], packaged, "en")
    assert [c.quote for c in checked.citations] == ([QUOTE] if stands else [])
    assert bool(checked.unsupported) != stands
