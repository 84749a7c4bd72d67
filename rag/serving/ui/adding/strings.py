"""Words of the page that adds articles, in Arabic and English."""

from __future__ import annotations

from rag.serving.ui.strings import LANGUAGES

_WORDS: dict[str, tuple[str, str]] = {  # key: (Arabic, English)
    "add": ("أضف مقالات", "Add articles"),
    "intro": (
        "تُقرأ المقالات وتُنظَّف وتُفهرس هنا على هذا الخادم، وتُعرض عليك حصيلة ما أُخذ وما أُزيل قبل أن تعتمد عليه.",
        "Articles are read, cleaned and indexed on this server; you see what was kept and what was removed.",
    ),
    "off": (
        "إضافة المقالات موقفة على هذا الخادم. لتشغيلها ابدأ الخادم بالإعداد SHAWAHID_INGESTION=true، ومعه رموز دخول إن كان غيرك يصل إليه.",
        "Adding articles is switched off on this server. To switch it on, start the server with SHAWAHID_INGESTION=true, and with access tokens if others can reach it.",
    ),
    "not_allowed": (
        "رمز دخولك للقراءة فقط؛ إضافة المقالات تحتاج رمزًا فيه الصلاحية ingest.",
        "Your token is for reading only; adding articles needs one with the scope ingest.",
    ),
    "files": ("ملفات", "Files"),
    "choose": ("اختر ملفًا أو أكثر", "Choose one or more files"),
    "bounds": (
        "{files} على الأكثر، كل ملف حتى {each} م.ب، ومعًا حتى {all} م.ب. تُقرأ: {endings}.",
        "At most {files}, each up to {each} MB, together up to {all} MB. Read are: {endings}.",
    ),
    "replace": (
        "إن كان في الفهرس مقال بالمعرّف نفسه فليحلّ الجديد محلّه",
        "Where an article of the same id is there already, let the new one take its place",
    ),
    "address": ("عنوان على الويب", "Web address"),
    "link": ("رابط الصفحة أو التغذية", "Link of a page or a feed"),
    "address_hint": (
        "صفحة مقال، أو تغذية RSS أو Atom. يجلبها الخادم نفسه ويحترم robots.txt.",
        "An article's page, or an RSS or Atom feed. This server fetches it and respects robots.txt.",
    ),
    "text": ("نص ملصوق", "Pasted text"),
    "title": ("العنوان", "Title"),
    "body": ("النص", "Text"),
    "day": ("تاريخ النشر", "Publication date"),
    "outlet": ("جهة النشر", "Outlet"),
    "optional": ("اختياري", "optional"),
    "send": ("أضف", "Add"),
    "sending": ("يُرسل…", "Sending…"),
    "too_large": (
        "الملفات المختارة أكبر من الحد ({all} م.ب معًا، {each} م.ب للملف).",
        "The chosen files are over the limit ({all} MB together, {each} MB each).",
    ),
    "too_many": ("اخترت أكثر من {files}.", "More than {files} were chosen."),
    "no_text": ("الصق نص المقال أولًا.", "Paste the article's text first."),
    "no_title": ("اكتب عنوان المقال.", "Write the article's title."),
    "no_file": ("اختر ملفًا أولًا.", "Choose a file first."),
    "no_address": ("اكتب عنوان الصفحة أولًا.", "Write the page's address first."),
    "bad_day": (
        "«{day}» ليس تاريخًا بالصورة 2020-03-23.",
        "«{day}» is no date of the form 2020-03-23.",
    ),
    "foreign": (
        "هذا الطلب جاء من صفحة أخرى فلم يُنفَّذ. افتح صفحة الإضافة وأعد المحاولة.",
        "This request came from another page and was not carried out. Open the adding page and try again.",
    ),
    "busy": (
        "يُعمل الآن على {n} إضافات؛ انتظر حتى تنتهي إحداها.",
        "{n} batches are being worked on; wait until one is done.",
    ),
    "recent": ("ما يمكن التراجع عنه", "What can be undone"),
    "none_recent": ("لا شيء بعد.", "Nothing yet."),
    "undo": ("تراجع", "Undo"),
    "undo_of": ("تراجع عن: {what}", "Undo: {what}"),
    "kind_add": ("إضافة", "Added"),
    "kind_remove": ("حذف", "Removed"),
    "kind_undo": ("تراجع", "Undone"),
    "at": ("{day}، {time} بالتوقيت العالمي", "{day}, {time} UTC"),
    "working": ("يُعمل عليها", "Being worked on"),
    "fetching": ("يجلب الصفحة…", "Fetching the page…"),
    "reading": ("يقرأ الملفات…", "Reading the files…"),
    "waiting": ("ينتظر انتهاء عمل آخر…", "Waiting for other work to end…"),
    "embedding": ("يفهرس المقاطع…", "Indexing the passages…"),
    "opening": ("يفتح الفهرس الجديد…", "Opening the new index…"),
    "keep_open": (
        "يمكنك مغادرة الصفحة؛ العمل يمضي على الخادم، وتجد الحصيلة هنا.",
        "You may leave this page; the work goes on, and its outcome stays here.",
    ),
    "done": ("تمّ", "Done"),
    "failed": ("لم يتغير شيء", "Nothing was changed"),
    "failed_why": (
        "تعذّر العمل، وبقيت المقالات كما كانت: {reason}",
        "It failed, and the articles are as before: {reason}",
    ),
    "failed_unknown": (
        "حدث خطأ غير متوقع، وبقيت المقالات كما كانت؛ رقمه في السجل {id}.",
        "An unexpected error; the articles are as before. The log has it under {id}.",
    ),
    "no_job": (
        "لا عمل بهذا الرقم؛ لعل الخادم أُعيد تشغيله. المقالات نفسها في القائمة.",
        "There is no such batch; the server may have been restarted. The list has the articles.",
    ),
    "outcome": ("الحصيلة", "Outcome"),
    "now": ("في الفهرس الآن {articles}.", "The index now has {articles}."),
    "added": ("+ أُضيف", "+ Added"),
    "changed": ("± تغيّر", "± Changed"),
    "unchanged": ("= هو فيها كما هو", "= Already there, unchanged"),
    "removed": ("− حُذف", "− Removed"),
    "refused": ("✕ لم يُؤخذ", "✕ Not taken"),
    "kept": ("بقي منه {paragraphs} في {characters}", "Kept: {paragraphs}, {characters}"),
    "cut": ("أُزيل منه {lines}", "Removed: {lines}"),
    "unreadable": ("لم يُقرأ كمقال.", "It could not be read as an article."),
    "conflict": (
        "في الفهرس مقال بالمعرّف نفسه ونصه آخر.",
        "The index has another article of the same id.",
    ),
    "limit": ("فوق الحد.", "It is over a limit."),
    "impossible": ("لا يمكن ذلك في مجلد المقالات.", "The folder of articles does not allow it."),
    "open_article": ("افتح المقال", "Open article"),
    "more": ("أضف غيرها", "Add more"),
    "delete": ("احذف المقال", "Delete the article"),
    "delete_sure": (
        "يُحذف المقال من المجموعة والفهرس، ويمكن التراجع عن ذلك.",
        "The article is taken out of corpus and index; that can be undone.",
    ),
    "delete_yes": ("نعم، احذفه", "Yes, delete it"),
}

COUNTED: dict[str, dict[str, dict[str, str]]] = {
    "files": {
        "ar": {
            "zero": "لا ملفات", "one": "ملف واحد", "two": "ملفان",
            "few": "{n} ملفات", "many": "{n} ملفًا", "other": "{n} ملف",
        },
        "en": {"one": "{n} file", "other": "{n} files"},
    },
    "paragraphs": {
        "ar": {
            "zero": "لا فقرات", "one": "فقرة واحدة", "two": "فقرتان",
            "few": "{n} فقرات", "many": "{n} فقرة", "other": "{n} فقرة",
        },
        "en": {"one": "{n} paragraph", "other": "{n} paragraphs"},
    },
    "characters": {
        "ar": {
            "zero": "لا حروف", "one": "حرف واحد", "two": "حرفين",
            "few": "{n} حروف", "many": "{n} حرفًا", "other": "{n} حرف",
        },
        "en": {"one": "{n} character", "other": "{n} characters"},
    },
    "lines": {
        "ar": {
            "zero": "لا أسطر", "one": "سطر واحد", "two": "سطران",
            "few": "{n} أسطر", "many": "{n} سطرًا", "other": "{n} سطر",
        },
        "en": {"one": "{n} line", "other": "{n} lines"},
    },
}  # fmt: skip


def tell_adding(language: str, key: str, **values: object) -> str:
    """The words of `key`; values are put in as they are, so the result is text, not HTML."""
    words = _WORDS[key][LANGUAGES.index(language)]
    return words.format(**values) if values else words
