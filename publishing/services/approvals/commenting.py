"""Remarks on what is asked to be approved: on the whole, a moment, a place in the words, a spot of a picture."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notifications, tenancy
from accounts.models import Membership, User
from content.models import PieceVersion
from publishing import approving
from publishing.approving import Speaker
from publishing.delivery import asks
from publishing.models import ApprovalRequest, ReviewComment
from publishing.services.approvals.deciding import name_of

# Fields of a piece that a remark may quote, as a version keeps them.
QUOTED = frozenset({"title", "text", "call_to_action", "alt_text"})
MOST_LETTERS, MOST_QUOTED, LONGEST = 4000, 300, 24 * 3600.0


@dataclass(frozen=True)
class Anchor:
    """Where a remark points; see ReviewComment."""

    moment: float | None = None
    moment_end: float | None = None
    field: str = ""
    starts_at: int | None = None
    ends_at: int | None = None
    x: float | None = None
    y: float | None = None
    slide: int | None = None


class CannotComment(Exception):
    """Nothing was written; the message says why and what to do."""


class NothingSaid(CannotComment):
    """There are no words, or too many."""

    def __init__(self) -> None:
        super().__init__(_("Write what you think, in at most 4,000 letters. Nothing was kept."))


class NoSuchPlace(CannotComment):
    """The remark points nowhere."""

    def __init__(self) -> None:
        super().__init__(_("The place you marked is not in this version. Mark it again; nothing was kept."))


class NotHere(CannotComment):
    """They do not see this request, or the remark that they answer."""

    def __init__(self) -> None:
        super().__init__(_("This is not here any more. Nothing was kept."))


class NotYours(CannotComment):
    """Only who wrote it removes it."""

    def __init__(self) -> None:
        super().__init__(_("Only who wrote it can remove it."))


def comment(
    request: ApprovalRequest,
    *,
    by: Speaker,
    body: str,
    anchor: Anchor = Anchor(),
    parent: ReviewComment | None = None,
    is_internal: bool = False,
) -> ReviewComment:
    """Say something of the version that stands; what is internal no client ever sees, nor the answers to it.

    Raises NothingSaid, NoSuchPlace, NotHere.
    """
    words = body.strip()
    if not words or len(words) > MOST_LETTERS:
        raise NothingSaid
    with tenancy.widened(), transaction.atomic():
        held = ApprovalRequest.objects.select_related("piece", "requested_by").filter(pk=request.pk).first()
        if held is None or not _sees(by, held) or not _may_answer(held, by, parent):
            raise NotHere
        row = ReviewComment.objects.create(
            organization_id=held.organization_id,
            request=held,
            parent=(parent.parent or parent) if parent else None,
            user=by.user if isinstance(by, Membership) else None,
            link=None if isinstance(by, Membership) else by,
            name=name_of(by),
            is_internal=_is_of_house(by) and (is_internal or bool(parent and parent.is_internal)),
            version=held.piece.version,
            body=words,
            quote=_quoted(held, anchor),
            **asdict(_checked(anchor)),
        )
        _tell(held, row, by)
        asks.record("approval.commented", held, by=_member(by), name=row.name)
        return row


def _sees(by: Speaker, request: ApprovalRequest) -> bool:
    if by.organization_id != request.organization_id:
        return False
    if isinstance(by, Membership):
        return by.client_id in {None, request.client_id}
    return by.request_id == request.pk if by.request_id else by.client_id == request.client_id


def _is_of_house(by: Speaker) -> bool:
    return isinstance(by, Membership) and by.client_id is None


def _may_answer(request: ApprovalRequest, by: Speaker, parent: ReviewComment | None) -> bool:
    if parent is None:
        return True
    is_open = parent.request_id == request.pk and parent.deleted_at is None
    return is_open and (_is_of_house(by) or not parent.is_internal)


def _checked(anchor: Anchor) -> Anchor:
    """Return the anchor when it says something possible. Raises NoSuchPlace."""
    begins, ends = anchor.moment, anchor.moment_end
    is_time = ends is None if begins is None else 0 <= begins <= (LONGEST if ends is None else ends) <= LONGEST
    spot = (anchor.x, anchor.y)
    is_spot = spot == (None, None) or all(side is not None and 0 <= side <= 1 for side in spot)
    is_slide = anchor.slide is None or 1 <= anchor.slide <= 100
    if not (is_time and is_spot and is_slide):
        raise NoSuchPlace
    return anchor


def _quoted(request: ApprovalRequest, anchor: Anchor) -> str:
    """Return the words that are marked, as the version has them. Raises NoSuchPlace."""
    if not anchor.field:
        if anchor.starts_at is not None or anchor.ends_at is not None:
            raise NoSuchPlace
        return ""
    said = _words(request).get(anchor.field)
    if said is None:
        raise NoSuchPlace
    if anchor.starts_at is None or anchor.ends_at is None:
        if anchor.starts_at != anchor.ends_at:
            raise NoSuchPlace
        return ""
    if not 0 <= anchor.starts_at < anchor.ends_at <= len(said):
        raise NoSuchPlace
    return said[anchor.starts_at : anchor.ends_at][:MOST_QUOTED]


def _words(request: ApprovalRequest) -> dict[str, str]:
    piece = request.piece
    found = PieceVersion.objects.filter(piece=piece, number=piece.version).first() or piece
    return {name: str(getattr(found, name)) for name in QUOTED} | {"hashtags": " ".join(found.hashtags)}


def _tell(request: ApprovalRequest, row: ReviewComment, by: Speaker) -> None:
    """Tell who asked for approval, and whom it answers: in the app, for there is a mail when something is decided."""
    people: list[User] = [request.requested_by] if request.requested_by else []
    if row.parent and row.parent.user:
        people.append(row.parent.user)
    people = [one for one in people if one.pk != (by.user_id if isinstance(by, Membership) else None)]
    if row.is_internal:
        house = {one.user_id for one in approving.deciders(request.organization_id, client_id=None)}
        people = [one for one in people if one.pk in house or one == request.requested_by]
    message = notifications.words(gettext_lazy("%(who)s: %(words)s"), who=row.name, words=row.body)
    asks.say(request, people, title=gettext_lazy("A comment on %(piece)s"), message=message, mail=False)


def resolve(comment: ReviewComment, *, by: Membership, now: dt.datetime) -> ReviewComment:
    """Say that a remark is settled, with its answers."""
    return _settle(comment, by=by, resolved_at=now, resolved_by=by.user)


def open_again(comment: ReviewComment, *, by: Membership) -> ReviewComment:
    """Say that a remark is not settled after all."""
    return _settle(comment, by=by, resolved_at=None, resolved_by=None)


def _settle(comment: ReviewComment, *, by: Membership, **changes: Any) -> ReviewComment:
    with transaction.atomic():
        rows = ReviewComment.objects.filter(pk=comment.parent_id or comment.pk, deleted_at=None)
        changed = rows.filter(resolved_at__isnull=changes["resolved_at"] is not None).update(**changes)
        comment.refresh_from_db()
        if changed:
            action = "approval.comment_resolved" if changes["resolved_at"] else "approval.comment_opened"
            asks.record(action, comment.request, by=by, name=comment.name)
    return comment


def remove(comment: ReviewComment, *, by: Speaker, now: dt.datetime) -> None:
    """Take a remark back, and its answers with it. Raises NotYours."""
    is_theirs = comment.user_id == by.user_id if isinstance(by, Membership) else comment.link_id == by.pk
    if not is_theirs:
        raise NotYours
    with transaction.atomic():
        rows = ReviewComment.objects.filter(request_id=comment.request_id, deleted_at=None)
        gone = rows.filter(pk=comment.pk).update(deleted_at=now)
        if gone:
            rows.filter(parent_id=comment.pk).update(deleted_at=now)
            asks.record("approval.comment_removed", comment.request, by=_member(by), name=comment.name)


def _member(by: Speaker) -> Membership | None:
    return by if isinstance(by, Membership) else None
