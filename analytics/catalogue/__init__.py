"""Every metric by its key, raw and derived; the parts that formulas speak of beside them."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from analytics.catalogue import derived, raw
from analytics.catalogue.definitions import Counted, Metric, Unit, Value, Words

GROUPS: tuple[tuple[str, Words, tuple[Metric, ...]], ...] = (
    ("counts", _("What people saw and did"), (*raw.COUNTS, *derived.BASE)),
    ("rates", _("Rates"), derived.RATES),
    ("timing", _("Over time"), derived.TIMING),
    ("standing", _("Against your own posts"), derived.STANDING),
    ("scores", _("Scores"), derived.SCORES),
    ("more", _("What only some platforms count"), raw.MORE),
)
METRICS: Mapping[str, Metric] = {metric.key: metric for _key, _name, group in GROUPS for metric in group}
# What formulas need and no platform counts of a post.
PARTS: Mapping[str, Words] = {
    "followers": _("Followers when it went live"),
    "duration": _("Length in seconds"),
    "views_at_age": _("Views at that age"),
    "median_views": _("Median of the earlier posts’ views"),
    "engagement_at_age": _("Engagement at that age"),
    "median_engagement": _("Median of the earlier posts’ engagement"),
    "posts_below": _("Earlier posts that had less"),
    "posts_compared": _("Earlier posts compared"),
    "predicted_virality": _("Predicted virality"),
}
PART = re.compile(r"\{(\w+)\}")
COLUMNS = frozenset(metric.key for metric in raw.COUNTS)
SCORED = ("virality", "quality", "relevance")


def parts_of(metric: Metric) -> list[str]:
    """Keys of what its formula speaks of, each once."""
    return list(dict.fromkeys(PART.findall(metric.formula)))


def name_of(key: str) -> str:
    """The name of a metric or a part."""
    return str(METRICS[key].name if key in METRICS else PARTS.get(key, key))


def in_words(metric: Metric) -> str:
    """The formula with names in it."""
    return PART.sub(lambda found: name_of(found[1]), metric.formula)


def reckon(counted: Counted) -> dict[str, Value]:
    """Return every derived metric of what is counted, in an order in which each finds its parts; never raises."""
    found: dict[str, Value] = dict(counted)
    for metric in derived.DERIVED:
        if metric.of:
            found[metric.key] = metric.of(found)
    return {metric.key: found[metric.key] for metric in derived.DERIVED}


__all__ = [
    "COLUMNS",
    "GROUPS",
    "METRICS",
    "PART",
    "PARTS",
    "SCORED",
    "Metric",
    "Unit",
    "Value",
    "in_words",
    "name_of",
    "parts_of",
    "reckon",
]
