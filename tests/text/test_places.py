import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.text.places import PlaceIndex, find_places


def named(text, language=None):
    return [text[found.start : found.end] for found in find_places(text, language)]


def ids(text, language=None):
    return [found.place.id for found in find_places(text, language)]


ALEPPO = 170063
DAMASCUS = 170654


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What happened in Aleppo?", "en"),
        ("Was geschah in Halab?", "de"),
        ("ماذا حدث في حلب؟", "ar"),
        ("ماذا حدث في حَلَبَ؟", "ar"),
        ("Что произошло в Алеппо?", "ru"),
        ("Halep'te ne oldu?", "tr"),
    ],
)
def test_one_city_in_all_scripts(text, language):
    assert ids(text, language) == [ALEPPO]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("переговоры в Дамаске", ["Дамаске"]),
        ("между Москвой и Парижем", ["Москвой", "Парижем"]),
        ("жители Нижнего Новгорода", ["Нижнего Новгорода"]),
        ("встреча в Риме", ["Риме"]),
        ("рейс в Нью-Йорк", ["Нью-Йорк"]),
    ],
)
def test_declined_russian_names(text, expected):
    assert named(text, "ru") == expected


def test_turkish_suffix_and_a_short_name_told_by_its_mark():
    assert ids("Şam'da toplantı", "tr") == [DAMASCUS]
    assert ids("Sam said so", "en") == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [("وبحلب", "حلب"), ("للرياض", "الرياض"), ("وبالقاهرة", "القاهرة"), ("فدمشق", "دمشق"), ("لبكين", "بكين")],
)  # fmt: skip
def test_arabic_proclitics(text, plain):
    assert ids(text, "ar") == ids(plain, "ar") != []


@pytest.mark.parametrize(
    "text", ["New York", "نيويورك", "سانت بطرسبرغ", "San Diego", "Солт-Лейк-Сити"]
)
def test_the_longest_name_wins(text):
    assert named(text) == [text]


def test_names_do_not_cross_punctuation():
    assert named("New, York") != ["New, York"]


def test_offsets_are_those_of_the_original():
    text = "٢٠١٩ — قصفُ حَـلَـب \u200fثم Aleppo"
    assert named(text, "ar") == ["حَـلَـب", "Aleppo"]


@pytest.mark.parametrize(
    "text",
    [
        "فتح الباب في المدينة الجديدة يوم الخميس",
        "على مدى عام كان بن سالم في البيت الأبيض",
        "Elizabeth Warren met James Buchanan at the White House on Friday.",
        "Новый совет начал работу. Белый дом молчит.",
        "the nice reading of a mobile orange",
        "1234 ALP DAM",
        "",
    ],
)
def test_ordinary_sentences_name_no_city(text):
    assert named(text) == []


@pytest.mark.parametrize(
    "text",
    ["قالت تركيا إنها", "وبتركيا", "Turkey said", "Турция заявила", "власти Турции", "Ankara", "أنقرة", "Анкаре"],
)  # fmt: skip
def test_a_capital_stands_for_its_country(text):
    [ankara] = find_places("Ankara")
    assert ankara.place.is_capital
    assert PlaceIndex.of(text).holds(ankara.place)


def test_another_city_does_not_stand_for_its_country():
    [aleppo] = find_places("حلب")
    assert not aleppo.place.is_capital
    assert not PlaceIndex.of("سوريا Syria Сирия دمشق").holds(aleppo.place)
    assert PlaceIndex.of("بحلب").holds(aleppo.place)
    assert PlaceIndex.of("из Халеба").holds(aleppo.place)
    assert not PlaceIndex.of("").holds(aleppo.place)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.sampled_from([None, "ar", "en", "ru", "tr", "xx"]))
def test_any_text_is_taken(text, language):
    index = PlaceIndex.of(text, language)
    last = 0
    for found in find_places(text, language):
        assert last <= found.start < found.end <= len(text)
        assert index.holds(found.place)
        last = found.end
