"""Two versions of a piece held against each other, field by field, word by word."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from content.models import PieceVersion
from content.pieces.differences import Part, words
from trenddrop.core.platforms import options


@dataclass(frozen=True)
class Change:
    """One field that differs between two versions: its name, its name for people, and the words that differ."""

    field: str
    label: str
    parts: list[Part]


def changes(before: PieceVersion, after: PieceVersion) -> list[Change]:
    """Return the fields that differ. Reads the versions' piece."""
    found = []
    for name, label in _labels().items():
        old, new = _as_text(before, name), _as_text(after, name)
        if old != new:
            found.append(Change(name, label, words(old, new)))
    return found


def _as_text(version: PieceVersion, name: str) -> str:
    value = getattr(version, name)
    if name == "options":
        return "\n".join(options.told(version.piece.platform, value))
    sign = "@" if name == "mentions" else "#"
    return " ".join(f"{sign}{each}" for each in value) if isinstance(value, list) else str(value)


def _labels() -> dict[str, str]:
    return {
        "title": _("Title"),
        "text": _("Text"),
        "hashtags": _("Hashtags"),
        "mentions": _("Mentions"),
        "call_to_action": _("Call to action"),
        "alt_text": _("Alt text"),
        "options": _("Options"),
    }
