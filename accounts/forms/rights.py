"""Bringing an archive."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trenddrop.core import display


class ArchiveForm(forms.Form):
    """The zip file of an export."""

    archive = forms.FileField(
        label=_("Archive"),
        help_text=_("The zip file of an export of TrendDrop, as it came."),
        widget=forms.ClearableFileInput({"accept": ".zip,application/zip"}),
    )

    def clean_archive(self) -> Any:
        """Refuse what is too large before anybody looks into it."""
        file = self.cleaned_data["archive"]
        if file.size > settings.IMPORT_MAX_BYTES:
            most = display.file_size(settings.IMPORT_MAX_BYTES, "en")
            raise forms.ValidationError(
                gettext("The archive is larger than %(most)s. Ask an operator to bring it.") % {"most": most}
            )
        return file
