"""An account's days at a Mastodon server: how it stands, and what its newest statuses have; nothing of the past."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any, Final

from publishing.platforms.counting import DayFigures, Missing
from publishing.platforms.recent import Posted, numbers, week

HISTORY: Final = timedelta(0)
TOTALS: Final = {"followers_count": "followers", "following_count": "following", "statuses_count": "posts"}
OF_POST: Final = {
    "favourites_count": "likes",
    "reblogs_count": "reposts",
    "replies_count": "replies",
    "quotes_count": "quotes",
}
NEVER: Final = dict.fromkeys(("likes", "reposts", "replies", "quotes", "views"), Missing.NOT_OFFERED)
BREAK: Final = re.compile(r"<br\s*/?>|</p>\s*<p>", re.IGNORECASE)
MARK: Final = re.compile(r"<[^>]*>")


def day_of(
    account: Mapping[str, Any], statuses: Iterable[Mapping[str, Any]], *, now: datetime, today: date, most: int
) -> DayFigures:
    """A day from the account and its statuses of the last week; as many as `most` may not be all of them."""
    figures: dict[str, Any] = numbers(account, TOTALS)
    posts = [_posted(status) for status in statuses]
    missing = dict(NEVER)
    if len(posts) < most:
        figures |= week(posts, now=now, keys=tuple(OF_POST.values()))
    else:
        missing |= {f"{key}_7d": Missing.NO_ANSWER for key in OF_POST.values()}
    return DayFigures(today, figures, {key: why for key, why in missing.items() if key not in figures})


def _posted(status: Mapping[str, Any]) -> Posted:
    made = datetime.fromisoformat(str(status["created_at"]))
    words = unescape(MARK.sub("", BREAK.sub(" ", str(status.get("content") or ""))))
    return Posted(str(status["id"]), words, str(status.get("url") or ""), made, numbers(status, OF_POST))
