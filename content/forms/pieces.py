"""The form of a piece."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from content.models import GeneratedContent, PosterFrame
from trenddrop.core import platforms


class HashtagsField(forms.CharField):
    """Hashtags separated by spaces or commas, as a list without # and without repeats."""

    def to_python(self, value: Any) -> Any:
        """Return the list."""
        if isinstance(value, list):
            return value
        return platforms.unique_hashtags([tag for tag in re.split(r"[\s,]+", value or "") if tag.strip("#")])

    def prepare_value(self, value: Any) -> Any:
        """Show the list as people write it."""
        return " ".join(f"#{tag}" for tag in value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        """Ask for at most sixty of at most a hundred letters."""
        super().validate(value)
        if len(value) > 60 or any(len(tag) > 100 for tag in value):
            raise forms.ValidationError(_("At most 60 hashtags of at most 100 letters. Remove some."))

    def run_validators(self, value: Any) -> None:
        """The list was checked in validate."""


def part(name: str) -> dict[str, str]:
    """Mark a field for the page's counters."""
    return {"data-part": name}


class PieceForm(forms.ModelForm[GeneratedContent]):
    """A piece's words, thumbnail and whether the file goes along. Over the limit is allowed here, never when sent."""

    title = forms.CharField(label=_("Title"), required=False, max_length=300, widget=forms.TextInput(part("title")))
    text = forms.CharField(
        label=_("Text"), required=False, max_length=60_000, widget=forms.Textarea(part("text") | {"rows": "8"})
    )
    hashtags = HashtagsField(label=_("Hashtags"), required=False, widget=forms.TextInput(part("hashtags")))
    call_to_action = forms.CharField(
        label=_("Call to action"), required=False, max_length=200, widget=forms.TextInput(part("cta"))
    )
    alt_text = forms.CharField(
        label=_("Alt text"),
        required=False,
        max_length=1000,
        help_text=_("What can be seen, for those who cannot see it."),
    )
    include_media = forms.BooleanField(label=_("Send the video or picture along"), required=False)
    thumbnail = forms.ModelChoiceField(PosterFrame.objects.none(), required=False)

    class Meta:
        model = GeneratedContent
        fields = ["title", "text", "hashtags", "call_to_action", "alt_text", "include_media", "thumbnail"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = platforms.rules(self.instance.platform)
        if rules.title_limit is None:
            del self.fields["title"]
        if not self.instance.asset.file:
            del self.fields["include_media"]
        frames = PosterFrame.objects.filter(asset_id=self.instance.asset_id)
        self.fields["thumbnail"].queryset = frames  # type: ignore[attr-defined]


class RewriteForm(forms.Form):
    """The wish for a new version."""

    note = forms.CharField(required=False, max_length=500)
