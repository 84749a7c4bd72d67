"""A corpus in four languages and questions about it, made by rule: the same on every machine."""

import json
import random
from datetime import date, timedelta

WORDS = {
    "en": [
        "bridge",
        "harbour",
        "council",
        "river",
        "engineer",
        "storm",
        "ferry",
        "library",
        "market",
        "railway",
        "vote",
        "school",
        "budget",
        "museum",
        "flood",
        "tower",
        "garden",
        "factory",
        "hospital",
        "tunnel",
        "minister",
        "mayor",
        "strike",
        "harvest",
        "festival",
        "court",
        "police",
        "station",
        "canal",
        "airport",
    ],
    "ar": [
        "جسر",
        "ميناء",
        "مجلس",
        "نهر",
        "مهندس",
        "عاصفة",
        "عبّارة",
        "مكتبة",
        "سوق",
        "سكة",
        "تصويت",
        "مدرسة",
        "ميزانية",
        "متحف",
        "فيضان",
        "برج",
        "حديقة",
        "مصنع",
        "مستشفى",
        "نفق",
        "وزير",
        "عمدة",
        "إضراب",
        "حصاد",
        "مهرجان",
        "محكمة",
        "شرطة",
        "محطة",
        "قناة",
        "مطار",
    ],
    "ru": [
        "мост",
        "порт",
        "совет",
        "река",
        "инженер",
        "шторм",
        "паром",
        "библиотека",
        "рынок",
        "дорога",
        "голосование",
        "школа",
        "бюджет",
        "музей",
        "наводнение",
        "башня",
        "сад",
        "завод",
        "больница",
        "тоннель",
        "министр",
        "мэр",
        "забастовка",
        "урожай",
        "праздник",
        "суд",
        "полиция",
        "станция",
        "канал",
        "аэропорт",
    ],
    "fr": [
        "pont",
        "port",
        "conseil",
        "fleuve",
        "ingénieur",
        "tempête",
        "ferry",
        "bibliothèque",
        "marché",
        "rail",
        "vote",
        "école",
        "budget",
        "musée",
        "crue",
        "tour",
        "jardin",
        "usine",
        "hôpital",
        "tunnel",
        "ministre",
        "maire",
        "grève",
        "récolte",
        "fête",
        "tribunal",
        "police",
        "gare",
        "canal",
        "aéroport",
    ],
}
GLUE = {
    "en": ["the", "of", "in", "and", "on", "with", "for", "said", "that", "was"],
    "ar": ["في", "من", "على", "إلى", "عن", "مع", "التي", "الذي", "وقال", "أن"],
    "ru": ["в", "на", "и", "с", "для", "что", "был", "по", "от", "сказал"],
    "fr": ["le", "de", "la", "dans", "et", "sur", "avec", "pour", "que", "dit"],
}
SOURCES = ("River Post", "صحيفة النهر", "Вестник", 'L\'Écho "du" Port', None)
FIRST_DAY = date(2018, 1, 1)
DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def articles(number=240, seed=7):
    """Articles as JSON objects: every tenth undated, every thirtieth a copy of the one before it."""
    chance = random.Random(seed)
    made = []
    for place in range(number):
        language = ("ar", "en", "ar", "ru", "en", "fr")[place % 6]
        text = " ".join(_sentence(chance, language) for _ in range(chance.randint(3, 14)))
        if place % 30 == 29:
            text, language = made[-1]["text"], made[-1]["language"]
        row = {
            "id": f"n{place:04d}" if place % 7 else f"خبر {place} «'\"»",
            "title": _sentence(chance, language, 4).rstrip("."),
            "text": text,
            "language": language,
        }
        if place % 10:
            row["published"] = (FIRST_DAY + timedelta(days=5 * place)).isoformat()
        if SOURCES[place % 5]:
            row["source"] = SOURCES[place % 5]
        made.append(row)
    return made


def _sentence(chance, language, length=0):
    length = length or chance.randint(6, 16)
    words = [
        chance.choice(GLUE[language] if chance.random() < 0.4 else WORDS[language])
        for _ in range(length)
    ]
    if chance.random() < 0.3:
        figure = str(chance.randint(2, 999))
        words.append(figure.translate(DIGITS) if language == "ar" else figure)
    return " ".join(words).capitalize() + "."


def questions(number=200, seed=11):
    """Questions in the corpus's languages, frequent and rare words among them; every ninth about nothing in it."""
    chance = random.Random(seed)
    asked = []
    told = articles()
    for place in range(number):
        row = chance.choice(told)
        words = row["text"].replace(".", "").split()
        start = chance.randrange(max(1, len(words) - 8))
        picked = words[start : start + chance.randint(3, 8)]
        if place % 9 == 8:
            picked = [word[::-1] for word in picked]
        asked.append(" ".join(picked) + ("؟" if row["language"] == "ar" else "?"))
    return asked


def write_corpus(folder, rows):
    """The corpus as files, one article in each, so that single ones can change."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jsonl"):
        old.unlink()
    for place, row in enumerate(rows):
        path = folder / f"{place:04d}.jsonl"
        path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    return folder
