"""An account's days at Bluesky: how it stands, and what its newest posts have; nothing of the past."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import Clock, Rejected, SignInAgain
from publishing.platforms.counting import AccountGone, DayFigures, Missing
from publishing.platforms.recent import DAY, WEEK, Posted, numbers, week

HISTORY: Final = timedelta(0)
PAGE: Final = 100
MOST_PAGES: Final = 10
TOTALS: Final = {"followersCount": "followers", "followsCount": "following", "postsCount": "posts"}
OF_POST: Final = {"likeCount": "likes", "repostCount": "reposts", "replyCount": "replies", "quoteCount": "quotes"}
MORE: Final = {"bookmarkCount": "saves"}
NEVER: Final = dict.fromkeys(("likes", "reposts", "replies", "quotes", "views", "lists"), Missing.NOT_OFFERED)
GONE: Final = "This Bluesky account is gone: it was deleted, deactivated or taken down. Bluesky says: "
View = Callable[[str, Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Days:
    """One account, by its DID, at the AppView behind `view`."""

    view: View
    clock: Clock
    web: str
    account: str

    def day(self, today: date) -> DayFigures:
        """Totals, and what the posts of the last week have by now."""
        profile = self._profile()
        figures: dict[str, Any] = numbers(profile, TOTALS)
        now, handle = self.clock(), str(profile.get("handle") or self.account)
        posts, whole = self._posts(handle, since=now - WEEK)
        missing = dict(NEVER)
        if whole:
            figures |= week(posts, now=now, keys=tuple(OF_POST.values()))
        else:
            missing |= {f"{key}_7d": Missing.NO_ANSWER for key in OF_POST.values()}
        return DayFigures(today, figures, {key: why for key, why in missing.items() if key not in figures})

    def _profile(self) -> dict[str, Any]:
        try:
            return self.view("app.bsky.actor.getProfile", {"actor": self.account})
        except SignInAgain as error:
            # Nobody signed in: the AppView says so of accounts that were taken down.
            raise AccountGone(GONE + str(error).rsplit("It says: ", maxsplit=1)[-1]) from None
        except Rejected as error:
            if "not found" not in str(error).lower():
                raise
            raise AccountGone(GONE + str(error).rsplit("this: ", maxsplit=1)[-1]) from None

    def _posts(self, handle: str, *, since: datetime) -> tuple[list[Posted], bool]:
        """The account's own posts since then, and whether that was all of them."""
        found: list[Posted] = []
        for number, page in enumerate(self._pages()):
            own = [post for item in page if (post := self._own(item, handle)) is not None]
            found += own
            if own and own[-1].created < since - DAY:
                return found, True
            if number == MOST_PAGES - 1:
                return found, False
        return found, True

    def _pages(self) -> Iterator[list[Any]]:
        params: dict[str, Any] = {"actor": self.account, "limit": PAGE, "filter": "posts_with_replies"}
        seen = set[str]()
        while True:
            answer = self.view("app.bsky.feed.getAuthorFeed", params)
            feed = answer.get("feed")
            yield feed if isinstance(feed, list) else []
            cursor = str(answer.get("cursor") or "")
            if not cursor or cursor in seen or not feed:
                return
            seen.add(cursor)
            params["cursor"] = cursor

    def _own(self, item: Any, handle: str) -> Posted | None:
        """A post of the account's own; None for what it reposted, and for what cannot be read."""
        post = item.get("post") if isinstance(item, dict) else None
        if not isinstance(post, dict) or "reason" in item:
            return None
        record = post.get("record")
        text = str(record.get("text") or "") if isinstance(record, dict) else ""
        try:
            # What a post says of its own time may be anything.
            seen = datetime.fromisoformat(str(post["indexedAt"]))
            url = f"{self.web}/profile/{handle}/post/{str(post['uri']).rsplit('/', 1)[-1]}"
        except (KeyError, ValueError):
            return None
        made = seen if seen.tzinfo else seen.replace(tzinfo=UTC)
        return Posted(str(post["uri"]), text, url, made, numbers(post, OF_POST | MORE))
