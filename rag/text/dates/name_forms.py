"""Forms of month and day names that CLDR lacks: declined ones, and spellings of newspapers."""

from __future__ import annotations

from typing import Final

ARAB_REGIONS: Final = ("ar_DZ", "ar_TN", "ar_MA", "ar_MR", "ar_SY", "ar_LB", "ar_IQ", "ar_SA")

IN_AUGUST: Final = "بآب"  # folded it is "door": `build` looks at how it is written
MONTH_NAMES: Final = {
    2: ("فبرایر",),
    5: ("مايس",),
    6: ("يونيه",),
    7: ("يوليه",),
    8: ("أوغسطس", IN_AUGUST),
    12: ("دسمبر",),
}
HIJRI_NAMES: Final = {
    1: ("المحرم",),
    4: ("ربيع الآخر",),
    5: ("جمادى الأول",),
    6: ("جمادى الثانية", "جمادى الثاني"),
    8: ("Shaban",),
    9: ("Ramadhan", "Рамадан", "Рамадана"),
    11: ("ذي القعدة",),
    12: ("ذي الحجة",),
}
MONTH_FORMS: Final = (  # after "в", "к", "между" and their like
    "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре",
    "январю февралю марту апрелю маю июню июлю августу сентябрю октябрю ноябрю декабрю",
    "январем февралем мартом апрелем маем июнем июлем августом сентябрем октябрем ноябрем декабрем",
    "січні лютому березні квітні травні червні липні серпні вересні жовтні листопаді грудні",
    "січнем лютим березнем квітнем травнем червнем липнем серпнем вереснем жовтнем листопадом груднем",
)
TURKISH_CASES: Final = (
    "da",
    "de",
    "ta",
    "te",
    "dan",
    "den",
    "tan",
    "ten",
)  # written without apostrophe

# Short names that are common words of another language.
NO_ABBREVIATIONS: Final = frozenset(
    ["set", "mag", "gen", "per", "par", "ara", "mer", "sal", "lug", "ott", "sat", "sun", "wed"]
)

_RUSSIAN: Final = (
    "понедельника|вторника|среду среды|четверга|пятницу пятницы|субботу субботы|воскресенья"
)
_UKRAINIAN: Final = (
    "понеділка|вівторка|середу середи|четверга|п'ятницю п'ятниці|суботу суботи|неділю неділі"
)
_ARABIC: Final = "اثنين|ثلاثاء|أربعاء|خميس|جمعة|سبت|أحد"  # «أحد» is also "one": only before a date
_PERSIAN: Final = "دو شنبه|سه شنبه|چهار شنبه|پنج شنبه|آدینه||یک شنبه"


def _forms(kind: str, names: str) -> tuple[tuple[str, int, str], ...]:
    """Rows (kind, weekday from Monday as 0, form) from forms that "|" parts by day."""
    return tuple(
        (kind, weekday, form)
        for weekday, forms in enumerate(names.split("|"))
        for form in ([forms] if kind == "W" and "شنبه" in forms else forms.split())
    )


WEEKDAY_FORMS: Final = {
    "ru": _forms("W", _RUSSIAN),
    "uk": _forms("W", _UKRAINIAN),
    "ar": _forms("V", _ARABIC),
    "fa": _forms("W", _PERSIAN),
}
COMPOUND_WEEKDAYS: Final = {
    "de": ("morgen", "vormittag", "mittag", "nachmittag", "abend", "nacht", "s"),
}

_ONES: Final = "الأول|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع"
_COMPOUND_ONES: Final = "الحادي|الثاني|الثالث|الرابع|الخامس|السادس|السابع|الثامن|التاسع"


def _arabic_days() -> tuple[tuple[int, str], ...]:
    """Days of the month as Arabic ordinals, as in «الحادي والعشرين من مارس»."""
    rows = list(enumerate(_ONES.split("|"), start=1))
    rows += [(10, "العاشر"), (20, "العشرين"), (20, "العشرون"), (30, "الثلاثين"), (30, "الثلاثون")]
    for one, name in enumerate(_COMPOUND_ONES.split("|"), start=1):
        rows += [
            (10 + one, f"{name} عشر"),
            (20 + one, f"{name} والعشرين"),
            (20 + one, f"{name} والعشرون"),
        ]
    return (*rows, (31, "الحادي والثلاثين"), (31, "الحادي والثلاثون"))


ARABIC_DAYS: Final = _arabic_days()
