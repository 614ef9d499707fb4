"""How much of the plan is used: meters with what they come to at this pace, and where they stand at 80 and 100 %."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import dateformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Membership
from billing import metering, periods, words
from billing.models import UsagePeriod
from trenddrop.core import display

WARN, FULL = metering.WARNINGS
ENOUGH = 3  # days after which a pace says something
# By month: what adds up; the others stand, and have no pace.
ADDED = (metering.CREDITS, *metering.COUNTED)
ORDER = (metering.CREDITS, "uploads", "storage_bytes", "clients", "members", "connections", metering.API_CALLS)
LABELS = words.SHORT


@dataclass(frozen=True)
class Use:
    """How much of one meter is used: the figures."""

    meter: str
    used: int
    most: int | None
    is_hard: bool
    at_end: int | None
    full_on: dt.date | None

    @property
    def share(self) -> int | None:
        """Per cent of the limit; None where there is none."""
        if self.most is None:
            return None
        return min(100, self.used * 100 // self.most) if self.most else 100 if self.used else 0


@dataclass(frozen=True)
class Meter:
    """A meter as the page shows it."""

    key: str
    label: str
    used: str
    of: str
    share: int | None
    look: str
    icon: str
    warning: str
    more: str
    counts: str


@dataclass(frozen=True)
class Period:
    """The month that is counted."""

    title: str
    days: str
    starts_at: dt.datetime
    ends_at: dt.datetime


def uses_of(member: Membership, *, now: dt.datetime) -> tuple[metering.Entitlement, list[Use]]:
    """Return what holds now, and the figures of every meter."""
    with metering.scope_of(member.organization_id):
        held = metering.entitlement_of(member.organization_id, now=now)
        row = UsagePeriod.objects.filter(organization_id=held.organization_id, starts_at=held.starts_at).first()
        found = []
        for meter in ORDER:
            used = (
                int(getattr(row, meter, 0) or 0) if meter in ADDED else metering.standing(held.organization_id, meter)
            )
            found.append(_use(held, meter, used, now=now))
    return held, found


def _use(held: metering.Entitlement, meter: str, used: int, *, now: dt.datetime) -> Use:
    limit = held.limit(meter)
    at_end = _at_end(held, used, now=now) if meter in ADDED else None
    return Use(meter, used, limit.most, limit.is_hard, at_end, _full_on(held, limit.most, used, at_end, now=now))


def _at_end(held: metering.Entitlement, used: int, *, now: dt.datetime) -> int | None:
    """Return what it comes to at the month's end when it goes on like this."""
    gone, whole = now - held.starts_at, held.ends_at - held.starts_at
    return round(used * (whole / gone)) if used and gone >= dt.timedelta(days=ENOUGH) else None


def _full_on(
    held: metering.Entitlement, most: int | None, used: int, at_end: int | None, *, now: dt.datetime
) -> dt.date | None:
    """Return the day on which the limit is reached at this pace, when that is before the month's end."""
    if most is None or at_end is None or at_end <= most or used >= most:
        return None
    return periods.day_of(now + (now - held.starts_at) * ((most - used) / used))


def period_of(held: metering.Entitlement, *, now: dt.datetime) -> Period:
    """Return the month that is counted, and how much of it is gone."""
    start, last = periods.day_of(held.starts_at), periods.day_of(held.ends_at) - dt.timedelta(days=1)
    whole_month = start.day == 1
    if whole_month:
        title = _("Used in %(month)s") % {"month": dateformat.format(start, "F")}
    else:
        title = _("Used since %(day)s") % {"day": dateformat.format(start, "j M")}
    days, gone = (last - start).days + 1, (periods.day_of(now) - start).days
    told = ngettext("%(gone)s of %(n)s day gone", "%(gone)s of %(n)s days gone", days) % {"gone": gone, "n": days}
    return Period(title, told, held.starts_at, held.ends_at)


def meters_of(held: metering.Entitlement, uses: Sequence[Use], *, credits_left: int) -> list[Meter]:
    """Return the meters for the page."""
    return [_meter(use, held, credits_left=credits_left) for use in uses]


def _meter(use: Use, held: metering.Entitlement, *, credits_left: int) -> Meter:
    share, look, icon, warning = use.share, "", "", ""
    if held.is_enforced and share is not None and use.most:
        look, icon, warning = _state(use, share)
    return Meter(
        key=use.meter,
        label=str(LABELS[use.meter]),
        used=words.size_of(use.meter, use.used),
        of=_of(use),
        share=share if use.most else None,
        look=look,
        icon=icon,
        warning=warning,
        more=_more(use, credits_left),
        counts=str(words.COUNTS.get(use.meter, "")),
    )


def _of(use: Use) -> str:
    if use.most is None:
        return _("no limit")
    return _("of %(most)s") % {"most": words.size_of(use.meter, use.most)} if use.most else _("none in this plan")


def _state(use: Use, share: int) -> tuple[str, str, str]:
    if share >= FULL:
        full = _("All of it is used") if use.is_hard else _("Over the limit, and let through")
        return "failed", "failed", full
    if share >= WARN:
        return "unconfirmed", "warn", _("%(share)s %% is used") % {"share": share}
    if use.full_on:
        day = dateformat.format(use.full_on, "j M")
        return "unconfirmed", "warn", _("Full about %(day)s at this pace") % {"day": day}
    return "", "", ""


def _more(use: Use, credits_left: int) -> str:
    language = get_language() or "en"
    if use.meter == metering.CREDITS and (credits_left > 0 or (credits_left and use.most is not None)):
        left = display.number(credits_left, language)
        return _("%(left)s left, with what was bought") % {"left": left}
    if use.at_end:
        return _("about %(n)s by the month’s end") % {"n": words.size_of(use.meter, _round(use.at_end))}
    return ""


def _round(value: int) -> int:
    """Return two figures of it: a guess is not exact."""
    step = 10 ** max(len(str(value)) - 2, 0)
    return int(value // step * step)
