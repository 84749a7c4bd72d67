import pytest

from rag.answering.leaning import leans_back


@pytest.mark.parametrize(
    "sentence",
    [
        "وأضاف أن الجسر سيُفتح في مايو.",
        "وقال الوزير إن الأعمال انتهت.",
        "وهو أول جسر على النهر.",
        "هذا الاتفاق هو الثاني خلال عام.",
        "He added that the bridge would open in May.",
        "The minister said the works were over.",
        "Both agreed to meet again.",
        "Он добавил, что мост откроют в мае.",
        "Оба договорились встретиться снова.",
        "Elle a ajouté que le pont ouvrirait en mai.",
        "Il a signé le traité.",
        "Le ministre a déclaré que les travaux étaient finis.",
        "Bu anlaşma bir yıl içinde ikinci.",
        "Er fügte hinzu, die Brücke öffne im Mai.",
    ],
)
def test_a_sentence_that_needs_the_one_before(sentence):
    assert leans_back(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "وأضافت وزيرة الأشغال سلمى نور أن الجسر سيُفتح في مايو.",
        "قال المهندس عمر سعيد إن الأعمال انتهت.",
        "افتُتح الجسر في ٤ مايو ٢٠١٩.",
        "Anna Holt added that the bridge would open in May.",
        "The minister of works Anna Holt said so.",
        "Анна Хольт открыла мост.",
        "Il y a trois ponts à Velden.",
        "Anna Holt a signé le traité.",
        "Bu yıl üç köprü açıldı.",
        "Die Brücke wurde im Mai eröffnet.",
        "",
    ],
)
def test_a_sentence_that_stands_alone(sentence):
    assert not leans_back(sentence)
