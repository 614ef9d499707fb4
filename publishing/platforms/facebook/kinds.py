"""What each kind of post has in common: everything is laid ready unseen, then one call makes it public.

That call names what was laid ready, so making it twice is still one post (but for photo stories, see stories).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from publishing.platforms.base import Clock, Media, PublishKit, Record, Rejected, Sleep
from publishing.platforms.fit import refuse_what_cannot_fit
from publishing.platforms.meta.graph import Graph

NAME: Final = "Facebook"
MOST = 10
# Seconds, by what it is posted as.
SHORTEST = 3.0
LONGEST: Mapping[str, float] = {"reel": 90.0, "story": 60.0}
Data = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """What every kind works with: the graph, the uploader of reels, and the Page's token for one call."""

    graph: Graph
    uploader: Graph
    clock: Clock
    sleep: Sleep
    app_id: str
    web: str
    page: str
    token: str

    def address(self, told: Mapping[str, Any]) -> str:
        """A permalink; those of videos come without their host."""
        link = str(told.get("permalink_url") or "")
        return f"{self.web}{link}" if link.startswith("/") else link


@dataclass(frozen=True)
class Standing:
    """A post that is public, or (`live_at`) waits there for its time."""

    id: str
    url: str
    live_at: datetime | None = None


class Kind(Protocol):
    """One kind of post."""

    def stage(self, kit: PublishKit, desk: Desk, known: Data, record: Record) -> Data:
        """Lay everything ready; what earlier tries laid ready is used again."""

    def send(self, kit: PublishKit, desk: Desk, known: Data) -> str:
        """Make it public, or leave it there until kit.publish_at; the post's id."""

    def look(self, desk: Desk, known: Data) -> Standing | None:
        """What became of what was sent. May raise OutcomeUnknown while it cannot be told."""

    def listed(self, kit: PublishKit, desk: Desk, *, since: datetime) -> Standing | None:
        """The newest post since then with the same words."""


def refuse(kit: PublishKit) -> None:
    """Rejected, before a byte is sent, for what Facebook would refuse in the end."""
    wanted = kit.options.get("post_as")
    refuse_what_cannot_fit(kit, key="facebook", most=1 if wanted == "story" else MOST)
    if wanted in {"story", "reel"} and not kit.media:
        raise Rejected("A story or a reel needs a picture or a video. Add one.", code="media_missing")
    if wanted == "reel" and not kit.media[0].is_video:
        raise Rejected("A reel is a video. Choose “Post” or “Story” for pictures.", code="media_kind")
    for media in kit.media:
        longest = LONGEST.get(str(wanted))
        if media.is_video and longest and media.duration and not SHORTEST <= media.duration <= longest:
            words = f"It takes a video of {SHORTEST:.0f} to {longest:.0f} seconds. Cut it, or choose “Post”."
            raise Rejected(f"Facebook: {words}", code="media_duration")
    if kit.media and kit.options.get("link"):
        raise Rejected("Facebook shows a link's card on posts without files only. Remove one of them.", code="link")


def video_of(kit: PublishKit) -> Media:
    """The kit's one video."""
    return kit.media[0]


def unix(moment: datetime | None) -> int | None:
    """Seconds since 1970."""
    return int(moment.timestamp()) if moment else None


def moment(told: Any) -> datetime | None:
    """When a post that waits becomes public: seconds, or a time."""
    if not told:
        return None
    text = str(told)
    return datetime.fromtimestamp(float(text), UTC) if text.replace(".", "").isdigit() else datetime.fromisoformat(text)
