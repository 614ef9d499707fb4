"""Forms of named calendars and their entries."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile
from content.tags import distinct
from publishing.forms.compose import AccountsField
from publishing.forms.posts import ZONES, ZoneSelect, zone_label
from publishing.models import CalendarEntry, ContentCalendar, PlatformConnection
from publishing.platforms import platform_keys
from trenddrop.core.catalogue import badge

DAY = {"type": "date"}


class CalendarForm(forms.ModelForm[ContentCalendar]):
    """Its name, what it is for, and its days."""

    class Meta:
        model = ContentCalendar
        fields = ["name", "description", "starts_on", "ends_on"]
        widgets = {
            "description": forms.Textarea({"rows": 3}),
            "starts_on": forms.DateInput(DAY, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(DAY, format="%Y-%m-%d"),
        }


class ProposeForm(forms.Form):
    """What is to be filled."""

    name = forms.CharField(label=_("Name"), max_length=120)
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("Until"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    a_week = forms.IntegerField(
        label=_("Posts a week for each account"), min_value=1, max_value=21, initial=3,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )  # fmt: skip
    accounts = AccountsField(
        PlatformConnection.objects.none(),
        label=_("For these accounts"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one account.")},
    )
    brand = forms.ModelChoiceField(
        BrandProfile.objects.none(), label=_("Ideas about topics for"), required=False, empty_label=_("Every brand")
    )

    def __init__(
        self, *args: Any, accounts: QuerySet[PlatformConnection], brands: QuerySet[BrandProfile], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].queryset = accounts  # type: ignore[attr-defined]
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]


class EntryForm(forms.ModelForm[CalendarEntry]):
    """A day's intention."""

    platform = forms.ChoiceField(label=_("Platform"), required=False)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=500, help_text=_("Separated by commas."))
    timezone = forms.CharField(label=_("On the clock of"), max_length=64, widget=ZoneSelect)

    class Meta:
        model = CalendarEntry
        fields = ["title", "date", "at", "timezone", "connection", "platform", "notes", "tags"]
        labels = {"connection": _("Account")}
        widgets = {
            "date": forms.DateInput(DAY, format="%Y-%m-%d"),
            "at": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "notes": forms.Textarea({"rows": 4}),
        }

    def __init__(self, *args: Any, accounts: QuerySet[PlatformConnection], zones: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["connection"].queryset = accounts  # type: ignore[attr-defined]
        self.fields["connection"].empty_label = _("Not settled yet")  # type: ignore[attr-defined]
        choices = [("", _("As its account")), *((key, badge(key).name) for key in platform_keys())]
        self.fields["platform"].choices = choices  # type: ignore[attr-defined]
        offered = list(dict.fromkeys([*filter(None, [self.instance.timezone, *zones]), *ZONES]))
        self.fields["timezone"].widget.choices = [(zone, zone_label(zone)) for zone in offered]
        if not self.instance.timezone:
            self.initial["timezone"] = offered[0]
        self.initial["tags"] = ", ".join(self.instance.tags or [])

    def clean_tags(self) -> list[str]:
        """Split at commas, each once."""
        found = distinct(self.cleaned_data["tags"].split(","))
        if len(found) > 20 or any(len(tag) > 40 for tag in found):
            raise forms.ValidationError(_("At most 20 tags, each at most 40 letters. Remove some."))
        return found

    @property
    def fields_given(self) -> dict[str, Any]:
        """Return what was filled in, as the command takes it. Call once it is valid."""
        return {name: self.cleaned_data[name] for name in self.fields}
