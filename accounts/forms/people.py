"""Forms about people."""

import zoneinfo
from typing import Any

from babel.core import get_global
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.forms.brands import countries
from accounts.models import User
from trenddrop.core.pictures import PictureField

# Browsers still tell these under their old names; the lists of zones have the new ones.
RENAMED = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Europe/Kiev": "Europe/Kyiv",
}


def country_of(zone: str) -> str:
    """Return the code of the country that a time zone is of; empty where it is of none, or of several."""
    territory = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone), "")
    return territory if territory in dict(countries()) else ""


class SignupForm(forms.Form):
    """What we ask beside address and password; the page's script fills in the zone."""

    full_name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    timezone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput({"data-timezone": ""}))

    field_order = ["full_name", "email", "password1"]

    def clean_timezone(self) -> str:
        """Keep only zones that exist, under their present names."""
        told = str(self.cleaned_data["timezone"])
        zone = RENAMED.get(told, told)
        return zone if zone in zoneinfo.available_timezones() else ""

    def clean(self) -> dict[str, Any]:
        """Take the zone's country for the person's, until they say otherwise."""
        super().clean()
        self.cleaned_data["country"] = country_of(self.cleaned_data.get("timezone", ""))
        return self.cleaned_data

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more to do: the adapter saved everything (allauth asks for this method)."""


class ProfileForm(forms.ModelForm[User]):
    """A person's own settings."""

    country = forms.ChoiceField(label=_("Country"), choices=countries)
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(z, z) for z in sorted(zoneinfo.available_timezones())]
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["full_name", "country", "timezone", "language"]
        widgets = {"full_name": forms.TextInput({"autocomplete": "name"})}

    def save_changes(self) -> User:
        """Write only what stands here: a row read a moment ago must not undo a suspension."""
        self.instance.save(update_fields=[*self.fields, "updated_at"])
        return self.instance


class PictureForm(forms.Form):
    """A picture of oneself."""

    picture = PictureField(
        label=_("Picture"),
        side=512,
        square=True,
        help_text=_(
            "PNG, JPEG, WebP or GIF, at most 8 MB. It is cut to a square; where and how it was taken is removed."
        ),
        widget=forms.FileInput,
    )


class LeaveForm(forms.Form):
    """Yes, delete it."""

    sure = forms.BooleanField(label=_("I have read this. Delete my account."))
