"""Forms that connect accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from publishing import operating
from publishing.models import Platform
from publishing.platforms.base import Connected
from publishing.platforms.signing_in import Door, Entry

LONGEST = 2000


class PlatformForm(forms.ModelForm[Platform]):
    """What an operator says of a platform; limits must be limits, with values they can have."""

    class Meta:
        model = Platform
        fields = ["is_enabled", "audit", "sunset_on", "notice", "overrides"]

    def clean_overrides(self) -> dict[str, Any]:
        """Refuse what would break the platform's rules."""
        given = self.cleaned_data["overrides"] or {}
        try:
            operating.changed(self.instance.key, given)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return dict(given)


class PracticeForm(forms.Form):
    """A name on the practice network."""

    name = forms.CharField(label=_("Name"), max_length=60)


def _field(entry: Entry) -> forms.CharField:
    shown: dict[str, Any] = {"placeholder": entry.placeholder} if entry.placeholder else {}
    widget: forms.Widget = forms.TextInput(shown)
    if entry.secret:
        widget = forms.PasswordInput({**shown, "autocomplete": "off"})
    return forms.CharField(
        label=str(entry.label),
        help_text=str(entry.help),
        required=entry.required,
        initial=entry.initial,
        max_length=LONGEST,
        widget=widget,
    )


class WayForm(forms.Form):
    """What a platform asks before an account is opened: fields made from its entries, its doors to choose from."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, entries: Sequence[Entry] = (), doors: Sequence[Door] = ()
    ) -> None:
        super().__init__(data)
        if len(doors) > 1:
            choices = [(door.name, door.label) for door in doors]
            self.fields["door"] = forms.ChoiceField(
                label=_("How"), choices=choices, initial=doors[0].name, widget=forms.RadioSelect
            )
        for entry in entries:
            self.fields[entry.name] = _field(entry)


class ChoiceForm(forms.Form):
    """Which of the accounts that a sign-in opened."""

    accounts = forms.MultipleChoiceField(
        label=_("Accounts"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one account.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, opened: Sequence[Connected]) -> None:
        super().__init__(data)
        field = self.fields["accounts"]
        field.choices = [(one.profile.id, _named(one)) for one in opened]  # type: ignore[attr-defined]
        field.initial = [opened[0].profile.id] if len(opened) == 1 else []


def _named(one: Connected) -> str:
    name = "" if one.profile.name in {"", one.profile.handle} else f" ({one.profile.name})"
    return f"{one.profile.handle}{name}{f', {one.kind}' if one.kind else ''}"
