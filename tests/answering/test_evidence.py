from datetime import date

import pytest

from rag.answering.abstain import Calibration, answer_probability
from rag.answering.evidence import FEATURES, fitted_models, gather, rarity, weigh
from rag.answering.rank import Asked, Weights, fuse
from rag.answering.understand import understand
from rag.answering.writers import Evidence
from rag.records import Article, Chunk, Passage, Sentence
from rag.store import ScoredChunk
from rag.text.dates import find_dates

TODAY = date(2022, 1, 1)


def candidate(text, sentences=(), cosines=(), **more):
    article_id, language = more.get("article_id", "a"), more.get("language", "en")
    article = Article(article_id, text, "A title", language=language)
    spans = [(text.index(s), text.index(s) + len(s)) for s in sentences or [text]]
    chunk = Chunk(
        article_id, 0, len(text), text, tuple(Sentence(article_id, s, e) for s, e in spans)
    )
    cosines = tuple(cosines or [0.8] * len(spans))
    mentions = tuple(find_dates(text))
    return ScoredChunk(
        chunk, article, mentions, max(cosines), cosines, 0.0, more.get("background", 0.0)
    )


def ranked(*candidates):
    return [(Passage(n, 1.0, c.chunk, c.article), c) for n, c in enumerate(candidates, 1)]


def features(question, *candidates):
    query = understand(question, (), TODAY)
    idf = {word.stem: 1.0 for word in query.content}
    return [
        dict(zip(FEATURES, w.features, strict=True)) for w in weigh(query, idf, ranked(*candidates))
    ]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where did Shoigu land?", "هبط شويغو في القاعدة الجوية."),
        ("أين هبط شويغو؟", "هبط شويجو في القاعدة."),
        ("Где приземлился Шойгу?", "Shoigu landed at the base."),
    ],
)
def test_a_name_is_found_in_another_script_or_spelling(question, text):
    language = "en" if text[0] == "S" else "ar"
    (found,) = features(question, candidate(text, language=language))
    assert found["sentence_coverage"] > 0
    (other,) = features(
        question,
        candidate(
            "لم يحضر أحد إلى المدينة أمس." if language == "ar" else "Nobody came.",
            language=language,
        ),
    )
    assert other["sentence_coverage"] == 0


def test_a_question_of_number_sees_which_sentence_has_one():
    text = "The bridge has 12 arches. The bridge is old."
    first, second = features("How many arches has the bridge?", candidate(text, text.split(". ")))
    assert (first["wants_number"], first["has_number"]) == (1, 1)
    assert (second["wants_number"], second["has_number"]) == (1, 0)


def test_numbers_of_the_question_are_no_answer():
    (found,) = features("How many of the 12 arches fell?", candidate("The bridge has 12 arches."))
    assert found["has_number"] == 0


def test_sentences_about_another_time_are_left_out():
    text = "It opened on 4 May 2019. It closed on 5 May 2021."
    found = features(
        "What happened in 2021?",
        candidate(text, ["It opened on 4 May 2019.", "It closed on 5 May 2021."]),
    )
    assert len(found) == 1


def test_a_languages_background_is_taken_off():
    near, far = (
        candidate("A b c.", cosines=[0.80], background=0.70),
        candidate("D e f.", cosines=[0.85], background=0.80, article_id="b"),
    )
    by_id = {
        c.article.id: score
        for score, c in fuse([near, far], Weights(0.5, 0.5, 0.0, 0.0, 1.0), Asked(0.0))
    }
    assert by_id["a"] > by_id["b"]
    flat = {
        c.article.id: score
        for score, c in fuse([near, far], Weights(0.5, 0.5, 0.0, 0.0, 0.0), Asked(0.0))
    }
    assert flat["b"] > flat["a"]


def test_the_order_does_not_depend_on_the_order_of_candidates():
    some = [candidate("Same text.", article_id=i) for i in "cab"]
    assert [c.article.id for _, c in fuse(some, Weights(0.5, 0.5, 0.1, 0.0, 1.0), Asked(0.0))] == [
        "a",
        "b",
        "c",
    ]


def test_a_nearer_sentence_is_more_probable():
    query = understand("Who opened the bridge?", (), TODAY)
    idf = {word.stem: 1.0 for word in query.content}
    text = "The mayor opened the bridge. It rained."
    found = gather(
        query,
        idf,
        ranked(
            candidate(
                text, ["The mayor opened the bridge.", "It rained."], [0.9, 0.78], background=0.7
            )
        ),
    )
    assert [e.quote for e in found] == ["The mayor opened the bridge.", "It rained."]
    assert found[0].probability > 2 * found[1].probability
    assert set(fitted_models()) == {"same", "cross"}


def test_rarity_falls_with_frequency():
    found = rarity({"no": 0, "few": 2, "all": 50}, 50)
    assert found["no"] == pytest.approx(1.0)
    assert found["no"] > found["few"] > found["all"] >= 0


def test_better_evidence_makes_an_answer_more_probable():
    passage = ranked(candidate("A b c."))[0][0]
    calibration = Calibration(0.0, 1.0, 0.0, 0.5)

    def probability(*ps):
        return answer_probability([Evidence(passage, 0, 1, p) for p in ps], calibration)

    assert probability() == 0.0
    assert probability(0.1) < probability(0.5) < probability(0.9)
    assert probability(0.2, 0.7) == probability(0.7, 0.2)


def test_a_dateline_states_nothing_but_a_day_and_a_place():
    text = "Velden, 4 May 2019. The bridge opened."
    dated = candidate(text, ["Velden, 4 May 2019.", "The bridge opened."])
    assert len(features("Who opened the bridge?", dated)) == 1
    assert len(features("When did the bridge open?", dated)) == 2
    assert len(features("Who died?", candidate("Nobody died."))) == 1
