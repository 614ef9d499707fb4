"""What a reading of a transcript or text gives. Plain data: `dataclasses.asdict` makes it JSON."""

from dataclasses import dataclass, field

from content.understanding.moods import Mood


@dataclass(frozen=True)
class Reason:
    """One factor of a score, and how many of its points it gave."""

    factor: str
    weight: float


@dataclass(frozen=True)
class Moment:
    """A passage worth cutting out or quoting: seconds (None for plain text), words, score 0..100 = sum of reasons."""

    start: float | None
    end: float | None
    text: str
    score: int
    reasons: list[Reason]


@dataclass(frozen=True)
class NamedEntity:
    """A name, its kind (person, organisation, place, date, event, handle, name), where first heard, confidence 0..1."""

    text: str
    kind: str
    count: int
    first_at: float | None
    confidence: float


@dataclass(frozen=True)
class Understanding:
    """What is in the material. `sentiment` -100..100 or None where we can't tell; every weight 0..1."""

    language: str
    language_confidence: float
    summary: str
    topics: list[tuple[str, float]] = field(default_factory=list)
    keywords: list[tuple[str, float]] = field(default_factory=list)
    entities: list[NamedEntity] = field(default_factory=list)
    sentiment: int | None = None
    emotions: dict[str, float] = field(default_factory=dict)
    hooks: list[Moment] = field(default_factory=list)
    quotes: list[Moment] = field(default_factory=list)
    insights: list[Moment] = field(default_factory=list)
    moods: list[Mood] = field(default_factory=list)
    measures: dict[str, float | None] = field(default_factory=dict)
    made_by: str = ""
    confidence: float = 0.0
    notes: list[str] = field(default_factory=list)
