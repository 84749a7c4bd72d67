"""What a model sees in a language as such: the mean vector of country names in it.

Multilingual models put texts of one language closer together, whatever they say. The cosine of a
question with this vector measures that bias, and taking it off makes cosines comparable between
languages. Names of countries are the same everywhere (Unicode CLDR has them in every language), so the
measure depends on neither corpus nor subject; the mean of the corpus itself does, and ranked worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from babel import Locale, UnknownLocaleError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.embedding import Embedder

_NAMES_A_TEXT = 8  # about as long as a sentence; single names ranked worse
_COUNTRY_CODE = 2  # letters; longer codes are continents and groups


def language_background(embedder: Embedder, language: str) -> NDArray[np.float32] | None:
    """Mean vector, shape (dimension,); None for a language that CLDR does not know."""
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return None
    names = [name for code, name in sorted(territories.items()) if len(code) == _COUNTRY_CODE]
    if not names:
        return None
    texts = [
        ", ".join(names[at : at + _NAMES_A_TEXT]) for at in range(0, len(names), _NAMES_A_TEXT)
    ]
    return np.asarray(embedder.embed_passages(texts).mean(axis=0), np.float32)
