"""The bytes of a response, unpacked, never more of them than allowed."""

from __future__ import annotations

import codecs
import re
import zlib
from typing import TYPE_CHECKING, Final

from rag.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ACCEPTED: Final = "gzip, deflate"  # what can be unpacked piece by piece
_PIECE: Final = 64 * 1024
_EITHER_HEADER: Final = 32 + zlib.MAX_WBITS  # zlib tells gzip and zlib apart by itself
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Of Python's codecs those that pages are in: some of the others (punycode) take quadratic time.
_CHARSET: Final = re.compile(
    r"utf-(?:16|32)(?:-[lb]e)?|cp\d+|iso8859-\d+|koi8-[rtu]|mac-\w+|big5\w*|gb\w+|euc_\w+|shift_jis\w*|tis-620"
)


def read_body(chunks: Iterable[bytes], coding: str, limit: int) -> bytes:
    """The body as the server meant it, of at most `limit` bytes, however well it was packed.

    Raises:
        FetchError: it is larger, packed in another way, or damaged.
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        pieces = iter(chunks)
    elif coding in ("gzip", "x-gzip", "deflate"):
        pieces = _unpacked(chunks, limit)
    else:
        raise FetchError(f"is packed as {coding[:40]!a}, expected {ACCEPTED}; it can't be read")
    body = bytearray()
    for piece in pieces:
        body += piece
        _refuse_larger(len(body), limit)
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_EITHER_HEADER)
    packed = 0
    try:
        for chunk in chunks:
            packed += len(chunk)
            _refuse_larger(packed, limit)  # what follows the end of the packed data too
            rest = chunk
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail
        while not unpacker.eof and (piece := unpacker.decompress(b"", _PIECE)):
            yield piece
    except zlib.error:
        raise FetchError("is damaged: it can't be unpacked; try again later") from None
    if packed and not unpacker.eof:
        raise FetchError("breaks off before its end; try again later")


def _refuse_larger(size: int, limit: int) -> None:
    if size > limit:
        raise FetchError(
            f"has more than {limit / 1024**2:g} MB, expected an article or a feed; "
            "SHAWAHID_FETCH_MEGABYTES sets the limit"
        )


def to_utf8(data: bytes, charset: str | None) -> bytes:
    """The data in UTF-8 with a byte-order mark where that is sure, else as it is.

    Valid UTF-8 is UTF-8 whatever the response's header says. Where the header does not explain the
    data either, whoever reads it tells its encoding from the data.
    """
    if data.isascii() or data.startswith(_UTF16):
        return data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode(_codec(charset))
        except (LookupError, UnicodeDecodeError):
            return data
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def _codec(charset: str | None) -> str:
    name = codecs.lookup(charset).name if charset and charset.isascii() else ""
    if not _CHARSET.fullmatch(name):
        raise LookupError(name)
    return "cp1252" if name == "iso8859-1" else name  # as browsers do
