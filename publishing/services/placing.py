"""Where a post stands when it is placed: a draft, waiting for its approval, or planned for its time."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from content.models import GeneratedContent
from publishing import approving, outgoing
from publishing.delivery import claiming, handing
from publishing.models import ScheduledPost
from publishing.platforms.assisted import BY_HAND
from publishing.services.approvals import asking

Status = ScheduledPost.Status


class OnlyMembersAsk(asking.CannotAsk):
    """It has to be approved first, and an operator asks nobody's people for that."""

    def __init__(self) -> None:
        super().__init__(
            _("It has to be approved first, and only its own people can ask for that. Nothing was changed.")
        )


def place(post: ScheduledPost, piece: GeneratedContent, *, by: Membership, as_draft: bool) -> None:
    """Decide whether anything happens by itself at its time: not to a draft, nor to what must be approved first.

    Who must approve it is asked.
    """
    standing = _asked(piece, by=by, needed_by=post.scheduled_for, as_draft=as_draft)
    if standing.request:
        post.approval = standing.request
        post.approved_fingerprint = standing.request.approved_fingerprint if standing.is_approved else ""
    if as_draft or standing.must_wait:
        post.status = Status.DRAFT if as_draft else Status.WAITING
        post.next_try_at = None
    else:
        post.status, post.next_try_at = Status.SCHEDULED, first_try(post)


def _asked(
    piece: GeneratedContent, *, by: Membership | User, needed_by: dt.datetime, as_draft: bool = False
) -> approving.Standing:
    standing = approving.standing(piece)
    if standing.must_wait and standing.request is None and not as_draft:
        if isinstance(by, User):
            raise OnlyMembersAsk
        asking.ask_for_post(piece, by=by, now=timezone.now(), needed_by=needed_by)
        return approving.standing(piece)
    return standing


def first_try(post: ScheduledPost, *, at: dt.datetime | None = None) -> dt.datetime:
    """Return when it is first taken in hand: before its time where its platform holds it until then."""
    if post.connection.kind == BY_HAND:
        return at or post.scheduled_for
    options, now = post.metadata.get("options", {}), timezone.now()
    return handing.first_try(post.connection.platform, options, at=at or post.scheduled_for, now=now)


def held(post: ScheduledPost) -> GeneratedContent:
    """Hold the post's piece until the transaction ends, before any post, as approvals do."""
    rows = GeneratedContent.objects.select_for_update(of=("self",)).select_related("asset")
    return rows.get(pk=post.piece_id)


def again(post: ScheduledPost, piece: GeneratedContent, *, by: Membership | User, now: dt.datetime) -> dict[str, Any]:
    """Return what changes about a post, beside its times, that a person wants out after it was given up.

    Its words stay, unless others were approved since; not approved as it stands now, it waits for that, and who must
    approve it is asked, by a member. Call with its piece held. Raises asking.CannotAsk.
    """
    stood = ScheduledPost.objects.select_related("connection").get(pk=post.pk)
    if approving.post_is_without_approval(stood) or (stood.status == Status.SCHEDULED and approving.is_agreed(stood)):
        return {}
    standing = _asked(piece, by=by, needed_by=now)
    request = standing.request
    if standing.must_wait:
        wait: dict[str, Any] = {"status": Status.WAITING, "next_try_at": None, "reminders": 0}
        return {"approval": request, "approved_fingerprint": "", **wait}
    approved = request.approved_fingerprint if request else ""
    is_as_approved = stood.approval_id == (request.pk if request else None) and stood.approved_fingerprint == approved
    if is_as_approved or request is None:
        return {"approval": request, "approved_fingerprint": approved}
    claiming.outdate(stood)
    words = outgoing.snapshot(piece, stood.connection.platform)
    return {"approval": request, "approved_fingerprint": approved, **words}
