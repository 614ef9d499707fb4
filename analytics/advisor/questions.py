"""The ready questions: each is answered by the same tools as any other, without a language model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Call = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Ready:
    """A question that needs nothing but a click: what is looked up for it, in order."""

    key: str
    words: Promise | str
    calls: Sequence[Call]


@dataclass(frozen=True)
class Topic:
    """Questions that belong together."""

    name: Promise | str
    icon: str
    questions: Sequence[Ready]


TOPICS: tuple[Topic, ...] = (
    Topic(
        _("How it goes"),
        "analytics",
        (
            Ready("week", _("How did the last 7 days go?"), [("totals", {"period": "last_7_days"})]),
            Ready("month", _("How did the last 28 days go?"), [("totals", {})]),
            Ready("quarter", _("How did the last 90 days go?"), [("totals", {"period": "last_90_days"})]),
            Ready("best_day", _("Which day brought the most views?"), [("by_day", {"metric": "views"})]),
            Ready("engagement", _("How did engagement move day by day?"), [("by_day", {"metric": "engagement"})]),
            Ready(
                "by_month",
                _("How many views did each month of the last year bring?"),
                [("by_day", {"metric": "views", "period": "last_365_days", "step": "month"})],
            ),
            Ready("unusual", _("Was any day out of the ordinary?"), [("anomalies", {"period": "last_90_days"})]),
            Ready("insights", _("What stands out in my numbers?"), [("insights", {})]),
        ),
    ),
    Topic(
        _("Where"),
        "connections",
        (
            Ready("platforms", _("Which platform does best?"), [("compared", {"by": "platform"})]),
            Ready("accounts", _("How do my accounts compare?"), [("compared", {"by": "account"})]),
            Ready("clients", _("How do my clients compare?"), [("compared", {"by": "client"})]),
            Ready("brands", _("How do my brands compare?"), [("compared", {"by": "brand"})]),
            Ready("followers", _("How many followers did I gain?"), [("by_day", {"metric": "followers"})]),
            Ready("streams", _("How do my streams develop?"), [("streams", {})]),
        ),
    ),
    Topic(
        _("Posts"),
        "list",
        (
            Ready("best_posts", _("What were my best posts?"), [("posts", {})]),
            Ready("worst_posts", _("What were my weakest posts?"), [("posts", {"order": "worst"})]),
            Ready("most_saved", _("Which posts were saved most?"), [("posts", {"metric": "saves"})]),
            Ready(
                "best_rate", _("Which posts had the best engagement rate?"),
                [("posts", {"metric": "engagement_rate_seen"})],
            ),
            Ready("above_usual", _("Which posts beat my usual?"), [("posts", {"metric": "lift_views"})]),
            Ready("newest", _("How do my newest posts do?"), [("posts", {"order": "newest"})]),
        ),
    ),
    Topic(
        _("What works"),
        "library",
        (
            Ready("best_times", _("When should I post?"), [("best_times", {})]),
            Ready("weekdays", _("Which day of the week works best?"), [("works", {"by": "weekday"})]),
            Ready("hashtags", _("Which hashtags help?"), [("hashtags", {})]),
            Ready("kinds", _("Which kind of post works best?"), [("works", {"by": "kind"})]),
            Ready("lengths", _("How long should my videos be?"), [("works", {"by": "length"})]),
            Ready("captions", _("How long should captions be?"), [("works", {"by": "caption"})]),
            Ready("categories", _("Which topics work best?"), [("works", {"by": "category"})]),
            Ready("next", _("What should I post next?"), [("suggestions", {}), ("best_times", {})]),
            Ready("advice", _("Did your advice help?"), [("back_test", {})]),
        ),
    ),
    Topic(
        _("People and money"),
        "users",
        (
            Ready("countries", _("Where do my people live?"), [("people", {"by": "country"})]),
            Ready("cities", _("In which cities do they live?"), [("people", {"by": "city"})]),
            Ready("ages", _("How old are they?"), [("people", {"by": "age"})]),
            Ready("genders", _("How many are women, how many men?"), [("people", {"by": "gender"})]),
            Ready("conversions", _("How many people signed up or bought?"), [("conversions", {})]),
            Ready("earners", _("Which posts brought sign-ups or sales?"), [("earned", {})]),
            Ready("returns", _("Which originals were worth their cost?"), [("returns", {})]),
            Ready("searches", _("What do people search before they find me?"), [("searched", {})]),
            Ready("goals", _("How far are my goals?"), [("goals", {})]),
        ),
    ),
)  # fmt: skip
READY: Mapping[str, Ready] = {each.key: each for topic in TOPICS for each in topic.questions}
