"""Words of a text, their stems and whether they carry content, for the lexical index and for matching.

Everything is read off folded text, so that all spellings of a word give one stem. Tokens are runs of letters
and numbers; «و2020» is two of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import Stemmer
import stopwordsiso
import tantivy

from rag.text.folding import fold, fold_text

_GROUPED = r"[1-9]\d{0,2}(?:[., ]\d{3})+(?![.,]?\d)"  # 6,859 6.859 6 859
_DECIMAL = r"\d+[.,]\d+(?![.,]?\d)"
_TOKEN = re.compile(rf"(?<!\d[.,])(?:{_GROUPED}|{_DECIMAL})|\d+|[^\W\d_]+")
_IS_GROUPED = re.compile(_GROUPED)
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN_STEMMERS = {
    "en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian", "tr": "turkish",
    "pt": "portuguese", "nl": "dutch", "sv": "swedish", "da": "danish", "no": "norwegian", "fi": "finnish",
    "ro": "romanian", "hu": "hungarian", "ca": "catalan", "pl": "polish", "id": "indonesian",
}  # fmt: skip
_PERSIAN_SCRIPT = frozenset(
    {"fa", "ur"}
)  # languages in Arabic letters that the Arabic stemmer would spoil
_LATIN_DEFAULT = "en"
# Stripped before the Arabic stemmer, three letters left at least. nDCG@10 of BM25 without / with it: ARCD train .840 /
# .849, TyDi-ar dev .868 / .879, XQuAD-ar .922 / .943 (eval/measure_stemming.py, which compares five more ways).
# Stemming after the marks are folded away costs .004 at most (Turkish; Russian, German, Spanish .001).
_CLITIC = re.compile("(?:وال|بال|كال|فال|لل|ال|[وفبكل])(?=...)")
_CACHED_WORDS = 1 << 16
_LONGEST_CACHED = 40  # letters, so that no hostile text is kept

# stopwordsiso joins newspaper frequency lists with grammars, so it holds nouns and verbs too. Kept are the entries
# that Snowball's list (through tantivy) has as well; where there is no such list, those up to a number of letters.
# English is written out below: its list in stopwordsiso is half letter codes and nouns, Snowball's in tantivy is short.
_SNOWBALL_LISTS = {
    "ru": "russian",
    "fr": "french",
    "de": "german",
    "es": "spanish",
    "it": "italian",
}
_LETTERS_KEPT = {"ar": 9, "fa": 5, "uk": 9, "tr": 6}
_ARABIC_NOUN = re.compile(
    "ال(?!ذ|ت|ل|ي$|ا$|ان$|ى$).+|..+ة"
)  # definite words but pronouns; feminine nouns
_WITH_MEANING = {
    "ar": "اب اخ احد اطار الف برس ايار ايام حار حاي حم راح رجع زياره سنوات شخصا شرع صباح صفر طاق طفق عام عاما عاد عدد "
          "عشر علق عين غدا قام كرب كلم لقاء للامم لوكاله مايو مساء مليار مليون نفس نهايه واحد وقف يوم اليوم",
    "ru": "два три один жизнь человек сегодня сказал сказала сказать говорил",
}  # fmt: skip
_FUNCTION_WORDS = {  # interrogatives, and function words longer than the limit above
    "ar": "من ما ماذا لماذا متي اين كيف كم هل اي ايه لمن بكم علام الام اينما شو ليش وين ايش ازاي فين امتي هولاء اولئك",
    "fa": "چه چرا كي كجا چگونه چند كدام آيا چطور چقدر هنگامي همچنين",
    "ur": "كيا كون كب كهان كيون كيسي كتنا كتني كس كو كا كي مين سي اور بر هي هين تها تهي ني يه وه جو تو به هو",
    "en": "what when where which who whom whose why how a about above after again against ago all along also am among "
          "an and another any are around as at be because been before behind being below between beyond both but by "
          "can could did do does doing don down during each either else even ever every few for from further had has however meanwhile therefore although "
          "have having he her here hers herself him himself his i if in into is isn it its itself just ll many may me "
          "might more most much must my myself neither no nor not now of off on only onto or other our ours out over "
          "own per re same shall she should since so some such than that the their theirs them themselves then there "
          "these they this those though through to too toward towards under until unto up upon ve very via was wasn we "
          "were while will with within without won would yet you your yours yourself",
    "ru": "кто что где когда почему зачем сколько как какой какая какое какие каких каким какую чей чья чье откуда "
          "куда который которая которое которые которых которой которого которым также это эта однако около",
    "uk": "хто що де коли чому скільки як який яка яке які якого якій чий звідки куди навіщо й у в і та але на не за",
    "fr": "qui que quoi quel quelle quels quelles quand comment pourquoi combien ou dont lequel laquelle est sont ce il elle",
    "de": "wer was wann wo warum wie welche welcher welches welchem welchen wen wem wessen wieviel woher wohin weshalb",
    "es": "quien quienes que cual cuales cuando donde como cuanto cuantos cuanta cuantas por",
    "it": "chi che cosa quale quali quando dove come perche quanto quanti quanta quante",
    "tr": "kim ne nerede nereye nereden zaman hangi nasil neden nicin niye kac kime kimin mi mu midir mudur",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its folded form and stem, and its place `[start, end)` in the original.

    `is_content` is False for function and question words; numbers are content.
    """

    text: str
    stem: str
    start: int
    end: int
    is_content: bool


def words(text: str, language: str | None = None) -> list[Word]:
    """All words in order.

    `language` (ISO 639-1) decides between the stemmers and function words of one script; Latin letters of an
    unknown or other-script language count as English.
    """
    folded = fold(text)
    starts, ends = folded.starts.tolist(), folded.ends.tolist()
    stem_of = _stems_of(_stemming(language))
    return [
        Word(
            text=match.group(),
            stem=stem_of[match.group()],
            start=starts[match.start()],
            end=ends[match.end() - 1],
            is_content=_is_content(match.group(), language),
        )
        for match in _TOKEN.finditer(folded.text)
    ]


def stems(text: str, language: str | None = None) -> list[str]:
    """The stems of all words in order; numbers in one notation (`6,859` and `٦٬٨٥٩` are `6859`, `03` is `3`)."""
    return list(map(_stems_of(_stemming(language)).__getitem__, _TOKEN.findall(fold_text(text))))


@cache
def function_words(language: str) -> frozenset[str]:
    """Folded function and question words of a language; empty where none are known."""
    own = _FUNCTION_WORDS.get(language, "").split()
    listed = (
        stopwordsiso.stopwords(language) if language in _LETTERS_KEPT | _SNOWBALL_LISTS else set()
    )
    kept = set(_kept(listed, language)) - set(_WITH_MEANING.get(language, "").split())
    return frozenset(map(fold_text, own)) | frozenset(kept)


def _kept(listed: set[str], language: str) -> list[str]:
    if language == "ar":
        listed = {entry for entry in listed if not _ARABIC_NOUN.fullmatch(entry)}
    folded = sorted(word for word in map(fold_text, listed) if word.isalpha())
    if language in _SNOWBALL_LISTS:
        return sorted(
            set(folded) - set(_analyzer(_SNOWBALL_LISTS[language]).analyze(" ".join(folded)))
        )
    return [word for word in folded if len(word) <= _LETTERS_KEPT[language]]


def _analyzer(stop_list: str) -> tantivy.TextAnalyzer:
    """Drops the words of Snowball's stop list, leaving the others."""
    filters = tantivy.Filter.stopword(stop_list)
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(filters).build()


class _Stems(dict[str, str]):
    """Stems of words in one language; forgets all when full, which costs less than to know the oldest."""

    def __init__(self, language: str | None) -> None:
        self._language = language

    def __missing__(self, token: str) -> str:
        stem = _stem(token, self._language)
        if len(token) <= _LONGEST_CACHED:
            if len(self) >= _CACHED_WORDS:
                self.clear()
            self[token] = stem
        return stem


@cache
def _stems_of(language: str | None) -> _Stems:
    return _Stems(language)


def _stemming(language: str | None) -> str | None:
    """The language, None if it is stemmed like an unknown one."""
    return language if language in _PERSIAN_SCRIPT or language in _LATIN_STEMMERS else None


def _stem(token: str, language: str | None) -> str:
    if token[0].isdecimal():
        return _one_notation(token)
    if _ARABIC.match(token):
        return token if language in _PERSIAN_SCRIPT else _stemmed(_without_clitic(token), "arabic")
    if _CYRILLIC.match(token):
        return _stemmed(token, "russian")
    return _stemmed(token, _LATIN_STEMMERS[_latin_language(language)]) if token.isascii() else token


def _without_clitic(token: str) -> str:
    clitic = _CLITIC.match(token)
    return token[clitic.end() :] if clitic else token


def _stemmed(word: str, algorithm: str) -> str:
    stem: str = _stemmer(algorithm).stemWord(word)
    return stem or word


def _latin_language(language: str | None) -> str:
    return language if language in _LATIN_STEMMERS else _LATIN_DEFAULT


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm, 0)  # without its own cache: _stem has one


def _one_notation(number: str) -> str:
    if _IS_GROUPED.fullmatch(number):
        return re.sub("[., ]", "", number)
    whole, _, rest = number.replace(",", ".").partition(".")
    return (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")


@lru_cache(maxsize=_CACHED_WORDS)
def _is_content(token: str, language: str | None) -> bool:
    if token[0].isdecimal():
        return True
    if _ARABIC.match(token):
        return not _is_arabic_function_word(
            token, language if language in _PERSIAN_SCRIPT else "ar"
        )
    if _CYRILLIC.match(token):
        return len(token) > 1 and token not in function_words("uk" if language == "uk" else "ru")
    return len(token) > 1 and token not in function_words(_latin_language(language))


def _is_arabic_function_word(token: str, language: str) -> bool:
    """Whether a word, or what follows its particle و or ف, is a function word; a lone letter is one."""
    known = function_words(language)
    if len(token) == 1 or token in known:
        return True
    return language == "ar" and token[0] in "وف" and len(token) > 3 and token[1:] in known
