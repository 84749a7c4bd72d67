"""What an article's text is compared by, to find copies of one story (`rag.store.stories`)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from datasketch import MinHash

from rag.text.folding import fold_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Part of the manifest: raise it when the same text would get another signature.
SIGNATURE_VERSION = 1

SHINGLE_WORDS = 3
SIGNATURE_LENGTH = 126  # 42 bands of 3; the share that agrees has a standard error of .045 at most
_WORD = re.compile(r"[^\W_]+")


def signature(text: str) -> NDArray[np.uint32]:
    """MinHash of the folded text's runs of three words, shape (126,); the same on every machine.

    Spelling, vocalisation, digits, punctuation and layout don't count; the headline is not part of the text.
    """
    minhash = _empty().copy()
    minhash.update_batch([shingle.encode() for shingle in shingles(text)])
    return np.asarray(minhash.hashvalues, np.uint32)


def shingles(text: str) -> list[str]:
    """The distinct runs of three words of the folded text, sorted; all words where there are fewer."""
    words = _WORD.findall(fold_text(text))
    last = max(1, len(words) - SHINGLE_WORDS + 1)
    return sorted({" ".join(words[at : at + SHINGLE_WORDS]) for at in range(last)})


@cache
def _empty() -> MinHash:
    # The scheme and the seed are named, so that another default in the library changes nothing.
    return MinHash(SIGNATURE_LENGTH, seed=1, scheme="affine32")
