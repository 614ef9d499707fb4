"""Forms about phone numbers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services import phones


class NumberForm(forms.Form):
    """A number to send a code to."""

    number = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        help_text=_("With its country code, such as +91 98765 43210. A code is sent there."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: object, country: str, **kwargs: object) -> None:
        self.country = country
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def clean_number(self) -> str:
        """Return the number as +…digits."""
        try:
            return phones.normalize(self.cleaned_data["number"], country=self.country)
        except phones.NotANumber as error:
            raise forms.ValidationError(str(error)) from error


class CodeForm(forms.Form):
    """The code that came by text message."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
