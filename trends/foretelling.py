"""A topic's newest forecast in words: what it says, how sure, and by whom, the rule included. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

STANDS = dt.timedelta(hours=6)  # an older forecast says nothing of the hours to come any more
STATES: dict[str, str | Promise] = {
    "up": _("rising"),
    "flat": _("level"),
    "down": _("falling"),
    "gone": _("gone"),
}
AHEAD = (("state_1h", _("In an hour")), ("state_6h", _("In six hours")))
IN_WORDS: dict[str, str | Promise] = {
    "state_1h": _("in an hour: %(state)s"),
    "state_6h": _("in six hours: %(state)s"),
}
NOW: dict[str, str] = {"emerging": "up", "trending": "up", "declining": "down"}  # where a topic's status points


@dataclass(frozen=True)
class Ahead:
    """What a topic will be at a time: words, the state's key, the chance of it (0–1, None: not told)."""

    when: str | Promise
    state: str
    words: str | Promise
    chance: float | None
    key: str = ""

    @property
    def points(self) -> str:
        """Which way that is; what is gone fell."""
        return "down" if self.state == "gone" else self.state

    @property
    def percent(self) -> float:
        """The chance, 0–100."""
        return 100 * (self.chance or 0)


@dataclass(frozen=True)
class Outlook:
    """A forecast: the chance to break out within twelve hours (0–1, None: not told), states ahead, its maker."""

    breakout: float | None
    states: list[Ahead]
    made_at: dt.datetime
    made_by: str
    is_rule: bool
    level: float | None = None  # mentions an hour that count as breaking out
    known: int | None = None  # outcomes this installation knows, and needs before a model is trusted
    needed: int | None = None

    @property
    def percent(self) -> float:
        """The chance to break out, 0–100."""
        return 100 * (self.breakout or 0)


def outlook(told: Mapping[str, Any], *, now: dt.datetime) -> Outlook | None:
    """Return the forecast as TrendTopic.forecast has it; None without one that still says something."""
    made_at = parse_datetime(str(told.get("made_at", "")))
    if made_at is None or not dt.timedelta(0) <= now - made_at <= STANDS:
        return None
    breakout = _chance(told.get("breakout"))
    given = [(name, when, told.get(name) or {}) for name, when in AHEAD]
    states = [
        Ahead(when, state, STATES[state], _chance(one.get("chance")), name)
        for name, when, one in given
        if (state := str(one.get("state", ""))) in STATES
    ]
    if breakout is None and not states:
        return None
    return Outlook(
        breakout=breakout,
        states=states,
        made_at=made_at,
        made_by=str(told.get("made_by") or ""),
        is_rule=bool(told.get("is_fallback")),
        level=told.get("breakout_level"),
        known=told.get("known"),
        needed=told.get("needed"),
    )


def now_and_then(status: str, label: str, ahead: Outlook | None) -> str:
    """Say what a topic is and what it is expected to be, where these point different ways; else "".

    `label`: its status as its page says it.
    """
    points = NOW.get(status)
    if points is None or ahead is None or all(each.points == points for each in ahead.states):
        return ""
    told = ", ".join(str(IN_WORDS[each.key]) % {"state": each.words} for each in ahead.states)
    return gettext("Now: %(now)s; expected %(ahead)s.") % {"now": label.lower(), "ahead": told}


def _chance(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None
