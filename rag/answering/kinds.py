"""What a question asks for, told from its question words. Closed word classes, no names of anything."""

from __future__ import annotations

import re
from typing import Literal

from rag.text.folding import fold_text

Kind = Literal[
    "who", "when", "where", "how_many", "why", "said", "what", "list", "yes_no", "compare"
]

# One alternation a kind, tried in this order; `^` words count only at the start (after و/ف/and/а/и),
# because Arabic «من» is also "from" and "that" or "which" join clauses elsewhere.
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        "compare",
        r"الفرق بين|الاختلاف بين|\bقارن|مقارنة|\bايهما\b|\bcompar[ei]|differen(?:ce|t)s? (?:between|from)|\bdiffer\b"
        r"|\bсравни|разниц|\bотлича|différence entre|karşılaştır|\bfark|vergleich|unterschied|diferencia",
    ),
    (
        "yes_no",
        r"^(?:و|ف)?هل\b|^(?:and )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"
        r"|\S+ ли\b|^est-ce\b|-t-(?:il|elle|on)\b|\bm[ıiuü](?:y?d[ıiuü]\w*|\b)(?=\W*$)"
        r"|^(?:ist|sind|war|waren|hat|haben|wurde|wurden|gab)\b|^آیا\b",
    ),
    (
        "how_many",
        r"\b[وفب]?كم\b|\b[وف]?(?:قديش|اديش|قداش|شحال|چقدر)\b|ما عدد|ما هو عدد|ما نسبة|ما هي نسبة|كم نسبة"
        r"|how many|how much|what (?:number|percentage|share|proportion|percent)|number of"
        r"|сколько|скольк|какое количество|какой процент|какую (?:долю|часть)|какая (?:доля|часть)"
        r"|combien|quel pourcentage|wie ?viele?|kaç|ne kadar|cu[aá]nt[oa]s?|quant[ei]|چند|چقدر",
    ),
    (
        "when",
        r"\b[وف]?(?:متى|امتى|ايمتى|وقتاش|شوقت)\b|في اي (?:يوم|تاريخ|عام|سنة|شهر)|ما (?:هو )?(?:تاريخ|موعد)"
        r"|\bwhen\b|(?:what|which) (?:day|date|year|month)|когда|в каком (?:году|месяце)|какого числа|в какой день"
        r"|\bquand\b|quelle date|\bwann\b|ne zaman|hangi (?:tarih|gün|yıl)|cu[aá]ndo|\bquando\b|چه زمانی|\bکی\b",
    ),
    (
        "where",
        r"\b[وف]?(?:اين|وين|فين)\b|في اي (?:مدينة|مكان|بلد|عاصمة|دولة|منطقة)|الي اين"
        r"|\bwhere\b|(?:what|which|whose) (?:city|place|country|capital|town|venue)"
        r"|\bгде\b|\bкуда\b|\bоткуда\b|в как(?:ом|ой) (?:городе|месте|стране|столице)"
        r"|\boù\b|quelle ville|\bwo\b|\bwohin\b|nere(?:de|ye)|dónde|\bdove\b|\bکجا",
    ),
    (
        "why",
        r"لماذا|\b[وف]?(?:ليش|ليه|علاش)\b|لم (?=لم )|ما (?:هو |هي )?(?:سبب|اسباب|الهدف|هدف|الغرض)|بسبب ماذا"
        r"|\bwhy\b|what (?:was|were|is) the (?:reason|purpose|aim|goal|cause)|for what reason"
        r"|почему|зачем|по какой причине|с какой целью|pourquoi|\bwarum\b|\bwieso\b|neden|niçin|por qué|perch[eé]|چرا",
    ),
    (
        "who",
        r"\b[وف]?(?:مين|منو|شكون)\b|^(?:و|ف)?من(?! اين| متي|ذ)\b|\bمن (?:هو|هي|هم|الذي|التي|الذين|كان|حضر|شارك|رافق|التقي|ترأس|قاد)\b"
        r"|\bبمن\b|\bلمن\b|مع من\b|ما (?:هو )?اسم|ما اسماء"
        r"|\bwho(?:m|se)?\b|(?:what|which) (?:officials?|ministers?|people|persons?|names?|leaders?)"
        r"|\bкто\b|\bкого\b|\bкому\b|\bкем\b|с кем|как зовут|\bqui\b|\bwer\b|\bwen\b|\bwem\b|\bkim(?:ler|in|le|e)?\b"
        r"|qui[eé]n(?:es)?|\bchi\b|چه کسی|چه کسانی",
    ),
    (
        "list",
        r"^(?:و|ف)?(?:اذكر|عدد|سم)\b|ما (?:هي )?(?:ابرز|اهم|الدول|البلدان|الملفات|المواضيع|القضايا|الشروط|البنود|النقاط|الاسباب)"
        r"|اي (?:الدول|البلدان|الملفات|القضايا)|^list\b|^name (?:the|all|some)\b|what are the"
        r"|(?:what|which) (?:countries|topics|issues|subjects|points|conditions|parties|cities|files|matters)"
        r"|\bперечисли|\bназови|\bкаки(?:е|х|ми)\b|\bquel(?:le)?s\b|\bcitez\b|énumér|hangi \w+l[ae]r|nelerdir|\bnennen?\b",
    ),
    (
        "said",
        r"ماذا (?:قال|صرح|اعلن|اكد|ذكر|اعتبر|وصف)|what did .* (?:say|tell|claim|call|announce|state)"
        r"|что (?:сказал|заявил|сообщил)|qu'a (?:dit|déclaré)|was sagte|ne (?:dedi|söyledi)|qué dijo",
    ),
)


def _compile(pattern: str) -> re.Pattern[str]:
    """Fold the pattern's letters as questions are folded, keeping its syntax."""
    folded = re.sub(r"[^\W\d_](?:[^\W\d_]|['’])*", lambda word: _fold_word(pattern, word), pattern)
    return re.compile(folded)


def _fold_word(pattern: str, word: re.Match[str]) -> str:
    escaped = word.start() > 0 and pattern[word.start() - 1] == "\\"
    text = word.group()
    return text[0] + fold_text(text[1:]) if escaped else fold_text(text)


_COMPILED = tuple((kind, _compile(pattern)) for kind, pattern in _PATTERNS)


def question_kind(question: str) -> Kind:
    """The kind of answer wanted; "what" where no question word tells more."""
    folded = fold_text(question).strip(" ?!.\"'")
    return next((kind for kind, pattern in _COMPILED if pattern.search(folded)), "what")
