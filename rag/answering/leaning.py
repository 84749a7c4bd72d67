"""Does a sentence lean on the one before it, for who "he", "the minister" or "both" is?

Closed classes: pronouns, demonstratives, and verbs of saying that leave out their subject, as Arabic does.
"""

from __future__ import annotations

import re

from rag.text.folding import fold_text

_SAYING = (
    "قال|اضاف|اكد|اوضح|تابع|اشار|ذكر|شدد|اعلن|صرح|دعا|طالب|وصف|اعتبر|نفى|لفت|بين|كشف|راى|ختم|زاد"
)
_PARTICLE = "ان|انه|انها|انهم|بان|بانه|الى|على|عن"
_ROLE_AR = "الوزير|الرئيس|المسؤول|المتحدث|الناطق|المصدر|المسؤولون|الجانبان|الطرفان|البيان|الوزيران|الرئيسان"
_ROLE = {
    "en": "minister|president|official|officials|spokesman|spokeswoman|spokesperson|statement|two|pair",
    "fr": "ministre|président|responsable|responsables|porte-parole|communiqué|deux",
    "de": "minister|präsident|sprecher|sprecherin|beiden",
}
_PATTERNS = (
    rf"(?:و|ف)?(?:{_SAYING})(?:ت|وا|ا|تا)? (?:{_PARTICLE})\b",
    rf"(?:و|ف)?(?:{_SAYING})(?:ت)? (?:{_ROLE_AR})(?: (?:{_PARTICLE})\b|$)",
    r"(?:و|ف)?(?:هو|هي|هم|هما|انه|انها|ذلك|هذا|هذه|تلك|هؤلاء|كلاهما)\b",
    r"(?:he|she|they|it|his|her|their|its|this|these|those|that|both)\b(?! (?:is|was) (?:not )?(?:the|a|an) \w+ that)",
    rf"the (?:{_ROLE['en']}) (?!of\b|for\b|who\b)[a-z]",
    r"(?:он|она|они|оно|его|ее|её|их|это|этот|эта|эти|оба|обе|тот|та|те)\b",
    r"(?:elle|ils|elles|son|sa|ses|leur|leurs|cette|ces|celui-ci|celle-ci|tous deux|cela)\b",
    r"il (?!y a\b|est\b|faut\b|s'agit\b|s’agit\b|pleu)",
    rf"(?:le|la|les) (?:{_ROLE['fr']}) (?:a|ont|est|sont|avait|affirme|déclare|ajoute|précise)\b",
    r"(?:o|onlar|onun|onların|bu|bunlar|bunun|ikisi)\b(?! (?:yıl|ay|gün|hafta)\b)",
    r"(?:er|sie|ihr|ihre|sein|seine|dies\w*|beide)\b",
    rf"(?:der|die) (?:{_ROLE['de']}) [a-zäöü]",
)
_LEANS = re.compile("|".join(f"(?:{pattern})" for pattern in map(fold_text, _PATTERNS)))


def leans_back(sentence: str) -> bool:
    """Whether the sentence begins with a word that only what stands before can explain."""
    return _LEANS.match(fold_text(sentence).lstrip(" \"'«“”-–—")) is not None
