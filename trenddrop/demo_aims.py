"""The demo's goals, findings and reports: set, found and made by the product's own engines from the demo's numbers."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts import tenancy
from accounts.models import ClientAccount, Membership
from analytics.collection import insights
from analytics.models import DailyMetrics, TrackedAccount
from analytics.services import goals, reports
from publishing.models import PlatformConnection

DAY = dt.timedelta(days=1)
SET_BEFORE, BACK_THEN = 60 * DAY, 7 * DAY


@dataclass(frozen=True)
class Stood:
    """An account's followers when the goals were set, and now."""

    then: int
    now: int

    def after(self, share: float) -> int:
        """Return the count this share of the same gain further, in round numbers."""
        return 10 * round((self.then + (self.now - self.then) * share) / 10)


def gather(owner: Membership, connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Set goals two months ago, look at everything a week ago and now, and make the reports of whole periods."""
    with tenancy.of_member(owner):
        _aim(owner, connection, now=now)
    insights.look(owner.organization_id, now=now - BACK_THEN, anew=True)
    insights.look(owner.organization_id, now=now, anew=True)
    with tenancy.of_member(owner):
        _report(owner, now=now)


def _aim(owner: Membership, connection: PlatformConnection, *, now: dt.datetime) -> None:
    """One goal that was reached, one on course, one out of reach, and one of a music account."""
    then, today = now - SET_BEFORE, now.date()
    account = connection.tracked
    stood = _stood(account, then.date())
    told: dict[str, Any] = {"by": owner, "now": then, "metric": "followers", "account": account}
    if stood.now > stood.then:
        goals.set_goal(**told, target=max(stood.after(0.6), stood.then + 1), deadline=today + 20 * DAY)
        goals.set_goal(**told, target=max(stood.after(1.5), stood.now + 2), deadline=today + 60 * DAY)
        goals.set_goal(
            **told, target=max(stood.after(6), stood.now + 10), deadline=today + 30 * DAY, name="Followers: a moonshot"
        )
    artist = TrackedAccount.objects.filter(organization=owner.organization_id, platform="spotify").first()
    if artist:
        goals.set_goal(
            by=owner, now=then, metric="streams", target=100_000, deadline=today + 75 * DAY, account=artist,
            name="100,000 streams of Petrichor",
        )  # fmt: skip
    goals.set_goal(by=owner, now=now - 20 * DAY, metric="conversions", target=45, deadline=today + 40 * DAY)


def _stood(account: TrackedAccount, day: dt.date) -> Stood:
    days = DailyMetrics.objects.filter(account=account, followers__isnull=False).order_by("date")
    then = days.filter(date__lte=day).values_list("followers", flat=True).last() or 0
    return Stood(then, days.values_list("followers", flat=True).last() or then)


def _report(owner: Membership, *, now: dt.datetime) -> None:
    """The last month of everybody, the last week, and a client's month; the month comes by mail from now on."""
    chai = ClientAccount.objects.filter(organization_id=owner.organization_id, name="Chai Point").first()
    for period, client in (("month", chai), ("week", None), ("month", None)):
        reports.make(by=owner, now=now, period=period, client=client)
    reports.schedule(by=owner, now=now, name="Every month", period="month", recipients=[owner.user.email])
