"""Samples of a brand's voice from what content can read: pages, and Word or PDF files."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils.translation import gettext as _

from accounts import voice
from accounts.services.voice import Found, Source, divide
from content.intake import documents, fetching

DOCUMENT_BYTES = 10 * 1024**2
KINDS = {".pdf": "application/pdf", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


def read_pages(addresses: Sequence[str]) -> tuple[list[Found], list[str]]:
    """Return the articles, and in words what could not be read. Call in no transaction."""
    found, refused = [], []
    for address in addresses:
        try:
            page = fetching.read_link(address)
        except fetching.LinkFailed as error:
            refused.append(f"{address}: {error}")
            continue
        if isinstance(page, fetching.Article):
            found.append(Found(page.text[: voice.LONGEST], Source.UPLOADED, address))
        else:
            refused.append(_("%(address)s is a media file, not a text.") % {"address": address})
    return found, refused


def read_document(file: File[Any] | None) -> list[Found]:
    """Return the texts of a document; raise UnreadableDocument."""
    if file is None:
        raise documents.UnreadableDocument(_("Choose a Word or PDF file."))
    kind = KINDS.get(Path(str(file.name)).suffix.lower())
    if kind is None:
        raise documents.UnreadableDocument(_("Only .docx and .pdf are read here. Paste the text instead."))
    if (file.size or 0) > DOCUMENT_BYTES:
        raise documents.UnreadableDocument(_("This document is larger than 10 MB. Save it without pictures."))
    with tempfile.NamedTemporaryFile() as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        text = documents.read(Path(kept.name), kind)
    return [Found(part, Source.UPLOADED, str(file.name)) for part in divide(text)]
