from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answering.phrases import attribution, quoted
from rag.answering.support import particulars_stand
from rag.answering.verify import verify
from rag.answering.writers import Evidence
from rag.records import Article, Chunk, Passage, Sentence

TEXT = (
    "أعلنت الوزارة إطـ.ـلاق النـ.ـار يوم ٢٣ مارس ٢٠٢٠. رافقت ٣ طائرات حربية طائرة الوزير.\n"
    "The minister left the same evening. Порт закрыли из-за шторма 15 января."
)


@pytest.fixture
def source():
    article = Article("a", TEXT, "عنوان", date(2020, 3, 23), "front matter", "الجريدة")
    chunk = Chunk("a", 0, len(TEXT), TEXT, (Sentence("a", 0, len(TEXT)),))
    return Evidence(Passage(1, 1.0, chunk, article), 0, len(TEXT), 0.9)


def check(text, source, embedder, **options):
    return verify(text, [source], embedder, "ar", **options)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("رافقت ٣ طائرات حربية طائرة الوزير", "رافقت ٣ طائرات حربية طائرة الوزير."),
        ("رافقت 3 طائرات حَرْبيّة طائرة الوزير", "رافقت ٣ طائرات حربية طائرة الوزير."),
        (
            "أعلنت الوزارة إطلاق النار يوم 23 مارس 2020",
            "أعلنت الوزارة إطـ.ـلاق النـ.ـار يوم ٢٣ مارس ٢٠٢٠.",
        ),
        ("THE MINISTER LEFT the same evening", "The minister left the same evening."),
        ("порт закрыли из-за шторма", "Порт закрыли из-за шторма 15 января."),
    ],
)
def test_words_of_the_source_are_verbatim_whatever_their_spelling(claim, quote, source, embedder):
    checked = check(f"{claim} [1].", source, embedder)
    (citation,) = checked.citations
    assert (citation.match, citation.quote) == ("verbatim", quote)
    assert TEXT[citation.start : citation.end] == quote
    assert checked.unsupported == ()


def test_the_programs_own_attribution_may_stand_before_a_quotation(source, embedder):
    lead = attribution(source.passage.article, "ar")
    checked = check(
        f"{lead}: {quoted('رافقت ٣ طائرات حربية طائرة الوزير.', 'ar')} [1]", source, embedder
    )
    assert checked.citations[0].match == "verbatim"
    assert lead in checked.text


@pytest.mark.parametrize(
    "claim",
    [
        "رافقت ٥ طائرات حربية طائرة الوزير",
        "The minister resigned the same evening",
        "قال الرئيس إن الحرب انتهت",
        "Порт открыли 15 февраля",
    ],
)
def test_what_the_source_does_not_say_is_marked_and_listed(claim, source, embedder):
    checked = check(f"{claim} [1].", source, embedder)
    assert checked.citations == ()
    assert checked.unsupported == (claim,)
    assert "غير موثّق" in checked.text
    assert "[1]" not in checked.text


def test_unsupported_statements_can_be_dropped(source, embedder):
    checked = check(
        "قال الرئيس إن الحرب انتهت [1]. The minister left the same evening [1].",
        source,
        embedder,
        drop=True,
    )
    assert "الحرب" not in checked.text
    assert checked.unsupported == ("قال الرئيس إن الحرب انتهت",)
    assert len(checked.citations) == 1


def test_an_invented_sentence_does_not_hide_beside_a_true_one(source, embedder):
    checked = check(
        "The minister left the same evening. The king wept all night [1].", source, embedder
    )
    assert checked.unsupported == ("The king wept all night",)
    assert checked.citations[0].quote == "The minister left the same evening."


def test_markers_that_name_no_source_are_replaced(source, embedder):
    checked = check("The minister left the same evening [7].", source, embedder)
    assert checked.text.endswith("[1]")


def test_one_quotation_gets_one_number(source, embedder):
    checked = check(
        "THE MINISTER left the same evening [1]. The minister left the same evening [1].",
        source,
        embedder,
    )
    assert [c.marker for c in checked.citations] == [1]
    assert checked.text.count("[1]") == 2


def test_half_a_word_is_no_quotation(source, embedder):
    assert check("inister left the same even [1]", source, embedder).citations == ()


def test_a_bare_marker_is_no_answer(source, embedder):
    assert check("[1] [1]", source, embedder) == check("", source, embedder)


@pytest.mark.parametrize("fragment", ["No", "Plan to visit Aleppo", "The minister", "2020"])
def test_a_fragment_is_no_verbatim_statement(fragment, embedder):
    text = "The minister said there was no plan to visit Aleppo in 2020."
    article = Article("a", text, "Title", date(2020, 3, 23), "front matter")
    chunk = Chunk("a", 0, len(text), text, (Sentence("a", 0, len(text)),))
    source = Evidence(Passage(1, 1.0, chunk, article), 0, len(text), 0.9)
    assert not any(
        c.match == "verbatim"
        for c in verify(f"{fragment} [1].", [source], embedder, "en").citations
    )


QUOTE = "President Holt received Minister Omar Said in Marseille on 23 March 2020 with 12 guards."


@pytest.mark.parametrize(
    ("claim", "stands"),
    [
        ("The talks of Holt and Said were held in Marseille on 23 March 2020.", True),
        ("Holt met Said in March 2020.", True),
        ("جرى اللقاء في مرسيليا يوم ٢٣ مارس ٢٠٢٠ بحضور ١٢ حارسًا.", True),
        ("Хольт принял Саида в Марселе 23 марта 2020 года.", True),
        ("Holt met Said with 13 guards.", False),
        ("Holt met Said in Marseille on 23 May 2020.", False),
        ("Holt met Said in Lyon in March 2020.", False),
        ("Holt met Minister Omar Lindgren in Marseille.", False),
        ("جرى اللقاء في ليون يوم ٢٣ مارس ٢٠٢٠.", False),
        ("جرى اللقاء في مرسيليا يوم ٢٣ أيار ٢٠٢٠.", False),
    ],
)
def test_the_particulars_of_a_claim_stand_in_the_quotation(claim, stands):
    article = Article("a", QUOTE, "Visit to Marseille", date(2020, 3, 24), language="en")
    assert particulars_stand(claim, QUOTE, article) == stands


_WORDS = st.sampled_from(
    [
        "قال",
        "الوزير",
        "إنّ",
        "الـقطار",
        "توقّف",
        "٣",
        "مرات،",
        "ليلى",
        "«نعم»",
        "The",
        "train",
        "stopped",
        "3",
        "times.",
        "Поезд",
        "ушёл!",
        "ـ",
        "\u200f\u2067",
        "[1]",
        "é",
    ]
)
_SENTENCES = st.lists(_WORDS, min_size=1, max_size=30).map(" ".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=_SENTENCES, written=_SENTENCES)
def test_no_quotation_is_ever_shown_that_is_not_in_its_article(text, written, make_embedder):
    article = Article("a", text, "Title", date(2020, 3, 23), "front matter")
    chunk = Chunk("a", 0, len(text), text, (Sentence("a", 0, len(text)),))
    source = Evidence(Passage(1, 1.0, chunk, article), 0, len(text), 0.9)
    checked = verify(f"{written} [1] {text} [1]", [source], make_embedder(), "ar")
    for citation in checked.citations:
        assert text[citation.start : citation.end] == citation.quote
    assert {v for _, v in checked.verdicts} <= {
        "verbatim",
        "supported",
        "unsupported",
        "contradicted",
    }
    assert len(checked.unsupported) == sum(
        v in {"unsupported", "contradicted"} for _, v in checked.verdicts
    )


def test_what_a_source_denies_is_listed_and_told_apart(embedder):
    text = "The council of the town rejected the plan for the bridge."
    article = Article("a", text, "Title", date(2020, 3, 23), "front matter", language="en")
    chunk = Chunk("a", 0, len(text), text, (Sentence("a", 0, len(text)),))
    source = Evidence(Passage(1, 1.0, chunk, article), 0, len(text), 0.9)
    claim = "The council of the town accepted the plan for the bridge"
    checked = verify(f"{claim} [1].", [source], embedder, "en")
    assert (checked.citations, checked.unsupported, checked.contradicted) == (
        (),
        (claim,),
        (claim,),
    )


@pytest.mark.parametrize(
    "question",
    [
        "من حضر اللقاء؟",
        "When did the minister leave the same evening",
        "Когда закрыли порт из-за шторма",
    ],
)
def test_a_repeated_question_is_no_statement(question, source, embedder):
    assert check(f"{question} [1]", source, embedder).citations == ()


def test_what_the_writer_was_not_shown_supports_nothing(source, embedder):
    claim = "The minister left the same evening"
    start = TEXT.index("The minister")
    kept = replace(source, hidden=((start, TEXT.index("Порт")),))
    assert check(f"{claim} [1]", source, embedder).unsupported == ()
    assert check(f"{claim} [1]", kept, embedder).unsupported == (claim,)


def test_the_question_itself_is_no_statement(source, embedder):
    claim = "The minister left the same evening"
    assert check(f"{claim} [1]", source, embedder, question=f"{claim}?").citations == ()
    assert check(f"{claim} [1]", source, embedder, question="Порт?").citations != ()
