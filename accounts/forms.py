"""Forms about people, organisations and brands."""

import zoneinfo
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, User

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

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more to do: the adapter saved everything (allauth asks for this method)."""


class WordsField(forms.CharField):
    """Words separated by commas or lines, as a list without repeats."""

    def to_python(self, value: Any) -> Any:
        """Return the list of words."""
        if isinstance(value, list):
            return value
        parts = [part.strip() for part in (value or "").replace("\n", ",").split(",")]
        return list(dict.fromkeys(part for part in parts if part))

    def prepare_value(self, value: Any) -> Any:
        """Show the list as one line."""
        return ", ".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        """Ask for at most forty words of sixty characters."""
        super().validate(value)
        if len(value) > 40 or any(len(word) > 60 for word in value):
            raise forms.ValidationError(_("At most 40 words, each at most 60 characters. Remove some."))

    def run_validators(self, value: Any) -> None:
        """The list was checked in validate; validators of text do not apply."""


class BrandForm(forms.ModelForm[BrandProfile]):
    """A brand's profile."""

    keywords = WordsField(
        label=_("Words it is about"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Separated by commas. Trends are matched against these."),
    )

    class Meta:
        model = BrandProfile
        fields = [
            "name", "industry", "description", "keywords", "target_audience", "content_goals", "tone", "guidelines",
            "country", "language",
        ]  # fmt: skip
        widgets = {
            "description": forms.Textarea({"rows": 3}),
            "target_audience": forms.Textarea({"rows": 2}),
            "content_goals": forms.Textarea({"rows": 2}),
            "guidelines": forms.Textarea({"rows": 4}),
        }


class ProfileForm(forms.ModelForm[User]):
    """A person's own settings."""

    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(z, z) for z in sorted(zoneinfo.available_timezones())]
    )

    class Meta:
        model = User
        fields = ["full_name", "country", "timezone", "language"]
        widgets = {"language": forms.Select(choices=[("en", _("English")), ("hi", _("Hindi"))])}
