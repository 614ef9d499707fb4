"""Posts as LinkedIn tells them: an author's newest, and their numbers for pages and for people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from publishing.platforms.base import CannotLook, Metric, PostCounts, Rejected, Token
from publishing.platforms.linkedin.api import Api, encoded, listed
from publishing.platforms.linkedin.refusals import CONFIG, GONE, NO_RIGHT
from publishing.platforms.recent import number

PAGE: Final = 50
MOST_PAGES: Final = 4
ASKED: Final = 20
OF_PAGES: Final = {
    "impressionCount": Metric.IMPRESSIONS,
    "uniqueImpressionsCount": Metric.REACH,
    "clickCount": Metric.CLICKS,
    "likeCount": Metric.LIKES,
    "commentCount": Metric.COMMENTS,
    "shareCount": Metric.SHARES,
}
OF_PEOPLE: Final = {
    "IMPRESSION": Metric.IMPRESSIONS,
    "MEMBERS_REACHED": Metric.REACH,
    "REACTION": Metric.LIKES,
    "COMMENT": Metric.COMMENTS,
    "RESHARE": Metric.SHARES,
    # Newer ones, which not every version of the API takes.
    "POST_SAVE": Metric.SAVES,
    "LINK_CLICKS": Metric.LINK_CLICKS,
}
OF_FILMS: Final = {"VIDEO_VIEW": Metric.VIDEO_VIEWS, "VIEWER": Metric.VIEWERS, "TIME_WATCHED": Metric.WATCH_SECONDS}
FILM: Final = "urn:li:ugcPost:"
FINDER: Final = {"X-RestLi-Method": "FINDER"}
CANNOT: Final = (
    "LinkedIn lets nobody look through a person's posts without its review. Look whether the post stands there, then "
    "say so here."
)


@dataclass(frozen=True)
class Posts:
    """Reading."""

    api: Api

    def newest(self, token: Token, *, since: datetime) -> Iterator[dict[str, Any]]:
        """The author's posts since then, newest first; CannotLook where the account may not read them."""
        for page in range(MOST_PAGES):
            query = f"q=author&author={encoded(token.extra['owner'])}&count={PAGE}&start={page * PAGE}&sortBy=CREATED"
            try:
                answer = self.api.call("GET", f"posts?{query}", token, headers=FINDER)
            except Rejected as refused:
                if refused.code == NO_RIGHT:
                    raise CannotLook(CANNOT) from None
                raise
            elements = answer.fields().get("elements") or []
            for post in elements:
                if datetime.fromtimestamp(int(post["createdAt"]) / 1000, UTC) < since:
                    return
                yield post
            if len(elements) < PAGE:
                return

    def numbers(self, ids: Sequence[str], token: Token) -> dict[str, PostCounts]:
        """Counts by URN; for people only where the app was reviewed for it."""
        if token.extra["owner"].startswith("urn:li:organization:"):
            told = self._of_page(ids, token)
        elif "r_member_postAnalytics" in token.extra.get("scope", "").split():
            found = {urn: self._of_person(urn, token) for urn in ids}
            told = {urn: counts for urn, counts in found.items() if counts is not None}
        else:
            return {}
        for urn in told:
            told[urn] |= self._of_film(urn, token)
        return {urn: PostCounts(counts) for urn, counts in told.items()}

    def _of_film(self, urn: str, token: Token) -> dict[str, float]:
        """How a video was watched; nothing of other posts, and of accounts that may not see it."""
        counts: dict[str, float] = {}
        for name, metric in OF_FILMS.items() if urn.startswith(FILM) else ():
            try:
                answer = self.api.call("GET", f"videoAnalytics?q=entity&entity={encoded(urn)}&type={name}", token)
            except Rejected as refused:
                if refused.code == CONFIG:
                    raise
                break
            rows = answer.fields().get("elements") or []
            value = number(rows[0].get("value")) if rows else None
            if value is not None:
                counts[metric.value] = round(value / 1000) if metric is Metric.WATCH_SECONDS else value
        watched, views = counts.get(Metric.WATCH_SECONDS.value), counts.get(Metric.VIDEO_VIEWS.value)
        if views and watched is not None:
            counts[Metric.AVERAGE_WATCH_SECONDS.value] = round(watched / views, 1)
        return counts

    def _of_page(self, ids: Sequence[str], token: Token) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for name, part in (("shares", "urn:li:share:"), ("ugcPosts", "urn:li:ugcPost:")):
            urns = [urn for urn in ids if urn.startswith(part)]
            for start in range(0, len(urns), ASKED):
                owner = encoded(token.extra["owner"])
                asked = f"{name}={listed(urns[start : start + ASKED])}"
                query = f"q=organizationalEntity&organizationalEntity={owner}&{asked}"
                answer = self.api.call("GET", f"organizationalEntityShareStatistics?{query}", token)
                for one in answer.fields().get("elements") or []:
                    urn = str(one.get("share") or one.get("ugcPost"))
                    found[urn] = dict(_counts(one.get("totalShareStatistics") or {}))
        return found

    def _of_person(self, urn: str, token: Token) -> dict[str, float] | None:
        kind = "share" if urn.startswith("urn:li:share:") else "ugc"
        counts: dict[str, float] = {}
        for name, metric in OF_PEOPLE.items():
            query = f"q=entity&entity=({kind}:{encoded(urn)})&queryType={name}&aggregation=TOTAL"
            try:
                answer = self.api.call("GET", f"memberCreatorPostAnalytics?{query}", token)
            except Rejected as refused:
                if refused.code == GONE:
                    return None
                if metric in {Metric.SAVES, Metric.LINK_CLICKS} and refused.code != CONFIG:
                    continue
                raise
            elements = answer.fields().get("elements") or []
            counts |= {metric.value: int(elements[0]["count"])} if elements else {}
        return counts


def _counts(told: Mapping[str, Any]) -> dict[str, int]:
    return {metric.value: told[name] for name, metric in OF_PAGES.items() if isinstance(told.get(name), int)}
