"""The words of a document: plain text, subtitles, DOCX, PDF."""

import re
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject, PdfObject, StreamObject

from content.intake import columns

LONGEST = 200_000  # characters
XML_BYTES = 40 * 1024**2
ELEMENTS = 1_000_000  # of a DOCX; one of LONGEST characters has far fewer
PAGES = 500
PAGE_BYTES = 2 * 1024**2  # of a page, unpacked: some hundred times what its words take
SECONDS = 90.0  # for all pages of a PDF together
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
WHOLE = (f"{WORD}p", FALLBACK)
GAPS = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}cr": "\n"}
# What a damaged file makes its reader raise; a PDF's reader trips over whatever it finds.
BROKEN_DOCX = (
    zipfile.BadZipFile, zlib.error, KeyError, ElementTree.ParseError, DefusedXmlException, RuntimeError, EOFError,
    OSError,
)  # fmt: skip
BROKEN_PDF = (
    PyPdfError, ValueError, LookupError, RecursionError, ArithmeticError, TypeError, AttributeError, AssertionError,
    NotImplementedError, struct.error, zlib.error,
)  # fmt: skip
BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")


class UnreadableDocument(Exception):
    """The document holds no words that can be read; the message says what to do."""


@dataclass(frozen=True)
class Reading:
    """A document's words, and in `left_out` a sentence on what of it was not read, or ""."""

    text: str
    left_out: str = ""


def read(path: Path, mime: str) -> str:
    """Return a document's words, at most LONGEST characters; raise UnreadableDocument."""
    return read_whole(path, mime).text


def read_whole(
    path: Path, mime: str, *, check: Callable[[], None] = lambda: None, clock: Callable[[], float] = time.monotonic
) -> Reading:
    """Return a document's words, at most LONGEST characters, with what was left out; raise UnreadableDocument.

    `check` is called between pages and may raise to stop.
    """
    if mime == "application/pdf":
        found = _pdf(path, check, clock)
    else:
        found = _docx(path) if "wordprocessingml" in mime else _plain(path)
    text = found.text.replace("\x00", "").strip()
    if not text:
        raise UnreadableDocument(
            _("This document has no words, perhaps only pictures of pages. Paste its text; the file is kept.")
        )
    if not has_words(text):
        raise UnreadableDocument(_("There are only signs and emoji in this, no words. Paste a text; the file is kept."))
    return Reading(text[:LONGEST], found.left_out or (cut() if len(text) > LONGEST else ""))


def has_words(text: str) -> bool:
    """Say whether a text has any letter or digit, and not only emoji and signs."""
    return any(sign.isalnum() for sign in text)


def is_short(text: str) -> bool:
    """Say whether a text is too short to find anything in; scripts without spaces are counted by their letters."""
    return len(text.split()) < 3 and sum(sign.isalnum() for sign in text) < 12


def cut() -> str:
    """Return the sentence on a text that was too long to be read whole."""
    return _("Only the first %(limit)s characters are read. Bring the rest as a second document.") % {"limit": LONGEST}


def _plain(path: Path) -> Reading:
    size = path.stat().st_size
    with path.open("rb") as file:
        content = file.read(4 * LONGEST)
    return Reading(decoded(content), cut() if size > len(content) else "")


def decoded(content: bytes, *, charset: str = "") -> str:
    """Return the text of bytes, by the charset they were sent with, else by what they look like."""
    with suppress(LookupError, ValueError):
        if charset:
            return content.decode(charset, "replace").removeprefix("\ufeff")
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content[: len(content) // 2 * 2].decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = error.start > len(content) - 4
        return content[: error.start].decode("utf-8-sig") if cut else content.decode("cp1252", "replace")


def _docx(path: Path) -> Reading:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as file:
            return Reading("\n".join(_first(_told(Bounded(file)))))
    except BROKEN_DOCX as error:
        raise UnreadableDocument(_("This document is damaged. Save it anew, or paste its text.")) from error


@dataclass
class Bounded:
    """A file of which no more is read than a document may unpack to; what its archive says of its size may be wrong."""

    file: IO[bytes]
    left: int = XML_BYTES

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises UnreadableDocument."""
        part = self.file.read(min(size, self.left + 1) if size >= 0 else self.left + 1)
        self.left -= len(part)
        if self.left < 0:
            raise _too_large()
        return part


def _too_large() -> UnreadableDocument:
    return UnreadableDocument(_("This document unpacks to more than it should. Save it anew, or paste its text."))


def _first(parts: Iterable[str]) -> Iterator[str]:
    """Give parts until they are more than is kept."""
    length = 0
    for part in parts:
        yield part
        length += len(part)
        if length > LONGEST:
            return


def _told(file: Bounded) -> Iterator[str]:
    """Give the paragraphs as they are read, and keep none of what was read before."""
    around: list[Element] = []
    elements = inside = 0  # of how many paragraphs, or second tellings for old programs
    for event, node in ElementTree.iterparse(file, events=("start", "end")):
        if event == "start":
            elements += 1
            if elements > ELEMENTS:
                raise _too_large()
            around.append(node)
            inside += node.tag in WHOLE
            continue
        around.pop()
        inside -= node.tag in WHOLE
        if inside:
            continue
        yield from _paragraph(node)
        if around:
            around[-1].remove(node)


def _paragraph(node: Element) -> Iterator[str]:
    """Give what a paragraph says by itself, and then the paragraphs inside it."""
    if node.tag == f"{WORD}p":
        yield "".join(_words(node))
        yield from _paragraphs(node)


def _paragraphs(top: Element) -> Iterator[str]:
    """Give each paragraph once: a text box stands inside another paragraph, and a second time for old programs."""
    for node in top:
        if node.tag == f"{WORD}p":
            yield from _paragraph(node)
        elif node.tag != FALLBACK:
            yield from _paragraphs(node)


def _words(paragraph: Element) -> Iterator[str]:
    for node in paragraph:
        if node.tag == f"{WORD}t":
            yield node.text or ""
        elif node.tag in GAPS:
            yield GAPS[node.tag]
        elif node.tag not in {f"{WORD}p", FALLBACK}:
            yield from _words(node)


def _pdf(path: Path, check: Callable[[], None], clock: Callable[[], float]) -> Reading:
    until = clock() + SECONDS
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument(_("This document is locked with a password. Save it without, or paste its text."))
        found, number, full = list[str](), len(reader.pages), 0
        for page in reader.pages[:PAGES]:
            check()
            is_full = _is_full(page)
            full += is_full
            with suppress(columns.TooLong):
                found.append("" if is_full else columns.text_of(page, lambda: clock() < until))
            if sum(map(len, found)) > LONGEST or clock() >= until:
                break
        if number and not found:
            raise UnreadableDocument(_("Reading this document takes too long. Paste its text; the file is kept."))
        return Reading(BROKEN_WORD.sub("", "\n".join(found)), _pages_left_out(found, number, full))
    except BROKEN_PDF as error:
        raise UnreadableDocument(_("This document is damaged. Save it anew, or paste its text.")) from error


def _is_full(page: PageObject) -> bool:
    """Say whether what a page draws, with the forms it may draw, unpacks to more than is read."""
    contents, drawn = page.get_contents(), b""
    with suppress(*BROKEN_PDF):  # what cannot be unpacked is passed over when it is read
        drawn = b"" if contents is None else contents.get_data()
    size = len(drawn)
    for form in _forms(page.get("/Resources"), set(), drawn):
        if size > PAGE_BYTES:
            return True
        with suppress(*BROKEN_PDF):
            size += len(form.get_data())
    return size > PAGE_BYTES


def _forms(resources: Any, known: set[int], drawn: bytes | None = None) -> Iterator[StreamObject]:
    """Give the forms that resources name, of a page those it draws (pages may share them), and those within, once."""
    for name, each in _named(_named(resources).get("/XObject")).items():
        if drawn is not None and str(name).encode() not in drawn:
            continue
        form = each.get_object()
        if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form" and id(form) not in known:
            known.add(id(form))
            yield form
            yield from _forms(form.get("/Resources"), known)


def _named(found: Any) -> Mapping[Any, Any]:
    """Return a dictionary of the file, an empty one for anything else."""
    whole = found.get_object() if isinstance(found, PdfObject) else None
    return whole if isinstance(whole, DictionaryObject) else {}


def _pages_left_out(found: list[str], number: int, full: int) -> str:
    """Say what of the pages was not read: too full ones, those after the last, or else those that are pictures."""
    parts = []
    if full:
        words = ngettext(
            "%(n)s of its pages holds more drawing than is read; what stands on it is left out.",
            "%(n)s of its pages hold more drawing than is read; what stands on them is left out.",
            full,
        )
        parts.append(words % {"n": full})
    if len(found) < number:
        words = _("Of %(number)s pages the first %(read)s are read. Bring the rest as a second document.")
        return " ".join([*parts, words % {"number": number, "read": len(found)}])
    empty = sum(not page.strip() for page in found) - full
    words = ngettext(
        "%(n)s of its pages is only a picture; what stands on it is not read.",
        "%(n)s of its pages are only pictures; what stands on them is not read.",
        empty,
    )
    return " ".join([*parts, *([words % {"n": empty}] if empty else [])])
