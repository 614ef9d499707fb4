"""Forms about brands."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile


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
