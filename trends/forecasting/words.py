"""A stored forecast in words for people, in their language."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


@dataclass(frozen=True)
class Told:
    """A forecast ready to print; what isn't foretold is "" (None for the percentage)."""

    breakout: str
    percent: int | None
    in_an_hour: str
    in_six_hours: str
    by: str
    is_fallback: bool
    made_at: dt.datetime | None


def told(forecast: Mapping[str, Any]) -> Told | None:
    """Return a topic's forecast in words, None where there is none."""
    if not forecast.get("made_by"):
        return None
    chance = forecast.get("breakout")
    return Told(
        breakout="" if chance is None else _breakout(chance, forecast.get("breakout_level")),
        percent=None if chance is None else round(100 * chance),
        in_an_hour=_state(forecast.get("state_1h")),
        in_six_hours=_state(forecast.get("state_6h")),
        by=_by(forecast),
        is_fallback=bool(forecast.get("is_fallback")),
        made_at=dt.datetime.fromisoformat(forecast["made_at"]) if forecast.get("made_at") else None,
    )


def _breakout(chance: float, level: float | None) -> str:
    percent = round(100 * chance)
    if level is None:
        return _("%(percent)s %% chance to break out within 12 hours") % {"percent": percent}
    return _("%(percent)s %% chance to break out within 12 hours (to reach %(level)s mentions an hour)") % {
        "percent": percent,
        "level": number_format(round(level), use_l10n=True, force_grouping=True),
    }


def _state(state: Mapping[str, Any] | None) -> str:
    names = {
        "up": pgettext("a topic is", "rising"),
        "flat": pgettext("a topic is", "as now"),
        "down": pgettext("a topic is", "fading"),
        "gone": pgettext("a topic is", "gone from its lists"),
    }
    if not state or state.get("state") not in names:
        return ""
    chance = state.get("chance")
    name = names[state["state"]]
    return name if chance is None else _("%(state)s (%(percent)s %%)") % {"state": name, "percent": round(100 * chance)}


def _by(forecast: Mapping[str, Any]) -> str:
    if not forecast.get("is_fallback"):
        return _("by models of this installation (%(names)s)") % {"names": forecast["made_by"].strip("; ")}
    if forecast.get("known", 0) >= forecast.get("needed", 0):
        return _("by rule: no model has done better than the rule yet")
    return _("by rule: too little history yet (%(known)s of %(needed)s)") % {
        "known": forecast.get("known", 0),
        "needed": forecast.get("needed", 0),
    }
