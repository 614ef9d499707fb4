"""The words of a document: plain text, subtitles, DOCX, PDF."""

import zipfile
from pathlib import Path

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError

LONGEST = 200_000  # characters
XML_BYTES = 40 * 1024**2
PAGES = 500
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class UnreadableDocument(Exception):
    """The document holds no words that can be read; the message says what to do."""


def read(path: Path, mime: str) -> str:
    """Return a document's words, at most LONGEST characters; raise UnreadableDocument."""
    text = (_pdf if mime == "application/pdf" else _docx if "wordprocessingml" in mime else _plain)(path)
    text = text.replace("\x00", "").strip()[:LONGEST]
    if not text:
        raise UnreadableDocument(
            _("This document has no words, perhaps only pictures of pages. Paste its text; the file is kept.")
        )
    return text


def _plain(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(4 * LONGEST)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = error.start > len(content) - 4
        return content[: error.start].decode("utf-8-sig") if cut else content.decode("cp1252", "replace")


def _docx(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive, archive.open("word/document.xml") as file:
            content = file.read(XML_BYTES + 1)
        if len(content) > XML_BYTES:
            raise UnreadableDocument(
                _("This document unpacks to more than it should. Save it anew, or paste its text.")
            )
        paragraphs = ElementTree.fromstring(content).iter(f"{WORD}p")
        return "\n".join("".join(node.text or "" for node in each.iter(f"{WORD}t")) for each in paragraphs)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, DefusedXmlException, RuntimeError, EOFError) as error:
        raise UnreadableDocument(_("This document is damaged. Save it anew, or paste its text.")) from error


def _pdf(path: Path) -> str:
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument(_("This document is locked with a password. Save it without, or paste its text."))
        found: list[str] = []
        for page in reader.pages[:PAGES]:
            found.append(page.extract_text())
            if sum(map(len, found)) > LONGEST:
                break
        return "\n".join(found)
    except (PyPdfError, ValueError, KeyError, RecursionError, OverflowError, TypeError, AttributeError) as error:
        raise UnreadableDocument(_("This document is damaged. Save it anew, or paste its text.")) from error
