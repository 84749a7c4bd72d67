"""Reader of `E5S1` files: a BERT encoder in 4 bits with its unigram tokenizer, all little-endian.

Layout: magic; version; sizes; tokenizer pieces, scores and character map; tensor directory; tensors.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from typing_extensions import Buffer

MAGIC = b"E5S1"
VERSION = 1
BLOCK = 32  # weights under one scale
BLOCK_BYTES = 2 + BLOCK // 2  # float16 scale, then two weights a byte
DTYPE_FLOAT32, DTYPE_Q4 = 0, 1
BLOCKS_AT_ONCE = 1 << 18  # 8 Mi weights: keeps the temporary arrays of a conversion under 100 MB


@dataclass(frozen=True)
class Shape:
    """Sizes of the encoder, in the file's order."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """The unigram tokenizer: ids are places in `pieces`; `characters` maps a code point to its replacement."""

    pieces: list[str]
    scores: list[float]
    bos: int
    eos: int
    pad: int
    unk: int
    characters: Mapping[int, str]


@dataclass(frozen=True)
class TensorEntry:
    """Where one tensor lies."""

    dtype: int
    elements: int
    offset: int  # bytes from the file's start
    size: int  # bytes


class Q4File:
    """One parsed file; tensors are read on demand.

    Raises:
        ModelError: the bytes are no such file, or end early.
    """

    shape: Shape
    vocabulary: Vocabulary
    tensors: Mapping[str, TensorEntry]

    def __init__(self, data: Buffer) -> None:
        self._data = memoryview(data)
        reader = _Reader(self._data)
        try:
            self.shape = _read_shape(reader)
            self.vocabulary = _read_vocabulary(reader)
            self.tensors = _read_directory(reader)
        except (struct.error, ValueError, IndexError) as error:
            raise ModelError(f"4-bit model file ends early or is damaged: {error}") from error

    def tensor(self, name: str, *shape: int) -> NDArray[np.float16]:
        """The tensor as float16 of the given shape.

        Raises:
            ModelError: it is missing, or its size is another.
        """
        entry = self.tensors.get(name)
        if entry is None:
            raise ModelError(f"4-bit model file holds no tensor {name!r}")
        raw = self._data[entry.offset : entry.offset + entry.size]
        values = _dequantise(raw) if entry.dtype == DTYPE_Q4 else np.frombuffer(raw, "<f4")
        if not values.size == entry.elements == int(np.prod(shape)):
            raise ModelError(
                f"tensor {name!r} has {values.size} values; the directory says {entry.elements}, "
                f"the model needs {int(np.prod(shape))}"
            )
        return values.astype(np.float16, copy=False).reshape(shape)


class _Reader:
    """Reads forward through bytes; an early end raises ValueError or struct.error."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def numbers(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize("<" + form)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._data, dtype, count, self._at)
        self._at += values.nbytes
        return values

    def bytes(self, count: int) -> bytes:
        taken = bytes(self._data[self._at : self._at + count])
        if len(taken) != count:
            raise ValueError(f"{count} bytes wanted, {len(taken)} left")
        self._at += count
        return taken


def _read_shape(reader: _Reader) -> Shape:
    magic, version = reader.bytes(4), reader.numbers("I")[0]
    if magic != MAGIC or version != VERSION:
        raise ModelError(
            f"4-bit model file begins with {magic!r}, version {version}; expected {MAGIC!r}, version {VERSION}"
        )
    *sizes, epsilon, block = reader.numbers("7ifi")
    if block != BLOCK:
        raise ModelError(f"4-bit model file has blocks of {block} weights; expected {BLOCK}")
    hidden, layers, heads, intermediate, vocabulary, positions, token_types = sizes
    return Shape(hidden, layers, heads, intermediate, vocabulary, positions, token_types, epsilon)


def _read_vocabulary(reader: _Reader) -> Vocabulary:
    count, bos, eos, pad, unk = reader.numbers("5i")
    (blob_bytes,) = reader.numbers("Q")
    ends = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).astype(float).tolist()
    blob = reader.bytes(blob_bytes)
    pieces = [blob[ends[i] : ends[i + 1]].decode() for i in range(count)]
    return Vocabulary(pieces, scores, bos, eos, pad, unk, _read_characters(reader))


def _read_characters(reader: _Reader) -> dict[int, str]:
    count, _bytes = reader.numbers("iI")
    characters: dict[int, str] = {}
    for _ in range(count):
        code_point, length = reader.numbers("IB")
        characters[code_point] = "".join(map(chr, reader.numbers(f"{length}I")))
    return characters


def _read_directory(reader: _Reader) -> dict[str, TensorEntry]:
    (count,) = reader.numbers("i")
    entries: dict[str, TensorEntry] = {}
    for _ in range(count):
        (name_bytes,) = reader.numbers("H")
        name = reader.bytes(name_bytes).decode()
        entries[name] = TensorEntry(*reader.numbers("BIQQ"))
    return entries


def _dequantise(raw: memoryview) -> NDArray[np.float16]:
    """Q4_0: byte j of a block holds weight j in its low and j+16 in its high bits; (nibble - 8) * scale."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    values = np.empty((len(blocks), BLOCK), np.float16)
    for start in range(0, len(blocks), BLOCKS_AT_ONCE):
        part = blocks[start : start + BLOCKS_AT_ONCE]
        scales = part[:, :2].copy().view("<f2").astype(np.float32)
        nibbles = np.concatenate([part[:, 2:] & 0x0F, part[:, 2:] >> 4], axis=1)
        values[start : start + len(part)] = (nibbles.astype(np.float32) - 8) * scales
    return values.reshape(-1)
