"""The form of a link for somebody without an account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientAccount
from publishing.services.links import DAYS, MOST_DAYS


class LinkForm(forms.Form):
    """For whom, to what, for how long."""

    client = forms.ModelChoiceField(
        label=_("All work of"), queryset=ClientAccount.objects.none(), empty_label=_("Choose a client"), required=False
    )
    name = forms.CharField(label=_("Their name"), max_length=120, help_text=_("What they decide is kept with it."))
    email = forms.EmailField(
        label=_("Their e-mail"), help_text=_("The link is mailed there, and a code when they change the device.")
    )
    days = forms.IntegerField(
        label=_("Works for"), min_value=1, max_value=MOST_DAYS, initial=DAYS, help_text=_("days, 90 at most")
    )
    may_decide = forms.BooleanField(
        label=_("They may approve and ask for changes"),
        required=False,
        initial=True,
        help_text=_("Off: they read and comment."),
    )

    def __init__(self, *args: Any, clients: Any, is_of_piece: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
        self.fields["client"].required = not is_of_piece
        if is_of_piece:
            del self.fields["client"]
