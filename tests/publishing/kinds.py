"""Adapters of the small platform that can more, or less: for what delivery does differently with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from publishing.platforms.base import (
    POSTED,
    SENDING,
    Allowance,
    CannotLook,
    Capability,
    PartlyThere,
    Published,
    PublishKit,
    Quota,
    Record,
    Rejected,
    Step,
    Token,
)
from tests.publishing.wire import Forgetful, Small

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUBLISHES: frozenset[Capability] = frozenset({Capability.PUBLISH})


class Keeper(Small):
    """It takes a post an hour early and makes it public by itself, unless it has a comment."""

    capabilities: ClassVar[frozenset[Capability]] = PUBLISHES | {Capability.SCHEDULES}
    lead: ClassVar[timedelta] = HOUR

    def can_wait(self, options: Mapping[str, Any]) -> bool:
        """All but those with a comment."""
        return not options.get("first_comment")

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Post it, with its time."""
        record(Step(SENDING, {}))
        body = {"key": kit.key, "text": kit.text, "at": kit.publish_at.isoformat() if kit.publish_at else ""}
        post = self._call("POST", "/posts", token, json=body, final=True).fields()
        return Published(post["id"], f"{token.extra['address']}/{post['id']}", live_at=kit.publish_at)

    def withdraw(self, platform_id: str, *, token: Token) -> None:
        """Take it back."""
        self._call("DELETE", f"/posts?id={platform_id}", token)

    def settle(self, platform_id: str, *, token: Token) -> Published | None:
        """By id."""
        posts = self._call("GET", f"/posts?id={platform_id}", token).fields()["posts"]
        if not posts:
            return None
        at = datetime.fromisoformat(posts[0]["at"]) if posts[0]["at"] else None
        return Published(platform_id, f"{token.extra['address']}/{platform_id}", live_at=at)


class Threader(Forgetful):
    """Each part of a thread is a post of its own, and whoever sends a part twice has it twice."""

    capabilities: ClassVar[frozenset[Capability]] = PUBLISHES | {Capability.THREADS}

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """Part by part."""
        ids = list(resume.data.get("ids", [])) if resume else []
        for part, text in enumerate((kit.text, *kit.parts)):
            if part >= len(ids):
                record(Step(SENDING, {"part": part, "ids": ids}))
                body = {"key": f"{kit.key}:{part}", "text": text}
                ids = [*ids, self._call("POST", "/posts", token, json=body, final=True).fields()["id"]]
        return Published(ids[0], f"{token.extra['address']}/{ids[0]}")

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """By the keys of its parts."""
        ids: list[str] = []
        for part in range(1 + len(kit.parts)):
            posts = self._call("GET", f"/posts?key={kit.key}:{part}", token).fields()["posts"]
            ids += [post["id"] for post in posts]
        if 0 < len(ids) <= len(kit.parts):
            step = Step(SENDING, {"part": len(ids), "ids": ids})
            raise PartlyThere(f"{len(ids)} of {1 + len(kit.parts)} parts are there.", step=step)
        return Published(ids[0], f"{token.extra['address']}/{ids[0]}") if ids else None


class Blind(Forgetful):
    """Nobody can read back what was posted."""

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """There is no way."""
        raise CannotLook("It may be there. Nobody can ask the platform.")


class BlindWithKeys(Blind):
    """But a second copy is dropped there."""

    capabilities: ClassVar[frozenset[Capability]] = PUBLISHES | {Capability.SAFE_RESEND}
    safe_resend: ClassVar[timedelta] = HOUR


class Commenter(Forgetful):
    """A comment follows the post; the platform tells the address of a post later."""

    comments_well: ClassVar[bool] = True

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """The post, then its comment."""
        if resume is None or resume.name != POSTED:
            record(Step(SENDING, {}))
            post = self._call("POST", "/posts", token, json={"key": kit.key, "text": kit.text}, final=True).fields()
            resume = Step(POSTED, {"id": post["id"], "url": ""})
            record(resume)
        self._call("POST", "/media", token, content=b"a comment")
        return Published(resume.data["id"], "")

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        """Its address, once it is told."""
        posts = self._call("GET", f"/posts?key={kit.key}", token).fields()["posts"]
        told = posts[0].get("url", "") if posts else ""
        return Published(posts[0]["id"], told) if posts else None


class Stumbling(Commenter):
    """What follows the post meets a fault of our own each time."""

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        """The post, and no further."""
        super().publish(kit, token=token, record=record, resume=resume)
        raise ZeroDivisionError


class Metered(Small):
    """Two posts a day for everybody together, by the clocks of California; one an hour for each account."""

    quotas: ClassVar[tuple[Quota, ...]] = (
        Quota("posts of the day", 2, DAY, of_app=True, zone="America/Los_Angeles"),
        Quota("posts of the hour", 1, HOUR),
    )


class Telling(Small):
    """It tells what is left."""

    def allowances(self, token: Token) -> Sequence[Allowance]:
        """As the server says."""
        left = self._call("GET", "/left", token).fields()
        resets = datetime.fromisoformat(left["resets_at"]) if left["resets_at"] else None
        return [Allowance("daily posts", left["used"], left["total"], resets)]


class Refuser(Keeper):
    """What waits there is not given back."""

    def withdraw(self, platform_id: str, *, token: Token) -> None:
        """Never."""
        raise Rejected("It is public already.", code="already_public")


class Judge(Keeper):
    """It looks closer at what waits there, and throws it out."""

    def settle(self, platform_id: str, *, token: Token) -> Published | None:
        """Never."""
        raise Rejected("It is a copy of another video.", code="duplicate")
