"""What was understood, as pages show it: scores with what made them, platforms, and the mood over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.models import ContentAnalysis, GeneratedContent
from content.screens import reasons

LABELS: Mapping[str, str | Promise] = {
    "virality": _("Virality"),
    "repurposing_value": _("Repurposing"),
    "seo": pgettext_lazy("a score", "Search"),
    "engagement_potential": _("Engagement"),
}
PREDICTED: Mapping[str, str | Promise] = {"quality": _("Quality"), "virality": _("Virality")}
TOPICS, KEYWORDS = 6, 8
EMOTIONS = 2  # named of each stretch


@dataclass(frozen=True)
class ShownFactor:
    """A factor: its points of `weight`, `value` in per cent (None where it could not be measured), and why."""

    name: str
    weight: float
    value: float | None
    points: float
    why: str


@dataclass(frozen=True)
class ShownScore:
    """A score with its factors, the weightiest first."""

    key: str
    label: str | Promise
    score: int | None
    factors: list[ShownFactor]


@dataclass(frozen=True)
class ShownMood:
    """A stretch of the mood: where it begins, −100…100, its emotions by name, its strongest sentence."""

    at: float | None
    sentiment: int
    emotions: list[str]
    peak: str

    @property
    def strength(self) -> int:
        """How strong it is, either way."""
        return abs(self.sentiment)


def scores(analysis: ContentAnalysis | None) -> list[ShownScore]:
    """Return an asset's four scores; [] where it was read before there were any."""
    if analysis is None or not analysis.factors:
        return []
    return [shown(key, label, getattr(analysis, key), analysis.factors.get(key, [])) for key, label in LABELS.items()]


def names(analysis: ContentAnalysis | None) -> list[tuple[str, bool]]:
    """Return what an asset is about, each once: its topics, then the keywords that are none of them."""
    if analysis is None:
        return []
    found = {name.casefold(): (name, True) for name, _weight in analysis.topics[:TOPICS]}
    for phrase, _weight in analysis.keywords[:KEYWORDS]:
        found.setdefault(phrase.casefold(), (phrase, False))
    return list(found.values())


def fits(analysis: ContentAnalysis | None) -> list[ShownScore]:
    """Return how an asset suits each platform, the best first."""
    if analysis is None:
        return []
    found = [shown(key, key, each["score"], each["factors"]) for key, each in analysis.platform_fit.items()]
    return sorted(found, key=lambda one: (-(one.score or 0), one.key))


def predicted(piece: GeneratedContent) -> list[ShownScore]:
    """Return a piece's predictions as they were made of its words, before any correction."""
    made = piece.prediction
    return [
        shown(key, label, made[key]["score"], made[key]["factors"]) for key, label in PREDICTED.items() if key in made
    ]


def shown(key: str, label: str | Promise, score: int | None, factors: Sequence[Mapping[str, Any]]) -> ShownScore:
    """Return a stored score as pages show it."""
    rows = [
        ShownFactor(
            reasons.name(each["name"]),
            each["weight"],
            None if each["value"] is None else 100 * each["value"],
            each["points"],
            reasons.why(each["why"]),
        )
        for each in factors
    ]
    return ShownScore(key, label, score, sorted(rows, key=lambda one: -one.weight))


def moods(analysis: ContentAnalysis | None) -> list[ShownMood]:
    """Return the mood over time."""
    if analysis is None:
        return []
    return [
        ShownMood(each["start"], each["sentiment"], list(each["emotions"])[:EMOTIONS], each["peak"])
        for each in analysis.moods
    ]
