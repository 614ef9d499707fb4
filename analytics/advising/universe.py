"""Which values every choice has, for an account: those that anybody can choose, and those it chose itself. Pure."""

from collections.abc import Iterable, Mapping

from analytics.advising.posterior import Pair
from content.understanding import levers
from content.understanding.levers import (
    CALL,
    FORMAT,
    HASHTAGS,
    HOOK,
    HOUR,
    LENGTH,
    NONE,
    STYLE,
    TEMPLATE,
    TREND,
    WEEKDAY,
)

OPEN: Mapping[str, tuple[str, ...]] = {
    HOOK: ("question", "number", "surprise", "reader", "statement"),
    LENGTH: ("short", "usual", "long"),
    HOUR: ("06", "09", "12", "15", "18", "21"),
    WEEKDAY: tuple("0123456"),
    FORMAT: ("social_post",),
    HASHTAGS: (NONE, "few", "many"),
    CALL: (NONE, "follow", "save", "comment"),
    STYLE: ("plain", "emoji"),
    TREND: (NONE, "fresh", "young"),
    TEMPLATE: (NONE,),
}
# Scored beside the choices, one by one: what is used is no choice between values.
TAG, ITEM, LOOK = "hashtag", "item", "look"
MARGINAL = (TAG, ITEM, LOOK)


def pairs(chosen: Iterable[Mapping[str, str]]) -> list[Pair]:
    """Return every value of every choice, in a fixed order."""
    seen = {pair for choices in chosen for pair in choices.items() if pair[0] in OPEN}
    every = {(choice, value) for choice, values in OPEN.items() for value in values}
    order = {choice: place for place, choice in enumerate(OPEN)}
    return sorted(seen | every, key=lambda pair: (order[pair[0]], pair[1]))


def told(choice: str, value: str) -> str:
    """Say a value as what to do."""
    return levers.told(choice, value)
