"""Forms about voice samples."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

FILE_BYTES = 400_000
LONGEST_BOX = 200_000
LONGEST_CHECK = 5_000
PLAIN = (".txt", ".md", ".markdown")


class SamplesForm(forms.Form):
    """Texts pasted into one box, a plain text file, or both."""

    text = forms.CharField(
        label=_("Posts that sound like you"),
        required=False,
        max_length=LONGEST_BOX,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Several at once: put a line of --- between them, or leave two lines empty."),
    )
    file = forms.FileField(
        label=_("Or a text file"),
        required=False,
        widget=forms.FileInput({"accept": ",".join([*PLAIN, "text/plain"])}),
        help_text=_("Plain text or Markdown, up to 400 kB, divided in the same way."),
    )

    def clean_file(self) -> str:
        """Return the file's words."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if (file.size or 0) > FILE_BYTES:
            raise ValidationError(_("This file is larger than 400 kB. Choose the posts that sound most like you."))
        if not str(file.name).lower().endswith(PLAIN):
            raise ValidationError(_("Only .txt and .md are read here. Paste the text instead."))
        try:
            return str(file.read(), "utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("This file is not text in UTF-8. Save it as that, or paste the text.")) from error

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("text") and not cleaned.get("file"):
            raise ValidationError(_("Paste a text or choose a file."))
        return cleaned


class CheckForm(forms.Form):
    """A text to be held against the samples."""

    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_CHECK,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Paste a text to test.")},
    )
