"""The living style page: every part in every state, with invented data, for staff."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from django import forms
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from trenddrop.core import catalogue, charts

COLOURS = (
    "page", "surface", "sunken", "line", "edge", "ink-3", "ink-2", "ink", "accent", "data", "data-2", "band",
    "draft", "waiting", "scheduled", "live", "unconfirmed", "failed",
)  # fmt: skip
NOBODYS = uuid.UUID(int=0)
NOW = datetime(2026, 11, 19, 3, 42, tzinfo=UTC)


class ExampleForm(forms.Form):
    """A field of each kind; bound to nothing, so that two of them show their errors."""

    title = forms.CharField(label=_("Title"), max_length=100, help_text=_("Shown above the video"))
    caption = forms.CharField(label=_("Caption"), required=False, widget=forms.Textarea({"rows": 3}))
    account = forms.ChoiceField(label=_("Account"), choices=[("a", "@kesar.naturals")])
    agree = forms.BooleanField(label=_("Send the video along"), required=False)
    when = forms.DateTimeField(label=_("When"), widget=forms.DateTimeInput({"type": "datetime-local"}))


@dataclass(frozen=True)
class Example:
    """A notification as the bell shows it."""

    kind: str
    title: str
    message: str
    created_at: datetime
    read_at: datetime | None = None
    link: str = "#"
    pk: uuid.UUID = NOBODYS


@cache
def icon_names() -> tuple[str, ...]:
    """Every icon of the sprite, platform badges and the mark left out."""
    path = finders.find("icons.svg")
    sprite = Path(str(path)).read_text(encoding="utf-8") if path else ""
    return tuple(name for name in re.findall(r'<symbol id="([^"]+)"', sprite) if not name.startswith("pf-"))


def example_chart() -> charts.LineChart:
    """A rise out of its band, with a hole where nothing was measured."""
    hours = list(range(48))
    seen: list[float | None] = [300 + 12 * (hour % 5) + max(0, hour - 26) ** 1.9 * 8 for hour in hours]
    seen[14] = seen[15] = None
    return charts.LineChart(
        title=str(_("Mentions an hour")),
        summary=str(_("Mentions an hour over two days; they left the expected band after 26 hours.")),
        x=hours,
        labels=[f"{hour} h" for hour in hours],
        series=[charts.Series(str(_("Seen")), seen)],
        ticks=[(at, f"{at:.0f} h") for at in charts.spaced(hours, count=6)],
        band=charts.Band(str(_("Expected")), [180.0] * 48, [480.0] * 48),
        marks=[charts.Mark(26, str(_("Left its band")))],
    )


def falling_chart() -> charts.LineChart:
    """Gains that fell below nought, and what was expected of some days alone."""
    gains = [40.0, 52, 31, 18, -6, -24, -31, -12, 9, 22, 35, 28]
    low: list[float | None] = [None] * 6 + [4.0] * 6
    high: list[float | None] = [None] * 6 + [30.0] * 6
    return charts.LineChart(
        title=str(_("Followers won a day")),
        summary=str(_("Followers won a day over twelve days; for four of them more left than came.")),
        x=range(12),
        labels=[f"{day + 1} Nov" for day in range(12)],
        series=[charts.Series(str(_("Seen")), gains)],
        ticks=[(0, "1 Nov"), (11, "12 Nov")],
        band=charts.Band(str(_("Expected")), low, high),
    )


def _context() -> dict[str, object]:
    return {
        "colours": COLOURS,
        "states": [name for name, state in catalogue.STATES.items() if state.look],
        "topic_states": [name for name, state in catalogue.STATES.items() if not state.look],
        "six": ("draft", "waiting", "scheduled", "live", "unconfirmed", "failed"),
        "badges": list(catalogue.BADGES),
        "icons": icon_names(),
        "rise": [1, 2, 1, 3, 2, 2, 4, 6, 11, 19, 28, 35],
        "fall": [35, 33, 30, 26, 24, 19, 15, 11, 9, 6, 4, 1],
        "waves": [20 + (at * 37 % 61) for at in range(160)],
        "form": ExampleForm(),
        "wrong": ExampleForm({"caption": "A caption that goes on"}),
        "chart": example_chart(),
        "falling": falling_chart(),
        "now": NOW,
        "moments": [
            NOW - timedelta(minutes=4),
            NOW - timedelta(hours=28),
            NOW - timedelta(days=9),
            NOW + timedelta(days=2),
        ],
        "notifications": [
            Example("post_unconfirmed", str(_("YouTube went quiet.")), str(_("Nothing is sent twice.")), NOW),
            Example("content_ready", str(_("Six pieces are ready.")), "", NOW - timedelta(hours=5), NOW),
        ],
    }


@staff_member_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every part in every state."""
    return render(request, "styleguide.html", _context())
