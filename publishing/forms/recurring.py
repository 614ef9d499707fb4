"""The form of a series: how often, when, until when."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from publishing.forms.posts import ConnectionChoice
from publishing.forms.slots import ZoneField, at_field
from publishing.models import PlatformConnection, RecurringPost, Weekday
from publishing.recurrence import Rule

DATE = {"type": "date"}
EVERY = [
    (RecurringPost.Frequency.DAILY, _("day")),
    (RecurringPost.Frequency.WEEKLY, _("week")),
    (RecurringPost.Frequency.MONTHLY, _("month")),
]


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(DATE, format="%Y-%m-%d"), **kwargs)


class RuleForm(forms.Form):
    """Every so many days, weeks or months."""

    frequency = forms.ChoiceField(label=_("Every"), choices=EVERY, initial=RecurringPost.Frequency.WEEKLY)
    interval = forms.IntegerField(
        label=_("How many of them"),
        help_text=_("2 with “week”: every second week"),
        initial=1,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        help_text=_("of a week; none: the day it begins on"),
        choices=Weekday.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "days"}),
    )
    day_of_month = forms.IntegerField(
        label=_("On day"),
        help_text=_("of a month; in a shorter month its last day"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )
    at = at_field()
    timezone = ZoneField()
    starts_on = _day(_("From"))
    ends_on = _day(_("Until"), required=False)
    times = forms.IntegerField(
        label=_("So often in all"), required=False, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, zones: list[str], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["timezone"].offer(*zones)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        given: dict[str, Any] = super().clean() or {}
        begins, ends = given.get("starts_on"), given.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("The last day comes before the first."))
        return given

    def rule(self) -> Rule:
        """Return what was chosen; the form must be valid."""
        given = self.cleaned_data
        return Rule(
            given["frequency"],
            given["at"].replace(second=0, microsecond=0),
            given["timezone"],
            given["starts_on"],
            given["interval"],
            tuple(given["weekdays"]) if given["frequency"] == RecurringPost.Frequency.WEEKLY else (),
            given["day_of_month"] if given["frequency"] == RecurringPost.Frequency.MONTHLY else None,
            given["ends_on"],
            given["times"],
        )


class SeriesForm(RuleForm):
    """A rule, and the account."""

    connection = ConnectionChoice(
        label=_("To"),
        queryset=PlatformConnection.objects.none(),
        empty_label=None,
        error_messages={"invalid_choice": _("That account is not here. Choose one of these.")},
    )
    field_order = ["connection"]

    def __init__(self, data: Mapping[str, Any] | None = None, *, connections: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["connection"].queryset = connections  # type: ignore[attr-defined]


def values_of(rule: Rule) -> dict[str, Any]:
    """Return a rule as the form's first values."""
    values: dict[str, Any] = dict(vars(rule))
    return {**values, "timezone": values.pop("zone"), "weekdays": list(rule.weekdays)}


def first_values(today: dt.date) -> dict[str, Any]:
    """Return what a new series begins with."""
    return {"starts_on": today, "at": dt.time(9)}
