"""What a link shows: what waits for its person, what was decided, one piece with all that was said to them."""

import mimetypes
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts import tenancy
from accounts.models import Membership
from content.models import GeneratedContent
from content.pieces import takes
from content.pieces.composing import media_of, sent_mime
from publishing import approving, linking
from publishing.models import (
    ApprovalDecision,
    ApprovalRequest,
    ReviewComment,
    ReviewDevice,
    ReviewLink,
    ScheduledPost,
)
from publishing.screens import reviewing

Status = ApprovalRequest.Status
Verdict = ApprovalDecision.Verdict
PAGE = 20
PAGED = re.compile(r"page-(\d{1,2})")
GOES_OUT = (ScheduledPost.Status.WAITING, ScheduledPost.Status.SCHEDULED, ScheduledPost.Status.PUBLISHED)


def is_taken(link: ReviewLink) -> bool:
    """Say whether a browser has opened the link already."""
    with tenancy.operator():
        return ReviewDevice.objects.filter(link=link).exists()


def hidden(address: str) -> str:
    """i…@kesar.example: enough for who knows it, little for who does not."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"


@dataclass(frozen=True)
class Line:
    """A piece of the list, with its picture ("" if none)."""

    request: ApprovalRequest
    poster: str


@dataclass(frozen=True)
class Work:
    """What waits, and one page of what is settled or with the house again."""

    waiting: Sequence[Line]
    before: Sequence[Line]
    previous_page: int | None
    next_page: int | None


def work_of(link: ReviewLink, *, page: int = 1) -> Work:
    """Return what a client's link shows: two statements. Call in the link's scope."""
    waiting = linking.waiting(link) if page == 1 else []
    rest = linking.requests_of(link).exclude(linking.wanted()).order_by("-updated_at", "-pk")
    start = (page - 1) * PAGE
    before = list(rest[start : start + PAGE + 1])
    return Work(
        [Line(each, _poster(link, each)) for each in waiting],
        [Line(each, _poster(link, each)) for each in before[:PAGE]],
        page - 1 if page > 1 else None,
        page + 1 if len(before) > PAGE else None,
    )


def _poster(link: ReviewLink, request: ApprovalRequest) -> str:
    piece = request.piece
    has_media = piece.include_media and media_of(piece) is not None
    return _url(link, request, "poster") if has_media and _has_poster(piece) else ""


def _has_poster(piece: GeneratedContent) -> bool:
    return bool(piece.cover_id or piece.thumbnail_id or piece.asset.thumbnail)


def _url(link: ReviewLink, request: ApprovalRequest, name: str) -> str:
    return reverse("review_media", args=[link.pk, request.pk, name])


# One piece


def piece_of(link: ReviewLink, request: ApprovalRequest) -> dict[str, Any]:
    """Return all that the page of one piece shows. Call in the link's scope."""
    piece = request.piece
    look = _look(link, request)
    decisions = list(ApprovalDecision.objects.filter(request=request).order_by("created_at"))
    theirs = _of_client(link, decisions)
    threads = reviewing.threads(comments_of(request), version=piece.version, duration=look.duration)
    posts = ScheduledPost.objects.filter(approval=request, status__in=GOES_OUT).order_by("scheduled_for")
    return {
        "request_": request,
        "piece": piece,
        "asset": piece.asset,
        "look": look,
        "handle": piece.asset.brand.name if piece.asset.brand else "",
        "thread": reviewing.parts(piece),
        "threads": threads,
        "words": reviewing.words_of(piece, threads),
        "compared": reviewing.compared(request, piece, theirs) if theirs else None,
        "wishes": [each for each in theirs if each.verdict == Verdict.CHANGES],
        "decisions": [Said(each, each in theirs) for each in decisions],
        "may_decide": link.may_decide and approving.ask_of(request, link) is not None,
        "post": posts.first(),
        "next": _next(link, request),
    }


@dataclass(frozen=True)
class Said:
    """A decision; its words are shown where they are the client's own, for the house's are between themselves."""

    decision: ApprovalDecision
    is_theirs: bool


def _of_client(link: ReviewLink, decisions: Iterable[ApprovalDecision]) -> list[ApprovalDecision]:
    """Return what people of the client decided, by a link or as members."""
    found = list(decisions)
    users = {each.user_id for each in found if each.user_id}
    with tenancy.operator():
        rows = Membership.objects.filter(organization_id=link.organization_id, user_id__in=users)
        people = set(rows.filter(client=link.client).exclude(client=None).values_list("user_id", flat=True))
    return [each for each in found if each.link_id or each.user_id in people]


def comments_of(request: ApprovalRequest) -> QuerySet[ReviewComment]:
    """Return what was said for the client to hear, oldest first."""
    rows = ReviewComment.objects.filter(request=request, is_internal=False, deleted_at=None)
    return rows.select_related("link").order_by("created_at")


def _next(link: ReviewLink, request: ApprovalRequest) -> str:
    """Return the address of the next piece that waits, or ""."""
    if link.request_id:
        return ""
    waiting = [each.pk for each in linking.waiting(link) if each.pk != request.pk]
    return reverse("review_piece", args=[link.pk, waiting[0]]) if waiting else ""


def _look(link: ReviewLink, request: ApprovalRequest) -> reviewing.Look:
    """Return the look with addresses that open for the link alone."""
    found = reviewing.look_of(request.piece)
    if found.kind == "words":
        return found
    slides = [replace(each, url=_url(link, request, f"page-{each.number}")) for each in found.slides]
    poster = _url(link, request, "poster") if found.poster else ""
    return replace(found, url=_url(link, request, "file"), poster=poster, slides=slides)


# Its files


@dataclass(frozen=True)
class Stored:
    """A file in the storage and its type."""

    file: str
    mime: str


def stored(piece: GeneratedContent, name: str) -> Stored | None:
    """Return the file that is sent ("file"), its still ("poster") or a carousel's page ("page-2"), if there is one."""
    if not piece.include_media or media_of(piece) is None:
        return None
    if paged := PAGED.fullmatch(name):
        return _page(piece, int(paged[1]))
    if name == "poster":
        return _still(piece)
    file = (piece.file or piece.asset.file).name
    return _shown(file, sent_mime(piece)) if name == "file" and file else None


def _page(piece: GeneratedContent, number: int) -> Stored | None:
    found = takes.current(piece)
    if not 1 <= number <= len(found):
        return None
    take = found[number - 1]
    return _shown(str(take.file.name), str(take.media_info.get("mime") or ""))


def _still(piece: GeneratedContent) -> Stored | None:
    """Return the cover that was made, else the chosen still, else the original's."""
    image = piece.cover.image if piece.cover else piece.thumbnail.image if piece.thumbnail else piece.asset.thumbnail
    return _shown(str(image.name), mimetypes.guess_type(str(image.name))[0] or "image/jpeg") if image else None


def _shown(file: str, mime: str) -> Stored | None:
    """Only what a browser shows without running it."""
    return Stored(file, mime) if mime.startswith(("image/", "video/", "audio/")) and "svg" not in mime else None
