"""Forms by which numbers of posts are brought."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.catalogue import Metric, Unit
from analytics.catalogue.raw import COUNTS
from analytics.documents import numbers
from analytics.documents.fields import Kind
from analytics.post_files import KINDS


class CountField(forms.CharField):
    """A number as people write it: 1,20,450, 12k, 4.5 %, 1:20."""

    def __init__(self, metric: Metric) -> None:
        self.kind = KINDS.get(metric.unit, Kind.COUNT)
        help_text = {Unit.SECONDS: _("seconds, or minutes:seconds"), Unit.SHARE: _("in percent")}.get(metric.unit, "")
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=str(metric.name), required=False, max_length=30, help_text=help_text, widget=widget)

    def clean(self, value: Any) -> float | int | None:
        """Return the number, None where nothing was written."""
        text = str(super().clean(value) or "")
        if self.kind == Kind.SHARE and text and not text.strip().endswith("%"):
            text = f"{text}%"
        try:
            found = numbers.number(text, self.kind)
        except numbers.NoNumber as error:
            raise forms.ValidationError(_("This is no such number.")) from error
        if found is not None and found < 0:
            raise forms.ValidationError(_("Less than nothing cannot be counted."))
        return found


class PostNumbersForm(forms.Form):
    """What a platform shows of a post; what is left empty stays as it is."""

    at = forms.DateTimeField(
        label=_("Seen at"),
        required=False,
        help_text=_("now, when left empty"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for metric in COUNTS:
            self.fields[metric.key] = CountField(metric)

    @property
    def counts(self) -> dict[str, float | int | None]:
        """What was written, by key."""
        return {key: value for key, value in self.cleaned_data.items() if key != "at"}


class PostFileForm(forms.Form):
    """A file of posts' numbers."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Its first line names the columns, as the table’s own CSV does; a line for each post follows."),
    )
