"""The practice network, spoken to over HTTP like any other: everybody can try everything, nothing leaves the house.

The wire protocol, whose bodies are in `practice.json` ($defs by the names in brackets). Every request carries
`Authorization: Bearer <token>`; every body but a file's is JSON; every answer of 4xx and 5xx is [Error].

GET    /account             -> 200 [Account]. 401 unauthorized.
POST   /media               the file's bytes as the body, `Content-Type` (image/* or video/*), `Content-Length`,
                            `Idempotency-Key`: the same key again answers 200 with the first file's [Media].
                            -> 201 [Media]. 413 media_too_big, 415 media_type, 401, 429.
POST   /posts               [NewPost] with `Idempotency-Key`, kept for ever and per account.
                            -> 201 [Post]; 200 with the same [Post] for the same key, whatever the body then is,
                            so that a resend is always safe. 422 invalid, text_too_long (500 graphemes), empty,
                            too_many_files (one video or four images), media_unknown (no such file of this account).
GET    /posts?key=KEY       -> 200 [Posts]: the post with that idempotency key, or none.
GET    /posts/ID/metrics    -> 200 [Metrics], always `"simulated": true`. 404 not_found.
GET    /account/days?from=DATE&to=DATE
                            -> 200 [Days]: up to 400 days of the account in UTC, those before it was opened and after
                            today left out; a day that runs has `"final": false`. 422 invalid.
DELETE /posts/ID            -> 204, also when it is gone already.

429 rate_limited carries `Retry-After` in seconds. 5xx before a post is stored may be answered again by the same key.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import httpx

from publishing.platforms.base import (
    FOR_EVER,
    SENDING,
    Capability,
    Clock,
    Media,
    Metric,
    OutcomeUnknown,
    PlatformError,
    PostCounts,
    Profile,
    Published,
    PublishKit,
    Quota,
    Record,
    Rejected,
    SignInAgain,
    Sleep,
    Step,
    Token,
)
from publishing.platforms.counting import DayFigures, Missing
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.wire import UPLOAD, Answer, Wire, chunks, present


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of the protocol's bodies."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text())
    return loaded


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer with an [Error] body."""
    error = answer.fields().get("error")
    fields = error if isinstance(error, dict) else {}
    words = str(fields.get("message") or f"HTTP {answer.status}")
    if answer.status in {401, 403}:
        return SignInAgain(f"The practice network no longer accepts this connection: {words} Connect it again.")
    return Rejected(f"The practice network does not take this: {words}", code=str(fields.get("code") or answer.status))


class Practice:
    """Posts with up to four images or one video on our own timeline, with simulated numbers.

    Steps: `uploaded` {media: {place: id}} · `sending` {media}.
    """

    key: ClassVar[str] = "practice"
    capabilities: ClassVar[frozenset[Capability]] = frozenset(
        {Capability.PUBLISH, Capability.METRICS, Capability.SAFE_RESEND, Capability.DELETE}
    )
    safe_resend = FOR_EVER
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {"url": "PRACTICE_URL"}

    def __init__(
        self,
        *,
        client: httpx.Client,
        clock: Clock,
        sleep: Sleep,  # noqa: ARG002 (nothing is processed that one would wait for)
        url: str,
    ) -> None:
        self._wire = Wire(client, "The practice network", clock, refusal)
        self._url = url.rstrip("/")

    def profile(self, token: Token) -> Profile:
        """The practice account."""
        account = self._call("GET", "/account", token).fields()
        return Profile(
            id=str(account["id"]),
            handle=str(account["handle"]),
            name=str(account["name"]),
            url=str(account["url"]),
            avatar=str(account.get("avatar") or ""),
            followers=account["followers"],
            posts=account["posts"],
        )

    def refresh(self, token: Token) -> Token:
        """The same token: it does not expire."""
        return token

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Upload what is missing, then post under the kit's key."""
        refuse_what_cannot_fit(kit, key=self.key)
        files = _files(kit)
        media = dict(resume.data.get("media", {})) if resume else {}
        for place, file in files.items():
            if place not in media:
                media = {**media, place: self._send_file(kit, place, file, token)}
                record(Step("uploaded", {"media": media}))
        record(Step(SENDING, {"media": media}))
        headers = {"Idempotency-Key": kit.key}
        answer = self._call("POST", "/posts", token, headers=headers, json=_new_post(kit, media), final=True).fields()
        if "id" not in answer:
            raise OutcomeUnknown("The practice network took the post but did not say where it is. We look for it.")
        return _published(answer)

    def find_published(
        self,
        kit: PublishKit,
        *,
        token: Token,
        since: datetime,  # noqa: ARG002 (keys are kept for ever)
        resume: Step | None = None,  # noqa: ARG002
    ) -> Published | None:
        """The post with the kit's key."""
        posts = self._call("GET", "/posts", token, params={"key": kit.key}).fields().get("posts", [])
        return _published(posts[0]) if posts else None

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        """Simulated counts by post id."""
        found: dict[str, PostCounts] = {}
        for post_id in ids:
            try:
                counted = self._call("GET", f"/posts/{post_id}/metrics", token).fields()["metrics"]
            except Rejected as refused:
                if refused.code == "not_found":
                    continue
                raise
            counts = {metric.value: int(counted[metric]) for metric in Metric if metric in counted}
            found[post_id] = PostCounts(counts, simulated=True)
        return found

    history: ClassVar[timedelta] = timedelta(days=400)
    day_zone: ClassVar[str] = "UTC"

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:
        """The running day, as far as it went."""
        found = self.past_days(account, token=token, first=today, last=today)
        return found[0] if found else DayFigures(today, {}, dict.fromkeys(DAY_FIGURES.values(), Missing.NO_ANSWER))

    def past_days(
        self,
        account: str,  # noqa: ARG002 (a token opens one account)
        *,
        token: Token | None,
        first: date,
        last: date,
    ) -> Sequence[DayFigures]:
        """Simulated days, first to last."""
        if token is None:
            raise SignInAgain("The practice network tells an account's days to its own sign-in only.")
        asked = {"from": first.isoformat(), "to": last.isoformat()}
        told = self._call("GET", "/account/days", token, params=asked).fields()["days"]
        return [_day(each) for each in told]

    def delete(self, platform_id: str, *, token: Token) -> None:
        """Take the post off the timeline."""
        self._call("DELETE", f"/posts/{platform_id}", token)

    def _send_file(self, kit: PublishKit, place: str, media: Media, token: Token) -> str:
        headers = {
            "Content-Type": media.mime,
            "Content-Length": str(present(media.path)),
            "Idempotency-Key": f"{kit.key}:{place}",
        }
        answer = self._call("POST", "/media", token, headers=headers, content=chunks(media.path), timeout=UPLOAD)
        return str(answer.fields()["id"])

    def _call(self, method: str, path: str, token: Token, **request: Any) -> Answer:
        return self._wire.call(method, self._url + path, token=token.access, **request)


DAY_FIGURES = {
    "followers": "followers", "following": "following", "posts": "posts", "posted": "posted_24h", "views": "views",
    "reach": "reach", "likes": "likes", "comments": "comments", "shares": "shares", "profile_views": "profile_views",
}  # fmt: skip


def _day(told: Mapping[str, Any]) -> DayFigures:
    figures = {ours: told[theirs] for theirs, ours in DAY_FIGURES.items()}
    return DayFigures(date.fromisoformat(told["date"]), figures, settled=bool(told["final"]))


def _files(kit: PublishKit) -> dict[str, Media]:
    files = {str(place): media for place, media in enumerate(kit.media)}
    return {**files, "thumbnail": kit.thumbnail} if kit.thumbnail else files


def _new_post(kit: PublishKit, uploaded: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {
        "title": kit.title,
        "description": kit.description,
        "hashtags": list(kit.hashtags),
        "language": kit.language,
        "media": [_attached(media, uploaded[str(place)]) for place, media in enumerate(kit.media)],
        "thumbnail": uploaded.get("thumbnail"),
    }
    return {"text": kit.text, **{name: value for name, value in given.items() if value}}


def _attached(media: Media, media_id: str) -> dict[str, Any]:
    given = {"alt": media.alt, "width": media.width, "height": media.height, "duration": media.duration}
    return {"id": media_id, **{name: value for name, value in given.items() if value}}


def _published(post: Mapping[str, Any]) -> Published:
    return Published(str(post["id"]), str(post["url"]), {"id": post["id"], "created_at": post.get("created_at")})
