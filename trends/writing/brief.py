"""What is known when ideas are written, and what an idea is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from trends.normalise import comparison_words

SHORT_NAME = 5  # words a sentence can carry
LONGEST_NAME = 90  # characters


@dataclass(frozen=True)
class Subject:
    """A topic: its title, other names and kind, what is said about it, how it stands. `growth` is a rate."""

    key: str
    title: str
    kind: str = "keyword"
    names: Sequence[str] = ()
    context: Sequence[str] = ()
    language: str = ""
    status: str = "emerging"
    growth: float | None = None
    sources: int = 1

    @property
    def name(self) -> str:
        """How a sentence calls it, hashtags opened; "" for a long headline without a short name."""
        short = [one for one in (self.title, *self.names) if 0 < len(_opened(one).split()) <= SHORT_NAME]
        return _opened(short[0]) if short else ""

    @property
    def quoted(self) -> str:
        """The title in quotation marks, cut at a word."""
        whole = self.title if len(self.title) <= LONGEST_NAME else f"{self.title[:LONGEST_NAME].rsplit(' ', 1)[0]}…"
        return f"“{whole}”"


def _opened(title: str) -> str:
    """Return a hashtag as its words; a title of words stays as it is written."""
    if not title.startswith(("#", "＃")):
        return title.strip()
    return " ".join(comparison_words(title)) or title.strip()


@dataclass(frozen=True)
class Brand:
    """Who would speak: its tone and language, what it is about, whom it speaks to and what bothers them.

    `why`: in a sentence, why the topic fits; empty when it doesn't. `said`: the brand's words that the topic says.
    """

    key: str
    name: str
    tone: str = "casual"
    language: str = "en"
    words: Sequence[str] = ()
    said: Sequence[str] = ()
    pains: Sequence[str] = ()
    people: str = ""
    about: str = ""
    goals: str = ""
    guidelines: str = ""
    samples: Sequence[str] = ()
    why: str = ""


@dataclass(frozen=True)
class Order:
    """Ideas wanted: for this brand, of this topic, on these platforms; `round` 0 the first ones, 1 others …"""

    brand: Brand
    subject: Subject
    platforms: Sequence[str]
    round: int = 0


@dataclass(frozen=True)
class Idea:
    """One idea. `hook` is a first line to post or say, `angle` what to make; hashtags have no #."""

    platform: str
    content_format: str
    angle_kind: str
    language: str
    title: str
    angle: str
    hook: str
    hashtags: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    made_by: str = ""
    is_fallback: bool = False
    fallback_reason: str = ""
