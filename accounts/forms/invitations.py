"""The form of an invitation: one address, or many at once."""

import re
from email.utils import parseaddr
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.members import RoleForm
from accounts.models import Membership

MOST = 50


class InviteForm(RoleForm):
    """Who, as what, and a word to them."""

    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        max_length=6000,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off", "spellcheck": "false", "inputmode": "email"}),
        help_text=gettext_lazy("One or many, separated by commas or lines; as an address book gives them is fine."),
    )
    message = forms.CharField(label=gettext_lazy("A word to them"), max_length=300, required=False)

    field_order = ["emails", "role", "client", "message"]

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.fields["role"].initial = Membership.Role.CREATOR

    def clean_emails(self) -> list[str]:
        """Return the addresses, each once."""
        parts = [part.strip() for part in re.split(r"[,;\n\r]+", str(self.cleaned_data["emails"]))]
        found = list(dict.fromkeys((parseaddr(part)[1] if "<" in part else part) or part for part in parts if part))
        if not found:
            raise forms.ValidationError(_("Type at least one address."))
        if len(found) > MOST:
            raise forms.ValidationError(
                _("At most %(most)s addresses at once. Send the rest afterwards.") % {"most": MOST}
            )
        return found
