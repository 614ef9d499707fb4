"""What works, as its page, its files and the API tell it."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.utils import dates
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Membership
from analytics import comparing, span
from analytics.queries import results, what_works
from analytics.queries.results import Result
from analytics.queries.what_works import Group, Hours, Tag, Top
from analytics.span import Span
from analytics.tables import Table
from analytics.wording.ranges import LETTERS, SECONDS
from content.models import GeneratedContent
from content.models.generated import PieceFormat
from publishing.models import BestTime, PlatformConnection
from trenddrop.core.catalogue import badge

PERIODS = (28, 90, 180, 365)
USUAL = 180
PRACTICE = "practice"
Words = str | Promise


@dataclass(frozen=True)
class Asked:
    """What of it somebody wants: which days, one account or all, made-up numbers or real ones."""

    span: Span
    account: uuid.UUID | None = None
    made_up: bool | None = None


@dataclass(frozen=True)
class Kind:
    """One way to part posts: by kind, by format, by length."""

    key: str
    title: Words
    groups: Sequence[tuple[Words, Group]]

    @property
    def is_worth(self) -> bool:
        """Whether there is anything to hold against each other."""
        return len(self.groups) > 1


@dataclass(frozen=True)
class WhatWorks:
    """Everything the page says."""

    asked: Asked
    accounts: Sequence[PlatformConnection]
    posts: int
    compared: int
    is_made_up: bool
    has_both: bool
    hours: Hours | None
    tags: Sequence[Tag]
    kinds: Sequence[Kind]
    tops: Sequence[Top]
    fewest: int = comparing.FEWEST


def asked(params: Mapping[str, str], *, today: dt.date) -> Asked:
    """Return what an address asks for; what makes no sense is the usual half a year of all accounts."""
    days = params.get("days", "")
    usual = span.of_days(int(days) if days.isdecimal() and int(days) in PERIODS else USUAL, today=today)
    chosen = span.asked(params, today=today) if params.get("from") and params.get("to") else usual
    try:
        account = uuid.UUID(params.get("account", ""))
    except ValueError:
        account = None
    made_up = {"practice": True, "real": False}.get(params.get("numbers", ""))
    return Asked(chosen, account, made_up)


def shown(member: Membership, wanted: Asked, *, now: dt.datetime) -> WhatWorks:
    """Return what works for whom a member may see: five statements, however many posts there are."""
    zone = ZoneInfo(member.organization.timezone)
    first, last = edges(wanted.span, zone)
    accounts = list(PlatformConnection.objects.visible_to(member).order_by("platform", "handle"))
    if wanted.account and wanted.account not in {each.pk for each in accounts}:
        wanted = Asked(wanted.span, None, wanted.made_up)
    found = results.of_member(member, first=first, last=last, now=now, connection=wanted.account)
    mine, made_up = results.real_or_made_up(found, made_up=wanted.made_up)
    told = [each for each in mine if each.ratio is not None]
    return WhatWorks(
        asked=wanted,
        accounts=accounts,
        posts=len(mine),
        compared=len(told),
        is_made_up=made_up,
        has_both=len({each.is_simulated for each in found}) > 1,
        hours=_hours(member, accounts, wanted, made_up=made_up),
        tags=what_works.tags(told, until=last),
        kinds=_kinds(told),
        tops=_titled(what_works.tops(mine)),
    )


def edges(days: Span, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of a span, and the first one after it."""
    midnight = dt.time(tzinfo=zone)
    return dt.datetime.combine(days.first, midnight), dt.datetime.combine(days.last + span.DAY, midnight)


def _hours(member: Membership, accounts: Sequence[PlatformConnection], wanted: Asked, *, made_up: bool) -> Hours | None:
    chosen = [each.pk for each in accounts if (each.platform == PRACTICE) == made_up]
    if wanted.account:
        chosen = [wanted.account]
    return what_works.hours(BestTime.objects.visible_to(member).filter(connection__in=chosen))


def _titled(tops: Sequence[Top]) -> list[Top]:
    names = results.titles([each.post_id for top in tops for each in top.results])
    return [
        replace(top, results=[each._replace(title=names.get(each.post_id, "")) for each in top.results]) for top in tops
    ]


def _kinds(found: Sequence[Result]) -> list[Kind]:
    kinds, formats = dict(GeneratedContent.Kind.choices), dict(PieceFormat.choices)
    by = what_works.groups
    parts = [
        Kind("kind", _("Kind"), _named(by(found, lambda each: each.kind), kinds)),
        Kind("format", _("Format"), _named(by(found, lambda each: each.format), formats)),
        Kind("length", _("Length"), _named(by(found, what_works.seconds_of, order=[*SECONDS]), SECONDS)),
        Kind("caption", _("Caption"), _named(by(found, what_works.letters_of, order=[*LETTERS]), LETTERS)),
        Kind("platform", _("Platform"), [(badge(one.key).name, one) for one in by(found, lambda each: each.platform)]),
    ]
    return [each for each in parts if each.groups]


def _named(found: Sequence[Group], names: Mapping[str, Words]) -> list[tuple[Words, Group]]:
    return [(names.get(each.key, each.key), each) for each in found]


# The same as tables


def tables(page: WhatWorks) -> dict[str, Table]:
    """Return everything the page shows as tables, by the name `?csv=` takes."""
    found = (_of_hours(page), _of_tags(page), _of_kinds(page), _of_tops(page))
    return {each.name: each for each in found}


def _of_hours(page: WhatWorks) -> Table:
    header = [_("Day"), _("Hour"), _("Score"), _("Times the usual"), _("Posts of that hour")]
    cells = page.hours.cells if page.hours else ()
    rows = [(dates.WEEKDAYS[each.weekday], each.hour, each.score, _two(each.times), each.posts) for each in cells]
    return Table("best-times", _("Best time"), header, rows)


def _of_tags(page: WhatWorks) -> Table:
    header = [
        _("Hashtag"), _("Posts"), _("Median against the usual"), _("Lift against posts without it"), _("Lift, from"),
        _("Lift, to"), _("Posts in the last 28 days"), _("Posts in the 28 days before"), _("Use"),
    ]  # fmt: skip
    rows = [
        (f"#{each.key}", each.posts, *_middle(each), *_lift(each), each.now, each.before, each.direction)
        for each in page.tags
    ]
    return Table("hashtags", _("Hashtags"), header, rows)


def _of_kinds(page: WhatWorks) -> Table:
    header = [
        _("Compared by"), _("Group"), _("Posts"), _("Median against the usual"), _("Lift against all others"),
        _("Lift, from"), _("Lift, to"),
    ]  # fmt: skip
    rows = [
        (kind.title, name, each.posts, *_middle(each), *_lift(each))
        for kind in page.kinds
        for name, each in kind.groups
    ]
    return Table("kinds", _("Kinds, formats and lengths"), header, rows)


def _of_tops(page: WhatWorks) -> Table:
    header = [
        _("Category"), _("Post"), _("Platform"), _("Published"), _("Counted"), _("At 48 hours"), _("Times the usual"),
    ]  # fmt: skip
    rows = [
        (top.category or _("without a category"), each.title, badge(each.platform).name, each.published_at.isoformat(),
         metric_words(each.metric), each.value, _two(each.ratio))
        for top in page.tops
        for each in top.results
    ]  # fmt: skip
    return Table("top-content", _("Top content"), header, rows)


def metric_words(metric: str) -> str:
    """Return what a post's main number counts."""
    return _("views") if metric == "views" else _("reactions")


def _middle(group: Group) -> tuple[float | None]:
    return (_two(group.usual.value) if group.usual and not group.is_thin else None,)


def _lift(group: Group) -> tuple[float | None, float | None, float | None]:
    if group.lift is None:
        return None, None, None
    return _two(group.lift.value), _two(group.lift.low), _two(group.lift.high)


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
