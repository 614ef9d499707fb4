"""Reading from platforms what they count, for the app that measures."""

import datetime as dt
from collections.abc import Sequence

from publishing.delivery import tokens
from publishing.delivery.adapters import adapter
from publishing.models import PlatformConnection
from publishing.platforms.base import PostCounts


def post_counts(connection: PlatformConnection, ids: Sequence[str], *, now: dt.datetime) -> dict[str, PostCounts]:
    """Return the numbers of posts by platform id; raises the adapters' errors. Call outside a transaction."""
    token = tokens.fresh(connection, now=now)
    return adapter(connection.platform).metrics(ids, token=token)
