"""What a client is shown: its own overview, what was published for it, and who its people are."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounts.models import ClientAccount, Membership
from analytics.models import AudienceSnapshot, MeasuredPost
from analytics.queries import overview as query
from analytics.queries.narrowing import Account, Wish
from analytics.queries.overview import Overview
from analytics.span import DAY

MOST_POSTS = 200
MOST_SHARES = 6


@dataclass(frozen=True)
class Published:
    """A post that went live in the days, with its numbers as they stand."""

    post_id: uuid.UUID
    title: str
    platform: str
    account: str
    published_at: dt.datetime
    views: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None


@dataclass(frozen=True)
class Audience:
    """Who an account's people are, by one way of parting them, as the platform last told it."""

    account: Account
    kind: str
    of: str
    date: dt.date
    shares: Sequence[tuple[str, float]]
    counted: int | None


@dataclass(frozen=True)
class ClientReport:
    """Everything the page says."""

    client: ClientAccount
    overview: Overview
    published: Sequence[Published]
    published_in_all: int
    audiences: Sequence[Audience]


def of_client(client: ClientAccount, membership: Membership, wish: Wish, accounts: Sequence[Account]) -> ClientReport:
    """Return the report of one client over the days."""
    mine = replace(wish, client=client)
    found = query.of_member(membership, mine, accounts)
    published, in_all = _published(client, membership, found)
    shown = [each.account for each in found.accounts if each.account]
    return ClientReport(client, found, published, in_all, _audiences(membership, shown))


def _published(client: ClientAccount, membership: Membership, found: Overview) -> tuple[list[Published], int]:
    span, zone = found.span, found.zone
    start = dt.datetime.combine(span.first, dt.time.min, zone)
    end = dt.datetime.combine(span.last + DAY, dt.time.min, zone)
    rows = MeasuredPost.objects.visible_to(membership).filter(
        client=client, published_at__gte=start, published_at__lt=end, is_simulated=found.is_practice
    )
    newest = rows.order_by("-published_at", "-pk").values("pk")[: MOST_POSTS + 1]
    told = list(
        MeasuredPost.objects.filter(pk__in=newest).select_related("post__connection").order_by("-published_at", "-pk")
    )
    posts = [
        Published(
            row.post_id, str(row.post), row.platform, row.post.connection.handle, row.published_at, row.views,
            row.likes, row.comments, row.shares, row.saves,
        )
        for row in told[:MOST_POSTS]
    ]  # fmt: skip
    return posts, len(told) if len(told) <= MOST_POSTS else rows.count()


def _audiences(membership: Membership, accounts: Sequence[Account]) -> list[Audience]:
    """Return the last that was told of each account's people, by kind: one statement."""
    by_key = {each.tracked_id: each for each in accounts if each.tracked_id}
    rows = AudienceSnapshot.objects.visible_to(membership).filter(account__in=by_key)
    latest = rows.order_by("account_id", "kind", "-date").distinct("account_id", "kind")
    found = []
    for row in latest:
        shares = sorted(row.shares.items(), key=lambda pair: -pair[1])[:MOST_SHARES]
        found.append(Audience(by_key[row.account_id], row.kind, row.of, row.date, shares, row.counted))
    return sorted(found, key=lambda each: (each.account.platform, each.account.name, each.kind))
