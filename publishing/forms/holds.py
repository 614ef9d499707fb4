"""Forms of holds."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ClientAccount
from publishing.forms.posts import ConnectionChoice
from publishing.models import PlatformConnection


class HoldForm(forms.Form):
    """What is held, and why. An account goes before a client; neither: everything."""

    client = forms.ModelChoiceField(
        ClientAccount.objects.none(), label=_("Everything of a client"), required=False, empty_label=_("no client")
    )
    connection = ConnectionChoice(
        queryset=PlatformConnection.objects.none(),
        label=_("Everything on an account"),
        required=False,
        empty_label=_("no account"),
    )
    everything = forms.BooleanField(label=_("Everything at all"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, clients: Any, connections: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["client"].queryset = clients  # type: ignore[attr-defined]
        self.fields["connection"].queryset = connections  # type: ignore[attr-defined]
        if not clients.exists():
            del self.fields["client"]

    def clean(self) -> dict[str, Any]:
        """Hold one thing, and never everything by leaving all empty."""
        given: dict[str, Any] = super().clean() or {}
        chosen = [name for name in ("client", "connection", "everything") if given.get(name)]
        if not self.errors and len(chosen) != 1:
            raise forms.ValidationError(_("Choose one: a client, an account, or everything."))
        return given


class ReleaseForm(forms.Form):
    """What becomes of posts whose time passed meanwhile."""

    late = forms.ChoiceField(
        label=_("Posts whose time has passed"),
        choices=[
            ("slots", _("move to the next free slots of their accounts")),
            ("leave", _("leave them: what is not too late goes out now, the rest counts as missed")),
        ],
        initial="slots",
        widget=forms.RadioSelect,
    )
