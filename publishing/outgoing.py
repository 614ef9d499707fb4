"""What a piece becomes when it is sent: the words as sent, and what the platform would refuse about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from content.models import ContentAsset, GeneratedContent
from content.pieces import takes
from content.pieces.composing import ai_line, composed, media_of, sent_file, sent_mime
from publishing.platforms import capabilities
from publishing.platforms.base import Capability
from trenddrop.core.platforms import Problem, check, options, rules
from trenddrop.core.platforms.option_checks import account_problems, row_of_account
from trenddrop.core.platforms.threads import parts_of

# Pictures that are too big are made smaller on the way out, so nobody is troubled with them.
MENDED = frozenset({"media_too_big", "media_too_large"})
PAGED = frozenset({GeneratedContent.Kind.CAROUSEL})
NEARLY = 0.5  # seconds by which a file that was only coded anew may differ from its original
# Parts are posted one under the other, which not every adapter does.
THREAD_BY_HAND = _(
    "A thread cannot be sent from here yet. Copy its parts one after the other, or write it as one post."
)


@dataclass(frozen=True)
class Outgoing:
    """The words of one post as sent; `text` is complete, hashtags and call to action included."""

    title: str
    text: str
    hashtags: list[str]
    metadata: dict[str, Any] = field(default_factory=dict)


def outgoing(piece: GeneratedContent, platform: str = "") -> Outgoing:
    """Return what would be sent of the piece as it stands now; the piece's asset must be loaded."""
    metadata = {
        "alt_text": piece.alt_text,
        "language": piece.language,
        "include_media": piece.include_media,
        "thumbnail": str(piece.thumbnail_id or ""),
        "cover": str(piece.cover_id or ""),
        "category": piece.category,
        "ai_label": piece.ai_label,
    }
    text, key = composed(piece, platform), platform or piece.platform
    metadata |= {"options": options.kept(key, _options(piece, key))}
    metadata |= _parts(key, text) | _cover_at(piece) | _own_file(piece)
    return Outgoing(piece.title, text, list(piece.hashtags), metadata)


def snapshot(piece: GeneratedContent, platform: str = "") -> dict[str, Any]:
    """Return the columns of a post that say what is sent, as the piece stands now; its asset must be loaded."""
    return {"piece_version": piece.version, **vars(outgoing(piece, platform))}


def _options(piece: GeneratedContent, platform: str) -> Mapping[str, Any]:
    """Return what was chosen for that platform; the practice network knows nothing of it."""
    return piece.options if platform == piece.platform else {}


def _parts(platform: str, text: str) -> dict[str, Any]:
    """Name all posts of a thread, the first included; nothing for what is one post."""
    parts = parts_of(platform, text)
    return {"parts": parts} if len(parts) > 1 else {}


def _cover_at(piece: GeneratedContent) -> dict[str, Any]:
    """Tell where in the video that is sent the chosen still stands, in seconds, where it stands in it at all."""
    frame, media = piece.thumbnail, media_of(piece)
    if frame is None or media is None or media.kind != ContentAsset.Kind.VIDEO:
        return {}
    lasts = media.duration or 0.0
    if piece.file and piece.starts_at is None and abs(lasts - (piece.asset.duration or 0.0)) > NEARLY:
        return {}  # cut, and nobody wrote down where
    at = frame.at - ((piece.starts_at or 0.0) if piece.file else 0.0)
    return {"cover_at": round(at, 3)} if 0.0 <= at <= lasts else {}


def _own_file(piece: GeneratedContent) -> dict[str, Any]:
    """Name the piece's own files: what is made after a post was planned is not sent with it."""
    if not piece.file:
        return {}
    own = {"file": piece.file.name, "mime": sent_mime(piece), "media_info": piece.media_info}
    slides = [one for one in takes.current(piece) if one.slide > 1] if piece.kind in PAGED else []
    return own | ({"more": [takes.named(one) for one in slides]} if slides else {})


def problems(piece: GeneratedContent, platform: str, *, account: Mapping[str, Any] | None = None) -> list[Problem]:
    """Return all the platform would refuse about the piece, in words; the piece's asset must be loaded.

    `account`: a connection's `extra`, where that account may do less (or more) than others there.
    """
    facts, account = media_of(piece) if piece.include_media else None, account or {}
    row, given = row_of_account(rules(platform), account), _options(piece, platform)
    title = piece.title if row.title_limit is not None else ""
    found = check(
        platform,
        title=title,
        text=piece.text,
        hashtags=piece.hashtags,
        call_to_action=piece.call_to_action,
        mentions=piece.mentions,
        label=ai_line(piece, platform),
        media=facts,
        options=given,
        row=row,
    )
    found += account_problems(row, given, account)
    is_picture = facts is not None and facts.kind == ContentAsset.Kind.IMAGE
    found = [problem for problem in found if not (is_picture and problem.code in MENDED)]
    parts = parts_of(platform, composed(piece, platform))
    if len(parts) == 1 or Capability.THREADS in capabilities(platform):
        return found
    return [*found, Problem("text", "thread_by_hand", str(THREAD_BY_HAND))]


def is_empty(piece: GeneratedContent) -> bool:
    """Say whether nothing at all would be sent."""
    has_media = piece.include_media and media_of(piece) is not None and bool(sent_file(piece))
    return not composed(piece).strip() and not has_media
