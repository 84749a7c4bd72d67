from datetime import date

import pytest

from rag.answering.name_fit import names_asked, share_spelt
from rag.answering.rank import Asked, Weights, asked_by, fitted_weights, fuse, most_bm25
from rag.answering.understand import understand
from rag.records import Article, Chunk
from rag.store import ScoredChunk

TODAY = date(2022, 1, 1)
WEIGHTS = Weights(0.5, 0.5, 0.15, 0.02, 0.0)


def candidate(article_id, text="A text.", cosine=0.8, bm25=0.0, title=""):
    article = Article(article_id, text, title)
    chunk = Chunk(article_id, 0, len(text), text, ())
    return ScoredChunk(chunk, article, (), cosine, (cosine,), bm25)


def order(candidates, asked, weights=WEIGHTS):
    return [c.article.id for _, c in fuse(candidates, weights, asked)]


def query(text):
    return understand(text, (), TODAY)


class TestWords:
    def test_rare_words_that_a_passage_covers_lift_it_over_a_slightly_nearer_one(self):
        most = most_bm25([1, 1, 2], 100)
        held = candidate("held", cosine=0.80, bm25=most / 2)
        assert order([candidate("near", cosine=0.83), held], Asked(most)) == ["held", "near"]

    def test_one_word_of_a_question_that_the_corpus_does_not_share_leaves_it_to_the_cosines(self):
        most = most_bm25([0] * 8 + [40], 100)  # eight words of another script, and one number
        held = candidate("held", cosine=0.80, bm25=most_bm25([40], 100) / 2)
        assert order([candidate("near", cosine=0.82), held], Asked(most)) == ["near", "held"]

    @pytest.mark.parametrize("frequencies", [[], [0], [100], [140], [3, 0, 100]])
    def test_the_bound_is_no_less_than_nothing(self, frequencies):
        assert most_bm25(frequencies, 100) >= 0

    def test_a_rarer_word_is_worth_more(self):
        assert most_bm25([1], 100) > most_bm25([50], 100) > most_bm25([100], 100)

    def test_a_question_without_words_is_ranked_all_the_same(self):
        asked = asked_by(query("؟"), {}, 100)
        assert order([candidate("b", cosine=0.7), candidate("a")], asked) == ["a", "b"]

    def test_bm25_of_the_store_stays_within_the_bound(self, settings, embedder):
        from rag.indexing.sync import sync
        from rag.records import Filters
        from rag.store.local import LocalStore

        text = "Calder Calder Calder sank. " * 20
        (settings.corpus / "a.md").write_text(text, "utf-8")
        (settings.corpus / "b.md").write_text("عبرت الباخرة Calder الميناء ٢٠٢٠.", "utf-8")
        sync(settings, embedder)
        store = LocalStore.open(settings.index, embedder)
        stems = ["calder", "sank", "2020", "порт"]
        found = store.search(embedder.embed_queries(["x"])[0], stems, 10, Filters())
        most = most_bm25(store.frequencies(stems).values(), store.manifest.counts["chunks"])
        store.close()
        assert 0 < max(c.lexical for c in found) < most


class TestNames:
    ARABIC = "هبط سيرغي شويغو في قاعدة حميميم الجوية."
    OTHER = "افتتح الوزير الجسر الثاني على نهر الفرات."

    @pytest.mark.parametrize(
        "question",
        [
            "When did Shoigu land at Hmeimim?",
            "Когда Шойгу приземлился на базе Хмеймим?",
            "Wann landete Schoigu in Hmeimim?",
            "Neden Şoygu buraya indi?",
        ],
    )
    def test_a_name_spelt_in_another_script_breaks_a_near_tie(self, question):
        asked = asked_by(query(question), {}, 100)
        found = [candidate("a", self.OTHER, 0.802), candidate("b", self.ARABIC, 0.800)]
        assert order(found, asked) == ["b", "a"]

    def test_it_does_not_outweigh_a_clear_difference(self):
        asked = asked_by(query("When did Shoigu land?"), {}, 100)
        found = [candidate("a", self.OTHER, 0.84), candidate("b", self.ARABIC, 0.80)]
        assert order(found, asked) == ["a", "b"]

    def test_the_title_may_spell_it(self):
        asked = asked_by(query("When did Shoigu land?"), {}, 100)
        titled = candidate("b", self.OTHER, title="زيارة شويغو")
        assert order([candidate("a", self.OTHER), titled], asked) == ["b", "a"]

    def test_in_the_questions_own_script_names_are_words_like_any_other(self):
        asked = asked_by(query("When did Shoigu land?"), {}, 100)
        found = [candidate("a", "Nobody came."), candidate("b", "Shoygu landed.")]
        assert [score for score, _ in fuse(found, WEIGHTS, asked)] == pytest.approx([0.8, 0.8])

    @pytest.mark.parametrize(
        ("question", "names"),
        [
            ("Where did Sergei Shoigu land?", ("Sergei", "Shoigu")),
            ("Shoigu landed where?", ()),  # any first word is capitalised
            ("Куда прилетел Шойгу?", ("Шойгу",)),
            ("أين هبط شويغو؟", ()),
            ("هل زار Putin دمشق؟", ("Putin",)),
        ],
    )
    def test_names_are_capitalised_inside_the_sentence(self, question, names):
        assert names_asked(query(question)) == names

    def test_share(self):
        assert share_spelt(("Shoigu", "Lavrov"), self.ARABIC) == 0.5
        assert share_spelt((), self.ARABIC) == 0.0
        assert share_spelt(("Shoigu",), "") == 0.0


def test_the_fitted_weights_are_convex_and_bounded():
    fitted = fitted_weights()
    assert fitted.dense + fitted.sentence == pytest.approx(1)
    assert 0 < fitted.lexical < 0.5
    assert 0 <= fitted.names < 0.1
    assert 0 <= fitted.centering < 2
