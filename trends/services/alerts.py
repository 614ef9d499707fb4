"""Commands on watches: what members set, and what they want to hear."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from random import SystemRandom
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership, Organization
from trenddrop.core import limits
from trends import signing, tasks
from trends.collection import delivering, telling
from trends.models import AlertDelivery, FiredAlert, TrendAlert, WatchFollower

MOST = 50  # of an organisation
WHAT_IS_MET = frozenset({"brand", "keywords", "minimum_relevance", "minimum_score", "statuses", "regions"})
OF_MEMBERS = WHAT_IS_MET | {"name", "channels", "webhook_url"}
OWN_STATE = ("armed_at", "tells_existing", "webhook_secret", "webhook_failures", "webhook_paused_at", "updated_at")
Channel = TrendAlert.Channel


class TooManyWatches(Exception):
    """The organisation has as many watches as it may."""

    def __init__(self) -> None:
        told = _("An organisation has at most %(most)s watches. Nothing was saved; remove one first.")
        super().__init__(told % {"most": MOST})


class NoWebhook(Exception):
    """The watch sends to no webhook."""

    def __init__(self) -> None:
        super().__init__(_("This watch sends to no webhook. Give it an address first."))


def save(
    watch: TrendAlert,
    *,
    fields: Collection[str],
    by: Membership,
    people: Collection[uuid.UUID] | None = None,
    tell_existing: bool = False,
    changes: Mapping[str, Any] | None = None,
) -> str:
    """Save a new or changed watch; return the webhook's new secret, "" when it keeps the one it has.

    `people` are the memberships that follow it (None: as they are). What is live already is told of only with
    `tell_existing`. Raises TooManyWatches, LimitReached.
    """
    is_new = watch.created_at is None
    if is_new:
        watch.organization_id, watch.created_by = by.organization_id, by.user
        _require_room(by.organization_id)
    if is_new or tell_existing or not WHAT_IS_MET.isdisjoint(fields):
        watch.armed_at, watch.tells_existing = None, tell_existing
    secret = _secret_for(watch, fields)
    watch.save(update_fields=None if is_new else [*OWN_STATE, *OF_MEMBERS.intersection(fields)])
    if people is not None:
        _follow(watch, people)
    told = {"changes": dict(changes)} if changes and not is_new else {"fields": sorted(fields)}
    _record("watch.created" if is_new else "watch.changed", watch, by, **told)
    _look_through(watch)
    return secret


def _require_room(organization_id: uuid.UUID) -> None:
    limits.require(organization_id, "watches")
    Organization.objects.select_for_update(no_key=True).only("pk").get(pk=organization_id)
    with tenancy.widened():
        if TrendAlert.objects.filter(organization=organization_id).count() >= MOST:
            raise TooManyWatches


def _secret_for(watch: TrendAlert, fields: Collection[str]) -> str:
    """Give a webhook its secret: a new address never signs with what another server knows."""
    if "webhook_url" in fields:
        watch.webhook_failures, watch.webhook_paused_at, watch.webhook_secret = 0, None, ""
    if Channel.WEBHOOK not in watch.channels or not watch.webhook_url:
        return ""
    if watch.webhook_secret:
        return ""
    secret = signing.new_secret()
    watch.webhook_secret = secret
    return secret


def _follow(watch: TrendAlert, people: Collection[uuid.UUID]) -> None:
    WatchFollower.objects.filter(alert=watch).exclude(membership__in=people).delete()
    rows = [WatchFollower(organization_id=watch.organization_id, alert=watch, membership_id=key) for key in people]
    WatchFollower.objects.bulk_create(rows, ignore_conflicts=True)


def _look_through(watch: TrendAlert) -> None:
    if watch.armed_at is None and watch.is_active:
        tasks.watch_topics.delay_on_commit()  # type: ignore[attr-defined]


def switch(watch: TrendAlert, *, is_active: bool, by: Membership) -> bool:
    """Switch a watch on or off; False when it stood so already. What comes while it is off is never told."""
    rows = TrendAlert.objects.filter(pk=watch.pk, is_active=not is_active)
    if not rows.update(is_active=is_active, armed_at=None, tells_existing=False, updated_at=timezone.now()):
        return False
    if not is_active:
        untold = FiredAlert.objects.filter(alert=watch, told_at=None)
        untold.update(how=FiredAlert.How.KNOWN, told_at=timezone.now())
    watch.refresh_from_db()
    _record("watch.switched_on" if is_active else "watch.switched_off", watch, by)
    _look_through(watch)
    return True


def delete(watch: TrendAlert, *, by: Membership) -> None:
    """Remove a watch with what it told."""
    _record("watch.deleted", watch, by)
    watch.delete()


def follow(watch: TrendAlert, *, wants: bool, by: Membership) -> None:
    """Let a member hear of a watch too, or no longer."""
    mine = WatchFollower.objects.filter(alert=watch, membership=by)
    if wants and not mine.exists():
        rows = [WatchFollower(organization_id=watch.organization_id, alert=watch, membership=by)]
        WatchFollower.objects.bulk_create(rows, ignore_conflicts=True)
        _record("watch.followed", watch, by)
    elif not wants and mine.delete()[0]:
        _record("watch.unfollowed", watch, by)


# Webhooks


def rotate_secret(watch: TrendAlert, *, by: Membership) -> str:
    """Make and return a new secret; what is sent from now on is signed with it. Raises NoWebhook."""
    if not watch.webhook_url:
        raise NoWebhook
    secret = signing.new_secret()
    watch.webhook_secret = secret
    watch.save(update_fields=["webhook_secret"])
    _record("watch.secret_changed", watch, by)
    return secret


def resume_webhook(watch: TrendAlert, *, by: Membership) -> bool:
    """Send to a paused webhook again; False when it was not paused."""
    rows = TrendAlert.objects.filter(pk=watch.pk).exclude(webhook_paused_at=None)
    if not rows.update(webhook_paused_at=None, webhook_failures=0):
        return False
    _record("watch.webhook_resumed", watch, by)
    return True


def send_test(watch: TrendAlert, *, by: Membership) -> AlertDelivery:
    """Send a test message now and return how it went. Call in no transaction. Raises NoWebhook."""
    if not watch.webhook_url or not watch.webhook_secret:
        raise NoWebhook
    now = timezone.now()
    with tenancy.of_member(by):
        row = telling.delivery(watch, AlertDelivery.Kind.TEST, example(watch), now=now)
        row.next_try_at, row.tries = None, 1
        row.save(force_insert=True)
        _record("watch.tested", watch, by)
    made = delivering.send(row, watch, now=now)
    delivering.record(row, watch, made, now=timezone.now(), rng=SystemRandom())
    with tenancy.of_member(by):
        row.refresh_from_db()
    return row


def example(watch: TrendAlert) -> Sequence[Mapping[str, Any]]:
    """Return what a test message tells: the newest alert of the watch, or nothing."""
    rows = FiredAlert.objects.filter(alert=watch, topic__is_blocked=False).exclude(how=FiredAlert.How.KNOWN)
    newest = rows.select_related("topic").order_by(F("fired_at").desc(), "-pk").first()
    return [telling.told(newest)] if newest else []


def _record(action: str, watch: TrendAlert, by: Membership, **more: Any) -> None:
    audit.record(action, watch, organization_id=watch.organization_id, by=by, brand=str(watch.brand), **more)
