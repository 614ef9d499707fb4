"""One post being sent: part after part, then the first comment; each sending recorded before it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Clock,
    OutcomeUnknown,
    PlatformError,
    Published,
    PublishKit,
    Record,
    Rejected,
    Step,
    Token,
)
from publishing.platforms.parts import comment_of
from publishing.platforms.x.api import Api
from publishing.platforms.x.posts import Posts, match
from publishing.platforms.x.refusals import DUPLICATE

CLOCKS_DIFFER: Final = timedelta(minutes=5)
REPLIES: Final = {"following": "following", "mentioned": "mentionedUsers"}
Data = dict[str, Any]


@dataclass(frozen=True)
class Sending:
    """What sends one kit for one account."""

    api: Api
    posts: Posts
    clock: Clock
    web: str
    kit: PublishKit
    token: Token

    @property
    def texts(self) -> list[str]:
        """All parts."""
        return [self.kit.text, *self.kit.parts]

    def parts(self, known: Data, record: Record, *, again: bool) -> Published:
        """Send what `known` ({media, ids?, at?}) has not; `again`: the first of it may have been sent before."""
        ids, shortfalls = list(known.get("ids", [])), list(known.get("shortfalls", []))
        known = {"at": self.clock().isoformat(), **known}
        for part in range(len(ids), len(self.texts)):
            record(Step(SENDING, {**known, "part": part, "ids": list(ids)}))
            try:
                ids.append(self._part(known, ids, again=again))
            except Rejected as refused:
                if not ids:
                    raise
                shortfalls.append(f"The thread ends before part {part + 1}: {refused}")
                break
            again = False
        posted = {**self.posted(known, ids), "shortfalls": shortfalls}
        record(Step(POSTED, posted))
        return self.rest(posted, record)

    def rest(self, posted: Data, record: Record) -> Published:
        """What remains once the post stands: its first comment."""
        text, done = comment_of(self.kit), posted.get("comment")
        if text and done in {None, "sending"}:
            posted = {**posted, "comment": "sending"}
            try:
                found = self._commented(posted, text) if done else None
                record(Step(POSTED, posted))
                posted = {**posted, "comment": found or self._send({"text": text}, under=posted["ids"][-1])}
                record(Step(POSTED, posted))
            except OutcomeUnknown:
                lost = "The first comment was sent, but X's answer was lost: look whether it stands."
                posted = {**posted, "shortfalls": [*posted.get("shortfalls", []), lost]}
            except PlatformError as error:
                words = f"The first comment was not taken: {error}"
                posted = {**posted, "shortfalls": [*posted.get("shortfalls", []), words]}
        return published(posted)

    def posted(self, known: Mapping[str, Any], ids: Sequence[str]) -> Data:
        """The data of a step POSTED."""
        kept = {name: known[name] for name in ("at", "media") if name in known}
        return {
            **kept,
            "id": ids[0],
            "url": f"{self.web}/{self.token.extra['handle']}/status/{ids[0]}",
            "ids": list(ids),
        }

    def standing(self, known: Mapping[str, Any], *, since: datetime) -> list[str]:
        """The ids of the parts that stand, from the first on; those `known` were told by X itself."""
        ids = list(known.get("ids", []))
        posts = list(self.posts.newest(self.token, since=since - CLOCKS_DIFFER))
        while len(ids) < len(self.texts):
            keys = () if ids else self._keys(known)
            found = match(posts, text=self.texts[len(ids)], keys=keys, under=ids[-1] if ids else "")
            if found is None:
                break
            ids.append(found)
        return ids

    def _keys(self, known: Mapping[str, Any]) -> list[str]:
        states = known.get("media", {})
        return [str(states.get(str(place), {}).get("key") or "") for place, _file in enumerate(self.kit.media)]

    def _part(self, known: Data, ids: Sequence[str], *, again: bool) -> str:
        body: Data = {"text": self.texts[len(ids)]}
        if not ids:
            body |= self._first(known)
        try:
            return self._send(body, under=ids[-1] if ids else "")
        except Rejected as refused:
            if refused.code != DUPLICATE or not again:
                raise
        found = self.standing({**known, "ids": list(ids)}, since=datetime.fromisoformat(known["at"]))
        if len(found) > len(ids):
            return found[len(ids)]
        raise OutcomeUnknown("X says that it has this text already, but does not show it yet. We look again.")

    def _first(self, known: Mapping[str, Any]) -> Data:
        """What only the first post of a thread carries."""
        options, body = self.kit.options, Data()
        if known.get("media"):
            places = sorted(known["media"], key=int)
            body["media"] = {"media_ids": [known["media"][place]["id"] for place in places]}
        if replies := REPLIES.get(str(options.get("replies"))):
            body["reply_settings"] = replies
        if options.get("paid_partnership"):
            body["paid_partnership"] = True
        if self.kit.extra.get("ai_label"):
            body["made_with_ai"] = True
        return body

    def _send(self, body: Data, *, under: str = "") -> str:
        if under:
            body = {**body, "reply": {"in_reply_to_tweet_id": under}}
        data = self.api.call("POST", "tweets", self.token, json=body, final=True).get("data") or {}
        if not data.get("id"):
            raise OutcomeUnknown("X took the post but did not say where it is. We look before sending again.")
        return str(data["id"])

    def _commented(self, posted: Data, text: str) -> str | None:
        since = datetime.fromisoformat(posted["at"]) - CLOCKS_DIFFER
        posts = list(self.posts.newest(self.token, since=since))
        return match(posts, text=text, keys=(), under=posted["ids"][-1])


def published(posted: Mapping[str, Any]) -> Published:
    """The post of a step POSTED."""
    raw = {"id": posted["id"], "ids": list(posted.get("ids", [])), "comment": posted.get("comment")}
    return Published(posted["id"], posted["url"], raw, tuple(posted.get("shortfalls", ())))
