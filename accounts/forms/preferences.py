"""How a person wants to be told."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.notifications import DEFAULTS, Kind, Mail, Reach

WAYS = [(Mail.NOW, _("At once")), (Mail.DAILY, _("Daily digest")), (Mail.OFF, _("Never"))]


class PreferencesForm(forms.Form):
    """For each kind whether it shows in the app and how it is mailed, and the hour of the digest."""

    digest_hour = forms.TypedChoiceField(
        label=_("The daily digest comes at"),
        coerce=int,
        choices=[(hour, f"{hour:02d}:00") for hour in range(24)],
    )

    def __init__(self, *args: Any, reaches: Mapping[Kind, Reach], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reaches = reaches
        for kind, reach in reaches.items():
            is_fixed = DEFAULTS[kind].is_fixed
            self.fields[f"{kind}_app"] = forms.BooleanField(
                required=False,
                initial=reach.in_app,
                disabled=is_fixed,
                widget=forms.CheckboxInput({"aria-label": gettext("%(kind)s, in the app") % {"kind": kind.label}}),
            )
            self.fields[f"{kind}_mail"] = forms.ChoiceField(
                choices=WAYS,
                initial=reach.mail,
                disabled=is_fixed,
                widget=forms.Select({"aria-label": gettext("%(kind)s, by mail") % {"kind": kind.label}}),
            )

    def rows(self) -> list[dict[str, Any]]:
        """Return the table's rows."""
        return [
            {
                "label": kind.label,
                "app": self[f"{kind}_app"],
                "mail": self[f"{kind}_mail"],
                "is_fixed": DEFAULTS[kind].is_fixed,
            }
            for kind in self.reaches
        ]

    def wanted(self) -> dict[Kind, Reach]:
        """Return how each kind shall reach the person."""
        chosen = self.cleaned_data
        return {kind: Reach(Mail(chosen[f"{kind}_mail"]), chosen[f"{kind}_app"]) for kind in self.reaches}
