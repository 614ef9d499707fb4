"""The forms of what is said or written."""

import re
from typing import Any

from babel import Locale
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content.transcripts.tongues import LANGUAGES

LARGEST = 5 * 1024**2  # bytes; subtitles of a day are smaller
LONGEST = 300_000  # characters
MOMENT = re.compile(r"(\d{1,4}:){0,2}\d{1,8}(\.\d{1,4})?")


class SubtitlesForm(forms.Form):
    """A file with subtitles or a text; whether it is one is said by what is in it."""

    file = forms.FileField(
        label=_("Subtitles or transcript"),
        widget=forms.ClearableFileInput({"accept": ".srt,.vtt,.txt,text/vtt,text/plain,application/x-subrip"}),
        help_text=_("SRT, VTT or TXT; it takes the place of the recognised words."),
        error_messages={"empty": _("This file is empty. Nothing was changed.")},
    )
    anyway = forms.BooleanField(
        label=_("It belongs to this recording; use it anyway"), required=False, widget=forms.HiddenInput
    )

    def offer_anyway(self) -> None:
        """Let whoever knows better say so."""
        self.fields["anyway"].widget = forms.CheckboxInput()

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


def languages() -> list[tuple[str, str]]:
    """Return the languages to choose from in the reader's words, those that are met most first."""
    reader = get_language() or "en"
    return [(code, _name(code, reader)) for code in LANGUAGES]


def _name(code: str, reader: str) -> str:
    return str(Locale.parse(code, sep="-").get_display_name(reader.replace("-", "_")) or code)


class LineForm(forms.Form):
    """One line: what it said, where, and what it says now."""

    first = forms.IntegerField(min_value=0, max_value=10_000_000, widget=forms.HiddenInput)
    was = forms.CharField(max_length=20_000, strip=False, widget=forms.HiddenInput)
    follows = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Words"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": "3"}),
        help_text=_("A new line begins a new turn. Nothing at all takes the line out."),
    )
    speaker = forms.CharField(
        label=_("Who speaks"),
        max_length=60,
        required=False,
        help_text=_("From here until the next name."),
        widget=forms.TextInput({"list": "speakers", "autocomplete": "off"}),
    )


class FindForm(forms.Form):
    """What to look for."""

    find = forms.CharField(label=_("Find"), max_length=200)
    match_case = forms.BooleanField(label=_("Same capitals"), required=False)
    parts = forms.BooleanField(label=_("Within words, too"), required=False)


class ReplaceForm(FindForm):
    """What to look for, and what to say instead."""

    replacement = forms.CharField(label=_("Replace with"), max_length=200, required=False)


class SpeakerForm(forms.Form):
    """A speaker's new name."""

    old = forms.CharField(max_length=60, widget=forms.HiddenInput)
    new = forms.CharField(label=_("Name"), max_length=60, required=False)


class SecondsField(forms.Field):
    """A moment of a recording, as 83.4, 1:23.4 or 1:02:03; cleaned to seconds."""

    default_error_messages = {"invalid": _("Write it as minutes and seconds, 1:23.4, or as seconds.")}
    MOST = 1e7

    def to_python(self, value: Any) -> float | None:
        """Return seconds, or None for nothing."""
        text = str(value or "").strip().replace(",", ".")
        if not text:
            return None
        if not MOMENT.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        seconds = 0.0
        for part in text.split(":"):
            seconds = seconds * 60 + float(part)
        if seconds > self.MOST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return seconds


class PlaceForm(forms.Form):
    """Which part of a long transcript is shown: a page, or the one on which a second is said; nonsense is passed over.

    `edit` is the second of a line that is open.
    """

    at = SecondsField(label=_("Go to"), required=False)
    edit = SecondsField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    @property
    def second(self) -> float | None:
        """The second that is asked for, if one is."""
        self.full_clean()
        edit: float | None = self.cleaned_data.get("edit")
        at: float | None = self.cleaned_data.get("at")
        return at if edit is None else edit

    @property
    def number(self) -> int:
        """The page that is asked for."""
        self.full_clean()
        return self.cleaned_data.get("page") or 1


KINDS = [("filler", _("A filler")), ("silence", _("A silence"))]


class MarkForm(forms.Form):
    """What is marked, or is none."""

    kind = forms.ChoiceField(label=_("What it is"), choices=KINDS, initial="filler")
    start = SecondsField(label=_("From"))
    end = SecondsField(label=_("To"))


class LanguageForm(forms.Form):
    """Which language is spoken."""

    language = forms.ChoiceField(label=_("Language"), choices=languages)
    listen = forms.BooleanField(required=False, label=_("Listen again in this language"))
