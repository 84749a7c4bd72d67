"""Words of the corpus pages (list, timeline, export), in Arabic and English."""

from __future__ import annotations

from babel import Locale

from rag.serving.ui.adding.strings import COUNTED
from rag.serving.ui.strings import LANGUAGES

_WORDS: dict[str, tuple[str, str]] = {  # key: (Arabic, English)
    "ask_page": ("الأسئلة", "Ask"),
    "corpus": ("المقالات", "Articles"),
    "timeline": ("الخط الزمني", "Timeline"),
    "add": ("أضف مقالات", "Add articles"),
    "pages": ("صفحات الموقع", "Pages"),
    "skip_main": ("انتقل إلى المحتوى", "Skip to the content"),
    "theme": ("المظهر الفاتح أو الداكن", "Light or dark"),
    "search_label": ("ابحث في العناوين والنصوص", "Search titles and texts"),
    "search_hint": ("كلمة أو اسم أو سؤال…", "A word, a name or a question…"),
    "search": ("ابحث", "Search"),
    "limits": ("حدود", "Limits"),
    "since": ("نُشر منذ", "Published since"),
    "until": ("نُشر حتى", "Published until"),
    "mentions_since": ("يذكر تاريخًا منذ", "Mentions a date since"),
    "mentions_until": ("يذكر تاريخًا حتى", "Mentions a date until"),
    "outlets": ("جهات النشر", "Outlets"),
    "languages": ("اللغات", "Languages"),
    "apply": ("طبّق", "Apply"),
    "clear": ("أزل الحدود كلها", "Remove all limits"),
    "remove": ("أزل: {what}", "Remove: {what}"),
    "chip_text": ("«{text}»", "«{text}»"),
    "chip_since": ("نُشر منذ {day}", "published since {day}"),
    "chip_until": ("نُشر حتى {day}", "published until {day}"),
    "chip_named": ("يذكر {days}", "mentions {days}"),
    "chip_undated": ("بلا تاريخ نشر", "no publication date"),
    "sort": ("الترتيب", "Order"),
    "newest": ("الأحدث أولًا", "Newest first"),
    "oldest": ("الأقدم أولًا", "Oldest first"),
    "title": ("بحسب العنوان", "By title"),
    "longest": ("الأطول أولًا", "Longest first"),
    "best": ("الأقرب إلى البحث", "Best match"),
    "in_words": ("فيها كلمات البحث", "With the words searched for"),
    "in_meaning": ("قريبة في المعنى", "Close in meaning"),
    "nothing": ("لا مقال يوافق هذه الحدود.", "No article fits these limits."),
    "empty": ("لا مقالات في الفهرس بعد.", "The index has no articles yet."),
    "bounded": (
        "يُبحث في العناوين كلها، وتُعرض من النصوص أقرب {n} مقطع إلى البحث.",
        "All titles are searched; of the texts, the {n} passages closest to the search are shown.",
    ),
    "ask_about": ("اسأل عنه", "Ask about it"),
    "ask_about_title": ("اسأل عن المقال: {title}", "Ask about the article: {title}"),
    "others": ("الخبر نفسه في مواضع أخرى", "Other reports of the same story"),
    "told_by": ("الخبر نفسه: {articles}", "The same story in {articles}"),
    "previous": ("السابقة", "Previous"),
    "next": ("التالية", "Next"),
    "page_of": ("الصفحة {page} من {pages}", "Page {page} of {pages}"),
    "paging": ("صفحات القائمة", "Pages of the list"),
    "bad_day": (
        "«{day}» ليس تاريخًا بالصورة 2020-03-23؛ لم يُؤخذ به.",
        "«{day}» is no date of the form 2020-03-23; it was left out.",
    ),
    "days_exchanged": (
        "تاريخ البداية بعد تاريخ النهاية؛ بُدِّل موضعاهما.",
        "The first date is after the last; they were exchanged.",
    ),
    "trouble": ("تعذّرت قراءة المقالات: {reason}", "The articles can't be read: {reason}"),
    "on_timeline": ("اعرضها على الخط الزمني", "Show on the timeline"),
    "on_list": ("اعرضها قائمةً", "Show as a list"),
    "published_lane": ("نُشرت", "Published"),
    "named_lane": ("تواريخ تذكرها النصوص", "Dates that the texts mention"),
    "plot_label": (
        "عدد المقالات في كل فترة من {first} إلى {last}: أعلى المحور ما نُشر فيها، وأسفله ما يذكرها. الأعداد نفسها في الجدول.",
        "Articles in each period from {first} to {last}: above the axis those published in it, below those that mention it. The table has the same numbers.",
    ),
    "period": ("الفترة", "Period"),
    "closer": ("قرّب: {period}", "Zoom in: {period}"),
    "whole": ("كل السنوات", "All years"),
    "out": ("أبعد", "Zoom out"),
    "show_published": ("نُشر في {period}: {articles}", "Published in {period}: {articles}"),
    "show_named": ("يذكر {period}: {articles}", "Mentioning {period}: {articles}"),
    "undated": ("{articles} بلا تاريخ نشر", "{articles} without a publication date"),
    "coarse": (
        "لا توضع هنا أوقات أطول من فترة واحدة؛ عدد مقالاتها: {articles}.",
        "Times longer than one period are not placed here; they are in {articles}.",
    ),
    "outside": (
        "خارج هذا المدى تواريخ تذكرها النصوص، من {first} إلى {last}: اعرض المدى كله.",
        "Some mentioned dates lie outside, from {first} to {last}: show the whole range.",
    ),
    "no_dates": ("لا تواريخ في هذه المقالات.", "These articles hold no dates."),
    "numbers": ("الأعداد في جدول", "The numbers as a table"),
    "answer_dates": ("تواريخ المصادر", "Dates of the sources"),
    "answer_plot": (
        "التواريخ من {first} إلى {last}: يوم نشر كل مصدر، وما يُذكر قرب الشاهد. التفاصيل في القائمة.",
        "Dates from {first} to {last}: when each source was published, and what is mentioned near the quotation. The list has them all.",
    ),
    "day_published": ("نُشر", "Published"),
    "day_named": ("ذُكر قرب الشاهد", "Mentioned near the quotation"),
    "span": ("من {first} إلى {last}", "{first} to {last}"),
    "from_on": ("منذ {first}", "since {first}"),
    "up_to": ("حتى {last}", "until {last}"),
    "export": ("صدِّر المحادثة", "Export the conversation"),
    "made": ("أُعدّت في {day} من شواهد", "Exported from Shawahid on {day}"),
    "sources": ("المصادر", "Sources"),
    "conversation": ("محادثة مع المقالات", "A conversation with the articles"),
    "checked": ("طابق المقال حرفًا بحرف", "checked against the article, character for character"),
    "unchecked": ("لم يُطابَق بمقال محفوظ", "not checked against a stored article"),
    "differs": ("لا يطابق المقال المحفوظ", "differs from the stored article"),
    "no_outlet": ("جهة النشر غير معروفة", "outlet unknown"),
    "no_date": ("التاريخ غير معروف", "date unknown"),
    "print": ("اطبع", "Print"),
}

_COUNTED: dict[str, dict[str, dict[str, str]]] = {
    "words": {
        "ar": {
            "zero": "لا كلمات", "one": "كلمة واحدة", "two": "كلمتان",
            "few": "{n} كلمات", "many": "{n} كلمة", "other": "{n} كلمة",
        },
        "en": {"one": "{n} word", "other": "{n} words"},
    },
    "stories": {
        "ar": {
            "zero": "لا أخبار", "one": "خبر واحد", "two": "خبران",
            "few": "{n} أخبار", "many": "{n} خبرًا", "other": "{n} خبر",
        },
        "en": {"one": "{n} story", "other": "{n} stories"},
    },
}  # fmt: skip


def tell(language: str, key: str, **values: object) -> str:
    """The words of `key`; values are put in as they are, so the result is text, not HTML."""
    words = _WORDS[key][LANGUAGES.index(language)]
    return words.format(**values) if values else words


def amount(language: str, key: str, n: int) -> str:
    """A number with its noun, in the plural form the language asks for."""
    forms = (_COUNTED | COUNTED)[key][language]
    form = Locale.parse(language).plural_form(n)
    return forms.get(form, forms["other"]).format(n=n)
