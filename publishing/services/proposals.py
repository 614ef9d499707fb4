"""A calendar proposed from what there is: written pieces, plans for originals, rising topics, slots and good hours."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import BrandProfile, Membership
from content.models import ContentAsset, GeneratedContent, RepurposingKind, RepurposingStrategy
from content.queries import bulky
from publishing import good_times, slots
from publishing.models import CalendarEntry, ContentCalendar, PlatformConnection, ScheduledPost
from publishing.proposing import Line, Place, Thing, propose, spread
from publishing.services.calendars import CannotKeep, check_days
from publishing.walltime import zone_of
from trenddrop.core.alone import alone
from trends.models import TrendOpportunity

MOST_DAYS, MOST_A_WEEK, MOST_ENTRIES = 92, 21, 400
READ = 300  # pieces, ideas and plans looked at
RESTED = dt.timedelta(days=60)  # after which something may be told again
WRITTEN, AGAIN, PLANNED, RISING = "written", "again", "planned", "rising"
MIDDLING = 50.0
USUAL_HOURS = (dt.time(9), dt.time(18), dt.time(12, 30))


@dataclass(frozen=True)
class Wish:
    """What is to be filled: days (both in), accounts, and how many posts a week each of them is to get."""

    first: dt.date
    last: dt.date
    accounts: Sequence[PlatformConnection]
    a_week: int
    zone: str


def make(
    wish: Wish, *, name: str, by: Membership, now: dt.datetime, brand: BrandProfile | None = None, description: str = ""
) -> ContentCalendar:
    """Keep a proposed calendar with its reasoning. Raise CannotKeep, UnknownZone."""
    check_days(wish.first, wish.last)
    zone_of(wish.zone)
    _check(wish)
    client_id = _client_of(wish, brand, by=by)
    with transaction.atomic():
        alone(f"proposal:{by.organization_id}")  # the next one sees what this one takes
        intended = _intended(wish, client_id, by=by, now=now)
        rising = _rising(wish, brand, client_id, by=by, besides=intended)
        things = [*_pieces(wish, client_id, by=by, now=now, besides=intended), *_plans(wish, client_id, by=by), *rising]
        places = [place for account in wish.accounts for place in _places(account, wish, brand, now=now)]
        lines = propose(things, places[:MOST_ENTRIES])
        if not lines:
            raise CannotKeep(_nothing(things, places, is_intended=intended.exists()))
        row = ContentCalendar.objects.create(
            organization_id=by.organization_id,
            client_id=client_id,
            brand=brand,
            name=name[:120],
            description=description,
            starts_on=wish.first,
            ends_on=wish.last,
            origin=ContentCalendar.Origin.GENERATED,
            reasoning=_reasoning(lines, len(places)),
            created_by=by.user,
        )
        CalendarEntry.objects.bulk_create([_entry(row, line) for line in lines])
        audit.record("calendar.proposed", row, organization_id=row.organization_id, by=by, entries=len(lines))
    return row


def _check(wish: Wish) -> None:
    if not wish.accounts:
        raise CannotKeep(_("Choose at least one account. Nothing was proposed."))
    if (wish.last - wish.first).days > MOST_DAYS:
        raise CannotKeep(_("At most %(days)s days at once. Choose a nearer end.") % {"days": MOST_DAYS})
    if not 1 <= wish.a_week <= MOST_A_WEEK:
        raise CannotKeep(_("Between 1 and %(most)s posts a week for each account.") % {"most": MOST_A_WEEK})


def _client_of(wish: Wish, brand: BrandProfile | None, *, by: Membership) -> uuid.UUID | None:
    theirs = {account.client_id for account in wish.accounts if account.client_id}
    theirs |= {brand.client_id} if brand and brand.client_id else set()
    theirs |= {by.client_id} if by.client_id else set()
    if len(theirs) > 1:
        raise CannotKeep(_("These accounts belong to different clients. Make a calendar for each client."))
    return next(iter(theirs), by.narrowed_to)


def _intended(wish: Wish, client_id: uuid.UUID | None, *, by: Membership, now: dt.datetime) -> QuerySet[CalendarEntry]:
    """Return what calendars hold for days to come and nobody has begun: it is not proposed a second time."""
    today = now.astimezone(zone_of(wish.zone)).date()
    rows = (
        CalendarEntry.objects.visible_to(by)
        .open()
        .filter(calendar__deleted_at=None, calendar__client_id=client_id, date__gte=today)
    )
    return rows.exclude(piece=None, topic=None)


def _nothing(things: Sequence[Thing], places: Sequence[Place], *, is_intended: bool) -> str:
    if not places:
        return _("There is no free time left on these days. Choose other days, or more accounts.")
    if not things and is_intended:
        words = _("What there is to propose stands in another calendar already.")
        return words + " " + _("Bring something to the Library first, or ask for ideas in Trends.")
    if not things:
        words = _(
            "There is nothing to propose yet: no written piece that was never sent, no plan, no idea about a topic."
        )
        return words + " " + _("Bring something to the Library first, or ask for ideas in Trends.")
    return _("Nothing that is there fits these accounts. Choose other accounts, or have pieces written for them.")


# What there is to post


def _pieces(
    wish: Wish, client_id: uuid.UUID | None, *, by: Membership, now: dt.datetime, besides: QuerySet[CalendarEntry]
) -> list[Thing]:
    """Written pieces that were never sent, or rest since long."""
    living = ~Q(posts__status=ScheduledPost.Status.CANCELLED)
    rows = GeneratedContent.objects.visible_to(by).filter(
        deleted_at=None,
        asset__deleted_at=None,
        asset__status=ContentAsset.Status.READY,
        client_id=client_id,
        platform__in=_platforms(wish),
    )
    dated = rows.annotate(last=Max("posts__scheduled_for", filter=living)).select_related("asset")
    rested = dated.filter(Q(last=None) | Q(last__lt=now - RESTED), ~Exists(besides.filter(piece=OuterRef("pk"))))
    rested = rested.exclude(text="", title="")
    ranked = _ranks(client_id, by=by)
    found = rested.order_by("-predicted_virality", "-created_at").defer(*bulky("asset"))
    return [_piece(piece, ranked, now=now) for piece in found[:READ]]


def _piece(piece: GeneratedContent, ranked: dict[uuid.UUID, int], *, now: dt.datetime) -> Thing:
    last: dt.datetime | None = piece.last  # type: ignore[attr-defined]
    told = []
    if last is None:
        days = (now - piece.created_at).days
        old = ngettext("Written %(n)s day ago and never sent.", "Written %(n)s days ago and never sent.", days)
        told.append(old % {"n": days} if days else _("Written today and not sent yet."))
    else:
        told.append(_("Last sent on %(day)s, long enough ago to be told again.") % {"day": f"{last:%Y-%m-%d}"})
    weight = float(piece.predicted_virality if piece.predicted_virality is not None else MIDDLING)
    if piece.predicted_virality is not None:
        told.append(_("Expected to do: %(score)s of 100.") % {"score": piece.predicted_virality})
    rank = ranked.get(piece.asset_id)
    if rank is not None:
        weight += max(0, 15 - 3 * rank)
        told.append(_("The plan for “%(title)s” names it.") % {"title": piece.asset.title[:80]})
    return Thing(
        key=str(piece.pk),
        kind=WRITTEN if last is None else AGAIN,
        title=(piece.title or piece.text or piece.asset.title)[:200],
        platforms=frozenset({piece.platform}),
        weight=weight - (25 if last else 0),
        subject=str(piece.asset_id),
        reason=" ".join(told),
        tags=(piece.get_kind_display(),),
        piece_id=piece.pk,
    )


def _ranks(client_id: uuid.UUID | None, *, by: Membership) -> dict[uuid.UUID, int]:
    """Return the best rank that the latest plans give their originals."""
    rows = RepurposingStrategy.objects.visible_to(by).filter(asset__client_id=client_id, asset__deleted_at=None)
    found: dict[uuid.UUID, int] = {}
    for asset_id, lines in rows.order_by("-created_at").values_list("asset_id", "lines")[:READ]:
        if lines:
            found.setdefault(asset_id, min(int(line["priority"]) for line in lines))
    return found


def _plans(wish: Wish, client_id: uuid.UUID | None, *, by: Membership) -> list[Thing]:
    """Lines of plans for originals of which nothing was made yet."""
    rows = RepurposingStrategy.objects.visible_to(by).filter(
        asset__client_id=client_id, asset__deleted_at=None, jobs=None
    )
    found, seen = list[Thing](), set[uuid.UUID]()
    for strategy in rows.select_related("asset").order_by("-created_at")[:READ]:
        if strategy.asset_id in seen:
            continue
        seen.add(strategy.asset_id)
        found += [_line(strategy, line) for line in strategy.lines if set(line["platforms"]) & _platforms(wish)]
    return found


def _line(strategy: RepurposingStrategy, line: Mapping[str, Any]) -> Thing:
    kind, title = str(line["kind"]), strategy.asset.title
    name = str(RepurposingKind(kind).label) if kind in RepurposingKind.values else kind
    reasons = [str(one) for one in line.get("reasons") or []]
    return Thing(
        key=f"{strategy.pk} {line['key']}",
        kind=PLANNED,
        title=f"{name}: {title}"[:200],
        platforms=frozenset(line["platforms"]),
        weight=70.0 - 5 * int(str(line["priority"])),
        subject=str(strategy.asset_id),
        reason=_("The plan for “%(title)s” proposes it.") % {"title": title[:80]} + " " + " ".join(reasons[:1]),
        notes=" ".join(reasons),
        tags=(name[:40],),
    )


def _rising(
    wish: Wish,
    brand: BrandProfile | None,
    client_id: uuid.UUID | None,
    *,
    by: Membership,
    besides: QuerySet[CalendarEntry],
) -> list[Thing]:
    """Open ideas about topics that rise: a client's calendar never tells what was thought up for somebody else."""
    rows = TrendOpportunity.objects.visible_to(by).filter(
        status=TrendOpportunity.Status.OPEN, platform__in=_platforms(wish), topic__is_blocked=False
    )
    if brand:
        rows = rows.filter(brand=brand)
    elif client_id:
        rows = rows.filter(brand__client_id=client_id)
    told = besides.filter(topic=OuterRef("topic"), platform=OuterRef("platform"), title=OuterRef("title"))
    rows = rows.exclude(topic__status="expired").filter(~Exists(told))
    rows = rows.select_related("topic").defer("topic__embedding")
    return [_idea(idea) for idea in rows.order_by("-topic__score", "-created_at")[:READ]]


def _idea(idea: TrendOpportunity) -> Thing:
    topic, told = idea.topic, [_("“%(topic)s” rises now.") % {"topic": idea.topic.title[:80]}]
    if topic.growth_24h is not None and topic.growth_24h > 0:
        told.append(_("It grew by %(growth)s %% in a day.") % {"growth": round(100 * topic.growth_24h)})
    tags = [str(tag).lstrip("#")[:40] for tag in idea.hashtags[:5]]
    return Thing(
        key=str(idea.pk),
        kind=RISING,
        title=idea.title[:200],
        platforms=frozenset({idea.platform}),
        weight=60.0 + min(30.0, topic.score * 0.3),
        subject=str(topic.pk),
        reason=" ".join(told),
        notes="\n\n".join(part for part in (idea.hook, idea.angle) if part)[:2000],
        tags=tuple(tags),
        topic_id=topic.pk,
        ages=True,
    )


def _platforms(wish: Wish) -> set[str]:
    return {account.platform for account in wish.accounts}


# When there is room


def _places(account: PlatformConnection, wish: Wish, brand: BrandProfile | None, *, now: dt.datetime) -> list[Place]:
    """Return an account's places: its slots first; where they are too few, the hours that did best."""
    zone = zone_of(wish.zone)
    days = max(1, (wish.last - wish.first).days + 1)
    wanted = max(1, round(wish.a_week * days / 7))
    begins = max(now, dt.datetime.combine(wish.first, dt.time.min, zone))
    ends = dt.datetime.combine(wish.last, dt.time(23, 59), zone)
    if ends <= begins:
        return []
    brand_id = brand.pk if brand else None
    free = slots.free_slots(account, now=now, count=MOST_ENTRIES, after=begins, until=ends, brand_id=brand_id)
    why = _("It is a slot of %(handle)s.") % {"handle": account.handle}
    queued = [Place(account.pk, account.platform, one.asked, one.slot.timezone, why) for one in free]
    if len(queued) >= wanted:
        return spread(queued, wanted)
    return queued + _at_good_hours(
        account, wish, wanted - len(queued), taken={one.at.date() for one in queued}, now=now
    )


def _at_good_hours(
    account: PlatformConnection, wish: Wish, count: int, *, taken: set[dt.date], now: dt.datetime
) -> list[Place]:
    """Return places on days without a slot, at the hour of that weekday which did best, or a usual one."""
    scores = good_times.of_accounts([account]).get(account.pk, {})
    zone = next((row.timezone for row in scores.values()), wish.zone)
    today = now.astimezone(zone_of(zone))
    busy = _busy(account, wish, zone)
    found = []
    for number in range((wish.last - wish.first).days + 1):
        day = wish.first + dt.timedelta(days=number)
        hour, why = _hour(account, scores, day, number)
        at = dt.datetime.combine(day, hour)
        if day not in taken and day not in busy and at > today.replace(tzinfo=None) + dt.timedelta(minutes=15):
            found.append(Place(account.pk, account.platform, at, zone, why, kind="hour"))
    return spread(found, count)


def _hour(account: PlatformConnection, scores: good_times.Scores, day: dt.date, number: int) -> tuple[dt.time, str]:
    known = [row for row in scores.values() if row.weekday == day.weekday() and row.score > good_times.USUAL]
    if known and max(row.posts_in_all for row in known) >= good_times.FEW:
        best = max(known, key=lambda row: (row.score, -row.hour))
        words = _("Posts of %(handle)s around %(hour)s:00 on this weekday did best (%(score)s of 100, 50 is usual).")
        return dt.time(best.hour), words % {"handle": account.handle, "hour": f"{best.hour:02}", "score": best.score}
    words = _("A usual hour: too little of %(handle)s is measured to name a better one.")
    return USUAL_HOURS[number % len(USUAL_HOURS)], words % {"handle": account.handle}


def _busy(account: PlatformConnection, wish: Wish, zone: str) -> set[dt.date]:
    """Return the days on which the account has a living post."""
    first = dt.datetime.combine(wish.first, dt.time.min, zone_of(zone))
    last = dt.datetime.combine(wish.last + dt.timedelta(days=1), dt.time.min, zone_of(zone))
    rows = ScheduledPost.objects.filter(connection=account, status__in=slots.LIVING, scheduled_for__range=(first, last))
    return {at.astimezone(zone_of(zone)).date() for at in rows.values_list("scheduled_for", flat=True)}


# What is kept


def _entry(calendar: ContentCalendar, line: Line) -> CalendarEntry:
    thing, place = line.thing, line.place
    return CalendarEntry(
        organization_id=calendar.organization_id,
        calendar=calendar,
        date=place.at.date(),
        at=place.at.time(),
        timezone=place.zone,
        platform=place.platform,
        connection_id=place.account_id,
        title=thing.title,
        notes=thing.notes,
        tags=list(thing.tags),
        reason=line.reason,
        topic_id=thing.topic_id,
        piece_id=thing.piece_id,
    )


NAMES = {
    WRITTEN: lambda n: ngettext("%(n)s piece that was never sent", "%(n)s pieces that were never sent", n),
    AGAIN: lambda n: ngettext("%(n)s piece that rested long enough", "%(n)s pieces that rested long enough", n),
    PLANNED: lambda n: ngettext("%(n)s line of plans for originals", "%(n)s lines of plans for originals", n),
    RISING: lambda n: ngettext("%(n)s idea about a rising topic", "%(n)s ideas about rising topics", n),
}


def _reasoning(lines: Sequence[Line], places: int) -> str:
    kinds = Counter(line.thing.kind for line in lines)
    what = ", ".join(NAMES[kind](count) % {"n": count} for kind, count in kinds.most_common())
    at_slots = sum(line.place.kind == "slot" for line in lines)
    told = [
        ngettext("%(n)s entry: %(what)s.", "%(n)s entries: %(what)s.", len(lines)) % {"n": len(lines), "what": what},
        _("%(slots)s at slots of their accounts, %(hours)s at good or usual hours of days without one.")
        % {"slots": at_slots, "hours": len(lines) - at_slots},
        _("The same subject does not come twice within three days, and what rises now comes first."),
    ]
    if places > len(lines):
        told.append(_("%(n)s free times stay empty: there is nothing more that fits.") % {"n": places - len(lines)})
    return " ".join(told)
