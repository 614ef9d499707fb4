"""One piece under review: how it will look, what changed since somebody saw it, and what was said about which place."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from content.models import ContentAsset, GeneratedContent, PieceFormat, PieceVersion
from content.pieces import takes
from content.pieces.comparing import Change, changes
from content.pieces.composing import composed, media_of, sent_mime
from content.screens import studio
from publishing import outgoing
from publishing.models import ApprovalDecision, ApprovalRequest, ReviewComment
from trenddrop.core import platforms
from trenddrop.core.platforms.threads import DASHES, THREADED, parts_of

WORDS = ["title", "text", "hashtags", "call_to_action", "alt_text", "mentions", "options"]
VERSIONS = 40


@dataclass(frozen=True)
class Slide:
    """One page of a carousel, from 1."""

    number: int
    url: str
    alt: str


@dataclass(frozen=True)
class Look:
    """The file that is sent, as a page shows it; `duration` in seconds. Kind "words": no file goes along."""

    kind: str
    url: str = ""
    mime: str = ""
    poster: str = ""
    slides: Sequence[Slide] = ()
    is_tall: bool = False
    duration: float | None = None
    alt: str = ""


def look_of(piece: GeneratedContent) -> Look:
    """Return what is sent along, with the addresses of the signed-in pages; the piece's asset must be loaded."""
    media = media_of(piece) if piece.include_media else None
    if media is None:
        return Look("words")
    mime = sent_mime(piece)
    url = reverse("piece_file", args=[piece.pk]) if piece.file else reverse("file", args=[piece.asset_id])
    slides = slides_of(piece)
    is_tall = media.height > media.width if media.height and media.width else piece.format == PieceFormat.VERTICAL
    kind = "pages" if len(slides) > 1 else "picture" if media.kind == ContentAsset.Kind.IMAGE else "video"
    return Look(
        kind, url, mime, poster_of(piece), slides, is_tall=bool(is_tall), duration=media.duration, alt=piece.alt_text
    )


def slides_of(piece: GeneratedContent) -> list[Slide]:
    """Return a carousel's pages in order; none for what is one file."""
    if piece.kind != GeneratedContent.Kind.CAROUSEL or not piece.file:
        return []
    found = takes.current(piece)
    return [
        Slide(number, reverse("take", args=[take.pk]), take.alt_text or _("Page %(n)s") % {"n": number})
        for number, take in enumerate(found, 1)
    ]


def poster_of(piece: GeneratedContent) -> str:
    """Return the address of the still that stands for the piece, or ""."""
    if piece.cover_id:
        return reverse("cover", args=[piece.cover_id])
    if piece.thumbnail_id:
        return reverse("frame", args=[piece.thumbnail_id])
    return reverse("thumbnail", args=[piece.asset_id]) if piece.asset.thumbnail else ""


# What changed


@dataclass(frozen=True)
class Told:
    """A version to compare with: its number, and who or what wrote it."""

    number: int
    name: str


@dataclass(frozen=True)
class Compared:
    """The piece as it is against an earlier version. `why`: which one that is; `is_first`: there is none.

    `is_file_new`: the words may be the same, but a file, a picture or a setting beside them is another one.
    """

    base: int
    to: int
    why: str
    changes: Sequence[Change]
    versions: Sequence[Told]
    is_first: bool
    is_file_new: bool


def compared(
    request: ApprovalRequest,
    piece: GeneratedContent,
    decisions: Sequence[ApprovalDecision],
    *,
    base: int | None = None,
    user_id: uuid.UUID | None = None,
) -> Compared:
    """Hold the piece against version `base`; without one, against what the reader saw last, else what others did."""
    rows = PieceVersion.objects.filter(piece=piece, number__lt=piece.version).order_by("-number")
    versions = [_told(row) for row in rows.select_related("author").defer("text")[:VERSIONS]]
    numbers = {version.number for version in versions}
    usual, why = _usual(request, decisions, user_id)
    if base is None or base not in numbers:
        base = usual
    old = rows.filter(number=base).first() if base in numbers else None
    if old is not None:
        old.piece = piece
    found = changes(old, as_version(piece)) if old else []
    return Compared(
        base=base,
        to=piece.version,
        why=why if base == usual else "",
        changes=found,
        versions=versions,
        is_first=old is None,
        is_file_new=_is_file_new(request, decisions, base, is_reworded=bool(found)),
    )


def _told(version: PieceVersion) -> Told:
    return Told(version.number, str(version.author) if version.author else version.made_by)


def as_version(piece: GeneratedContent) -> PieceVersion:
    """Return the piece's words of now as a version."""
    words = {name: getattr(piece, name) for name in WORDS}
    return PieceVersion(piece=piece, number=piece.version, organization_id=piece.organization_id, **words)


def _usual(
    request: ApprovalRequest, decisions: Sequence[ApprovalDecision], user_id: uuid.UUID | None
) -> tuple[int, str]:
    own = [one.version for one in decisions if user_id and one.user_id == user_id]
    if own:
        return own[-1], _("what you saw last")
    if request.approved_version:
        return request.approved_version, _("what was approved")
    if decisions:
        return decisions[-1].version, _("what was decided about last")
    return 0, ""


def _is_file_new(
    request: ApprovalRequest, decisions: Sequence[ApprovalDecision], base: int, *, is_reworded: bool
) -> bool:
    """Say whether something beside the words differs: only known where the words are the same."""
    if is_reworded:
        return False
    known = {one.fingerprint for one in decisions if one.version == base}
    if request.approved_version == base:
        known.add(request.approved_fingerprint)
    return bool(known) and request.fingerprint not in known


# What was said


@dataclass(frozen=True)
class Thread:
    """A remark with its answers; `number` where it has a pin, `percent` of the video or `x`, `y` of the picture."""

    comment: ReviewComment
    answers: Sequence[ReviewComment]
    number: int = 0
    percent: float | None = None
    is_old: bool = False


def comments_of(request: ApprovalRequest, membership: Membership) -> list[ReviewComment]:
    """Return the remarks the member may read, oldest first: a client's member none that is only for us."""
    rows = ReviewComment.objects.visible_to(membership).filter(request=request, deleted_at=None)
    if membership.client_id:
        rows = rows.filter(is_internal=False)
    return list(rows.select_related("user", "link").order_by("created_at"))


def threads(comments: Iterable[ReviewComment], *, version: int, duration: float | None = None) -> list[Thread]:
    """Put answers under their remarks; those with a moment or a spot get a number, in the order they were made."""
    answers: dict[uuid.UUID, list[ReviewComment]] = {}
    heads = []
    for comment in comments:
        if comment.parent_id:
            answers.setdefault(comment.parent_id, []).append(comment)
        else:
            heads.append(comment)
    found, number = [], 0
    for head in heads:
        pinned = head.moment is not None or head.x is not None
        number += pinned
        percent = min(100.0, 100 * head.moment / duration) if head.moment is not None and duration else None
        shown = round(percent, 2) if percent is not None else None
        is_old = head.version != version
        found.append(Thread(head, answers.get(head.pk, []), number if pinned else 0, shown, is_old))
    return found


@dataclass(frozen=True)
class Stretch:
    """A part of a text; `thread` when somebody said something about it. `parts`: the line between a thread's posts."""

    text: str
    thread: Thread | None = None
    parts: bool = False


@dataclass(frozen=True)
class Words:
    """One field of the piece as it is, with the places that were spoken about."""

    field: str
    label: str
    stretches: Sequence[Stretch] = ()


def words_of(piece: GeneratedContent, said: Sequence[Thread]) -> list[Words]:
    """Return the piece's words with marks where remarks about this very version stand."""
    labels = {"title": _("Title"), "text": _("Text"), "call_to_action": _("Call to action"), "alt_text": _("Alt text")}
    found = []
    for name, label in labels.items():
        text = str(getattr(piece, name))
        about = [one for one in said if one.comment.field == name and not one.is_old]
        if text:
            stretches = _marked(text, about)
            has_parts = name == "text" and piece.platform in THREADED
            found.append(Words(name, label, list(_parted(stretches) if has_parts else stretches)))
    tags = " ".join([*(f"#{tag}" for tag in piece.hashtags), *(f"@{name}" for name in piece.mentions)])
    return [*found, Words("", _("Hashtags and mentions"), [Stretch(tags)])] if tags else found


def _marked(text: str, about: Sequence[Thread]) -> Iterable[Stretch]:
    at = 0
    for thread in sorted(about, key=lambda one: one.comment.starts_at or 0):
        start, end = thread.comment.starts_at, thread.comment.ends_at
        if start is None or end is None or start < at or end > len(text):
            continue
        if start > at:
            yield Stretch(text[at:start])
        yield Stretch(text[start:end], thread)
        at = end
    if at < len(text):
        yield Stretch(text[at:])


def _parted(stretches: Iterable[Stretch]) -> Iterable[Stretch]:
    """Tell the lines between the posts of a thread from what they part; every letter stays in its place."""
    for one in stretches:
        if one.thread:
            yield one
            continue
        at = 0
        for line in DASHES.finditer(one.text):
            yield from (Stretch(one.text[at : line.start()]), Stretch(line[0], parts=True))
            at = line.end()
        yield Stretch(one.text[at:])


# Before it goes


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `state` is the look of its sign."""

    state: str
    text: str


def checks_of(piece: GeneratedContent) -> list[Check]:
    """Return what the platform would refuse, and how much of each limit is used. No query for most pieces."""
    name = platforms.rules(piece.platform).name
    refused = outgoing.problems(piece, piece.platform)
    found = [Check("failed", problem.message) for problem in refused]
    if not refused:
        found.append(Check("live", _("%(name)s takes it as it is.") % {"name": name}))
    found += [
        Check("live", _told_use(key, use)) for key, use in studio.counters(piece).items() if use["used"] <= use["limit"]
    ]
    return found


def _told_use(key: str, use: Mapping[str, int]) -> str:
    words = {
        "text": _("Text %(used)s of %(limit)s"),
        "title": _("Title %(used)s of %(limit)s"),
        "hashtags": _("Hashtags %(used)s of %(limit)s"),
    }
    return words[key] % use


def parts(piece: GeneratedContent) -> list[str]:
    """Return the posts of a thread as they are sent; one for everything else."""
    return parts_of(piece.platform, composed(piece))
