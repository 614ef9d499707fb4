"""What a piece sends beside its words, as something that can be kept and brought back."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from content.models import GeneratedContent, PieceFile, PosterFrame, Thumbnail
from content.pieces import takes

PLAIN = ("kind", "ai_label", "language", "category", "include_media")


def state_of(piece: GeneratedContent) -> dict[str, Any]:
    """Return it as JSON holds it; files by the rows that keep them, which none overwrites."""
    return {
        **{name: getattr(piece, name) for name in PLAIN},
        "cover": str(piece.cover_id or ""),
        "thumbnail": str(piece.thumbnail_id or ""),
        "files": [str(row.pk) for row in takes.current(piece)],
    }


def changes_to(piece: GeneratedContent, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that bring a state back, without those whose cover or frame is gone."""
    found = {name: state[name] for name in PLAIN if name in state}
    pictures: dict[str, QuerySet[Any]] = {
        "cover": Thumbnail.objects.filter(piece=piece),
        "thumbnail": PosterFrame.objects.filter(asset_id=piece.asset_id),
    }
    for name, rows in pictures.items():
        if name in state and (not state[name] or rows.filter(pk=state[name]).exists()):
            found[f"{name}_id"] = state[name] or None
    return found


def send_files(piece: GeneratedContent, state: Mapping[str, Any]) -> None:
    """Let the files of a state go along again; call with the piece held."""
    if "files" not in state or state["files"] == [str(row.pk) for row in takes.current(piece)]:
        return
    rows = PieceFile.objects.filter(piece=piece)
    rows.filter(is_current=True).update(is_current=False)
    rows.filter(pk__in=state["files"]).update(is_current=True)
    first = next(iter(takes.current(piece)), None)
    GeneratedContent.objects.filter(pk=piece.pk).update(
        file=first.file.name if first else "",
        media_info=first.media_info if first else {},
        duration=first.media_info.get("duration") if first else None,
        **({"edit_tool": first.edit_tool} if first else {}),
    )
