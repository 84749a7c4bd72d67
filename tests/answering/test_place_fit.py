from datetime import date

import pytest

from rag.answering.place_fit import missing_town
from rag.answering.understand import understand
from rag.records import Article, Turn

TODAY = date(2022, 1, 1)
MARSEILLE = {
    "en": "The fair opened in Marseille.",
    "ru": "Ярмарка открылась в Марселе.",
    "ar": "افتتح المعرض في مرسيليا.",
}


@pytest.mark.parametrize(
    "question",
    [
        "Who opened the fair in Marseille?",
        "من افتتح معرض مرسيليا؟",
        "Кто открыл ярмарку в Марселе?",
    ],
)
@pytest.mark.parametrize("language", MARSEILLE)
def test_a_town_is_known_by_its_name_in_any_script(question, language):
    towns = understand(question, (), TODAY).towns
    assert len(towns) == 1
    assert missing_town(towns, Article("a", MARSEILLE[language], language=language)) is None
    assert missing_town(towns, Article("a", "The fair opened in Lyon.", language="en")) is towns[0]


def test_the_title_counts():
    towns = understand("Who opened the fair in Marseille?", (), TODAY).towns
    assert (
        missing_town(towns, Article("a", "It opened.", "Fair of Marseille", language="en")) is None
    )


def test_a_capital_constrains_nothing_as_it_may_mean_its_government():
    assert understand("What does Ankara demand?", (), TODAY).towns == ()
    assert understand("ماذا تطلب أنقرة؟", (), TODAY).towns == ()


def test_without_a_town_every_article_fits():
    assert missing_town((), Article("a", "Anything.")) is None


def test_a_follow_up_may_name_another_town():
    history = [Turn("Who opened the fair in Marseille?")]
    assert [t.name for t in understand("And in Bordeaux?", history, TODAY).towns] == ["Bordeaux"]
    assert [t.name for t in understand("And when?", history, TODAY).towns] == ["Marseille"]
