"""The files a piece was given: which go along, and how a post remembers them."""

from typing import Any

from content.models import GeneratedContent, PieceFile


def current(piece: GeneratedContent) -> list[PieceFile]:
    """Return the files that go along, a carousel's in their order: one statement."""
    return list(PieceFile.objects.filter(piece=piece, is_current=True).order_by("slide"))


def named(take: PieceFile) -> dict[str, Any]:
    """Return a file as a planned post remembers it."""
    mime = str(take.media_info.get("mime") or "")
    return {"file": take.file.name, "mime": mime, "media_info": take.media_info, "alt_text": take.alt_text}
