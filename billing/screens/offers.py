"""Plans as they are offered: prices, limits side by side, and what each step to another plan is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing import words
from billing.models import Interval, PlanVersion, Subscription

Words = str | Promise
LOOKS = {Interval.MONTH: "mo", Interval.YEAR: "yr"}
CURRENCIES = ("INR", "USD")
MONTHS = 12
NO_LIMIT = gettext_lazy("no limit")


@dataclass(frozen=True)
class Tag:
    """A price, and the classes of when it shows."""

    look: str
    text: str


@dataclass(frozen=True)
class Step:
    """A button to a plan by one interval and currency."""

    look: str
    url: str
    action: str
    is_go: bool
    is_current: bool


@dataclass(frozen=True)
class Offer:
    """A plan on a page."""

    key: str
    name: str
    tagline: str
    is_by_agreement: bool
    is_pushed: bool
    is_current: bool
    tags: Sequence[Tag]
    lines: Sequence[str]
    url: str
    action: str
    steps: Sequence[Step] = ()


@dataclass(frozen=True)
class Cell:
    """A limit in the comparison."""

    text: str
    is_something: bool


@dataclass(frozen=True)
class LimitRow:
    """A meter over all plans."""

    label: Words
    cells: Sequence[Cell]
    own: Words


def limit_of(version: PlanVersion, meter: str) -> int | None:
    """Return how much of a meter a plan holds; None is as much as one likes."""
    found = version.limits.get(meter)
    return found.get("limit") if isinstance(found, Mapping) else None


def public(versions: Sequence[PlanVersion], *, has_member: bool) -> list[Offer]:
    """Return the offers of the public page: everybody begins with a trial, a member chooses."""
    return [_offer(version, has_member=has_member) for version in versions]


def _offer(version: PlanVersion, *, has_member: bool, steps: Sequence[Step] = (), current: bool = False) -> Offer:
    plan = version.plan
    if plan.is_by_agreement:
        url, action = words.write_to_us(), _("Write to us")
    elif has_member:
        url, action = reverse("plan_change"), _("Choose")
    else:
        days = version.trial_days
        url, action = (
            reverse("account_signup"),
            ngettext("Start %(n)s day free", "Start %(n)s days free", days) % {"n": days},
        )
    return Offer(
        key=plan.key,
        name=plan.name,
        tagline=_(plan.description) if plan.description else "",
        is_by_agreement=plan.is_by_agreement,
        is_pushed=plan.is_trial,
        is_current=current,
        tags=_tags(version),
        lines=_lines(version),
        url=url,
        action=action,
        steps=steps,
    )


def _tags(version: PlanVersion) -> list[Tag]:
    found = [each for each in version.prices.all() if each.currency in CURRENCIES]
    return [
        Tag(f"{LOOKS[Interval(each.interval)]} {each.currency.lower()}", words.price(each.amount, each.currency))
        for each in found
    ]


def _lines(version: PlanVersion) -> list[str]:
    if version.plan.is_by_agreement:
        return [_("Limits you set"), _("Your region, your domain"), _("A promise on uptime and answers")]
    have = {meter: words.size_of(meter, limit_of(version, meter)) for meter in words.METERS}
    lines = [
        _("%(connections)s accounts, %(uploads)s uploads a month") % have,
        _("%(ai_credits)s credits a month") % have,
        _("%(storage_bytes)s of storage") % have,
    ]
    members = limit_of(version, "members")
    people = ngettext("%(n)s person", "%(n)s people", members or 0) % {"n": have["members"]}
    clients = limit_of(version, "clients")
    told = ngettext("%(n)s client", "%(n)s clients", clients or 0) % {"n": have["clients"]}
    return [*lines, f"{people}, {told}" if clients != 0 else people]


def compared(versions: Sequence[PlanVersion]) -> list[LimitRow]:
    """Return the limits side by side."""
    rows = [
        LimitRow(label, [_cell(version, meter) for version in versions], own)
        for meter, (label, own) in words.METERS.items()
    ]
    return [*rows, LimitRow(_("Posts"), [Cell(str(NO_LIMIT), True) for _each in versions], NO_LIMIT)]


def _cell(version: PlanVersion, meter: str) -> Cell:
    if version.plan.is_by_agreement:
        return Cell(_("agreed"), True)
    value = limit_of(version, meter)
    return Cell(_("none"), False) if value == 0 else Cell(words.size_of(meter, value), True)


def saving(versions: Sequence[PlanVersion], currency: str) -> str:
    """Return what a year costs less, when it is the same for every plan: “2 months less”."""
    found = {_months_less(version, currency) for version in versions if not version.plan.is_by_agreement}
    months = found.pop() if len(found) == 1 else None
    return ngettext("%(n)s month less", "%(n)s months less", months) % {"n": months} if months else ""


def _months_less(version: PlanVersion, currency: str) -> int | None:
    by = {each.interval: each.amount for each in version.prices.all() if each.currency == currency}
    month, year = by.get(Interval.MONTH), by.get(Interval.YEAR)
    if not month or not year:
        return None
    less = MONTHS - year / month
    return int(less) if less == less.to_integral_value() else None


# Choosing, signed in


def choices(
    versions: Sequence[PlanVersion], *, now_has: Subscription | None, currencies: Collection[str]
) -> list[Offer]:
    """Return the offers of the page where one chooses: each with its step for each interval and currency."""
    here = now_has.version.plan_id if now_has else None
    is_agreed = now_has is not None and now_has.is_by_agreement
    return [
        _offer(
            version,
            has_member=True,
            steps=[] if is_agreed or version.plan.is_by_agreement else _steps(version, now_has, currencies),
            current=version.plan_id == here,
        )
        for version in versions
    ]


def _steps(version: PlanVersion, has: Subscription | None, currencies: Collection[str]) -> list[Step]:
    paying = has is not None and has.price_id is not None and has.is_living
    steps = []
    for each in version.prices.all():
        if each.currency not in currencies:
            continue
        look = f"{LOOKS[Interval(each.interval)]} {each.currency.lower()}"
        is_same = (
            paying and has is not None and has.version.plan_id == version.plan_id and has.interval == each.interval
        )
        query = urlencode({"plan": version.plan.key, "per": each.interval, "currency": each.currency})
        page = "plan_review" if paying else "checkout"
        action = _action(version, each.interval, has if paying else None)
        steps.append(Step(look, f"{reverse(page)}?{query}", action, version.plan.is_trial and not paying, is_same))
    return steps


def _action(version: PlanVersion, interval: str, has: Subscription | None) -> str:
    if has is None:
        return _("Buy")
    if version.plan_id == has.version.plan_id:
        return _("Pay yearly") if interval == Interval.YEAR else _("Pay monthly")
    return _("Upgrade") if version.plan.rank > has.version.plan.rank else _("Downgrade")
