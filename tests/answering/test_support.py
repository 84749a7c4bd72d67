import pytest

from rag.answering.alignment import Alignment, Side
from rag.answering.contradiction import contradicts
from rag.answering.polarity import negations, opposed
from rag.answering.quantities import quantities_stand


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("3.5 مليون دولار", "ثلاثة ملايين ونصف مليون دولار"),
        ("3,5 millions de dollars", "ثلاثة ملايين ونصف مليون دولار"),
        ("نما ٣٫٥ مرة", "вырос в 3,5 раза"),
        ("تسعون بالمئة", "90%"),
        ("quatre-vingt-dix pour cent", "90 %"),
        ("About 75 percent", "three quarters of it"),
        ("deux tiers", "ثلثيها"),
        ("seize fois", "16 раз"),
        ("дважды", "هاتفه مرتين"),
        ("soixante mille visiteurs", "60 000 visitors"),
        ("14,3 тысячи", "14 300 зрителей"),
        ("7,4 millions d'euros", "7,4 млн евро"),
    ],
)
def test_a_quantity_is_one_in_all_its_spellings(claim, quote):
    assert quantities_stand(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("سبعون بالمئة", "90%"),
        ("dix-neuf morts", "deux morts"),
        ("4,5 millions", "ثلاثة ملايين ونصف مليون"),
        ("three quarters", "two thirds"),
        ("пять раз", "مرتين"),
    ],
)
def test_another_quantity_does_not_stand(claim, quote):
    assert not quantities_stand(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote", "against"),
    [
        ("وافقت اللجنة على الطلب", "رفضت اللجنة الطلب", True),
        ("The court did not reject the plea", "The court accepted the plea", False),
        ("Завод открыли весной", "Завод закрыли весной", True),
        ("Le conseil a accepté la demande", "Le conseil a rejeté la demande", True),
        ("The committee accepted the plan", "وافقت اللجنة على الخطة", False),
    ],
)
def test_opposite_words_are_told_and_negation_turns_them_back(claim, quote, against):
    assert opposed(claim, quote) == against


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("لم يحضر", 1),
        ("He did not come", 1),
        ("Он не пришёл", 1),
        ("Il n'est pas venu", 1),
        ("حضر", 0),
    ],
)
def test_negations_are_counted_once(text, count):
    assert negations(text) == count


@pytest.mark.parametrize(
    ("claim", "quote", "against"),
    [
        ("The mayor Holt thanked Lindgren", "The mayor Lindgren thanked Holt", True),
        ("The mayor Holt was thanked by Lindgren", "The mayor Lindgren thanked Holt", False),
        ("The mayor Holt met Lindgren", "The mayor Lindgren met Holt", False),
        ("The bridge was not opened", "The bridge was opened", True),
        (
            "The minister Anna Said spoke",
            "The minister Anna Holt and the envoy Omar Said spoke",
            True,
        ),
    ],
)
def test_who_did_what_to_whom(claim, quote, against):
    assert contradicts(Alignment(Side.of(claim), Side.of(quote))) == against
