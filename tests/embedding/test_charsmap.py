"""The character map, compared with what `tokenizers` does when given it."""

from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import normalizers

from rag.embedding.charsmap import precompiled_charsmap

characters = st.characters(min_codepoint=1, exclude_categories=["Cs"])
replacements = st.text(characters, max_size=3)


@given(st.dictionaries(characters.map(ord), replacements, max_size=60), st.text(characters))
@example({0x41: "a", 0xE9: "e", 0xFEFB: "لا", 0x1D7D8: "0"}, "AéﻻX𝟘")
@example({at: chr(at + 1) for at in range(0x600, 0x700)}, "قصر")
@example({}, "نص")
def test_each_mapped_character_is_replaced_and_no_other(mapping, text):
    normaliser = normalizers.Precompiled(precompiled_charsmap(mapping))
    for character in {*map(chr, mapping), *text}:
        assert normaliser.normalize_str(character) == mapping.get(ord(character), character)


def test_words_are_replaced_character_by_character():
    mapping = {0xFEED: "و", 0xFEFB: "لا", 0x0660: "0", 0x2003: " ", 0x200B: ""}
    normaliser = normalizers.Precompiled(precompiled_charsmap(mapping))
    assert normaliser.normalize_str("\ufeed\ufefb\u0660\u2003\ufeee мо\u200bст") == (
        "ولا0 \ufeee мост"
    )
