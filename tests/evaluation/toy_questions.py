"""Three small articles and a question file over them."""

from __future__ import annotations

from typing import Any

from rag.records import Article

ARTICLES = {
    article.id: article
    for article in (
        Article(
            "dam",
            "افتتح الوزير السدّ في ٢٣ آذار ٢٠٢٠. بلغت كلفة السد ١٥ مليون دينار. حضر السكان.",
            title="افتتاح السد",
            language="ar",
        ),
        Article(
            "мост",
            "Мост открыли в мае 2021 года. Его длина составила 2,5 километра.",
            title="Мост",
            language="ru",
        ),
        Article(
            "fair", "The fair opened in Oran. It drew 4,500 visitors.", title="Fair", language="en"
        ),
    )
}
COST = "بلغت كلفة السد ١٥ مليون دينار."
LENGTH = "Его длина составила 2,5 километра."

QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "q-price",
        "question": "كم بلغت كلفة السد الذي افتتح عام 2020؟",
        "language": "ar",
        "kind": "figure",
        "answerable": True,
        "time": "2020",
        "articles": ["dam"],
        "quotes": [{"article": "dam", "quote": COST}],
        "must": [["15 مليون", "خمسة عشر مليون"]],
        "must_not": ["2,5"],
    },
    {
        "id": "q-length",
        "question": "Какова длина моста?",
        "language": "ru",
        "kind": "figure",
        "answerable": True,
        "time": None,
        "articles": ["мост"],
        "quotes": [{"article": "мост", "quote": LENGTH}],
        "must": [["2,5 километра"]],
        "must_not": ["4,500"],
    },
    {
        "id": "q-who",
        "question": "Who is the mayor of Oran?",
        "language": "en",
        "kind": "absent",
        "answerable": False,
        "time": None,
        "articles": [],
        "quotes": [],
        "must": [],
        "must_not": [],
    },
]
