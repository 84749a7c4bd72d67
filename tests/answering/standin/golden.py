"""The prompts that are kept as files; `python -m tests.answering.standin.golden` writes them anew."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from rag.answering.prompts import build_messages, fit
from tests.answering.standin.material import brief, count_words, passage

FOLDER = Path(__file__).parent.parent / "golden"
QUESTIONS = {
    "ar": "كم بلغ إنتاج القمح سنة ٢٠٢١؟",
    "en": "How much wheat was harvested in 2021?",
    "ru": "Сколько пшеницы собрали в 2021 году?",
    "fr": "Combien de blé a été récolté en 2021 ?",
    "tr": "2021'de ne kadar buğday hasat edildi?",
    "de": "Wie viel Weizen wurde 2021 geerntet?",
    "es": "¿Cuánto trigo se cosechó en 2021?",
    "fa": "در سال ۲۰۲۱ چه مقدار گندم برداشت شد؟",
    "it": "Quanto grano è stato raccolto nel 2021?",
}
PASSAGES = (
    passage(
        "بلغ إنتاج القمح ٢٫٤ مليون طن سنة ٢٠٢١.",
        "وكان قد بلغ 3.1 مليون طن في السنة السابقة، بحسب وزارة الزراعة (MoA).",
        rank=1, title="موسم القمح", source="جريدة الحصاد", published=date(2021, 8, 14),
        before="مقدمة لا تدخل في المقطع. ",
    ),
    passage(
        "В 2021 году собрали 2,4 млн тонн пшеницы.", rank=2,
        title="Итоги жатвы", source="Вестник полей", published=date(2021, 9, 2),
    ),
    passage("The harvest came late [3] that year, officials said.", rank=3),
)  # fmt: skip


def render(language: str) -> str:
    """Both messages as one text, fenced with a fixed token."""
    made = brief(QUESTIONS[language], language, PASSAGES)
    messages = build_messages(made, fit(made, count_words, 10_000), fence="0123456789abcdef")
    return "".join(f"##### {m['role']}\n{m['content']}\n" for m in messages)


def path(language: str) -> Path:
    return FOLDER / f"prompt_{language}.txt"


if __name__ == "__main__":
    for code in QUESTIONS:
        path(code).write_text(render(code), encoding="utf-8")
        sys.stdout.write(f"{path(code)}\n")
