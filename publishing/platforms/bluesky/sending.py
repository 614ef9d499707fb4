"""One post being put: part after part, who may reply, the first comment; each under a key, so none twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from publishing.platforms.base import (
    POSTED,
    SENDING,
    PartlyThere,
    PlatformError,
    Published,
    PublishKit,
    Record,
    Rejected,
    Step,
)
from publishing.platforms.bluesky.embeds import embed_of
from publishing.platforms.bluesky.refusals import BlobGone
from publishing.platforms.bluesky.repository import GATE, POST, Ref, Repository
from publishing.platforms.bluesky.richtext import MOST_LANGUAGES, facets, further_tags
from publishing.platforms.bluesky.tid import next_tid
from publishing.platforms.parts import comment_of
from publishing.platforms.wire import stamp

RULE: Final = "app.bsky.feed.threadgate#"
GATES: Final[Mapping[str, str]] = {"following": f"{RULE}followingRule", "mentioned": f"{RULE}mentionRule"}
# Parts follow each other by this much, so that every reader shows them in order.
APART: Final = timedelta(milliseconds=1)
Data = dict[str, Any]


@dataclass(frozen=True)
class Sending:
    """What puts one kit's records; `web` is where people read them."""

    repository: Repository
    web: str
    kit: PublishKit

    @property
    def texts(self) -> list[str]:
        """All parts."""
        return [self.kit.text, *self.kit.parts]

    def parts(self, known: Data, record: Record) -> Published:
        """Put the parts that `known` ({rkey, created_at, blobs, jobs, refs?}) does not name yet, then what remains."""
        refs: list[Ref] = list(known.get("refs", []))
        shortfalls: list[str] = []
        for part in range(len(refs), len(self.texts)):
            record(Step(SENDING, {**known, "part": part, "refs": list(refs)} if part else dict(known)))
            try:
                refs.append(self._put(self.texts[part], known, refs, number=part))
            except Rejected as refused:
                if not refs or isinstance(refused, BlobGone):
                    raise
                shortfalls.append(f"The thread ends before part {part + 1}: {refused}")
                break
        posted = {**self.posted(known, refs), "shortfalls": shortfalls}
        record(Step(POSTED, posted))
        return self.rest(posted, record)

    def rest(self, posted: Data, record: Record) -> Published:
        """Who may reply, and the first comment; all of it may be done again."""
        for name, work in (("gate", self._gate), ("comment", self._comment)):
            if name not in posted.get("done", []):
                shortfalls = list(posted.get("shortfalls", []))
                try:
                    if not work(posted):
                        continue
                except PlatformError as error:
                    shortfalls.append(f"{WORDS[name]} {error}")
                posted = {**posted, "done": [*posted.get("done", []), name], "shortfalls": shortfalls}
                record(Step(POSTED, posted))
        return self.published(posted)

    def found(self, known: Data) -> Published | None:
        """What stands, by the keys; PartlyThere when some of it is missing."""
        refs: list[Ref] = []
        for part in range(len(self.texts)):
            ref = self.repository.get(POST, next_tid(known["rkey"], part))
            if ref is None:
                break
            refs.append(ref)
        if not refs:
            return None
        if len(refs) < len(self.texts):
            words = f"{len(refs)} of {len(self.texts)} parts stand on Bluesky. The rest is sent."
            raise PartlyThere(words, step=Step(SENDING, {**known, "part": len(refs), "refs": refs}))
        posted = self.posted(known, refs)
        if self._lacks(posted["rkey"]):
            words = "The post stands on Bluesky; what belongs under it is added."
            raise PartlyThere(words, step=Step(POSTED, posted))
        return self.published(posted)

    def _lacks(self, rkey: str) -> bool:
        gated = self.kit.options.get("replies") in GATES
        commented = bool(comment_of(self.kit))
        return (gated and self.repository.get(GATE, rkey) is None) or (
            commented and self.repository.get(POST, next_tid(rkey, len(self.texts))) is None
        )

    def posted(self, known: Mapping[str, Any], refs: Sequence[Ref]) -> Data:
        """The data of a step POSTED."""
        kept = {name: known[name] for name in ("rkey", "created_at") if name in known}
        return {**kept, "id": refs[0]["uri"], "url": self._url(refs[0]["uri"]), "refs": list(refs)}

    def published(self, posted: Mapping[str, Any]) -> Published:
        """The post of a step POSTED."""
        refs = posted.get("refs") or [{"uri": posted["id"]}]
        raw = {"uri": posted["id"], "cid": refs[0].get("cid"), "refs": refs}
        return Published(posted["id"], posted["url"], raw, tuple(posted.get("shortfalls", ())))

    def _url(self, uri: str) -> str:
        extra = self.repository.token.extra
        return f"{self.web}/profile/{extra.get('handle') or extra['did']}/post/{uri.rsplit('/', 1)[-1]}"

    def _put(self, text: str, known: Data, refs: Sequence[Ref], *, number: int) -> Ref:
        first = not refs
        reply = {} if first else {"reply": {"root": _strong(refs[0]), "parent": _strong(refs[-1])}}
        wanted = {
            "facets": facets(text, resolve=self.repository.did_of),
            "langs": [self.kit.language][:MOST_LANGUAGES] if self.kit.language else [],
            "tags": further_tags(" ".join(self.texts), self.kit.hashtags) if first else [],
            "embed": embed_of(self.kit, known.get("blobs", {})) if first else None,
        }
        given = {name: value for name, value in wanted.items() if value}
        made = stamp(datetime.fromisoformat(known["created_at"]) + number * APART)
        post = {"$type": POST, "text": text, "createdAt": made, **reply, **given}
        return self.repository.put(POST, next_tid(known["rkey"], number), post)

    def _gate(self, posted: Data) -> bool:
        """Say who may reply, where not everybody may."""
        rule = GATES.get(str(self.kit.options.get("replies")))
        if rule is None:
            return False
        gate = {"$type": GATE, "post": posted["id"], "allow": [{"$type": rule}], "createdAt": posted["created_at"]}
        self.repository.put(GATE, posted["id"].rsplit("/", 1)[-1], gate)
        return True

    def _comment(self, posted: Data) -> bool:
        """Write the first comment as a reply to the last part."""
        text = comment_of(self.kit)
        if not text:
            return False
        self._put(text, posted, posted["refs"], number=len(self.texts))
        return True


WORDS: Final = {
    "gate": "It could not be set who may reply:",
    "comment": "The first comment was not taken:",
}


def _strong(ref: Mapping[str, str]) -> Ref:
    return {"uri": ref["uri"], "cid": ref["cid"]}
