"""One post being sent: part after part, then the first comment; each under an idempotency key of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from publishing.platforms.base import (
    POSTED,
    SENDING,
    OutcomeUnknown,
    PartlyThere,
    PlatformError,
    Published,
    PublishKit,
    Record,
    Rejected,
    Step,
    Token,
)
from publishing.platforms.mastodon.text import same
from publishing.platforms.parts import comment_of
from publishing.platforms.wire import Wire

VISIBLE: Final = {"public": "public", "unlisted": "unlisted", "followers": "private"}
Data = dict[str, Any]
Status = Mapping[str, Any]


@dataclass(frozen=True)
class Sending:
    """What sends one kit for one account."""

    wire: Wire
    kit: PublishKit
    token: Token

    @property
    def texts(self) -> list[str]:
        """All parts."""
        return [self.kit.text, *self.kit.parts]

    def parts(self, known: Data, record: Record) -> Published:
        """Send the parts that `known` ({media, sent_at, ids?, url?}) does not name yet, then what remains."""
        ids, url, shortfalls = list(known.get("ids", [])), str(known.get("url") or ""), list[str]()
        for part in range(len(ids), len(self.texts)):
            record(Step(SENDING, {**known, "part": part, "ids": list(ids), "url": url}))
            try:
                made = self._send(self._status(known, ids), key=self._key(part))
            except Rejected as refused:
                if not ids:
                    raise
                shortfalls.append(f"The thread ends before part {part + 1}: {refused}")
                break
            ids, url = [*ids, str(made["id"])], url or url_of(made)
        posted = {**known, "id": ids[0], "ids": ids, "url": url, "shortfalls": shortfalls}
        record(Step(POSTED, posted))
        return self.rest(posted, record, recent=())

    def rest(self, posted: Data, record: Record, *, recent: Iterable[Status]) -> Published:
        """The first comment; `recent`: the account's newest statuses, looked through when it may have been sent."""
        text, done = comment_of(self.kit), posted.get("comment")
        if not text or done not in {None, "sending"}:
            return published(posted)
        shortfalls = list(posted.get("shortfalls", []))
        posted = {**posted, "comment": "sending"}
        try:
            found = match(list(recent), text, under=posted["ids"][-1]) if done else None
            record(Step(POSTED, posted))
            comment = found or self._send(self._under(text, posted["ids"][-1]), key=f"{self.kit.key}/comment")
            posted = {**posted, "comment": str(comment["id"])}
            record(Step(POSTED, posted))
        except PlatformError as error:
            shortfalls.append(f"The first comment was not taken: {error}")
        return published({**posted, "shortfalls": shortfalls})

    def found(self, known: Data, recent: Sequence[Status]) -> Published | None:
        """What stands among the newest statuses; PartlyThere when some of it is missing."""
        statuses: list[Status] = []
        wanted = set(known.get("media", {}).values())
        while len(statuses) < len(self.texts):
            under = str(statuses[-1]["id"]) if statuses else ""
            files = 0 if statuses else len(self.kit.media)
            one = match(
                recent, self.texts[len(statuses)], under=under, media=set() if statuses else wanted, files=files
            )
            if one is None:
                break
            statuses.append(one)
        if not statuses:
            return None
        ids = [str(one["id"]) for one in statuses]
        posted = {**known, "ids": ids, "id": ids[0], "url": url_of(statuses[0])}
        if len(ids) < len(self.texts):
            words = f"{len(ids)} of {len(self.texts)} parts stand on the server. The rest is sent."
            raise PartlyThere(words, step=Step(SENDING, {**posted, "part": len(ids)}))
        text = comment_of(self.kit)
        if text and match(recent, text, under=ids[-1]) is None:
            raise PartlyThere("The post stands; its first comment does not yet.", step=Step(POSTED, posted))
        return published(posted)

    def _key(self, part: int) -> str:
        return f"{self.kit.key}/{part}" if part else self.kit.key

    def _status(self, known: Data, ids: Sequence[str]) -> Data:
        if ids:
            return self._under(self.texts[len(ids)], ids[-1])
        media = known.get("media", {})
        first = self._worded(self.kit.text)
        return {**first, **({"media_ids": [media[place] for place in sorted(media, key=int)]} if media else {})}

    def _under(self, text: str, parent: str) -> Data:
        return {**self._worded(text), "in_reply_to_id": parent}

    def _worded(self, text: str) -> Data:
        """A text with what every part of the thread shares."""
        options = self.kit.options
        shared = {
            "language": self.kit.language,
            "spoiler_text": options.get("spoiler_text"),
            "sensitive": options.get("sensitive"),
        }
        visibility = VISIBLE[str(options.get("privacy") or "public")]
        return {"status": text, "visibility": visibility, **{name: value for name, value in shared.items() if value}}

    def _send(self, status: Data, *, key: str) -> Data:
        answer = self.wire.call(
            "POST",
            f"{self.token.extra['instance']}/api/v1/statuses",
            token=self.token.access,
            headers={"Idempotency-Key": key},
            json=status,
            final=True,
        ).fields()
        if "id" not in answer:
            raise OutcomeUnknown("The Mastodon server took the post but did not say where it is. We look for it.")
        return answer


def match(
    recent: Sequence[Status], text: str, *, under: str, media: frozenset[str] | set[str] = frozenset(), files: int = 0
) -> Status | None:
    """The oldest status with that text, those files, and above it what was above ours."""
    for status in reversed(recent):
        attached = {str(one["id"]) for one in status.get("media_attachments") or []}
        parent = str(status.get("in_reply_to_id") or "")
        if parent == under and media <= attached and len(attached) == files and same(_html(status), text):
            return status
    return None


def _html(status: Status) -> str:
    return str(status.get("content") or "")


def url_of(status: Status) -> str:
    """Where people read a status."""
    return str(status.get("url") or status.get("uri") or "")


def published(posted: Mapping[str, Any]) -> Published:
    """The post of a step POSTED."""
    raw = {"id": posted["id"], "ids": list(posted.get("ids", [])), "comment": posted.get("comment")}
    return Published(str(posted["id"]), str(posted["url"]), raw, tuple(posted.get("shortfalls", ())))
