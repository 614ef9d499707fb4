"""The form of a piece's words and the clicks that mend them, for pages of the apps above."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.forms.pieces import FixForm, HashtagsField, PieceForm, part
from content.models import GeneratedContent
from content.pieces.preflight import Fix


def form_of(piece: GeneratedContent, data: Any = None) -> PieceForm:
    """Return the form with a piece's words; bound, it writes what is valid on that copy of the row."""
    return PieceForm(data, instance=piece)


def given(form: PieceForm) -> dict[str, Any]:
    """Return what a valid form says, as the command that edits a piece takes it."""
    return form.given


def clicked(data: Any) -> Fix | None:
    """Return the click that mends, None for none, or for one that there is not."""
    form = FixForm(data)
    return form.cleaned_data["fix"] if form.is_valid() else None


def hashtags_field() -> forms.Field:
    """Return the field that takes hashtags as people write them."""
    return HashtagsField(label=_("Hashtags"), required=False, widget=forms.TextInput(part("hashtags")))
