"""Commands on recurring posts, and planning their next occurrences. What was missed is never made up for."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, notifications, queries
from accounts.models import Membership, Notification
from accounts.permissions import may
from content.models import GeneratedContent
from publishing import approving, recurrence
from publishing.delivery import handing
from publishing.models import PlatformConnection, RecurringPost, ScheduledPost
from publishing.recurrence import Rule, rule_of
from publishing.services import posts, queue
from publishing.walltime import zone_of

Status = ScheduledPost.Status
# So far ahead occurrences stand in the calendar; nothing is ever planned for a time that is over.
AHEAD = dt.timedelta(days=14)
TAKEN_OUT = (Status.DRAFT, Status.WAITING, Status.SCHEDULED)


class CannotRepeat(Exception):
    """The series stays as it is, or was not made; the message says why."""


class NeverComes(CannotRepeat):
    """No day fits the rule."""

    def __init__(self) -> None:
        super().__init__(_("No day fits: all of its times are over. Nothing was planned; choose a later end."))


class HasEnded(CannotRepeat):
    """The series has come to its end."""

    def __init__(self) -> None:
        super().__init__(_("This series has come to its end. Nothing was changed; plan the piece again instead."))


# Commands


def make(
    piece: GeneratedContent, *, connection: PlatformConnection, rule: Rule, by: Membership, now: dt.datetime
) -> RecurringPost:
    """Send the piece again and again; the occurrences of the next two weeks are planned at once.

    Raises CannotRepeat, posts.CannotPlan (as planning the piece once would) or UnknownZone.
    """
    with transaction.atomic():
        series = RecurringPost(organization_id=by.organization_id, created_by=by.user)
        first = _write(series, rule, now=now)
        series.piece, series.connection = posts.ready(piece, connection, by=by, at=first)
        series.client_id = series.piece.client_id
        series.save(force_insert=True)
        _audit("series.made", series, by=by, frequency=rule.frequency)
        _plan_ahead(series, by=by, now=now)
    return series


def change(series: RecurringPost, *, rule: Rule, by: Membership, now: dt.datetime) -> RecurringPost:
    """Give the series another rule: what is planned and not sent yet is planned anew. Raises as `make`."""
    with transaction.atomic():
        _lock(series)
        _take_out(series, now=now)
        _write(series, rule, now=now)
        series.error = ""
        series.save()
        _audit("series.changed", series, by=by, frequency=rule.frequency)
        if series.is_active:
            _plan_ahead(series, by=by, now=now)
    return series


def _write(series: RecurringPost, rule: Rule, *, now: dt.datetime) -> dt.datetime:
    """Write a rule on a series, unsaved; its next day is the first whose time is not over. Return when that is.

    Raises as `make`.
    """
    today = now.astimezone(zone_of(rule.zone)).date()
    if rule.starts_on > today + posts.FARTHEST:
        raise posts.TooFar
    series.frequency, series.interval, series.at = rule.frequency, rule.interval, rule.at
    series.weekdays, series.day_of_month, series.timezone = sorted(set(rule.weekdays)), rule.day_of_month, rule.zone
    series.starts_on, series.ends_on, series.times = rule.starts_on, rule.ends_on, rule.times
    found = next((day for day in recurrence.days(rule, since=today) if _is_ahead(rule, day, now)), None)
    if found is None or (rule.times is not None and series.made + series.skipped >= rule.times):
        raise NeverComes
    series.next_on = found
    return recurrence.moment(rule, found).instant


def _is_ahead(rule: Rule, day: dt.date, now: dt.datetime) -> bool:
    return recurrence.moment(rule, day).instant > now


def pause(series: RecurringPost, *, by: Membership, now: dt.datetime) -> RecurringPost:
    """Plan nothing more until it is resumed; what is planned and not sent yet is taken out."""
    with transaction.atomic():
        _lock(series)
        if series.is_active:
            _take_out(series, now=now)
            series.is_active = False
            series.save()
            _audit("series.paused", series, by=by)
    return series


def resume(series: RecurringPost, *, by: Membership, now: dt.datetime) -> RecurringPost:
    """Go on from the next time that is not over; who resumes it answers for it from then on. Raises HasEnded."""
    with transaction.atomic():
        _lock(series)
        if series.next_on is None:
            raise HasEnded
        if not series.is_active:
            series.is_active, series.error, series.created_by = True, "", by.user
            series.save()
            _audit("series.resumed", series, by=by)
            _plan_ahead(series, by=by, now=now)
    return series


def remove(series: RecurringPost, *, by: Membership, now: dt.datetime) -> int:
    """End the series for good; return how many planned posts were taken out. What was sent stays."""
    with transaction.atomic():
        _lock(series)
        count = _take_out(series, now=now)
        _audit("series.removed", series, by=by, taken_out=count)
        key = series.pk
        series.delete()
        series.pk = key
    return count


def _lock(series: RecurringPost) -> None:
    """Hold a series, its piece before it and before its posts, as approvals do: else the two wait for each other."""
    queue.hold([series.piece_id])
    RecurringPost.objects.select_for_update(of=("self",)).get(pk=series.pk)
    series.refresh_from_db()


def _take_out(series: RecurringPost, *, now: dt.datetime) -> int:
    """Cancel what is planned ahead and go back to the first of those days, so that resuming plans them again."""
    ahead = ScheduledPost.objects.filter(series=series, scheduled_for__gt=now, status__in=(*TAKEN_OUT, Status.HANDED))
    held = list(ahead.select_for_update(of=("self",)).order_by("pk"))
    planned = [post for post in held if post.status != Status.HANDED and not post.platform_post_id]
    there = [post for post in held if post.status == Status.HANDED and _can_come_back(post, now=now)]
    gone = [*planned, *there]
    if not gone:
        return 0
    ended = {"occurrence": None, "error": _("Its series was changed or paused."), "lease_until": None}
    rows = ScheduledPost.objects.filter(pk__in=[post.pk for post in planned])
    rows.update(status=Status.CANCELLED, next_try_at=None, fence=F("fence") + 1, **ended)
    for post in there:  # a worker takes it back from its platform first
        wish = {**post.metadata, handing.WISH: handing.wish_to_cancel()}
        rows = ScheduledPost.objects.filter(pk=post.pk)
        rows.update(metadata=wish, next_try_at=now, fence=F("fence") + 1, **ended)
    series.next_on = min(filter(None, [series.next_on, *(post.occurrence for post in gone)]), default=None)
    series.made -= len(gone)
    return len(gone)


def _can_come_back(post: ScheduledPost, *, now: dt.datetime) -> bool:
    """Say whether there is time to take it back from its platform, and nobody has cancelled it already."""
    return post.scheduled_for > now + handing.TOO_NEAR and not _is_being_cancelled(post)


def _is_being_cancelled(post: ScheduledPost) -> bool:
    return (post.metadata.get(handing.WISH) or {}).get("status") == Status.CANCELLED


def _audit(action: str, series: RecurringPost, *, by: Membership | None, **metadata: Any) -> None:
    metadata = {"account": series.connection.handle, **metadata}
    audit.record(action, series, organization_id=series.organization_id, by=by, **metadata)


# The next occurrences


def make_ahead(series_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Plan what comes within AHEAD, as the person who made the series; return how many were planned.

    Call inside the organisation's scope. Two at once plan each day once: the row is locked, the day is unique.
    """
    rows = RecurringPost.objects.select_for_update(skip_locked=True, of=("self",)).filter(is_active=True)
    with transaction.atomic():
        queue.hold(RecurringPost.objects.filter(pk=series_id, is_active=True).values_list("piece_id", flat=True))
        series = rows.select_related("connection", "created_by", "piece__asset").filter(pk=series_id).first()
        if series is None:
            return 0
        by = _in_whose_name(series)
        if series.connection.status == PlatformConnection.Status.REMOVED:
            return _stop(series, _("The account was disconnected."), ends=True)
        if by is None:
            words = _("Who made it no longer plans posts here. Resume it, and it goes on in your name.")
            return _stop(series, words, ends=False)
        if approving.is_refused(series.piece):
            return _stop(series, _("It was not approved. Change the piece, then resume it."), ends=False)
        return _plan_ahead(series, by=by, now=now)


def _in_whose_name(series: RecurringPost) -> Membership | None:
    rows = queries.working_memberships().filter(organization_id=series.organization_id, user=series.created_by_id)
    found = rows.select_related("user", "organization").first() if series.created_by_id else None
    return found if found and may(found, "posts.schedule") else None


def _plan_ahead(series: RecurringPost, *, by: Membership, now: dt.datetime) -> int:
    rule, count, before = rule_of(series), 0, series.error
    try:
        while series.next_on is not None:
            at = recurrence.moment(rule, series.next_on).instant
            if at > now + AHEAD:
                break
            if at <= now:
                series.skipped += 1
            elif _planned(series, rule, by=by, now=now):
                count += 1
            _advance(series, rule)
        series.error = "" if count else series.error
    except posts.NotHere:
        return count + _stop(series, _("The piece was deleted, or is not for this account any more."), ends=True)
    except posts.CannotPlan as error:
        series.error = str(error)  # tried again until its time is over
        _say_once(series, before)
    if series.next_on is None:
        series.is_active = False
        _audit("series.ended", series, by=None)
    series.save()
    return count


def _planned(series: RecurringPost, rule: Rule, *, by: Membership, now: dt.datetime) -> bool:
    """Plan the next day's post; False when it stands already, or stood and was taken out by somebody."""
    day = series.next_on
    if day is None or ScheduledPost.objects.filter(series=series, occurrence=day).exists():
        return False
    marks = posts.Marks(series=series, occurrence=day)
    asked = dt.datetime.combine(day, rule.at)
    try:
        posts.schedule(
            series.piece, connection=series.connection, at_local=asked, zone=rule.zone, by=by, now=now, marks=marks
        )
    except posts.AlreadyPlanned as twin:
        if not _kept(series, twin.post, day=day, now=now):
            return False  # somebody planned the same piece for that very time: it goes out once
    series.made += 1
    return True


def _kept(series: RecurringPost, twin: ScheduledPost, *, day: dt.date, now: dt.datetime) -> bool:
    """Keep for its day what was taken out a moment ago and is still on its way back; False for any other post."""
    rows = ScheduledPost.objects.select_for_update(of=("self",)).filter(pk=twin.pk, series=series, occurrence=None)
    post = rows.filter(status=Status.HANDED).first()
    if post is None or not _is_being_cancelled(post):
        return False
    wish = handing.wish_to_move({"next_try_at": post.scheduled_for})
    post.metadata[handing.WISH] = wish if approving.is_agreed(post) else handing.wish_to_wait(wish)
    post.occurrence, post.error, post.next_try_at = day, "", now
    post.fence, post.lease_until = post.fence + 1, None
    post.save(update_fields=["occurrence", "error", "next_try_at", "metadata", "fence", "lease_until", "updated_at"])
    return True


def _advance(series: RecurringPost, rule: Rule) -> None:
    is_over = rule.times is not None and series.made + series.skipped >= rule.times
    series.next_on = None if is_over else recurrence.next_day(rule, after=series.next_on)


def _say_once(series: RecurringPost, before: str) -> None:
    if series.error == before:
        return
    _tell(series, gettext_lazy("A recurring post waits: %(what)s"))


def _stop(series: RecurringPost, words: str, *, ends: bool) -> int:
    """Pause the series, for good where nothing can bring it back, and tell its people."""
    series.is_active, series.error = False, words
    series.next_on = None if ends else series.next_on
    series.save()
    _audit("series.ended" if ends else "series.paused", series, by=None)
    _tell(series, gettext_lazy("A recurring post has stopped: %(what)s"))
    return 0


def _tell(series: RecurringPost, title: Any) -> None:
    may_plan = notifications.people_who_may(
        "posts.schedule", organization_id=series.organization_id, client_id=series.client_id
    )
    its_own = [person for person in may_plan if person.pk == series.created_by_id]
    notifications.notify(
        its_own or may_plan,
        Notification.Kind.PUBLISH_FAILED,
        organization_id=series.organization_id,
        title=notifications.words(title, what=str(series.piece)),
        message=series.error,
        link=reverse("recurring_one", args=[series.pk]),
    )
