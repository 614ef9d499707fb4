"""The form that makes a key."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.permissions import PERMISSIONS, granted
from accounts.services.keys import SCOPES

LASTS = [("90", _("in 90 days")), ("30", _("in 30 days")), ("365", _("in a year")), ("never", _("when it is revoked"))]


class KeyForm(forms.Form):
    """What a key is for, what it may, and when it ends."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        widget=forms.TextInput({"placeholder": _("What is it for?"), "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing the key may do.")},
    )
    lasts = forms.ChoiceField(label=_("Ends"), choices=LASTS, initial="90")

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = granted(by.role, by.permission_overrides)
        choices = [(name, PERMISSIONS[name]) for name in SCOPES if name in may]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]

    def ends(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the key ends; None is when it is revoked."""
        days = self.cleaned_data["lasts"]
        return None if days == "never" else now + dt.timedelta(days=int(days))
