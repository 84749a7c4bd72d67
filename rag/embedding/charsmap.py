"""A character map in the form that the Precompiled normaliser of `tokenizers` reads.

The form is sentencepiece's: u32 bytes of a trie, the trie, then the replacements, each ended by NUL.
The trie is a darts-clone double array of u32 units (https://github.com/s-yata/darts-clone): a node
with base b has its child for byte c at place b ^ c and its value at place b; no two share a base.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCK = 256  # places that a node with several children gets to itself
HAS_VALUE = 1 << 8
IS_VALUE = 1 << 31
BASE_BITS = 21  # bits of the distance between a place and its base

Node = dict[int, "Node"]  # by byte
Trie = tuple[Node, dict[int, int]]  # the root, and the value of each node that ends a key, by id()


def precompiled_charsmap(characters: Mapping[int, str]) -> bytes:
    """The map of code points to their replacements, ready for `tokenizers.normalizers.Precompiled`.

    Code point 0 is left out: NUL ends every string in this form.
    """
    replacements = bytearray()
    root: Node = {}
    values: dict[int, int] = {}
    for code_point, replacement in characters.items():
        if code_point:
            node = root
            for byte in chr(code_point).encode():
                node = node.setdefault(byte, {})
            values[id(node)] = len(replacements)
            replacements += replacement.encode() + b"\0"
    units = _double_array((root, values))
    packed = struct.pack(f"<{len(units)}I", *units)
    return struct.pack("<I", len(packed)) + packed + bytes(replacements)


def _double_array(trie: Trie) -> list[int]:
    """Inner nodes first, each in a block of its own; then leaves, which need one place, in the gaps."""
    root, values = trie
    units = [0] * BLOCK
    bases = {0}
    leaves: list[tuple[int, int]] = []  # place, value
    waiting = [(0, 0, root)]  # place, base
    while waiting:
        place, base, node = waiting.pop()
        value = values.get(id(node))
        units[place] |= (place ^ base) << 10
        if value is not None:
            units[place] |= HAS_VALUE
            units[base] = value | IS_VALUE
        for byte, child in node.items():
            units[base ^ byte] = byte
            if child:
                waiting.append((base ^ byte, len(units), child))
                bases.add(len(units))
                units += [0] * BLOCK
            else:
                leaves.append((base ^ byte, values[id(child)]))
    _place_leaves(units, bases, leaves)
    assert len(units) < 1 << BASE_BITS
    return units


def _place_leaves(units: list[int], bases: set[int], leaves: list[tuple[int, int]]) -> None:
    used = bases | {place for place, _ in leaves}
    free = (place for place in range(len(units) + len(leaves)) if place not in used)
    for place, value in leaves:
        base = next(p for p in free if p >= len(units) or not units[p])
        units += [0] * max(0, base + 1 - len(units))
        units[place] |= (place ^ base) << 10 | HAS_VALUE
        units[base] = value | IS_VALUE
