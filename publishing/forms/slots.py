"""Forms of weekly slots."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile
from publishing.forms.posts import ZONES, ZoneSelect, zone_label
from publishing.models import PostingSlot, Weekday
from publishing.services.slots import PRESETS
from publishing.walltime import UnknownZone, zone_of


class ZoneField(forms.CharField):
    """A time zone: one of those at hand, or any other that there is."""

    widget = ZoneSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=kwargs.pop("label", _("On the clock of")), max_length=64, **kwargs)

    def offer(self, *first: str) -> None:
        """Offer some zones before all others; the first one is chosen."""
        offered = list(dict.fromkeys([*filter(None, first), *ZONES]))
        self.widget.choices = [(zone, zone_label(zone)) for zone in offered]
        self.initial = offered[0]

    def clean(self, value: Any) -> str:
        """Return the zone; refuse what is none."""
        name = str(super().clean(value))
        try:
            zone_of(name)
        except UnknownZone as error:
            raise forms.ValidationError(str(error)) from error
        return name


def at_field() -> forms.TimeField:
    """Return a field for a time of day, to the minute."""
    return forms.TimeField(
        label=_("At"),
        widget=forms.TimeInput({"type": "time", "step": "60"}, format="%H:%M"),
        error_messages={"invalid": _("Give a time of day, like 09:30.")},
    )


class BrandChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A brand the slot is kept for; none: for everything."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=BrandProfile.objects.none(),
            label=_("Kept for the brand"),
            required=False,
            empty_label=_("any"),
            **kwargs,
        )


class SlotsForm(forms.Form):
    """One time on some days of the week."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple({"class": "days"}),
        error_messages={"required": _("Choose at least one day.")},
    )
    at = at_field()
    timezone = ZoneField()
    brand = BrandChoice()

    def __init__(self, data: Mapping[str, Any] | None = None, *, zones: list[str], brands: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["timezone"].offer(*zones)  # type: ignore[attr-defined]
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]
        if not brands.exists():
            del self.fields["brand"]


class SlotForm(forms.ModelForm[PostingSlot]):
    """One slot, as it is to be."""

    at = at_field()
    timezone = ZoneField()
    brand = BrandChoice()

    class Meta:
        model = PostingSlot
        fields = ["weekday", "at", "timezone", "brand", "is_active"]
        labels = {"is_active": _("In use")}

    def __init__(self, *args: Any, brands: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["timezone"].offer(self.instance.timezone)  # type: ignore[attr-defined]
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]


class PresetForm(forms.Form):
    """A week that many begin with."""

    preset = forms.ChoiceField(label=_("A usual week"), choices=[(key, each.name) for key, each in PRESETS.items()])
    timezone = ZoneField()

    def __init__(self, data: Mapping[str, Any] | None = None, *, zones: list[str]) -> None:
        super().__init__(data)
        self.fields["timezone"].offer(*zones)  # type: ignore[attr-defined]


class ZoneForm(forms.Form):
    """The clock that all slots of an account follow."""

    timezone = ZoneField(label=_("All slots follow the clock of"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, zones: list[str]) -> None:
        super().__init__(data)
        self.fields["timezone"].offer(*zones)  # type: ignore[attr-defined]


class RemoveForm(forms.Form):
    """What becomes of the posts that are queued in a slot."""

    posts = forms.ChoiceField(
        label=_("The posts queued in it"),
        choices=[("keep", _("keep their times")), ("move", _("move to the next free slots"))],
        initial="keep",
        widget=forms.RadioSelect,
        required=False,
    )
