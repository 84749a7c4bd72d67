"""Every word of the page, in Arabic and English; plural forms, dates and language names by CLDR."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date

if TYPE_CHECKING:
    from datetime import date

LANGUAGES = ("ar", "en")
DIRECTION = {"ar": "rtl", "en": "ltr"}
_LOCALE = {"ar": "ar", "en": "en_GB"}

_WORDS: dict[str, tuple[str, str]] = {  # key: (Arabic, English)
    "name": ("شواهد", "Shawahid"),
    "tagline": (
        "إجابات من مقالات الأخبار، لكل جملة شاهدها",
        "Answers from news articles, each with its quotation",
    ),
    "skip": ("انتقل إلى مربع السؤال", "Skip to the question"),
    "new": ("محادثة جديدة", "New chat"),
    "theme": ("المظهر الفاتح أو الداكن", "Light or dark"),
    "sources": ("المصادر", "Sources"),
    "close": ("إغلاق", "Close"),
    "hello": ("ماذا تريد أن تعرف من المقالات؟", "What would you like to know from the articles?"),
    "promise": (
        "كل جملة في الجواب منقولة عن مقال تفتحه بنفسك، وما ليس في المقالات نقول إنه ليس فيها.",
        "Every statement is quoted from an article you can open, and what the articles do not say, we say so.",
    ),
    "example": ("ماذا يقول المقال «{title}»؟", "What does the article «{title}» say?"),
    "ask": ("اسأل عن خبر أو شخص أو مكان…", "Ask about an event, a person or a place…"),
    "question": ("السؤال", "Question"),
    "send": ("أرسل السؤال", "Send the question"),
    "stop": ("أوقف الجواب", "Stop the answer"),
    "conversation": ("المحادثة", "Conversation"),
    "note": (
        "الأجوبة من هذه المقالات وحدها. اقرأ الشاهد قبل أن تعتمد على الجواب.",
        "Answers come from these articles alone. Read the quotation before you rely on one.",
    ),
    "filters": ("حدود البحث", "Limit the search"),
    "outlets": ("جهات النشر", "Outlets"),
    "languages": ("لغات المقالات", "Languages of articles"),
    "since": ("نُشر منذ", "Published since"),
    "until": ("نُشر حتى", "Published until"),
    "panel_hint": (
        "هنا تظهر المقاطع التي يستند إليها الجواب، والشاهد فيها مظلَّل. اضغط رقمًا في الجواب ليظهر مقطعه.",
        "The passages behind an answer appear here, with the quotation marked. Select a number in the answer to see its passage.",
    ),
    "searching": ("يبحث في المقالات…", "Searching the articles…"),
    "writing": ("يكتب الجواب…", "Writing the answer…"),
    "answered": ("✓ موثَّق", "✓ Supported"),
    "partial": ("≈ موثَّق جزئيًا", "≈ Partly supported"),
    "not_found": ("∅ ليس في المقالات", "∅ Not in the articles"),
    "ambiguous": ("؟ أيَّها تقصد", "? Which one do you mean"),
    "stopped": ("◼ أوقفتَه قبل أن يكتمل", "◼ Stopped before it was complete"),
    "failed": ("✕ تعذّر الجواب", "✕ No answer"),
    "work": (
        "قرأ {passages} · {seconds} ث · الكاتب: {writer}",
        "Read {passages} · {seconds} s · writer: {writer}",
    ),
    "time": ("بعد {seconds} ث", "After {seconds} s"),
    "unsupported": ("جُمل لا شاهد لها:", "Statements without support:"),
    "nothing": (
        "لا يوجد مقطع يسند جوابًا عن هذا السؤال.",
        "No passage supports an answer to this question.",
    ),
    "near": ("قريب، لكنه ليس الجواب", "Close, but not the answer"),
    "choices": ("المقصود واحد من هذه", "It may be one of these"),
    "read": ("مقاطع أخرى قُرئت", "Other passages read"),
    "no_title": ("بلا عنوان", "Untitled"),
    "no_outlet": ("جهة النشر غير معروفة", "Outlet unknown"),
    "no_date": ("التاريخ غير معروف", "Date unknown"),
    "origin_metadata": ("من بيانات الصفحة", "from the page's metadata"),
    "origin_text": ("مذكور في النص", "found in the text"),
    "verbatim": ("بنصّه", "verbatim"),
    "supported": ("بمعناه", "by meaning"),
    "open": ("افتح المقال", "Open article"),
    "copy": ("انسخ الشاهد", "Copy quotation"),
    "copied": ("نُسخ", "Copied"),
    "back": ("عد إلى الجواب", "Back to the answer"),
    "original": ("الصفحة الأصلية", "Original page"),
    "to_chat": ("إلى الأسئلة", "Ask a question"),
    "to_quote": ("إلى الشاهد", "Go to the quotation"),
    "no_article": ("لا يوجد هذا المقال في الفهرس.", "The index has no such article."),
    "error_empty": ("اكتب سؤالًا أولًا.", "Write a question first."),
    "error_long": (
        "السؤال أطول من {limit} حرف؛ اختصره.",
        "The question is longer than {limit} characters; shorten it.",
    ),
    "error_text": (
        "في السؤال رموز ليست نصًّا؛ احذفها.",
        "The question holds characters that are no text; remove them.",
    ),
    "error_dates": ("تاريخ البداية بعد تاريخ النهاية.", "The first date is after the last."),
    "error_wait": ("انتظر الجواب السابق أو أوقفه.", "Wait for the previous answer, or stop it."),
    "error_known": ("لم نستطع الجواب: {reason}", "No answer could be given: {reason}"),
    "error_unknown": (
        "حدث خطأ غير متوقع في الخادم. حاول من جديد؛ رقمه في السجل {id}.",
        "The server met an unexpected error. Try again; its log has it under {id}.",
    ),
}

_COUNTED: dict[str, dict[str, dict[str, str]]] = {
    "sources": {
        "ar": {
            "zero": "بلا مصدر", "one": "مصدر واحد", "two": "مصدران",
            "few": "{n} مصادر", "many": "{n} مصدرًا", "other": "{n} مصدر",
        },
        "en": {"one": "{n} source", "other": "{n} sources"},
    },
    "articles": {
        "ar": {
            "zero": "لا مقالات", "one": "مقال واحد", "two": "مقالان",
            "few": "{n} مقالات", "many": "{n} مقالًا", "other": "{n} مقال",
        },
        "en": {"one": "{n} article", "other": "{n} articles"},
    },
    "passages": {
        "ar": {
            "zero": "لا مقاطع", "one": "مقطعًا واحدًا", "two": "مقطعين",
            "few": "{n} مقاطع", "many": "{n} مقطعًا", "other": "{n} مقطع",
        },
        "en": {"one": "{n} passage", "other": "{n} passages"},
    },
}  # fmt: skip


def say(language: str, key: str, **values: object) -> str:
    """The words of `key`; values are put in as they are, so the result is text, not HTML."""
    words = _WORDS[key][LANGUAGES.index(language)]
    return words.format(**values) if values else words


def count(language: str, key: str, n: int) -> str:
    """A number with its noun, in the plural form the language asks for."""
    forms = _COUNTED[key][language]
    form = _locale(language).plural_form(n)
    return forms.get(form, forms["other"]).format(n=n)


def long_date(day: date, language: str) -> str:
    """A day with its month's name, which no change of direction can garble."""
    return str(format_date(day, "long", locale=_LOCALE[language]))


def language_name(code: str, language: str) -> str:
    """The name of a language by its code; the code where CLDR has none."""
    return str(_locale(language).languages.get(code, code))


def pick_language(asked: str | None, remembered: str | None, accepted: str) -> str:
    """The page's language: the address, then the cookie, then the browser's first that we speak."""
    wishes = [asked, remembered]
    wishes += [part.split(";")[0].strip().lower()[:2] for part in accepted.split(",")]
    return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALE[language])
