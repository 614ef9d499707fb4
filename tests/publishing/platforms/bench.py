"""An adapter at a server whose answers can go wrong: what the contract works on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from publishing.platforms.base import SENDING, CannotLook, Capability, PartlyThere, Platform, PublishKit, Step, Token
from tests.peers.wire import Response, Server

PAGE = Response(200, "<!DOCTYPE html><title>Attention required</title>", {"Content-Type": "text/html"})
BUSY = Response(429, {"error": "RateLimitExceeded", "message": "Too Many Requests"}, {"Retry-After": "90"})
BROKEN = Response(503, {"error": "Unavailable", "message": "Service Unavailable"})
TROUBLE: list[dict[str, Any]] = [
    {"answer": BROKEN},
    {"answer": PAGE},
    {"answer": Response(403, "<html>Blocked</html>")},
    {"cut_before": True},
    {"cut_after": True},
]


class Killed(BaseException):
    """The worker is gone."""


@dataclass
class Bench:
    """An adapter at a server whose answers can go wrong.

    `final` and `staging`: the call that publishes and one that lays a file ready, as (method, pattern of the path).
    `comment`: the call of a first comment. `busy`: how the platform says 429, and for how long. `stranger`: a token of
    nobody. `public`: how many posts stand there, a thread's parts included.
    """

    adapter: Platform
    token: Token
    server: Server
    final: tuple[str, str]
    staging: tuple[str, str]
    text_limit: int
    read_text: Callable[[str], str]
    read_media: Callable[[str], list[bytes]]
    count: Callable[[str], None]
    refusal: Callable[[str], Response]
    letter: str = "ক্ষ"
    counted: str = "likes"
    busy: Response = BUSY
    busy_for: timedelta | None = timedelta(seconds=90)
    stranger: Token | None = None
    comment: tuple[str, str] = ("", "")
    read_thread: Callable[[str], list[str]] | None = None
    public: Callable[[], int] | None = None
    steps: list[Step] = field(default_factory=list)

    def publish(self, kit: PublishKit, *, resume: Step | None = None) -> str:
        """Publish; what was recorded is in `steps`."""
        return self.adapter.publish(kit, token=self.token, record=self.steps.append, resume=resume).platform_id

    def find(self, kit: PublishKit, *, resume: Step | None = None) -> str | None:
        since = datetime.now(UTC) - timedelta(minutes=1)
        found = self.adapter.find_published(kit, token=self.token, since=since, resume=resume)
        return found.platform_id if found else None

    def go_on(self, kit: PublishKit, *, resume: Step) -> str:
        """What the next worker does after one died: finish what stands, look for what may stand, send what does not."""
        if resume.name == SENDING:
            try:
                if found := self.find(kit, resume=resume):
                    return found
            except PartlyThere as partly:
                resume = partly.step
            except CannotLook:
                assert self.can(Capability.SAFE_RESEND)
        return self.publish(kit, resume=resume)

    def can(self, capability: Capability) -> bool:
        return capability in self.adapter.capabilities

    def sent(self) -> int:
        """How often the call that publishes was made."""
        return len(self.server.seen(*self.final))

    def uploads(self) -> int:
        return len(self.server.seen(*self.staging))


def killed_after(number: int, steps: list[Step]) -> Callable[[Step], None]:
    """A `record` that stores `number` steps, then the worker dies."""

    def record(step: Step) -> None:
        steps.append(step)
        if len(steps) == number:
            raise Killed

    return record


def plain(value: Any) -> bool:
    """Whether a value survives JSON unchanged."""
    if isinstance(value, dict):
        return all(isinstance(name, str) and plain(part) for name, part in value.items())
    if isinstance(value, list):
        return all(map(plain, value))
    return value is None or isinstance(value, str | int | float | bool)


EXTRA = {"platform": "", "ai_label": False, "category": ""}
PARTS = ["It begins before sunrise.", "By noon it is over."]
COMMENT = "Recipes are in the profile."
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000f4944415478da63fc304d8481"
    "81010008ec019cf41f068f0000000049454e44ae426082"
)
MP4 = bytes.fromhex("0000002066747970") + b"isom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(range(256)) * 1200
