"""What a reader wants to see of the topics, as the address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from trends.models import TrendTopic

VIEWS = ("ours", "emerging", "trending", "declining", "all")
SORTS = ("fit", "score", "growth", "newest", "burst")
AGES = ("1", "6", "24", "72", "168")  # hours
LEAST = ("20", "40", "60", "80")
Q_LIMIT = 200
NAMES = {"region": 8, "language": 8, "platform": 20, "source": 20}  # and their lengths


@dataclass(frozen=True)
class Wish:
    """Every value comes from the address and is harmless whatever it holds; "" is no wish."""

    view: str = ""
    q: str = ""
    source: str = ""
    kind: str = ""
    region: str = ""
    language: str = ""
    platform: str = ""
    least: str = ""
    age: str = ""
    sort: str = ""
    after: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wish":
        """Read the address; what is not ours is left out."""
        chosen = {"view": VIEWS, "kind": TrendTopic.Kind.values, "least": LEAST, "age": AGES, "sort": SORTS}
        found = {name: given.get(name, "") for name in chosen}
        kept = {name: value if value in chosen[name] else "" for name, value in found.items()}
        said = {name: _plain(given.get(name, ""))[:most] for name, most in NAMES.items()}
        return cls(q=_plain(given.get("q", ""))[:Q_LIMIT], after=given.get("after", "")[:80], **kept, **said)

    @property
    def facets(self) -> dict[str, str]:
        """What the index narrows by."""
        return {name: getattr(self, name) for name in ("kind", *NAMES)}

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything but the tab narrows the list."""
        return bool(self.q or self.least or self.age or any(self.facets.values()))

    @property
    def is_refined(self) -> bool:
        """Say whether one of the lesser filters is set, which are folded away."""
        return bool(self.least or self.age or self.kind or self.language or self.platform)

    def address(self, **changes: str) -> str:
        """Return the query string of this wish with changes; a new tab, filter or order begins at the top."""
        wish = replace(self, **({"after": ""} | changes))
        named = {each.name: getattr(wish, each.name) for each in fields(wish)}
        return "?" + urlencode({name: value for name, value in named.items() if value})


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", "").split())
