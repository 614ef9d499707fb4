"""Reading from platforms what they count, for the app that measures."""

import datetime as dt
from collections.abc import Sequence

from publishing.delivery import tokens
from publishing.delivery.adapters import adapter
from publishing.models import PlatformConnection
from publishing.platforms.base import PostCounts, Rejected, Token
from publishing.platforms.counting import CountsDays


def post_counts(connection: PlatformConnection, ids: Sequence[str], *, now: dt.datetime) -> dict[str, PostCounts]:
    """Return the numbers of posts by platform id; raises the adapters' errors. Call outside a transaction."""
    token = tokens.fresh(connection, now=now)
    return adapter(connection.platform).metrics(ids, token=token)


def counts_days(platform: str) -> bool:
    """Say whether a platform tells what an account's days held."""
    try:
        return isinstance(adapter(platform), CountsDays)
    except Rejected:
        return False


def day_counter(connection: PlatformConnection, *, now: dt.datetime) -> tuple[CountsDays, Token]:
    """Return what tells an account's days, and a token for it; raises the adapters' errors. Outside a transaction."""
    found = adapter(connection.platform)
    if not isinstance(found, CountsDays):
        raise Rejected(f"{connection.platform} does not tell an account's days.", code="platform")
    return found, tokens.fresh(connection, now=now)
