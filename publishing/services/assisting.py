"""Commands of a person who posts by hand: take it over, do it another day, say where it is; the rest is of posts."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit, notifications
from accounts.models import Membership
from publishing.delivery.assisting import LADDER, ask
from publishing.linked import LINKS, link_is_ours
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.assisted import BY_HAND
from publishing.services import placing
from publishing.services.posts import CannotChange, CannotPlan, change, plan_for
from publishing.walltime import zone_of

Status = ScheduledPost.Status
DAY = dt.timedelta(days=1)
MOST_LINKS = 10


class NotByHand(CannotChange):
    """The platform itself told the link."""

    def __init__(self, post: ScheduledPost) -> None:
        self.post = post
        Exception.__init__(
            self, _("The platform told this link itself, and its numbers come from there. Nothing was changed.")
        )


class CannotGive(CannotPlan):
    """The member may not post for this client, or has left."""


def take(post: ScheduledPost, *, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Post it oneself: what is planned, failed or missed is no longer sent by us.

    What is not approved as it stands now waits for that first. Raises CannotChange, asking.CannotAsk.
    """
    before = post.status
    allowed = {Status.SCHEDULED, Status.FAILED, Status.MISSED}
    ahead = post.scheduled_for > now
    times = {"reminders": 0 if ahead else 1, "next_try_at": post.scheduled_for if ahead else now + LADDER[0]}
    with transaction.atomic():
        placed = placing.again(post, placing.held(post), by=by, now=now)
        change(post, only=allowed, **{"status": Status.ASSISTED, "error": ""} | times | placed)
        audit.record("post.taken", post, organization_id=post.organization_id, by=by, before=before)
    return post


def tomorrow(post: ScheduledPost, *, now: dt.datetime) -> dt.datetime:
    """Return the next day on which the clock shows the post's time, as that clock shows it (naive)."""
    zone = zone_of(post.timezone)
    today = now.astimezone(zone).replace(tzinfo=None)
    at = dt.datetime.fromisoformat(post.local_time)
    return at.replace(year=today.year, month=today.month, day=today.day) + DAY


def not_today(post: ScheduledPost, *, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Ask again tomorrow at the same hour; raises CannotPlan or CannotChange."""
    before, moment = post.scheduled_for, plan_for(tomorrow(post, now=now), post.timezone, now=now)
    times = {
        "scheduled_for": moment.instant,
        "next_try_at": moment.instant,
        "local_time": f"{moment.local:%Y-%m-%dT%H:%M}",
        "time_note": moment.note[:200],
    }
    try:
        with transaction.atomic():
            change(post, only={Status.ASSISTED}, reminders=0, **times)
            audit.record(
                "post.moved", post, organization_id=post.organization_id, by=by, before=before, after=moment.instant
            )
    except IntegrityError as error:
        raise CannotPlan(_("This piece is planned there for tomorrow already. Leave this one out.")) from error
    return post


def takers(post: ScheduledPost) -> list[Membership]:
    """Return who could post it instead of its person, by name."""
    found = notifications.members_who_may(
        "posts.schedule", organization_id=post.organization_id, client_id=post.client_id
    )
    others = (member for member in found if member.user_id != post.scheduled_by_id)
    return sorted(others, key=lambda member: str(member.user).casefold())


def give(post: ScheduledPost, *, to: Membership, by: Membership) -> ScheduledPost:
    """Let another member post it, told now or at its hour; raises CannotGive, CannotChange."""
    with transaction.atomic():
        if to.pk not in {member.pk for member in takers(post)}:
            raise CannotGive(
                _("%(name)s cannot post this one. Nothing was changed; choose somebody else.") % {"name": to.user}
            )
        kind = PlatformConnection.objects.values_list("kind", flat=True).get(pk=post.connection_id)
        planned = {Status.SCHEDULED} if kind == BY_HAND else set[Status]()
        change(post, only={Status.ASSISTED} | planned, scheduled_by=to.user)
        audit.record("post.given", post, organization_id=post.organization_id, by=by, to=str(to.user))
        if post.status == Status.ASSISTED:
            ask(post, again=False)
    return post


def set_link(post: ScheduledPost, *, url: str, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Say, or say better, where a live post is that was posted by hand. Raises CannotChange, NotByHand."""
    with transaction.atomic():
        held = ScheduledPost.objects.select_for_update(of=("self",)).get(pk=post.pk, organization_id=by.organization_id)
        if held.status != Status.PUBLISHED:
            raise CannotChange(held)
        if not link_is_ours(held):
            raise NotByHand(held)
        if held.url != url:
            said = {"at": now.isoformat(timespec="seconds"), "by": str(by.user_id), "was": held.url}
            links = [*held.metadata.get(LINKS, []), said][-MOST_LINKS:]
            change(post, only={Status.PUBLISHED}, url=url, metadata={**held.metadata, LINKS: links})
            audit.record("post.link_set", post, organization_id=post.organization_id, by=by, url=url, before=held.url)
    return post
