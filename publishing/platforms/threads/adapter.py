"""The Threads adapter: each part of a thread is a container that is published once, under the part before it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final

import httpx
from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Allowance,
    Capability,
    Clock,
    Connected,
    Metric,
    OutcomeUnknown,
    PartlyThere,
    PlatformError,
    PostCounts,
    Profile,
    Published,
    PublishKit,
    Quota,
    Record,
    Rejected,
    Sleep,
    Step,
    Token,
)
from publishing.platforms.counting import Audience, DayFigures, required
from publishing.platforms.meta import containers
from publishing.platforms.meta.containers import PUBLISHED, Containers
from publishing.platforms.meta.errors import GONE, Expired, Spoiled
from publishing.platforms.meta.graph import Graph
from publishing.platforms.meta.insights import ZONE, Insights, Value
from publishing.platforms.meta.login import UNTIL_REVIEWED
from publishing.platforms.meta.own_login import OwnLogin
from publishing.platforms.meta.webhooks import CalledByMeta, MetaHooks
from publishing.platforms.signing_in import Scope, Way, Words
from publishing.platforms.threads import counting, listing, making, news

NAME: Final = "Threads"
VERSION: Final = "v1.0"
SCOPES = (
    Scope("threads_basic", _("To see which account it is, and its posts.")),
    Scope("threads_content_publish", _("To publish your posts.")),
    Scope("threads_read_replies", _("To find the parts of a thread again."), needed=False),
    Scope("threads_manage_replies", _("To write the rest of a thread and the first comment."), needed=False),
    Scope("threads_manage_insights", _("To read how posts do."), needed=False),
    Scope("threads_delete", _("To take posts down."), needed=False),
)
PROFILE = "id,username,name,threads_profile_picture_url"
LIMITS = "quota_usage,config,reply_quota_usage,reply_config"
COUNTS: Mapping[str, tuple[Metric, ...]] = {
    "views": (Metric.VIEWS,),
    "likes": (Metric.LIKES,),
    "replies": (Metric.COMMENTS,),
    "reposts": (Metric.SHARES, Metric.REPOSTS),
    "shares": (Metric.SHARES,),
    "quotes": (Metric.QUOTES,),
}


class Threads(CalledByMeta):
    """Words, pictures, a video or a carousel of up to twenty; a thread is a chain of replies.

    Steps: `uploaded` {media: {place: container}} · `container` {media, container} · `sending` {container, part, ids,
    sent_at}, once for each part · `posted` {id, url, ids, comment}. Files are fetched by address only.
    """

    key: ClassVar[str] = "threads"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {
            Capability.PUBLISH,
            Capability.METRICS,
            Capability.SAFE_RESEND,
            Capability.DELETE,
            Capability.THREADS,
            Capability.WEBHOOKS,
        }
    )
    safe_resend = containers.SAFE
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {
        "app_id": "THREADS_APP_ID",
        "app_secret": "THREADS_APP_SECRET",
        "verify_token": "META_VERIFY_TOKEN",
        "graph": "THREADS_GRAPH_URL",
        "web": "THREADS_WEB_URL",
    }
    version: ClassVar[str] = VERSION

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,
        app_id: str = "",
        app_secret: str = "",
        verify_token: str = "",
        graph: str = "https://graph.threads.net",
        web: str = "https://www.threads.com",
    ) -> None:
        self._clock, self._web = clock, web.rstrip("/")
        self._graph = Graph(client, clock, name=NAME, base=f"{graph}/{VERSION}")
        at_door = Graph(client, clock, name=NAME, base=graph)
        app = {"THREADS_APP_ID": app_id, "THREADS_APP_SECRET": app_secret}
        self._login = OwnLogin(at_door, at_door, self._web, "th", app, SCOPES, clock, {})
        self._containers = Containers(sleep, name=NAME, state="status", reason="error_message")
        self._hooks = MetaHooks((app_secret,), verify_token, news.read)

    # Signing in

    @property
    def scopes(self) -> Sequence[Scope]:
        """The rights we ask for."""
        return SCOPES

    @property
    def until_reviewed(self) -> Words:
        """Until Meta has reviewed the app."""
        return UNTIL_REVIEWED

    @property
    def missing(self) -> Sequence[str]:
        """The settings an operator must fill in first."""
        return self._login.missing

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        return self._login.authorize_url(way)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """The one account that signed in. Threads does not say which rights were granted: those we asked for."""
        token, scopes = self._login.token(way, code=code)
        return [Connected(token, self.profile(token), scopes or [scope.name for scope in SCOPES], "profile")]

    def refresh(self, token: Token) -> Token:
        """Sixty more days."""
        return self._login.refresh(token)

    def revoke(self, token: Token) -> None:
        """Threads has no call for it; people remove the app in its settings."""

    def profile(self, token: Token) -> Profile:
        """The account the token belongs to."""
        told = self._graph.get("me", token=token.access, fields=PROFILE)
        handle = str(told.get("username") or "")
        return Profile(
            id=str(told["id"]),
            handle=handle,
            name=str(told.get("name") or handle),
            url=f"{self._web}/@{handle}",
            avatar=str(told.get("threads_profile_picture_url") or ""),
        )

    # Publishing

    def allowances(self, token: Token) -> Sequence[Allowance]:
        """Posts and replies of the last day, and of how many."""
        told = (self._graph.get("me/threads_publishing_limit", token=token.access, fields=LIMITS).get("data") or [{}])[
            0
        ]
        replies = containers.full(told, usage="reply_quota_usage", config="reply_config")
        return [Allowance("posts", *containers.full(told)), Allowance("replies", *replies, for_some=True)]

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Publish part after part, each under the one before, then the first comment."""
        making.refuse(kit)
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            return self._finish(kit, token, known, record)
        return self._all(kit, token, known, record)

    def _all(self, kit: PublishKit, token: Token, known: dict[str, Any], record: Record) -> Published:
        texts, shortfalls = [kit.text, *kit.parts], list[str]()
        if not known:
            self._refuse_when_full(kit, token)
        ids = known["ids"] = list(known.get("ids") or [])
        while len(ids) < len(texts):
            try:
                ids = [*ids, self._part(kit, texts[len(ids)], token, known, record)]
            except (Expired, Spoiled):
                # What stands is kept; the container alone is made anew.
                record(Step(SENDING if ids else "spoiled", {"ids": ids, "sent_at": known.get("sent_at")}))
                raise
            except Rejected as refused:
                if not ids:
                    raise
                shortfalls.append(f"The thread ends after part {len(ids)} of {len(texts)}: {refused}")
                break
            known = {"ids": ids, "sent_at": known.get("sent_at")}
        return self._finish(kit, token, {"id": ids[0], "ids": ids}, record, shortfalls)

    def _part(self, kit: PublishKit, text: str, token: Token, known: dict[str, Any], record: Record) -> str:
        """Publish the next part, or find that it was already; its id."""
        if not known.get("container"):
            self._stage(kit, text, token, known, record)
        if not self._containers.ready(self._graph, known["container"], token=token.access):
            return self._listed(text, token, known, since=self._clock())["id"]
        known |= {"part": len(known["ids"]), "sent_at": containers.sent_at(known, self._clock)}
        record(Step(SENDING, dict(known)))
        return self._send(known["container"], token)

    def _stage(self, kit: PublishKit, text: str, token: Token, known: dict[str, Any], record: Record) -> None:
        """Make the container of a part; of a later one only once it is written down that earlier ones stand."""
        if not known.get("ids"):
            known.update(making.first(kit, self._graph, token, known, record))
            return
        record(Step(SENDING, dict(known)))
        fields = making.reply(text, under=known["ids"][-1])
        known["container"] = making.make(self._graph, token, fields)

    def _send(self, container: str, token: Token) -> str:
        answer = self._graph.post("me/threads_publish", token=token.access, final=True, creation_id=container)
        if not answer.get("id"):
            raise OutcomeUnknown("Threads took the post but did not say where it is. We look for it.")
        return str(answer["id"])

    def _refuse_when_full(self, kit: PublishKit, token: Token) -> None:
        posts, replies = self.allowances(token)
        under = len(kit.parts) + bool(kit.options.get("first_comment"))
        for path, left, wanted in (("me/threads", posts, 1), ("me/replies", replies, under)):
            if wanted:
                containers.refuse_when_full(
                    self._graph, path, token=token.access, allowance=left, wanted=wanted, clock=self._clock
                )

    def _finish(
        self, kit: PublishKit, token: Token, known: dict[str, Any], record: Record, shortfalls: Sequence[str] = ()
    ) -> Published:
        """All parts are named: record it with the address, write the first comment."""
        if not known.get("url"):
            known = {**known, "url": listing.address(self._graph, known["id"], token=token.access)}
            record(Step(POSTED, dict(known)))
        told = [*shortfalls, *self._comment(kit, token, known, record)]
        return Published(known["id"], known["url"], {"id": known["id"], "ids": known.get("ids", [])}, told)

    def _comment(self, kit: PublishKit, token: Token, known: dict[str, Any], record: Record) -> list[str]:
        words = str(kit.options.get("first_comment") or "")
        if not words:
            return []
        try:
            if not known.get("comment"):
                fields = making.reply(words, under=known["id"])
                known = {**known, "comment": making.make(self._graph, token, fields)}
                record(Step(POSTED, dict(known)))
            if self._containers.ready(self._graph, known["comment"], token=token.access):
                self._send(known["comment"], token)
        except PlatformError as error:
            return [f"The first comment is missing: {error}"]
        return []

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """By id, by the container of the part that was being sent, or by the words; PartlyThere for half a thread."""
        known = dict(resume.data) if resume else {}
        if resume and resume.name == POSTED:
            url = str(known.get("url") or listing.address(self._graph, known["id"], token=token.access))
            return Published(known["id"], url, {"id": known["id"], "ids": known.get("ids", [])})
        ids = self._standing(kit, token, known, since=since)
        if not ids:
            return None
        if len(ids) <= len(kit.parts):
            step = Step(SENDING, {"ids": ids, "part": len(ids), "sent_at": known.get("sent_at")})
            raise PartlyThere(f"{len(ids)} of {1 + len(kit.parts)} parts are public.", step=step)
        url = listing.address(self._graph, ids[0], token=token.access)
        if kit.options.get("first_comment"):
            step = Step(POSTED, {"id": ids[0], "ids": ids, "url": url})
            raise PartlyThere("The post is public; its first comment is not yet.", step=step)
        return Published(ids[0], url, {"ids": ids})

    def _standing(self, kit: PublishKit, token: Token, known: dict[str, Any], *, since: datetime) -> list[str]:
        """The ids of the parts that are public, in order."""
        texts, ids = [kit.text, *kit.parts], list(known.get("ids") or [])
        if known.get("container"):
            state, _reason = self._containers.look(self._graph, known["container"], token=token.access)
            if state == PUBLISHED and len(ids) < len(texts):
                ids.append(self._listed(texts[len(ids)], token, known, since=since)["id"])
        elif not ids:
            since = containers.moment_of(known, otherwise=since)
            for text in texts:
                found = listing.find(self._graph, text, token=token, since=since, replies=bool(ids))
                if found is None:
                    break
                ids.append(found["id"])
        return ids

    def _listed(self, text: str, token: Token, known: Mapping[str, Any], *, since: datetime) -> dict[str, str]:
        """The published container's post; the list may be a moment behind."""
        since, replies = containers.moment_of(known, otherwise=since), bool(known.get("ids"))
        if found := listing.find(self._graph, text, token=token, since=since, replies=replies):
            return found
        raise OutcomeUnknown("Threads says the post is public, but does not list it yet. We look again.")

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take a post down; one that is gone already is no error."""
        try:
            self._graph.delete(platform_id, token=token.access)
        except Rejected as refused:
            if refused.code != GONE:
                raise

    # Measuring and hearing

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Counts by post; reposts and sends are both shares."""
        found, asked = {}, Insights(self._graph, token.access)
        for post_id in ids:
            told = listing.counts(asked, post_id, COUNTS)
            if told is None:
                continue
            counts: dict[str, Value] = {}
            for name, value in told.items():
                for metric in COUNTS.get(name, ()):
                    counts[metric.value] = counts.get(metric.value, 0) + value
            found[post_id] = PostCounts(counts)
        return found

    @property
    def history(self) -> timedelta:
        """How far back days are told."""
        return counting.HISTORY

    @property
    def day_zone(self) -> str:
        """Meta cuts days at Pacific midnight."""
        return ZONE

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:  # noqa: ARG002 (the token's own)
        """How the account stands now."""
        return self._days(token).day(today)

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:  # noqa: ARG002
        """Days that are over."""
        return self._days(token).past(first, last)

    def audience(self, account: str, *, token: Token | None) -> Sequence[Audience]:  # noqa: ARG002
        """Who follows it; nothing below a hundred followers."""
        return self._days(token).audience()

    def _days(self, token: Token | None) -> counting.Days:
        return counting.Days(self._graph, self._clock, required(token).access)
