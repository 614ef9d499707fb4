"""Days of accounts and sums of posts, for tests of the pages of numbers."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from analytics.models import AccountDay, DailyMetrics, PostDay, RollupMark, TrackedAccount
from analytics.queries import narrowing
from analytics.queries.narrowing import Wish
from analytics.span import DAY
from publishing.models import PlatformConnection
from tests.cast import Cast

Figures = Mapping[str, Any]


def today(cast: Cast) -> dt.date:
    """The day it is for Kesar."""
    return narrowing.today_of(cast.kesar, now=timezone.now())


def won(account: PlatformConnection, date: dt.date, **fields: Any) -> AccountDay:
    """What an account's posts won on a day."""
    told = {"client": account.client, "platform": account.platform, "is_simulated": account.platform == "practice"}
    return AccountDay.objects.create(
        organization=account.organization, connection=account, date=date, **(told | fields)
    )


def tracked(cast: Cast, platform: str, name: str = "@kesar", **fields: Any) -> TrackedAccount:
    """An account whose days are counted."""
    told = {"external_id": f"{platform}-{name}", "name": name, "way": "hand", "last_at": timezone.now()}
    return TrackedAccount.objects.create(organization=cast.kesar, platform=platform, **(told | fields))


def counted(account: TrackedAccount, date: dt.date, figures: Figures, **fields: Any) -> DailyMetrics:
    """An account's day."""
    told = {
        "client": account.client, "platform": account.platform, "document": dict(figures), "origin": "api",
        "followers": figures.get("followers"), "taken_at": timezone.now(),
    }  # fmt: skip
    return DailyMetrics.objects.create(organization=account.organization, account=account, date=date, **(told | fields))


def counted_days(account: TrackedAccount, last: dt.date, count: int, figures: Callable[[dt.date], Figures]) -> None:
    """So many days, the last one named."""
    for number in range(count):
        date = last - number * DAY
        counted(account, date, figures(date))


def rolled_up(cast: Cast) -> None:
    """Say how far the sums are."""
    RollupMark.objects.create(organization=cast.kesar, name="posts", zone=cast.kesar.timezone, reached=timezone.now())


def post_day(post_id: Any, cast: Cast, date: dt.date, **fields: Any) -> PostDay:
    """What a post won on a day."""
    return PostDay.objects.create(organization=cast.kesar, post_id=post_id, date=date, **fields)


def signed_in(who: Membership) -> Client:
    """A browser of somebody whose session knows its organisation."""
    client = Client()
    client.force_login(who.user)
    client.get("/settings/")
    return client


def wish(member: Membership, **params: str) -> tuple[Wish, list[narrowing.Account]]:
    """What an address with these words asks for."""
    accounts = narrowing.accounts_of(member)
    return narrowing.asked(params, member, accounts, now=timezone.now()), accounts
