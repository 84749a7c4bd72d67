"""Stories kept in line article by article are those of a fresh index."""

import random
import sqlite3

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.indexing.duplicates import signature
from rag.records import Article
from rag.store.rows import Rows
from rag.store.schema import SCHEMA
from rag.store.stories import LEAST_ALIKE


def _texts():
    """Thirty texts of five families; those of one are edited copies, near enough to some of the others only."""
    rng, made = random.Random(5), []
    for family in range(5):
        words = [f"w{family}x{n}" for n in range(120)]
        for _ in range(6):
            at = rng.randrange(60)
            made.append(" ".join(words[:at] + words[at + rng.randrange(60) :]))
    return made


SIGNATURES = [signature(text) for text in _texts()]
CORPORA = st.dictionaries(
    st.sampled_from([f"id{n:02}" for n in range(14)]), st.sampled_from(range(30)), max_size=14
)


class Kept:
    """Rows with what a sync does to them."""

    def __init__(self):
        db = sqlite3.connect(":memory:")
        db.executescript(SCHEMA)
        self.rows, self.holds = Rows(db), {}

    def sync(self, corpus):
        for article_id in [i for i, text in self.holds.items() if corpus.get(i) != text]:
            key = self.rows.delete_article(article_id)
            self.rows.stories.forget(key)
            del self.holds[article_id]
        added = [i for i in corpus if i not in self.holds]
        for article_id in added:
            key = self.rows.add_article(Article(article_id, "text"), "file")
            self.rows.stories.sign(key, SIGNATURES[corpus[article_id]])
            self.holds[article_id] = corpus[article_id]
        return added, self.rows.stories.settle()


def expected(corpus):
    """Connected components by comparing every pair: story id -> members."""
    groups = {i: {i} for i in corpus}
    for one in corpus:
        for other in corpus:
            if np.mean(SIGNATURES[corpus[one]] == SIGNATURES[corpus[other]]) >= LEAST_ALIKE:
                merged = groups[one] | groups[other]
                groups |= dict.fromkeys(merged, merged)
    return {min(group): group for group in groups.values()}


@given(corpora=st.lists(CORPORA, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_stories_depend_on_the_articles_alone_not_on_their_history(corpora):
    kept = Kept()
    for corpus in corpora:
        added, told = kept.sync(corpus)
        stories = expected(corpus)
        shared = {story: group for story, group in stories.items() if len(group) > 1}
        assert kept.rows.stories.by_article() == {
            i: s for s, group in shared.items() for i in group
        }
        assert kept.rows.stories.count() == len(stories)
        assert told == sorted(tuple(sorted(g)) for g in shared.values() if g & set(added))


def test_the_texts_above_make_stories_that_hang_together_by_chains():
    ids = {f"id{n:02}": n for n in range(30)}
    groups = [g for g in expected(ids).values() if len(g) > 1]
    apart = [
        (a, b)
        for group in groups
        for a in group
        for b in group
        if np.mean(SIGNATURES[ids[a]] == SIGNATURES[ids[b]]) < LEAST_ALIKE
    ]
    assert groups
    assert apart


def test_an_article_is_forgotten_with_all_that_is_kept_of_it():
    kept = Kept()
    kept.sync({"a": 0, "b": 0, "c": 7})
    kept.sync({})
    for table in ("signatures", "bands", "signed"):
        assert kept.rows._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_many_copies_and_many_pages_of_one_make_are_one_story():
    kept = Kept()
    kept.sync({f"id{n:04}": 0 for n in range(1200)})
    assert set(kept.rows.stories.by_article().values()) == {"id0000"}
    assert kept.rows.stories.count() == 1
    rng, texts = np.random.default_rng(3), len(SIGNATURES)
    for number in range(200):
        varied = SIGNATURES[0].copy()
        varied[rng.choice(len(varied), 12, replace=False)] = number
        SIGNATURES.append(varied)
    try:
        kept.sync({f"id{n:04}": texts + n for n in range(200)})
    finally:
        del SIGNATURES[texts:]
    assert kept.rows.stories.count() == 1
