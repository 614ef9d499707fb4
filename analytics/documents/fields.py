"""What an account's day holds, field by field: the typed document of each platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

from publishing.platforms.counting import Missing

Words = str | Promise


class Kind(StrEnum):
    """What a field holds."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    TEXT = "text"
    ITEMS = "items"  # a list of objects: top posts, top tracks, cities


@dataclass(frozen=True)
class Field:
    """A figure of a day. `usually`: why it is null where the platform gives none, None where it always comes.

    `total`: it stands at that day's end (followers), where others were won on that day (likes). `since`: the total
    whose growth since the day before is this figure, where the platform tells only the total.
    """

    key: str
    name: Words
    kind: Kind = Kind.COUNT
    usually: Missing | None = None
    total: bool = False
    items: Mapping[str, Kind] | None = None
    since: str = ""


@dataclass(frozen=True)
class Document:
    """The fields of one platform, and which of them fill the columns that all platforms share.

    `rated`: what the engagement rate counts, where that is not all of the engagement.
    """

    platform: str
    fields: Sequence[Field]
    followers: str = "followers"
    engagement: Sequence[str] = ()
    rated: Sequence[str] = ()
    content_count: str = ""
    is_music: bool = False
    by_hand_only: bool = False

    def field(self, key: str) -> Field | None:
        """The field of this name."""
        return next((each for each in self.fields if each.key == key), None)
