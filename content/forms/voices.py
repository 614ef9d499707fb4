"""Forms about voices."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import BrandProfile, Membership


class VoiceForm(forms.Form):
    """A voice that a provider offers: "provider:key"."""

    voice = forms.ChoiceField(label=_("Voice"))
    name = forms.CharField(label=_("What to call it"), max_length=80, required=False)

    def __init__(self, *args: Any, offered: list[tuple[str, list[tuple[str, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voice"].choices = offered  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[str, str]:
        """Provider and key."""
        provider, _colon, key = str(self.cleaned_data["voice"]).partition("|")
        return provider, key


class CloneForm(forms.Form):
    """A voice made after a person, who has recorded their consent."""

    name = forms.CharField(label=_("What to call the voice"), max_length=80)
    person = forms.CharField(
        label=_("Whose voice it is"),
        max_length=120,
        help_text=_("The name as they say it in the recording, in the letters of the language they speak."),
    )
    provider = forms.ChoiceField(label=_("Made by"))
    consent = forms.FileField(
        label=_("The recorded consent"), help_text=_("The person says the words below, themselves.")
    )
    reference = forms.FileField(
        label=_("A recording to learn from"), help_text=_("1 to 3 minutes of calm speech, without music or others.")
    )
    brand = forms.ModelChoiceField(
        BrandProfile.objects.none(), label=_("For the brand"), required=False, empty_label=_("Any of ours")
    )
    promised = forms.BooleanField(
        label=_("This person recorded the consent themselves, knows what the voice is for, and can take it back.")
    )

    def __init__(self, *args: Any, membership: Membership, providers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = providers  # type: ignore[attr-defined]
        self.fields["brand"].queryset = queries.brands_of(membership)  # type: ignore[attr-defined]
        for name in ("consent", "reference"):
            self.fields[name].widget.attrs["accept"] = "audio/*,video/*"

    def clean_person(self) -> str:
        """Ask for a name that can be heard."""
        person = " ".join(str(self.cleaned_data["person"]).split())
        if sum(letter.isalpha() for letter in person) < 3:
            raise ValidationError(_("Write the person's name, at least three letters."))
        return person
