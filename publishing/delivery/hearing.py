"""Applying what platforms told: by whoever claims an event, in the order things happened, each once.

News may come before we have written down what they are about, twice, or in the wrong order: an event that finds
nothing waits a little while something of that account is under way; one that a later event overtook is ignored.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, notifications, tenancy
from accounts.models import Notification
from publishing.delivery import outcomes, tokens
from publishing.delivery.outcomes import Hand
from publishing.models import PlatformConnection, PlatformEvent, PublishAttempt, ScheduledPost
from publishing.platforms.base import Published
from publishing.platforms.hearing import ONE_APP, News
from publishing.signals import connection_erased, engagement_received
from trenddrop.core import claims, rounds
from trenddrop.core.platforms import rules

log = structlog.get_logger(__name__)

Status = ScheduledPost.Status
State = PlatformEvent.Status
LEASE = dt.timedelta(minutes=2)
BATCH = 100
PAUSES = (dt.timedelta(seconds=15), dt.timedelta(minutes=2), dt.timedelta(minutes=15), dt.timedelta(hours=1))
RECENT = dt.timedelta(days=1)
KEPT = dt.timedelta(days=30)
ABOUT_PEOPLE = frozenset({News.SIGNED_OUT.value, News.ERASE.value})
ABOUT_POSTS = frozenset({News.LIVE.value, News.FAILED.value, News.GONE.value})
# Under which adapters write down what a platform calls a post on its way.
NAMED = ("publish_id", "id", "container", "video_id")
UNDER_WAY = frozenset({Status.PUBLISHING, Status.UNCONFIRMED, Status.HANDED})


class NotYet(Exception):
    """What the event is about is still under way here: look again."""


def apply_due(*, now: dt.datetime) -> int:
    """Apply what waits; return how many events were taken in hand."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = PlatformEvent.objects.filter(free, status=State.RECEIVED).order_by("created_at")
    taken = claims.claim(waiting, now=now, lease=LEASE, limit=BATCH, changes={"tries": F("tries") + 1})
    rounds.each(
        sorted(taken, key=lambda each: (each.happened_at or each.created_at, each.created_at)), partial(_apply, now=now)
    )
    return len(taken)


def _apply(event: PlatformEvent, *, now: dt.datetime) -> None:
    """Do what it means for every account it is about, and write down what came of it."""
    try:
        did = [_applied(event, each, now=now) for each in _connections(event)]
    except NotYet:
        _wait(event, now=now)
        return
    except Exception as error:  # what nobody foresaw is asked again as often, then left with its words
        _wait(event, now=now, error=f"{type(error).__name__}: {error}"[:500])
        raise
    state = State.APPLIED if any(did) else State.IGNORED
    changes: dict[str, Any] = {"status": state, "applied_at": now, "lease_until": None, "error": ""}
    if event.kind == News.ERASE and state == State.APPLIED:
        changes |= {"account_id": "", "data": {"erased": sum(did)}}
    claims.write_fenced(event, **changes)


def _wait(event: PlatformEvent, *, now: dt.datetime, error: str = "") -> None:
    """Let go of it for a while; give up when it was about nothing of ours after all."""
    if event.tries > len(PAUSES):
        claims.write_fenced(event, status=State.IGNORED, applied_at=now, lease_until=None, error=error)
        return
    claims.write_fenced(event, lease_until=now + PAUSES[event.tries - 1], error=error)


def _connections(event: PlatformEvent) -> list[PlatformConnection]:
    """Return whose account it is about: by its own id, or all that a person's consent opened (`extra["grant"]`)."""
    if not event.account_id:  # it was erased with its account
        return []
    whose = Q(platform=event.platform, account_id=event.account_id)
    if event.kind in ABOUT_PEOPLE:
        one_app = event.data["data"].get(ONE_APP, [event.platform])
        whose |= Q(platform__in=one_app, extra__grant=event.account_id)
    with tenancy.operator():
        rows = PlatformConnection.objects.filter(whose)
        if event.kind != News.ERASE:
            rows = rows.exclude(status=PlatformConnection.Status.REMOVED)
        return list(rows.order_by("created_at"))


def _applied(event: PlatformEvent, connection: PlatformConnection, *, now: dt.datetime) -> bool:
    if event.kind == News.SIGNED_OUT:
        return _signed_out(event, connection, now=now)
    if event.kind == News.ERASE:
        return _erased(connection)
    with tenancy.of_organization(connection.organization_id):
        post = _post(event, connection)
        if event.kind == News.ENGAGEMENT:
            return _engaged(event, connection, post)
        if post is None:
            return _nothing_of_ours(connection, now=now)
        return not _is_overtaken(event) and DOINGS[event.kind](event, post, now)


def _post(event: PlatformEvent, connection: PlatformConnection) -> ScheduledPost | None:
    """Return the post that is meant: by its id there, or by what the platform called it while it was on its way."""
    names = {name for name in (event.data["post_id"], event.data["publish_id"]) if name}
    if not names:
        return None
    rows = ScheduledPost.objects.filter(connection=connection).select_related("connection")
    found = rows.filter(platform_post_id__in=names).first()
    return found or rows.filter(_on_its_way(names)).order_by("-scheduled_for").first()


def _on_its_way(names: set[str]) -> Q:
    """Match by what any attempt wrote down under one of the usual names."""
    found = Q()
    for name in NAMED:
        for value in names:
            found |= Q(attempts__step_data__contains={name: value})
    return found


def _nothing_of_ours(connection: PlatformConnection, *, now: dt.datetime) -> bool:
    """It may be about a post whose name we have not written down yet; else somebody posted it elsewhere."""
    mine = ScheduledPost.objects.filter(connection=connection, scheduled_for__gte=now - RECENT)
    if mine.filter(status__in=UNDER_WAY).exists():
        raise NotYet
    return False


def _is_overtaken(event: PlatformEvent) -> bool:
    """Say whether something that happened later was told of the same post before."""
    if event.happened_at is None:
        return False
    same = Q()
    for name in ("post_id", "publish_id"):
        if event.data[name]:
            same |= Q(**{f"data__{name}": event.data[name]})
    later = PlatformEvent.objects.filter(same, platform=event.platform, happened_at__gt=event.happened_at)
    return later.filter(kind__in=ABOUT_POSTS, status=State.APPLIED).exists()


def _live(event: PlatformEvent, post: ScheduledPost, now: dt.datetime) -> bool:
    """It has its public address."""
    names = {"platform_post_id": event.data["post_id"][:300], "url": str(event.data["data"].get("url", ""))[:500]}
    told = {name: value for name, value in names.items() if value}
    if post.status == Status.PUBLISHING:
        raise NotYet
    if post.status == Status.PUBLISHED:
        return _completed(post, told)
    if post.status not in {Status.UNCONFIRMED, Status.HANDED}:
        return False
    attempt = PublishAttempt.objects.filter(post=post, purpose=PublishAttempt.Purpose.SEND).order_by("-number").first()
    if attempt is None:
        return False
    attempt.post = post
    found = Published(told.get("platform_post_id") or post.platform_post_id, told.get("url") or post.url)
    return outcomes.live(Hand(attempt, now), found, outcome=PublishAttempt.Outcome.FOUND)


def _completed(post: ScheduledPost, told: Mapping[str, str]) -> bool:
    """Give a live post what it did not have: its own id, its address; it is there again if it was gone."""
    changes: dict[str, Any] = dict(told) | {"shortfalls": [each for each in post.shortfalls if each != gone_words()]}
    if "url" in told:
        changes["next_try_at"] = None
    rows = ScheduledPost.objects.filter(pk=post.pk, status=Status.PUBLISHED)
    return bool(rows.update(**changes))


def _failed(event: PlatformEvent, post: ScheduledPost, now: dt.datetime) -> bool:
    """What was being processed there will not appear."""
    if post.status == Status.PUBLISHING:
        raise NotYet
    is_waiting = post.status == Status.PUBLISHED and not post.url
    if not is_waiting and post.status not in {Status.UNCONFIRMED, Status.HANDED}:
        return False
    reason = str(event.data["data"].get("reason", "")) or _("No reason was given.")
    message = _("%(name)s did not make it public: %(reason)s")
    message %= {"name": rules(post.connection.platform).name, "reason": reason}
    return outcomes.fail(post, Status.FAILED, message, now=now)


def gone_words() -> str:
    """What is said of a post that is no longer there."""
    return _("The platform says that it is no longer public there.")


def _gone(_event: PlatformEvent, post: ScheduledPost, _now: dt.datetime) -> bool:
    """It was public, and is not any more."""
    if post.status == Status.PUBLISHING:
        raise NotYet
    if post.status != Status.PUBLISHED or gone_words() in post.shortfalls:
        return False
    rows = ScheduledPost.objects.filter(pk=post.pk, status=Status.PUBLISHED)
    if not rows.update(shortfalls=[*post.shortfalls, gone_words()]):
        return False
    audit.record("post.gone", post, organization_id=post.organization_id, by=None)
    _tell_gone(post)
    return True


def _tell_gone(post: ScheduledPost) -> None:
    notifications.notify(
        notifications.people_who_may("posts.schedule", organization_id=post.organization_id, client_id=post.client_id),
        Notification.Kind.PUBLISH_FAILED,
        organization_id=post.organization_id,
        title=notifications.words(gettext_lazy("No longer public: %(post)s"), post=post),
        message=gone_words(),
        link=reverse("post", args=[post.pk]),
    )


DOINGS: Mapping[str, Callable[[PlatformEvent, ScheduledPost, dt.datetime], bool]] = {
    News.LIVE: _live,
    News.FAILED: _failed,
    News.GONE: _gone,
}


def _engaged(event: PlatformEvent, connection: PlatformConnection, post: ScheduledPost | None) -> bool:
    """Somebody liked or wrote: whoever counts is told."""
    if post is None:
        return False
    moment = event.happened_at or event.created_at
    told = {"key": event.key, "happened_at": moment, "data": event.data["data"]}
    engagement_received.send(sender=PlatformEvent, post=post, connection=connection, **told)
    return True


def _signed_out(event: PlatformEvent, connection: PlatformConnection, *, now: dt.datetime) -> bool:
    """The person took our rights back, unless they signed in again since."""
    checked = connection.last_checked_at
    if connection.status != PlatformConnection.Status.ACTIVE:
        return False
    if event.happened_at and checked and checked > event.happened_at:
        return False
    return tokens.lose(connection, _("The sign-in was ended on the platform."), now=now)


def _erased(connection: PlatformConnection) -> bool:
    """Forget all that came from the platform with the sign-in; what was planned there is not sent."""
    with tenancy.of_organization(connection.organization_id):
        ends = [Status.WAITING, Status.SCHEDULED, Status.HANDED, Status.ASSISTED]
        planned = ScheduledPost.objects.filter(connection=connection, status__in=ends)
        words = _("The account's data was erased at its owner's request on the platform.")
        planned.update(status=Status.CANCELLED, next_try_at=None, error=words, fence=F("fence") + 1)
        row = PlatformConnection.objects.select_for_update().get(pk=connection.pk)
        row.account_id, row.handle, row.display_name = f"erased:{row.pk.hex}", _("erased"), ""
        row.access_token = row.refresh_token = None
        row.token_version += 1
        row.extra, row.scopes, row.allowance = {}, [], {}
        row.status, row.last_error, row.refreshing_until = PlatformConnection.Status.REMOVED, words, None
        row.save()
        audit.record("connection.erased", row, organization_id=row.organization_id, by=None)
        connection_erased.send(sender=PlatformConnection, connection=row)
    return True


def forget(*, now: dt.datetime) -> int:
    """Remove what was told a month ago, done or not."""
    return PlatformEvent.objects.filter(created_at__lt=now - KEPT).delete()[0]
