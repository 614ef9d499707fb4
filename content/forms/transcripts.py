"""The forms of what is said or written."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

LARGEST = 5 * 1024**2  # bytes; subtitles of a day are smaller
LONGEST = 300_000  # characters


class SubtitlesForm(forms.Form):
    """A file with subtitles; whether it is one is said by what is in it."""

    file = forms.FileField(
        label=_("Subtitles"),
        widget=forms.ClearableFileInput({"accept": ".srt,.vtt,text/vtt,application/x-subrip"}),
        help_text=_("SRT or VTT; they take the place of the recognised words."),
        error_messages={"empty": _("This file is empty. Nothing was changed.")},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is too large to be subtitles."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            most = {"most": filesizeformat(LARGEST), "size": filesizeformat(file.size or 0)}
            raise forms.ValidationError(
                _("This file has %(size)s; subtitles have at most %(most)s. Nothing was changed."), params=most
            )
        return file


class TextForm(forms.Form):
    """All words at once."""

    text = forms.CharField(
        label=_("Words"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": "8"}),
        help_text=_("Words that stay keep their seconds."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].strip = True  # type: ignore[attr-defined]
