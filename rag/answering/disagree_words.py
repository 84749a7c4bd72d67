"""Closed classes for comparing what sources say: words of reporting, of counting, of estimates, of joint doing.

Stems by language, so that each verb stands for its forms where the stemmer knows them; Arabic and Russian verbs
have the forms that news uses.
"""

from __future__ import annotations

from functools import cache

from rag.text.analysis import stems

# Say nothing of the event: who reports it, that a number is reached or counted.
_REPORTING = {
    "ar": "قال قالت قالوا اعلن اعلنت اكد اكدت ذكر ذكرت افاد افادت صرح صرحت اوضح اوضحت اضاف اضافت اشار اشارت كشف كشفت "
          "بحسب حسب وفق وفقا تقرير بيان مصدر مصادر",
    "en": "say said says announce report state declare confirm tell told add according estimate official source "
          "statement",
    "ru": "сказал сказала заявил заявила заявили сообщил сообщила сообщили объявил объявила отметил отметила уточнил "
          "данным словам информации оценке",
    "fr": "dire dit annoncer annonce déclarer déclaré affirmer affirme indiquer indiqué préciser précisé rapporter selon "
          "après source",
    "tr": "söyledi açıkladı açıklandı bildirdi bildirildi duyurdu belirtti belirtildi aktardı göre",
}  # fmt: skip
_COUNTING = {
    "ar": "بلغ بلغت وصل وصلت عدد حصيلة بعد كان كانت",
    "en": "reach number count total toll amount stand stood rise rose",
    "ru": "достиг достигло достигла составил составило составила число количество был было была были",
    "fr": "atteindre atteint nombre total bilan élever élève",
    "tr": "ulaştı sayısı toplam oldu tarihinde günü",
}
# Before or behind a number: it is no exact one.
_ESTIMATES = {
    "ar": "حوالي نحو قرابة زهاء تقريبا اكثر اقل ازيد يقارب يفوق تجاوز يتجاوز لا بضع عشرات مئات حتى يصل",
    "en": "about around some nearly almost roughly approximately over more less fewer than least most up under "
    "estimated dozens hundreds",
    "ru": "около примерно приблизительно порядка почти более больше менее меньше свыше до минимум максимум",
    "fr": "environ près quelque presque plus moins autour jusque dizaine centaine",
    "tr": "yaklaşık civarında kadar fazla az aşkın en",
}
# What several people may do at once: two names are no contradiction.
_JOINT = {
    "ar": "حضر حضرت شارك شاركت التقى التقت زار زارت تحدث تحدثت قال قالت صرح اعلن اعلنت اكد وصل وصلت ضم ضمت قتل اصيب استقبل "
          "وقع وقعت كتب",
    "en": "attend join participate take took meet met visit speak spoke say said tell told arrive include die kill "
          "injure sign write wrote",
    "ru": "участвовал участвовала присутствовал присутствовала встретился встретилась посетил посетила выступил "
          "выступила сказал сказала заявил заявила прибыл прибыла погиб погибла подписал подписала написал",
    "fr": "assister assisté participer participé rencontrer rencontré visiter visité parler parlé dire dit arriver "
          "arrivé mourir mort signer signé écrire écrit",
    "tr": "katıldı görüştü ziyaret konuştu söyledi dedi geldi öldü imzaladı yazdı",
}  # fmt: skip


@cache
def _stems(kind: str, language: str) -> frozenset[str]:
    table = {
        "reporting": _REPORTING,
        "counting": _COUNTING,
        "estimates": _ESTIMATES,
        "joint": _JOINT,
    }[kind]
    return frozenset(stems(table.get(language, ""), language))


def reporting(language: str) -> frozenset[str]:
    """Stems that tell that somebody reports."""
    return _stems("reporting", language)


def counting(language: str) -> frozenset[str]:
    """Stems that tell that a number is reached, and of being."""
    return _stems("counting", language)


def estimates(language: str) -> frozenset[str]:
    """Stems that make a number next to them an estimate or a bound."""
    return _stems("estimates", language)


def joint(language: str) -> frozenset[str]:
    """Stems of what several people may do at one event."""
    return _stems("joint", language)


LANGUAGES = frozenset(_REPORTING)
