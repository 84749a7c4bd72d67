"""The number words of Arabic, English and Russian: a closed class, with cases, genders and spellings.

num2words knows one form of each, and Russian and Arabic news decline them («двух», «خمسة عشر» / «خمس عشرة»).
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from rag.text.folding import fold_text

Kind = Literal["small", "scale", "plural", "dual"]


class NumberWord(NamedTuple):
    """`small` is under 1000; `scale` from 1000; `plural`, a scale that counts only after a number; `dual`, two scales."""

    kind: Kind
    value: int


_PLAIN = {  # value: forms
    0: "zero ноль нуль нуля", 1: "one один одна одного одной واحد واحده",
    2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي two два две двух двум двумя двое",
    3: "ثلاث ثلاثه three три трех трем тремя трое", 4: "اربع اربعه four четыре четырех четырем четырьмя четверо",
    5: "خمس خمسه five пять пяти пятью пятеро", 6: "ست سته six шесть шести шестью шестеро",
    7: "سبع سبعه seven семь семи семеро", 8: "ثمان ثماني ثمانيه eight восемь восьми восемью",
    9: "تسع تسعه nine девять девяти девятью", 10: "عشره عشر ten десять десяти десятью", 11: "eleven", 12: "twelve",
    13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen",
    20: "عشرون عشرين twenty", 30: "ثلاثون ثلاثين thirty", 40: "اربعون اربعين forty сорок сорока",
    50: "خمسون خمسين fifty пятьдесят пятидесяти", 60: "ستون ستين sixty шестьдесят шестидесяти",
    70: "سبعون سبعين seventy семьдесят семидесяти", 80: "ثمانون ثمانين eighty восемьдесят восьмидесяти",
    90: "تسعون تسعين ninety девяносто девяноста",
    100: "ميه مايه hundred сто ста", 200: "ميتان ميتين ميتا ميتي مايتان مايتين مايتا مايتي двести двухсот двумстам",
    300: "триста трехсот тремстам", 400: "четыреста четырехсот четыремстам", 500: "пятьсот пятисот пятистам",
    600: "шестьсот шестисот шестистам", 700: "семьсот семисот семистам", 800: "восемьсот восьмисот восьмистам",
    900: "девятьсот девятисот девятистам",
}  # fmt: skip
_RUSSIAN_TEENS = "один две три четыр пят шест сем восем девят"
_ARABIC_FUSED = {3: "ثلاث", 4: "اربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان ثماني", 9: "تسع"}
_SCALES = {
    10**3: "الف الفا thousand тысяча тысячу тыс", 10**6: "مليون مليونا million mln mn миллион млн",
    10**9: "مليار مليارا بليون billion bn миллиард млрд", 10**12: "تريليون trillion trn триллион трлн",
}  # fmt: skip
_PLURALS = {
    10**3: "الاف thousands тысячи тысяч тысячам тысячами тысячах",
    10**6: "ملايين millions миллиона миллионов миллионам миллионами миллионах",
    10**9: "مليارات بلايين billions миллиарда миллиардов миллиардам миллиардами миллиардах",
    10**12: "تريليونات trillions триллиона триллионов триллионам триллионами",
}
_DUALS = {
    10**3: "الفان الفين الفي",
    10**6: "مليونان مليونين مليوني",
    10**9: "ملياران مليارين ملياري",
}


@cache
def number_words() -> dict[str, NumberWord]:
    """Kind and value of each number word, folded."""
    words: dict[str, NumberWord] = {
        "احد عشر": NumberWord("small", 11),
        "احدي عشره": NumberWord("small", 11),
    }
    tables: dict[Kind, dict[int, str]] = {
        "small": _PLAIN,
        "scale": _SCALES,
        "plural": _PLURALS,
        "dual": _DUALS,
    }
    for kind, table in tables.items():
        words |= {
            fold_text(form): NumberWord(kind, value)
            for value, forms in table.items()
            for form in forms.split()
        }
    for unit, stem in enumerate(_RUSSIAN_TEENS.split(), 1):
        words |= {
            f"{stem}надцат{ending}": NumberWord("small", 10 + unit) for ending in ("ь", "и", "ью")
        }
    for ten in ("двадцат", "тридцат"):
        words |= {
            f"{ten}{ending}": NumberWord("small", 20 if ten[0] == "д" else 30)
            for ending in ("ь", "и", "ью")
        }
    for unit, stems in _ARABIC_FUSED.items():
        words |= {
            f"{stem}{hundred}": NumberWord("small", unit * 100)
            for stem in stems.split()
            for hundred in ("ميه", "مايه")
        }
    return words
