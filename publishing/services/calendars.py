"""Commands on named calendars: make, change, put aside; entries added, changed, removed, and made into posts."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import BrandProfile, ClientAccount, Membership
from content.models import GeneratedContent
from content.services import handwritten
from content.services.handwritten import Words
from publishing.models import CalendarEntry, ContentCalendar, PlatformConnection, ScheduledPost
from publishing.services import posts
from publishing.walltime import UnknownZone, resolve, within_reach, zone_of
from trenddrop.core.limits import LimitReached
from trends.models import TrendOpportunity
from trends.services import opportunities

LONGEST = 366  # days
MOST_ENTRIES = 1000
USUAL_TIME = dt.time(9)
FIELDS = frozenset({"date", "at", "timezone", "platform", "connection", "title", "notes", "tags"})
WHEN_AND_WHERE = frozenset({"date", "at", "timezone", "platform", "connection"})


class CannotKeep(Exception):
    """The calendar or its entry was not kept; the message says why and what to do."""


class HasPost(CannotKeep):
    """The entry became a post, which has its own time and place."""

    def __init__(self) -> None:
        super().__init__(_("This entry is a post by now. Move the post itself; nothing was changed."))


class NoAccount(CannotKeep):
    """It is not said which account posts it."""

    def __init__(self) -> None:
        super().__init__(_("Choose the account that posts it first. Nothing was begun."))


@dataclass(frozen=True)
class Made:
    """What became of an entry: the post, or why not."""

    entry: CalendarEntry
    post: ScheduledPost | None
    error: str = ""


Stand: TypeAlias = tuple[dt.date, dt.time | None]


@dataclass(frozen=True)
class Placed:
    """An entry that was moved, and where it stood before."""

    entry: CalendarEntry
    date: dt.date
    at: dt.time | None


def check_days(first: dt.date, last: dt.date) -> None:
    """Take a span that can be looked at; raise CannotKeep."""
    if last < first:
        raise CannotKeep(_("The last day comes before the first."))
    if (last - first).days > LONGEST:
        raise CannotKeep(_("A calendar spans a year at most. Choose a nearer end."))
    try:
        within_reach(first), within_reach(last)
    except UnknownZone as error:
        raise CannotKeep(str(error)) from error


def create(
    *,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date,
    by: Membership,
    client: ClientAccount | None = None,
    brand: BrandProfile | None = None,
    description: str = "",
) -> ContentCalendar:
    """Make an empty one. Raise CannotKeep."""
    check_days(starts_on, ends_on)
    client_id = by.client_id or (client.pk if client else by.client_for(brand))
    if brand and brand.client_id not in {None, client_id}:
        raise CannotKeep(_("This brand belongs to another client. Choose another."))
    row = ContentCalendar.objects.create(
        organization_id=by.organization_id,
        client_id=client_id,
        brand=brand,
        name=name,
        description=description,
        starts_on=starts_on,
        ends_on=ends_on,
        created_by=by.user,
    )
    audit.record("calendar.created", row, organization_id=row.organization_id, by=by)
    return row


def change(calendar: ContentCalendar, *, by: Membership, **fields: Any) -> ContentCalendar:
    """Save its name, description and days; no entry is left outside these. Raise CannotKeep."""
    for name, value in fields.items():
        setattr(calendar, name, value)
    check_days(calendar.starts_on, calendar.ends_on)
    with transaction.atomic():
        _as_it_stands(calendar)
        if fields.keys() & {"starts_on", "ends_on"}:
            _require_all_within(calendar)
        calendar.save(update_fields=[*fields, "updated_at"])
        ours = calendar.organization_id
        audit.record("calendar.changed", calendar, organization_id=ours, by=by, fields=sorted(fields))
    return calendar


def _require_all_within(calendar: ContentCalendar) -> None:
    outside = CalendarEntry.objects.filter(calendar=calendar)
    outside = outside.exclude(date__range=(calendar.starts_on, calendar.ends_on))
    told = outside.aggregate(count=Count("pk"), first=Min("date"), last=Max("date"))
    if told["count"]:
        words = ngettext(
            "%(count)s entry lies outside these days, on %(first)s. Move it or take it out first.",
            "%(count)s entries lie outside these days, from %(first)s to %(last)s. Move them or take them out first.",
            told["count"],
        )
        raise CannotKeep(words % told)


def delete(calendar: ContentCalendar, *, by: Membership) -> bool:
    """Put it aside with its entries; posts that came of them stay. False when it was already."""
    if not ContentCalendar.objects.filter(pk=calendar.pk, deleted_at=None).update(deleted_at=timezone.now()):
        return False
    audit.record("calendar.deleted", calendar, organization_id=calendar.organization_id, by=by)
    return True


def restore(calendar: ContentCalendar, *, by: Membership) -> bool:
    """Bring it back; False when it was never away."""
    if not ContentCalendar.objects.filter(pk=calendar.pk).exclude(deleted_at=None).update(deleted_at=None):
        return False
    audit.record("calendar.restored", calendar, organization_id=calendar.organization_id, by=by)
    return True


# Entries


def check_within(calendar: ContentCalendar, day: dt.date) -> None:
    """Take a day of the calendar; raise CannotKeep."""
    if not calendar.starts_on <= day <= calendar.ends_on:
        words = _("%(name)s goes from %(first)s to %(last)s. Choose a day within, or change the calendar’s days.")
        raise CannotKeep(words % {"name": calendar.name, "first": calendar.starts_on, "last": calendar.ends_on})


def add(calendar: ContentCalendar, *, by: Membership, fields: Mapping[str, Any]) -> CalendarEntry:
    """Add an intention for a day. Raise CannotKeep, UnknownZone."""
    with transaction.atomic():
        calendar = _as_it_stands(calendar)
        if CalendarEntry.objects.filter(calendar=calendar).count() >= MOST_ENTRIES:
            raise CannotKeep(_("A calendar holds %(most)s entries. Make another.") % {"most": MOST_ENTRIES})
        row = CalendarEntry(organization_id=calendar.organization_id, calendar=calendar)
        _take(row, fields)
        row.save(force_insert=True)
        audit.record("calendar.entry_added", row, organization_id=row.organization_id, by=by)
    return row


def _as_it_stands(calendar: ContentCalendar) -> ContentCalendar:
    """Return the calendar, held until the transaction ends: nobody changes its days meanwhile."""
    return ContentCalendar.objects.select_for_update(of=("self",)).select_related("brand").get(pk=calendar.pk)


def change_entry(entry: CalendarEntry, *, by: Membership, fields: Mapping[str, Any]) -> CalendarEntry:
    """Save an entry; one that is a post keeps its time and place. Raise HasPost, CannotKeep, UnknownZone."""
    moved = [name for name in WHEN_AND_WHERE & fields.keys() if getattr(entry, name) != fields[name]]
    if moved and entry.standing:
        raise HasPost
    with transaction.atomic():
        entry.calendar = _as_it_stands(entry.calendar)
        _take(entry, fields)
        entry.save(update_fields=[*fields, "platform", "updated_at"])
        audit.record("calendar.entry_changed", entry, organization_id=entry.organization_id, by=by)
    return entry


def _take(entry: CalendarEntry, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(entry, name, value)
    zone_of(entry.timezone)
    calendar = entry.calendar
    check_within(calendar, entry.date)
    if entry.connection is not None:
        if entry.connection.client_id not in {None, calendar.client_id}:
            raise CannotKeep(_("This account belongs to another client. Choose another."))
        entry.platform = entry.connection.platform
    if not entry.platform:
        raise CannotKeep(_("Choose an account, or at least the platform."))


def there(
    entry: CalendarEntry, *, day: dt.date, time: dt.time | None, clock: str, now: dt.datetime
) -> tuple[dt.date, dt.time | None]:
    """Return the day and time on the entry's own clock of a place on the clock of zone `clock`.

    Without a time its own clock keeps the time it shows. Raise CannotKeep for what is over, UnknownZone.
    """
    own = zone_of(entry.timezone)
    within_reach(day)
    if time is None:
        shown = within_reach(entry.date)
        if entry.at is not None:
            shown = dt.datetime.combine(entry.date, entry.at, own).astimezone(zone_of(clock)).date()
        date, at = entry.date + (day - shown), entry.at
    elif clock == entry.timezone:
        date, at = day, time
    else:
        local = resolve(dt.datetime.combine(day, time), clock).instant.astimezone(own)
        date, at = local.date(), local.time()
    if dt.datetime.combine(date, at or dt.time.max, own) < now:
        raise CannotKeep(_("That time is over. Choose a later one; nothing was moved."))
    return date, at


def place(
    entry: CalendarEntry, *, day: dt.date, time: dt.time | None, clock: str, by: Membership, now: dt.datetime
) -> Placed:
    """Move an entry to where it was dropped; return how it stood. Raise HasPost, CannotKeep, UnknownZone."""
    with transaction.atomic():
        held = _held(entry.pk)
        stood = (held.date, held.at)
        date, at = there(held, day=day, time=time, clock=clock, now=now)
        change_entry(held, by=by, fields={"date": date, "at": at})
    return Placed(held, *stood)


def put_back(key: uuid.UUID, *, to: Stand, still: Stand, by: Membership) -> CalendarEntry:
    """Undo: put an entry where it stood, unless somebody changed it since. Raise HasPost, CannotKeep."""
    with transaction.atomic():
        found = CalendarEntry.objects.visible_to(by).filter(pk=key, calendar__deleted_at=None).exists()
        held = _held(key) if found else None
        if held is None or (held.date, held.at) != still:
            raise CannotKeep(_("This entry was changed again since. It stays where it is now."))
        return change_entry(held, by=by, fields={"date": to[0], "at": to[1]})


def _held(key: uuid.UUID) -> CalendarEntry:
    rows = CalendarEntry.objects.select_for_update(of=("self",)).select_related("calendar", "connection", "post")
    return rows.get(pk=key)


def remove(entry: CalendarEntry, *, by: Membership) -> None:
    """Take an entry out; a post that came of it stays."""
    audit.record("calendar.entry_removed", entry, organization_id=entry.organization_id, by=by)
    CalendarEntry.objects.filter(pk=entry.pk).delete()


def make(entry: CalendarEntry, *, by: Membership, now: dt.datetime) -> ScheduledPost:
    """Begin what an entry stands for: a piece (its own, or one with its words) and a draft at its time.

    The same entry makes one post, however often it is asked. Raise CannotKeep, CannotPlan, UnknownZone, LimitReached.
    """
    with transaction.atomic():
        rows = CalendarEntry.objects.select_for_update(of=("self",)).select_related(
            "calendar__brand", "connection", "piece__asset", "post__connection"
        )
        held = rows.get(pk=entry.pk)
        if post := held.standing:
            return post
        account = held.connection or _only_account(held, by=by)
        piece = held.piece if _stands(held.piece) else None
        piece = piece or _write(held, account, by=by)
        at_local = dt.datetime.combine(held.date, held.at or USUAL_TIME)
        post = posts.schedule(
            piece, connection=account, at_local=at_local, zone=held.timezone, by=by, now=now, as_draft=True
        )
        held.piece, held.post, held.connection = piece, post, account
        held.save(update_fields=["piece", "post", "connection", "updated_at"])
        audit.record("calendar.entry_made", held, organization_id=held.organization_id, by=by)
        _use_idea(held, piece, by=by)
    return post


def _stands(piece: GeneratedContent | None) -> bool:
    return piece is not None and piece.deleted_at is None and piece.asset.deleted_at is None


def _only_account(entry: CalendarEntry, *, by: Membership) -> PlatformConnection:
    """Return the one account of the entry's platform that its client can use; raise NoAccount."""
    rows = PlatformConnection.objects.visible_to(by).filter(
        platform=entry.platform, status=PlatformConnection.Status.ACTIVE
    )
    client_id = entry.calendar.client_id
    found = list((rows.filter(client_id=client_id) | rows.filter(client=None))[:2])
    if len(found) != 1:
        raise NoAccount
    return found[0]


def _write(entry: CalendarEntry, account: PlatformConnection, *, by: Membership) -> GeneratedContent:
    """Begin a piece with the entry's words; somebody goes on with it in the composer."""
    brand, text = entry.calendar.brand, _first_words(entry)
    asset = handwritten.keep_original(
        text=text, title=entry.title, client_id=entry.calendar.client_id, brand=brand, by=by, key=entry.pk
    )
    words = Words(text=text, title=entry.title, hashtags=[tag for tag in entry.tags if " " not in tag])
    return handwritten.write(asset, platform=account.platform, words=words, by=by, key=entry.pk)


def _first_words(entry: CalendarEntry) -> str:
    """Return what the piece begins with: of an idea its first line, never its instructions."""
    idea = _idea_of(entry)
    return (idea.hook if idea else "") or entry.title


def _idea_of(entry: CalendarEntry) -> TrendOpportunity | None:
    if entry.topic_id is None:
        return None
    rows = TrendOpportunity.objects.filter(topic_id=entry.topic_id, platform=entry.platform)
    if entry.calendar.brand_id:
        rows = rows.filter(brand_id=entry.calendar.brand_id)
    elif entry.calendar.client_id:
        rows = rows.filter(brand__client_id=entry.calendar.client_id)
    return rows.filter(title=entry.title).first()


def _use_idea(entry: CalendarEntry, piece: GeneratedContent, *, by: Membership) -> None:
    if idea := _idea_of(entry):
        opportunities.use(idea, by=by, asset_id=piece.asset_id)


def fulfil(key: uuid.UUID, post: ScheduledPost, *, by: Membership) -> bool:
    """Let an entry stand for a post that was written otherwise; False when it is one already, or is not there."""
    entry = CalendarEntry.objects.visible_to(by).open().filter(pk=key, calendar__deleted_at=None).first()
    if entry is None:
        return False
    named = {"post": post, "piece": post.piece, "connection": post.connection}
    if not CalendarEntry.objects.filter(pk=key, post=entry.post_id).update(**named):
        return False
    audit.record("calendar.entry_made", entry, organization_id=entry.organization_id, by=by)
    return True


def make_all(entries: Iterable[CalendarEntry], *, by: Membership, now: dt.datetime) -> list[Made]:
    """Begin several, one by one: what one refuses holds back none of the others."""
    found = []
    for entry in entries:
        try:
            with transaction.atomic():
                found.append(Made(entry, make(entry, by=by, now=now)))
        except (CannotKeep, posts.CannotPlan, UnknownZone, LimitReached) as error:
            found.append(Made(entry, None, str(error)))
    return found


def open_entries(calendar: ContentCalendar, keys: Sequence[uuid.UUID] | None = None) -> list[CalendarEntry]:
    """Return entries that are no post yet, all of a calendar or the named ones, soonest first."""
    rows = CalendarEntry.objects.open().filter(calendar=calendar)
    rows = rows if keys is None else rows.filter(pk__in=keys)
    return list(rows.order_by("date", "at", "pk"))
