"""Whether two sentences say yes to the same thing: negation, and verbs of opposite sense.

Words are told by closed classes in Arabic, English, Russian and French: words of negation, and families of
verbs and adjectives that news uses in opposite senses (accept / refuse, open / close, rise / fall). A
sentence is contradicted when, against its quotation, one of these is turned over and not another.
"""

from __future__ import annotations

import re
from functools import cache

from rag.text.folding import fold, fold_text

_NEGATIONS = (
    r"not|no|never|none|neither|nor|without|cannot|\w+n't|nobody|nothing"
    r"|لا|لم|لن|ليس|ليست|ليسوا|غير|بلا|دون|بدون|عدم|ولم|ولا|ولن|فلم|وليس|لست|دونما"
    r"|не|ни|нет|без|никогда|никого|ничего|никто|ничто|нельзя"
    r"|ne|n'\w+|ni|pas|jamais|aucun|aucune|sans|non|rien|personne ne"
)
_CUE = re.compile(rf"(?<!\w)(?:{_NEGATIONS})(?!\w)(?!\s+(?:سن )?\d)")
# "not only", "no longer than": no negation of the sentence
_NO_CUE = re.compile(
    r"not only|no less than|no more than|ليس فقط|لا سيما|не только|не менее|non seulement|pas seulement"
    r"|غير ان|الا ان|без малого|не раз(?!\w)|for no|unannounced|من غير اعلان"
)

# Families: the two opposite senses, stems as they begin folded words; Arabic stems may carry prefixes.
_FAMILIES: tuple[tuple[str, str], ...] = (
    (  # accept / refuse
        "agree accept approv consent وافق يوافق قبل_ يقبل اقر_ соглас приня_ одобр accept approuv consent d'accord",
        "refus reject declin turn_ rebuff رفض يرفض ترفض отказ отверг отклон refus rejet",
    ),
    (  # confirm / deny
        "admit admitt confirm acknowledg concede اكد يوكد اعترف يعترف اقر_ подтверд призна confirm reconn admet",
        "deny deni denied refut نفي_ نفت ينفي تنفي انكر كذب опроверг отриц dement nie_ nié_ refut",
    ),
    (  # rise / fall
        "rise rose rising grew grow increas climb gain ارتفع يرتفع زاد_ يزيد ازداد زياده تضاعف نما_ вырас вырос увелич повыс рост_ прибав augment hauss progress multipli",
        "fall fell drop decreas declin shrink shrank cut_ انخفض ينخفض تراجع_ هبط نقص تقلص сниз сократ упал паден уменьш baiss diminu chut redui",
    ),
    (  # begin or open / end or close
        "open reopen began begin begun start launch افتتح فتح_ يفتح بدا_ بدء بدات استانف استئناف انطلق تشغيل شغل_ откры начал начат начин возобнов запуст ouvr rouv ouver commenc debut lanc_",
        "clos shut end_ ended ending stop ceas halt اغلق يغلق اغلاق انتهي انتهاء انهي اوقف ايقاف توقف закры_ закрыл закрыт прекра законч оконч останов ferm fin_ fini cess arret achev termin",
    ),
    (  # buy / sell
        "buy bought purchas acquir اشتري يشتري شراء купил куп_ приобре achet acqui",
        "sell sold selling باع_ باعت يبيع بيع_ продал прода vend",
    ),
    (  # win / lose
        "win_ won_ wins beat_ defeat victor فاز_ فازت يفوز هزم تغلب выигр побед обыгр завоев gagn remport batt vainc",
        "lose_ lost_ losing loss_ خسر يخسر خساره проигр уступ поражен perd_ perdu",
    ),
    (  # thank or praise / criticise or accuse
        "thank prais congratul welcom hail salut_ شكر يشكر شكرت هنا_ يهني بارك رحب اشاد اثني_ поблагодар благодар поздрав похвал привет remerci felicit lou_ salu",
        "criticis criticiz accus condemn blam denounc انتقد ينتقد اتهم يتهم ادان يدين ندد обвин критик раскритик осуд critiqu accus condamn denonc reproch",
    ),
    (  # support or favour / oppose
        "support back_ backed endors favour دعم يدعم ساند ايد_ يويد поддерж soutien souten appui",
        "oppos object resist attack عارض يعارض معارضه هاجم возраж выступил_против напал oppos attaqu",
    ),
    (  # find, survive / lose, destroy
        "found find_ surviv recover retriev عثر_ نجا_ استعاد наш_ нашли нашел уцел retrouv surviv recuper",
        "destroy ruin perish vanish دمر تلف уничтож погиб detrui disparu",
    ),
    (  # more / less
        "more above over exceed اكثر_ يزيد_ يفوق ازيد больш более свыше plus_ davantage depass",
        "less fewer under below اقل_ دون_ меньш менее moins",
    ),
    (  # permit / forbid
        "allow permit let_ سمح يسمح اذن_ اتاح разреш позвол autoris permet",
        "forbid forbad ban_ banned bar_ prohibit prevent منع يمنع حظر запре воспрет interdi empech",
    ),
    (  # arrive / leave; join / quit
        "arriv join enter وصل_ يصل دخل_ انضم прибы приехал вступ arriv entre rejoin",
        "leave left_ depart quit غادر خرج_ انسحب уехал покин выше quitt part_ parti",
    ),
    (  # remember secrecy: publish / conceal
        "publish reveal disclos divulg نشر كشف_ اعلن_ افصح раскры опублик обнарод publi revel devoil",
        "secret conceal hid_ hidden كتمان اخفي سر_ سري скры тайн утаи cach secret",
    ),
    (  # file / withdraw, appoint / dismiss, charge / relieve
        "appoint hir nam_ assign entrust task_ file_ filed عين_ كلف يكلف عهد назнач поруч подать подал nomm confi charg depos",
        "dismiss fir_ fired sack withdr reliev اقال عزل_ اعفي سحب_ يسحب уволь уволил отозв снял_ licenci retir demi",
    ),
    (  # lend or give / steal or take
        "lend lent give gave grant donat bequeath award اعطي منح_ اهدي تبرع وهب дал_ подар пожертв одолж завещ donn prêt offr legu",
        "steal stole stolen rob_ seiz سرق يسرق نهب украл краж похит отня vol_ volé vole_ derob",
    ),
    (  # receive / pay
        "receiv get_ earn ينال نال_ حصل يحصل سيحصل получ recev recu_ touch_ percev",
        "pay_ paid fine_ دفع_ يدفع سيدفع غرامه заплат уплат штраф pay_ verse amende",
    ),
)  # fmt: skip
_RECIPROCAL = (
    "met_ meet meets meeting discuss talk talks between التقي يلتقي اجتمع يجتمع ناقش بحث تباحث تدارس بين_ "
    "встрет встреч обсуд обсужд переговор между rencontr reuni discut entretenu entre_"
)
_REFUSING = (0, 1)  # families whose second sense denies what follows it
_ARABIC = re.compile("[\u0600-\u06ff]")
_PREFIX = "[وف]?(?:س)?"


def negations(text: str) -> int:
    """How often a text says no; French "ne … pas" once."""
    folded = _NO_CUE.sub(" ", fold_text(text))
    cues: list[str] = _CUE.findall(folded)
    french = sum(cue == "ne" or cue.startswith("n'") for cue in cues)
    second = sum(cue in {"pas", "jamais", "aucun", "aucune", "rien", "ni"} for cue in cues)
    return len(cues) - min(french, second)


def senses(text: str) -> dict[int, int]:
    """The families of a text's words: 1 for the first sense, -1 for the other, 0 where both stand."""
    folded = fold_text(text)
    found = {}
    for number, (one, other) in enumerate(_patterns()):
        first, second = bool(one.search(folded)), bool(other.search(folded))
        if first or second:
            found[number] = first - second
    return found


def opposed(claim: str, quote: str) -> bool:
    """Whether one says what the other denies, as far as negation and opposite words tell.

    Refusing is not accepting: an opposite word and a negation cancel each other out.
    """
    mine, theirs = senses(claim), senses(quote)
    turned = sum(mine[f] * theirs[f] < 0 for f in mine.keys() & theirs.keys())
    said_no = (negations(claim) - negations(quote)) % 2
    if turned:
        return bool((turned + said_no) % 2)
    return False


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((_pattern(one), _pattern(other)) for one, other in _FAMILIES)


def _pattern(stems: str) -> re.Pattern[str]:
    ways = []
    for stem in stems.split():
        whole, bare = stem.endswith("_"), fold_text(stem.rstrip("_").replace("_", " "))
        prefix = _PREFIX if _ARABIC.match(bare) else ""
        ways.append(rf"{prefix}{re.escape(bare)}" + (r"(?!\w)" if whole else ""))
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})")


def reciprocal(text: str) -> bool:
    """Whether the text tells of something done together, in which nobody acts on anybody."""
    return _reciprocal().search(fold_text(text)) is not None


@cache
def _reciprocal() -> re.Pattern[str]:
    return _pattern(_RECIPROCAL)


def negation_places(text: str) -> list[int]:
    """Where in the original text each negation ends; of French "ne … pas" the end of the second part."""
    folded = fold(text)
    plain = _NO_CUE.sub(lambda m: " " * len(m.group()), folded.text)
    spans = [cue.span() for cue in _CUE.finditer(plain)]
    for family in _REFUSING:
        spans += [word.span() for word in _patterns()[family][1].finditer(plain)]
    return sorted(folded.original_span(start, _word_end(plain, end))[1] for start, end in spans)


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end].isalpha():
        end += 1
    return end
