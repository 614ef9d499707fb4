"""A file that was finished elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.models import EditTool

PICTURES = [(tool.value, tool.label) for tool in EditTool if tool != EditTool.BUILT_IN]


class BroughtForm(forms.Form):
    """The finished file, where it was finished, and, of a carousel, which picture it is."""

    file = forms.FileField(
        label=_("The finished file"), help_text=_("A video (best MP4) or, for pictures, PNG or JPEG.")
    )
    tool = forms.ChoiceField(label=_("Finished in"), choices=PICTURES)
    slide = forms.TypedChoiceField(label=_("Which picture"), coerce=int, required=False)
    alt_text = forms.CharField(
        label=_("What it shows"), max_length=1000, required=False, help_text=_("Empty: as the file before it.")
    )

    def __init__(self, *args: Any, slides: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = "image/png,image/jpeg" if slides else "video/*,image/*"
        if slides:
            choices = [(number, str(number)) for number in slides]
            self.fields["slide"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["slide"]
