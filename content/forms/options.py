"""The form of what a platform's posts carry beside text and media, made from its table."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from content.models import GeneratedContent
from content.pieces.composing import media_of
from trenddrop.core.platforms import options
from trenddrop.core.platforms.options import BadOption, Option, Shape

LONG = 250  # characters from which a text is written on several lines


def untouched(form: forms.BaseForm, names: Iterable[str]) -> set[str]:
    """Return the fields that were sent as they stood when the page was drawn."""
    changed = set(form.changed_data)
    return {name for name in names if form.add_initial_prefix(name) in form.data and name not in changed}


class OptionsForm(forms.Form):
    """One field an option; those for files of a kind that is not there are not asked for and stay as they are."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, piece: GeneratedContent) -> None:
        self.piece = piece
        self.stored = options.kept(piece.platform, piece.options)
        asked = data is not None and "options" in data
        super().__init__(data if asked else None, prefix="options", initial=self.stored)
        media = media_of(piece)
        for option in options.options(piece.platform):
            if not option.media or (media is not None and media.kind == option.media):
                self.fields[option.name] = field_of(option)
                self.fields[option.name].show_hidden_initial = True

    @property
    def told(self) -> list[str]:
        """What is chosen beside the usual, a line each."""
        return options.told(self.piece.platform, self.piece.options)

    @property
    def changes(self) -> dict[str, Any]:
        """What to store: nothing where the options were not asked for. Call once it is valid."""
        return {"options": self.cleaned_data["chosen"]} if self.is_bound else {}

    def clean(self) -> dict[str, Any]:
        """Hold them against the table."""
        asked = self.cleaned_data.keys() - untouched(self, self.fields)
        given = {name: self.cleaned_data[name] for name in self.fields if name in asked}
        try:
            self.cleaned_data["chosen"] = options.chosen(self.piece.platform, self.stored | given)
        except BadOption as error:
            self.add_error(error.name, str(error))
        return self.cleaned_data


def field_of(option: Option) -> forms.Field:
    """The field that asks for an option."""
    told: dict[str, Any] = {"label": option.label, "help_text": option.help, "required": False}
    if option.shape is Shape.SWITCH:
        return forms.BooleanField(**told)
    if option.shape is Shape.CHOICE:
        return forms.ChoiceField(choices=option.choices, **(told | {"required": True}))
    widget: forms.Widget = forms.TextInput({"inputmode": "url", "placeholder": "https://"})
    if option.shape is Shape.TEXT:
        widget = forms.Textarea({"rows": "2"}) if option.limit > LONG else forms.TextInput()
    return forms.CharField(max_length=option.most or 500, widget=widget, **told)
