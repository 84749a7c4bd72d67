"""A public set in small: three passages in two languages, four questions."""


def question(number, lang, text, **more):
    base = {
        "id": f"{lang}-{number}",
        "question": text,
        "lang": lang,
        "answers": [],
        "passage_id": None,
    }
    return {**base, "answerable": True, **more}


PASSAGES = [
    {
        "id": "dam",
        "title": "ت",
        "text": "بلغت كلفة السد ١٥ مليون دينار.",
        "lang": "ar",
        "para": "0",
    },
    {
        "id": "fair",
        "title": "",
        "text": "The fair opened in Oran. قال الوزير ذلك.",
        "lang": "ar",
        "para": "1",
    },
    {
        "id": "мост",
        "title": "",
        "text": "Длина моста составила 2,5 километра.",
        "lang": "ru",
        "para": "0",
    },
]
ASKED = [
    question(
        0,
        "ar",
        "كم بلغت كلفة السد؟",
        answers=[{"text": "15 مليون", "start": 1}],
        passage_id="dam",
        para="0",
    ),
    question(1, "ar", "Oran؟", answers=[{"text": "Oran", "start": 1}], passage_id="fair", para="1"),
    question(2, "ar", "لماذا أغلق المطار؟", answerable=False),
    question(
        0,
        "ru",
        "Сколько составила длина моста?",
        answers=[{"text": "2,5", "start": 1}],
        passage_id="мост",
        para="0",
    ),
]
