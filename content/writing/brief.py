"""What a writer is given, and what it hands in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from content.understanding.matching import Evidence
from content.understanding.results import Understanding
from trenddrop.core.llm import Attempt
from trenddrop.core.platforms import PlatformKey, PlatformRules
from trenddrop.core.text.sentences import Sentence


@dataclass(frozen=True)
class Sample:
    """A text that shows how the brand writes."""

    key: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Brand:
    """Who speaks, and to whom. `tone` is one of the eight presets; the rest may be empty.

    `words`: what it is about; `cares`: what bothers the readers; `samples`: its own texts nearest to the subject.
    """

    name: str = ""
    tone: str = "professional"
    guidelines: str = ""
    audience: str = ""
    about: str = ""
    goals: str = ""
    words: Sequence[str] = ()
    cares: Sequence[str] = ()
    samples: Sequence[Sample] = ()


@dataclass(frozen=True)
class TrendNote:
    """A live topic that the material matches, with the words that show it; without evidence it is not mentioned."""

    title: str
    score: int
    evidence: Sequence[Evidence] = ()
    names: Sequence[str] = ()
    sources: Sequence[str] = ()


@dataclass(frozen=True)
class Worked:
    """What went well before, best first: posts as (times the usual engagement, text), and lessons in sentences.

    `calls`, `hooks`: the brand's own, from its library, with measured posts.
    """

    posts: Sequence[tuple[float, str]] = ()
    lessons: Sequence[str] = ()
    hooks: Sequence[str] = ()
    calls: Sequence[str] = ()


class Shape(StrEnum):
    """What is written: a post, a thread of numbered parts, an article with headed sections, or a newsletter."""

    POST = "post"
    THREAD = "thread"
    ARTICLE = "article"
    NEWSLETTER = "newsletter"


@dataclass(frozen=True)
class Draft:
    """A piece for one platform. The hashtags have no #; the post is `platforms.compose` of text, call and hashtags.

    `tried`: the models that were asked, in order; `prompt`: the prompt file with its fingerprint, when one was.
    """

    title: str
    text: str
    hashtags: list[str]
    call_to_action: str
    made_by: str
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    is_fallback: bool = False
    fallback_reason: str = ""
    wishes_met: list[str] = field(default_factory=list)
    wishes_not_understood: list[str] = field(default_factory=list)
    steered_by: list[Sample] = field(default_factory=list)
    shape: Shape = Shape.POST
    tried: list[Attempt] = field(default_factory=list)
    prompt: str = ""

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True)
class Brief:
    """The order for one piece. `note` is a wish for a new version of `previous`; `row` a server's own rules.

    `doubtful`: words, in small letters, that the recogniser was never sure of; `suggested`: hashtags that others would
    give it, the likeliest first; `shape` None is the one that the note names, else that of `previous`, else a post;
    `is_part`: the sentences are a part of what the title names, so that the title is not theirs.
    """

    platform: PlatformKey
    title: str
    understanding: Understanding
    sentences: Sequence[Sentence]
    trends: Sequence[TrendNote] = ()
    brand: Brand = field(default_factory=Brand)
    language: str = ""
    note: str = ""
    previous: Draft | None = None
    row: PlatformRules | None = None
    doubtful: frozenset[str] = frozenset()
    worked: Worked = field(default_factory=Worked)
    suggested: Sequence[str] = ()
    shape: Shape | None = None
    is_part: bool = False
