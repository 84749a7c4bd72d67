"""The text of a PDF, in reading order: pdfminer.six finds the glyphs, their places tell the rest."""

from __future__ import annotations

import logging
import re
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser, PDFSyntaxError
from pdfminer.utils import decode_text

from rag.errors import ArticleError
from rag.indexing.draft import Draft
from rag.indexing.lines import words
from rag.indexing.pdf_layout import Paragraph, read_page, read_page_in_order
from rag.indexing.properties import read_properties
from rag.indexing.visual_order import Glyph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    _Page = tuple[
        list[Glyph], tuple[float, float]
    ]  # glyphs in the file's order; lower and upper edge
    _PageReader = Callable[[Sequence[Glyph]], list[Paragraph]]

_UNKNOWN = re.compile(
    r"\(cid:\d+\)"
)  # how pdfminer writes a glyph whose letter the file does not tell
_MAX_UNKNOWN = 0.02  # of all glyphs
_MARGIN = 0.1  # of a page's height, above and below, where running heads stand
_MIN_REPEATS = 2  # pages on which a line of the margin stands
_DIGITS = re.compile(r"\d+")
_BEGINS_BACKWARDS = re.compile(r"\b[ةى]\w")
_ENDS_RIGHT = re.compile(r"\w[ةى]\b")


def read_pdf(data: bytes) -> Draft:
    """The paragraphs of a PDF, with the title and author that its metadata tell where they fit.

    The dates of its metadata are days of making the file, not of publication: they are not taken.

    Raises:
        ArticleError: no PDF, locked by a password, or without text (a scan), or letters unknown.
    """
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    document = _open(data)
    pages = list(_pages(document))
    glyphs = sum(len(page_glyphs) for page_glyphs, _ in pages)
    if not any(words(glyph.text) for page_glyphs, _ in pages for glyph in page_glyphs):
        raise ArticleError("holds no text, only pictures of it; run text recognition (OCR) on it")
    unknown = sum(glyph.text == "\ufffd" for page_glyphs, _ in pages for glyph in page_glyphs)
    if unknown > _MAX_UNKNOWN * glyphs:
        raise ArticleError(
            f"does not tell the letters of {unknown} of {glyphs} glyphs; save it anew"
        )
    text = "\n\n".join(_without_running_heads(pages, read_page))
    if _is_backwards(text):
        text = "\n\n".join(_without_running_heads(pages, read_page_in_order))
    return Draft(text, _values(document, text))


def _open(data: bytes) -> PDFDocument:
    try:
        return PDFDocument(PDFParser(BytesIO(data)))
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise ArticleError("is locked by a password; save it without one") from None
    except PDFSyntaxError as error:
        raise ArticleError(f"is no PDF, or cut short ({error}); save it anew") from error


def _pages(document: PDFDocument) -> Iterator[_Page]:
    """The glyphs of each page, and its lower and upper edge."""
    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=None)
    interpreter = PDFPageInterpreter(manager, device)
    for page in PDFPage.create_pages(document):
        interpreter.process_page(page)
        layout = device.get_result()
        yield list(_glyphs(layout)), (layout.y0, layout.y1)


def _glyphs(layout: LTContainer[Any]) -> Iterator[Glyph]:
    todo: list[Any] = [layout]
    while todo:
        item = todo.pop()
        if isinstance(item, LTChar):
            text = _UNKNOWN.sub("\ufffd", item.get_text())
            if item.upright and text:
                # Boxes differ between the fonts of a line; the baseline is the same.
                base = float(item.matrix[5])
                yield Glyph(text, item.x0, item.x1, base, base + item.size)
        elif isinstance(item, LTContainer):
            todo += reversed(list(item))


def _is_backwards(text: str) -> bool:
    """Whether Arabic words begin with the letters that only end words: a program set them unturned."""
    return len(_BEGINS_BACKWARDS.findall(text)) > len(_ENDS_RIGHT.findall(text))


def _without_running_heads(pages: list[_Page], read_page: _PageReader) -> Iterator[str]:
    """The paragraphs, without those in a margin that stand there on other pages too, numbers aside."""
    read = [(read_page(glyphs), edges) for glyphs, edges in pages]
    heads = Counter(
        head for paragraphs, edges in read for head in {_head(p, edges) for p in paragraphs} if head
    )
    for paragraphs, edges in read:
        for paragraph in paragraphs:
            head = _head(paragraph, edges)
            if head is None or heads[head] < _MIN_REPEATS:
                yield paragraph.text


def _head(paragraph: Paragraph, edges: tuple[float, float]) -> str | None:
    """What is compared of a paragraph in a margin: its place to some points, and its text but for digits."""
    low, high = edges
    height = (high - low) or 1.0
    share = (paragraph.y - low) / height
    if _MARGIN < share < 1 - _MARGIN:
        return None
    return f"{round(50 * share)} {_DIGITS.sub('#', paragraph.text)}"


def _values(document: PDFDocument, text: str) -> dict[str, str]:
    info: dict[str, Any] = {}
    for entry in document.info:
        info |= entry
    return read_properties(_told(info, "Title"), _told(info, "Author"), text)


def _told(info: dict[str, Any], name: str) -> str:
    value = info.get(name)
    return decode_text(value) if isinstance(value, bytes) else ""
