"""Every store ranks as the local one does."""

from datetime import date

import numpy as np
import pytest

from rag.answering.understand import understand
from rag.records import Filters
from tests.store.conformance.material import questions

CLOSE = 1e-3  # of scores between 0 and 1: one candidate more at a tie moves the scale a little


def stems_of(question):
    return [word.stem for word in understand(question, (), date(2022, 1, 1)).words]


def same_up_to_ties(one, other):
    """Whether two rankings differ in the order of equal scores only."""
    scores = [[p.score for p in ranking] for ranking in (one, other)]
    if len(one) != len(other) or not np.allclose(*scores, atol=CLOSE):
        return False
    last = min(one[-1].score, other[-1].score) + 2 * CLOSE if one else 0
    above = [{p.chunk.id for p in ranking if p.score > last} for ranking in (one, other)]
    return above[0] == above[1]


def test_the_same_ten_best_for_two_hundred_questions(assistants):
    local, other = assistants
    asked = questions()
    assert len(asked) == 200
    differing = [q for q in asked if not same_up_to_ties(local.search(q), other.search(q))]
    assert differing == []


@pytest.mark.parametrize("place", range(0, 200, 20))
def test_each_leg_scores_alike(place, reference, filled, fake):
    question = questions()[place]
    vector, stems = fake.embed_queries([question])[0], stems_of(question)
    found = [
        {c.chunk.id: c for c in store.search(vector, stems, 60, Filters())}
        for _, store in (reference, filled)
    ]
    both = found[0].keys() & found[1].keys()
    assert len(both) >= 0.97 * max(map(len, found))  # ties at the end of a leg may fall either way
    for name in both:
        one, other = found[0][name], found[1][name]
        assert (one.chunk, one.article, one.story) == (other.chunk, other.article, other.story)
        assert one.mentions == other.mentions
        assert other.dense == pytest.approx(one.dense, abs=1e-6)
        assert other.sentences == pytest.approx(one.sentences, abs=1e-6)
        assert other.background == pytest.approx(one.background, abs=1e-6)
        assert other.lexical == pytest.approx(one.lexical, rel=1e-4)


def test_frequencies_and_counts_are_the_same(reference, filled):
    told = [stem for question in questions() for stem in stems_of(question)]
    assert filled[1].frequencies(told) == reference[1].frequencies(told)
    assert filled[1].manifest.counts == reference[1].manifest.counts


def test_articles_stories_and_mentions_are_the_same(reference, filled):
    assert filled[1].articles() == reference[1].articles()
    assert filled[1].stories() == reference[1].stories()
    assert len(filled[1].stories()) > 4
    assert filled[1].mentions() == reference[1].mentions()
