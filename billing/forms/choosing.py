"""What one fills in to buy, change and end a plan."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from billing.models import Interval

CURRENCIES = (("INR", "INR"), ("USD", "USD"))


class WishForm(forms.Form):
    """A plan, how often it is paid, and in which currency: as the address says it."""

    plan = forms.SlugField(max_length=30)
    per = forms.ChoiceField(choices=Interval.choices, required=False)
    currency = forms.ChoiceField(choices=CURRENCIES, required=False)

    def asked(self) -> dict[str, str]:
        """Return the plan's key, the interval and the currency, the usual where none is named."""
        given = self.cleaned_data
        interval = given["per"] or str(Interval.MONTH)
        return {"plan": given["plan"], "interval": interval, "currency": given["currency"] or CURRENCIES[0][0]}


class PackForm(forms.Form):
    """A pack of credits, as the address says it."""

    pack = forms.SlugField(max_length=30)
    currency = forms.ChoiceField(choices=CURRENCIES, required=False)


class PayForm(forms.Form):
    """By whom the money is taken; what is bought comes along, hidden."""

    plan = forms.SlugField(max_length=30, required=False, widget=forms.HiddenInput)
    per = forms.ChoiceField(choices=Interval.choices, required=False, widget=forms.HiddenInput)
    currency = forms.ChoiceField(choices=CURRENCIES, required=False, widget=forms.HiddenInput)
    pack = forms.SlugField(max_length=30, required=False, widget=forms.HiddenInput)
    gateway = forms.ChoiceField(label=_("Paid by"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, gateways: Sequence[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["gateway"].choices = [(key, key) for key in gateways]  # type: ignore[attr-defined]
        self.fields["gateway"].error_messages = {
            "required": _("Choose by whom the money is taken."),
            "invalid_choice": _("This gateway cannot take this payment. Choose another one."),
        }


class KeepForm(forms.Form):
    """Which accounts stay when a smaller plan has fewer."""

    keep = forms.MultipleChoiceField(label=_("Accounts"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, accounts: Sequence[tuple[UUID, str]], most: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.most = most
        self.fields["keep"].choices = [(str(pk), label) for pk, label in accounts]  # type: ignore[attr-defined]
        self.fields["keep"].initial = [str(pk) for pk, _label in accounts[:most]]

    def clean_keep(self) -> list[str]:
        """Hold the choice to what the plan has room for."""
        chosen: list[str] = self.cleaned_data["keep"]
        if len(chosen) > self.most:
            words = ngettext("Choose at most %(n)s account.", "Choose at most %(n)s accounts.", self.most)
            raise forms.ValidationError(words % {"n": self.most})
        return chosen


class EndForm(forms.Form):
    """Why a plan is ended; nobody has to say."""

    reason = forms.CharField(
        label=_("What made you end it?"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
