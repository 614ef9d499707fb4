"""Sending what is not approved, by who may; the post says so for ever."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from publishing import approving
from publishing.delivery import asks, releasing
from publishing.models import ScheduledPost

Status = ScheduledPost.Status


class CannotOverride(Exception):
    """The post was left as it was; the message says why and what to do."""


class NotHeld(CannotOverride):
    """It does not wait for approval."""

    def __init__(self) -> None:
        super().__init__(_("This post does not wait for approval. Nothing was changed."))


class SayWhy(CannotOverride):
    """The log keeps a reason."""

    def __init__(self) -> None:
        super().__init__(_("Say in a few words why it goes out without approval. Nothing was changed."))


class TooLate(CannotOverride):
    """Its time is over."""

    def __init__(self) -> None:
        super().__init__(_("Its time is over. Move it to another time first; then it can be sent without approval."))


def send_without(post: ScheduledPost, *, why: str, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Let a waiting post go out at its time as it stands, though nobody agreed. Raises NotHeld, SayWhy, TooLate."""
    if not why.strip():
        raise SayWhy
    with tenancy.widened(), transaction.atomic():
        rows = ScheduledPost.objects.select_for_update(of=("self",)).select_related("connection")
        held = rows.get(pk=post.pk, organization_id=by.organization_id)
        if held.status != Status.WAITING:
            raise NotHeld
        if held.scheduled_for < now - releasing.GRACE:
            raise TooLate
        said = {"at": now.isoformat(timespec="seconds"), "by": str(by.user_id), "why": why.strip()[:300]}
        held.metadata = {**held.metadata, approving.WITHOUT: said}
        _let_go(held, now=now)
        asks.follow(held)
        audit.record("post.sent_without_approval", held, organization_id=held.organization_id, by=by, why=said["why"])
        post.refresh_from_db()
        return post


def _let_go(post: ScheduledPost, *, now: dt.datetime) -> None:
    ScheduledPost.objects.filter(pk=post.pk, status=Status.WAITING).update(
        status=Status.SCHEDULED,
        metadata=post.metadata,
        approval=None,
        approved_fingerprint="",
        tries=0,
        error="",
        next_try_at=releasing.first_try(post, now=now),
        fence=F("fence") + 1,
        lease_until=None,
        updated_at=now,
    )
