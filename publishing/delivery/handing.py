"""Posts that a platform holds until their time: handed over early, looked after, taken back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from publishing.delivery.adapters import adapter
from publishing.models import ScheduledPost
from publishing.platforms.base import Platform, Published, PublishKit, Rejected, Schedules, Token, TryLater

# Nearer than this a post is sent by us at its time: platforms ask for some minutes.
SHORTEST = dt.timedelta(minutes=10)
# A clock that is a little behind sends nothing early.
TOLERANCE = dt.timedelta(seconds=5)
# Nearer than this to its time nothing is taken back: it would be a race with the platform's clock.
TOO_NEAR = dt.timedelta(minutes=1)
WISH = "wish"


class NotYet(TryLater):
    """It was taken early to wait on its platform, which cannot hold it: it goes out at its time."""


class NotKept(Rejected):
    """The platform did not keep a post that waited there: a duplicate, a claim of somebody's rights."""


def first_try(platform_key: str, options: Mapping[str, Any], *, at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return when a post for `at` is first taken in hand: earlier where its platform holds it until then."""
    try:
        platform = adapter(platform_key)
    except Rejected:
        return at
    if not isinstance(platform, Schedules) or at - now < SHORTEST or not platform.can_wait(options):
        return at
    return max(now, at - max(platform.lead, SHORTEST))


def publish_at(post: ScheduledPost, platform: Platform, kit: PublishKit, *, now: dt.datetime) -> dt.datetime | None:
    """Return until when the platform shall hold the post; None when it is sent now. NotYet when it is too early."""
    early = post.scheduled_for - now
    if early <= TOLERANCE:
        return None
    if isinstance(platform, Schedules) and early >= SHORTEST / 2 and platform.can_wait(kit.options):
        return post.scheduled_for
    raise NotYet(_("It goes out at its time."), after=early)


def holds(platform: Platform) -> Schedules:
    """Return the platform as one that holds posts; Rejected when it no longer does."""
    if not isinstance(platform, Schedules):
        raise Rejected(_("This platform no longer tells what became of the post. Look there."), code="config")
    return platform


def settle(post: ScheduledPost, platform: Platform, *, token: Token) -> Published | None:
    """Look whether the platform made it public; NotKept when it refused it meanwhile."""
    holder = holds(platform)
    try:
        return holder.settle(post.platform_post_id, token=token)
    except Rejected as error:
        raise NotKept(str(error), code=error.code) from error


def withdraw(post: ScheduledPost, platform: Platform, *, token: Token) -> None:
    """Take it back from the platform."""
    holds(platform).withdraw(post.platform_post_id, token=token)


# What a person wants done with a post that waits on its platform; a worker does it once it is taken back


def wish_to_cancel() -> dict[str, Any]:
    """Return the wish that it is not published."""
    return {"status": ScheduledPost.Status.CANCELLED.value}


def wish_to_move(times: Mapping[str, Any]) -> dict[str, Any]:
    """Return the wish that it goes out at another time, as plain data."""
    plain = {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in times.items()}
    return {"status": ScheduledPost.Status.SCHEDULED.value, **plain}


def take_back(rows: QuerySet[ScheduledPost], *, now: dt.datetime) -> int:
    """Have workers take those of these posts back that wait on their platform; they stay planned for their time.

    What is on its way back already, to whatever somebody wished, is left to that. Call inside a transaction.
    """
    waiting = rows.filter(status=ScheduledPost.Status.HANDED, scheduled_for__gt=now + TOO_NEAR).order_by("pk")
    count = 0
    for post in waiting.select_for_update(of=("self",)):
        if post.metadata.get(WISH):
            continue
        post.metadata = {**post.metadata, WISH: wish_to_move({"next_try_at": post.scheduled_for})}
        post.next_try_at, post.fence, post.lease_until = now, post.fence + 1, None
        post.save(update_fields=["metadata", "next_try_at", "fence", "lease_until", "updated_at"])
        count += 1
    return count


def moved(post: ScheduledPost, times: Mapping[str, Any]) -> dict[str, Any]:
    """Return the wish that a post goes out at another time; what is to wait for approval then still does."""
    wish, was = wish_to_move(times), post.metadata.get(WISH) or {}
    return wish_to_wait(wish) if was.get("status") == ScheduledPost.Status.WAITING else wish


def wish_to_wait(wish: Mapping[str, Any]) -> dict[str, Any]:
    """Return the wish that it waits for approval, at the time that was wished before, if any."""
    moved = {name: value for name, value in wish.items() if name != "next_try_at"}
    return {**moved, "status": ScheduledPost.Status.WAITING.value}


@dataclass(frozen=True)
class Time:
    """When a post goes out: the instant, and what the clock of which zone shows then."""

    at: dt.datetime
    local: dt.datetime
    zone: str


def time_of(post: ScheduledPost) -> Time:
    """Return when a post goes out: of one that waits on its platform, as it is wished once it is back."""
    wish = post.metadata.get(WISH) or {}
    at = dt.datetime.fromisoformat(wish["scheduled_for"]) if "scheduled_for" in wish else post.scheduled_for
    local = dt.datetime.fromisoformat(wish.get("local_time", post.local_time))
    return Time(at, local, str(wish.get("timezone", post.timezone)))


def fulfilled(wish: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is written once the platform gave the post back."""
    found: dict[str, Any] = dict(wish)
    for name in ("scheduled_for", "next_try_at"):
        if name in found:
            found[name] = dt.datetime.fromisoformat(found[name])
    return {"next_try_at": None, "tries": 0, "looks": 0, "error": "", "platform_post_id": "", "url": "", **found}
