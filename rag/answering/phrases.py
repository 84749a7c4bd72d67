"""What the program itself says in an answer, in the question's language. Quotations are never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from rag.text.language import dominant_script

if TYPE_CHECKING:
    from datetime import date

    from rag.records import Article, TimeRange

Name = Literal[
    "by",
    "article",
    "undated",
    "not_found",
    "nearest",
    "untimed",
    "other_time",
    "other_place",
    "weak",
    "which_event",
    "differ",
    "untitled",
    "unverified",
]

_DEFAULT = "en"
_ISOLATE, _ISOLATE_END = "\u2068", "\u2069"  # else an Arabic date after a Latin outlet falls apart
_TITLE_CHARACTERS = 70  # of a title that stands for an unknown outlet; keeps the lead-in to a line
_QUOTES = {
    "ar": "«»",
    "fa": "«»",
    "ru": "«»",
    "uk": "«»",
    "fr": "«»",
    "de": "„“",
    "tr": "“”",
    "es": "«»",
    "it": "«»",
}

_PHRASES: dict[str, dict[Name, str]] = {
    "ar": {
        "by": "{who} ({when})", "article": "مقال", "undated": "بلا تاريخ معروف", "untitled": "مقال بلا عنوان",
        "not_found": "لا تجيب المقالات المتاحة عن هذا السؤال.",
        "nearest": "أقرب ما فيها: {titles}.",
        "untimed": "لا يُعرف تاريخ المقال، ولا يذكر نصه الزمن المسؤول عنه ({time})",
        "other_time": "يتحدث عن زمن آخر ({found}) غير المسؤول عنه ({time})",
        "unverified": "غير موثّق",
        "other_place": "لا يذكر «{place}»",
        "weak": "يتناول موضوعًا قريبًا ولا يذكر الجواب",
        "which_event": "ينطبق سؤالك على أكثر من حدث. أيّها تقصد؟",
        "differ": "تختلف المصادر:",
    },
    "en": {
        "by": "{who} ({when})", "article": "an article", "undated": "date unknown", "untitled": "an untitled article",
        "not_found": "The articles at hand do not answer this question.",
        "nearest": "The nearest they hold: {titles}.",
        "untimed": "the article's date is unknown and its text does not name the time asked about ({time})",
        "other_time": "is about another time ({found}) than the one asked about ({time})",
        "unverified": "not verified",
        "other_place": "does not mention “{place}”",
        "weak": "is on a close subject but does not state the answer",
        "which_event": "Several events fit your question. Which one do you mean?",
        "differ": "The sources differ:",
    },
    "ru": {
        "by": "{who} ({when})", "article": "статья", "undated": "дата неизвестна", "untitled": "статья без заголовка",
        "not_found": "В имеющихся статьях нет ответа на этот вопрос.",
        "nearest": "Ближайшее, что в них есть: {titles}.",
        "untimed": "дата статьи неизвестна, а время из вопроса ({time}) в тексте не названо",
        "other_time": "речь о другом времени ({found}), а не о том, что в вопросе ({time})",
        "unverified": "не подтверждено",
        "other_place": "не упоминает «{place}»",
        "weak": "близкая тема, но ответа нет",
        "which_event": "Вашему вопросу отвечают несколько событий. Какое вы имеете в виду?",
        "differ": "Источники расходятся:",
    },
    "fr": {
        "by": "{who} ({when})", "article": "un article", "undated": "date inconnue", "untitled": "un article sans titre",
        "not_found": "Les articles disponibles ne répondent pas à cette question.",
        "nearest": "Ce qui s'en approche le plus : {titles}.",
        "untimed": "la date de l'article est inconnue et son texte ne nomme pas la période demandée ({time})",
        "other_time": "parle d'une autre période ({found}) que celle demandée ({time})",
        "unverified": "non vérifié",
        "other_place": "ne mentionne pas « {place} »",
        "weak": "traite d'un sujet proche sans donner la réponse",
        "which_event": "Plusieurs événements correspondent à votre question. Lequel voulez-vous dire ?",
        "differ": "Les sources divergent :",
    },
    "tr": {
        "by": "{who} ({when})", "article": "bir haber", "undated": "tarihi bilinmiyor", "untitled": "başlıksız bir haber",
        "not_found": "Eldeki haberler bu soruyu yanıtlamıyor.",
        "nearest": "En yakın içerik: {titles}.",
        "untimed": "haberin tarihi bilinmiyor ve metni sorulan zamanı ({time}) anmıyor",
        "other_time": "sorulan zamandan ({time}) başka bir zamanı ({found}) anlatıyor",
        "unverified": "doğrulanmadı",
        "other_place": "“{place}” adını anmıyor",
        "weak": "yakın bir konuyu işliyor ama yanıtı vermiyor",
        "which_event": "Sorunuza birden çok olay uyuyor. Hangisini kastediyorsunuz?",
        "differ": "Kaynaklar birbirinden ayrılıyor:",
    },
    "de": {
        "by": "{who} ({when})", "article": "ein Artikel", "undated": "Datum unbekannt", "untitled": "ein Artikel ohne Titel",
        "not_found": "Die vorliegenden Artikel beantworten diese Frage nicht.",
        "nearest": "Am nächsten kommt: {titles}.",
        "untimed": "das Datum des Artikels ist unbekannt, und sein Text nennt die gefragte Zeit ({time}) nicht",
        "other_time": "handelt von einer anderen Zeit ({found}) als der gefragten ({time})",
        "unverified": "nicht belegt",
        "other_place": "erwähnt „{place}“ nicht",
        "weak": "behandelt ein nahes Thema, ohne die Antwort zu nennen",
        "which_event": "Auf Ihre Frage passen mehrere Ereignisse. Welches meinen Sie?",
        "differ": "Die Quellen weichen voneinander ab:",
    },
    "es": {
        "by": "{who} ({when})", "article": "un artículo", "undated": "fecha desconocida", "untitled": "un artículo sin título",
        "not_found": "Los artículos disponibles no responden a esta pregunta.",
        "nearest": "Lo más cercano que contienen: {titles}.",
        "untimed": "se desconoce la fecha del artículo y su texto no nombra el periodo preguntado ({time})",
        "other_time": "habla de otro periodo ({found}) que el preguntado ({time})",
        "unverified": "sin verificar",
        "other_place": "no menciona «{place}»",
        "weak": "trata un tema cercano sin dar la respuesta",
        "which_event": "Varios hechos corresponden a su pregunta. ¿A cuál se refiere?",
        "differ": "Las fuentes difieren:",
    },
    "fa": {
        "by": "{who} ({when})", "article": "مقاله‌ای", "undated": "تاریخ نامعلوم", "untitled": "مقاله‌ای بی‌عنوان",
        "not_found": "مقاله‌های موجود به این پرسش پاسخ نمی‌دهند.",
        "nearest": "نزدیک‌ترین مطلب موجود: {titles}.",
        "untimed": "تاریخ مقاله نامعلوم است و متن آن زمان پرسیده‌شده ({time}) را نام نمی‌برد",
        "other_time": "دربارهٔ زمان دیگری است ({found})، نه زمان پرسیده‌شده ({time})",
        "unverified": "تأییدنشده",
        "other_place": "از «{place}» نام نمی‌برد",
        "weak": "موضوعی نزدیک دارد ولی پاسخ را نمی‌گوید",
        "which_event": "چند رویداد با پرسش شما می‌خواند. کدام را می‌گویید؟",
        "differ": "منابع با هم اختلاف دارند:",
    },
}  # fmt: skip


def phrase(name: Name, language: str, **values: str) -> str:
    """A phrase in `language`, in English where that language has none."""
    return _PHRASES.get(language, _PHRASES[_DEFAULT])[name].format(**values)


def day_name(day: date, language: str) -> str:
    """A date as readers of `language` write it, Western digits."""
    return format_date(day, "d MMMM y", locale=_locale(language))


def range_name(time: TimeRange | None, language: str) -> str:
    """A time range in words as short as it allows: a year, a month, a day, or two ends."""
    if time is None:
        return ""
    first, last = time.first, time.last
    if first is None or last is None:
        ends = (
            day_name(first, language) if first else "…",
            day_name(last, language) if last else "…",
        )
        return " – ".join(ends)
    if first == last:
        return day_name(first, language)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and last.day >= 28:
        return format_date(first, "LLLL y", locale=_locale(language))
    return f"{day_name(first, language)} – {day_name(last, language)}"


def quoted(text: str, language: str) -> str:
    """Text between the quotation marks of `language`."""
    marks = _QUOTES.get(language, "“”")
    return f"{marks[0]}{text}{marks[1]}"


def attribution(article: Article, language: str) -> str:
    """What stands before a quotation: outlet and date. The title tells undated articles of no outlet apart."""
    when = (
        day_name(article.published, language) if article.published else phrase("undated", language)
    )
    who = article.source or _nameless(article, language)
    if dominant_script(who) != dominant_script(when):
        when = f"{_ISOLATE}{when}{_ISOLATE_END}"
    return phrase("by", language, who=who, when=when)


def _nameless(article: Article, language: str) -> str:
    if article.published:
        return phrase("article", language)
    return quoted(short(article.title), language) if article.title else phrase("untitled", language)


def short(title: str) -> str:
    """A title cut at a word's end where it is long."""
    if len(title) <= _TITLE_CHARACTERS:
        return title
    return title[:_TITLE_CHARACTERS].rsplit(" ", 1)[0] + "…"


def _locale(language: str) -> Locale:
    try:
        return Locale.parse("ar_EG@numbers=latn" if language == "ar" else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_DEFAULT)
