import math

import numpy as np
import pytest

from eval.fit_ranking import SIX_LANGUAGES, choose
from eval.ranking_cases import Grid, case_of, is_no_translation, mean_gain
from rag.answering.rank import Asked, Weights, fuse
from rag.records import Article, Chunk
from rag.store import ScoredChunk

ARABIC, RUSSIAN = "هبط سيرغي شويغو في قاعدة حميميم الجوية.", "Вчера никто не прилетел."
GRID = Grid(
    sentence=np.array([0.0, 0.6, 1.0]),
    lexical=np.array([0.0, 0.2]),
    centering=np.array([0.0, 1.0]),
    names=np.array([0.0, 0.02, 0.06]),
)
ASKED = Asked(20.0, ("Shoigu",), "Latin")


def candidates(seed, count, backgrounds=(0.80, 0.84)):
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        text = (ARABIC, RUSSIAN)[int(rng.integers(2))]
        article = Article(f"a{rng.integers(max(1, count // 2))}", text, "")
        chunk = Chunk(article.id, number, number + len(text), text, ())
        dense, nearest = 0.8 + 0.1 * rng.random(2)
        background = backgrounds[int(rng.integers(len(backgrounds)))]
        lexical = float(rng.random() * 5)
        found.append(ScoredChunk(chunk, article, (), dense, (nearest,), lexical, background))
    return found


def gain_by_fuse(found, ranked, gold, weights):
    kept = {c.chunk.start for c, is_ranked in zip(found, ranked, strict=True) if is_ranked}
    order = [c.article.id for _, c in fuse(found, weights, ASKED) if c.chunk.start in kept]
    ranks = [rank for rank, i in enumerate(dict.fromkeys(order), 1) if i in gold]
    return 1 / math.log2(1 + ranks[0]) if ranks and ranks[0] <= 10 else 0.0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("count", [3, 60])
@pytest.mark.parametrize("backgrounds", [(0.8,), (0.80, 0.84)])
def test_gains_are_those_of_the_order_that_the_product_gives(seed, count, backgrounds):
    found = candidates(seed, count, backgrounds)
    ranked = [bool(x) for x in np.random.default_rng(seed).random(count) < 0.7]
    gold = {"a0", "a1"}
    table = mean_gain([case_of(ASKED, found, gold, ranked)], GRID)
    assert table.shape == GRID.shape
    for at in np.ndindex(*GRID.shape):
        sentence, lexical = float(GRID.sentence[at[0]]), float(GRID.lexical[at[1]])
        centering, names = float(GRID.centering[at[2]]), float(GRID.names[at[3]])
        weights = Weights(1 - sentence, sentence, lexical, names, centering)
        assert table[at] == pytest.approx(gain_by_fuse(found, ranked, gold, weights))
        assert mean_gain(
            [case_of(ASKED, found, gold, ranked)], Grid.of(weights)
        ).item() == pytest.approx(table[at])


def test_a_question_whose_article_is_not_found_gains_nothing():
    case = case_of(ASKED, candidates(0, 5), {"another"}, [True] * 5)
    assert not mean_gain([case], GRID).any()


def test_translations_of_the_gold_passage_are_not_ranked():
    assert is_no_translation("xquad-ar-7", "xquad-ar-7")
    assert is_no_translation("xquad-en-17", "xquad-ar-7")
    assert not is_no_translation("xquad-en-7", "xquad-ar-7")


def test_the_least_weight_of_bm25_that_costs_nothing_is_chosen():
    table = np.zeros(GRID.shape)
    table[1, 1, 1, 1] = 0.9000
    table[2, 0, 0, 2] = 0.8992
    assert choose(GRID, {"public": table}, [table]) == Weights(0.0, 1.0, 0.0, 0.06, 0.0)
    table[2, 0, 0, 2] = 0.8988
    assert choose(GRID, {"public": table}, [table]) == Weights(0.4, 0.6, 0.2, 0.02, 1.0)


def test_the_least_centering_that_costs_nothing_is_chosen():
    table = np.zeros(GRID.shape)
    table[1, 0, 1, 1], table[1, 0, 0, 2] = 0.9000, 0.8992
    assert choose(GRID, {"public": table}, [table]) == Weights(0.4, 0.6, 0.0, 0.06, 0.0)


@pytest.mark.parametrize("leg", [0, -1])
def test_points_at_which_a_leg_alone_ranks_a_public_set_better_are_left_out(leg):
    public, ours = np.zeros(GRID.shape), np.zeros(GRID.shape)
    public[1, 1], public[1, 0] = 0.890, 0.896
    public[leg, 0, 0, 0] = 0.900
    ours[1, 1], ours[1, 0] = 0.800, 0.700
    ours[1, 0, 1, 1] = 0.710
    assert choose(GRID, {"public": public}, [ours]) == Weights(0.4, 0.6, 0.0, 0.02, 1.0)


def test_sets_count_alike_news_half_of_it_and_six_languages_as_one():
    one, other, ours = np.zeros(GRID.shape), np.zeros(GRID.shape), np.zeros(GRID.shape)
    own, across = SIX_LANGUAGES
    one[0, 1, 0, 0] = 0.5
    other[1, 1, 1, 0] = 0.5
    tables = {own: one, across: one, "set": other, "another": other}
    assert choose(GRID, tables, [ours]).centering == 1.0
    ours[0, 1, 0, 0] = 0.25
    assert choose(GRID, tables, [ours, ours]).centering == 0.0
