"""Who is billed: only what the law asks of this buyer, and only what helps them besides.

In India: name, address with PIN and State (CGST Rules, rule 46, proviso on online services: whatever the sum); a GSTIN
for whoever wants to take the tax off, checked against the State. Elsewhere: name, country, and a tax number if there
is one.
"""

import re
from typing import Any, ClassVar

from babel import Locale, UnknownLocaleError
from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.models import Organization
from billing.gst import gstin, states
from billing.gst.supply import INDIA
from billing.models import BillingDetails

PIN = re.compile(r"[1-9][0-9]{5}")
SPACES = re.compile(r"\s+")
HOME_ONLY = ("state", "gstin", "is_sez")
ABROAD_ONLY = ("region", "tax_id")
ADDRESS = ("line1", "city", "postal_code")
AUTOCOMPLETE = {
    "name": "organization", "line1": "address-line1", "line2": "address-line2", "city": "address-level2",
    "postal_code": "postal-code", "country": "country", "state": "address-level1", "email": "email",
    "region": "address-level1",
}  # fmt: skip
# Another country asks for other things: the form comes again with what was typed.
AGAIN = {
    "hx-post": "", "hx-vals": '{"again": "1"}', "hx-target": "closest form", "hx-select": "form.narrow",
    "hx-swap": "outerHTML",
}  # fmt: skip
CURRENCIES = (("INR", "INR (₹)"), ("USD", "USD ($)"))


def countries() -> list[tuple[str, str]]:
    """Return countries in the reader's language, India first."""
    try:
        names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        names = Locale("en").territories
    found = [(code, name) for code, name in names.items() if len(code) == len(INDIA) and code.isalpha()]
    unreal = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AC", "CP", "DG", "EA", "IC", "TA", "CQ"}
    real = [each for each in found if each[0] not in unreal]
    return sorted(real, key=lambda each: (each[0] != INDIA, each[1]))


class BillingDetailsForm(forms.ModelForm[BillingDetails]):
    """The buyer; what does not belong to their country is emptied, and not asked of them."""

    state = forms.ChoiceField(label=gettext_lazy("State or union territory"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    currency = forms.ChoiceField(label=gettext_lazy("Pay in"), choices=CURRENCIES)
    gstin = forms.CharField(
        label="GSTIN",
        required=False,
        max_length=40,  # typed with spaces; kept without
        help_text=gettext_lazy("Only if you are registered for GST. The tax can then be taken off."),
    )

    class Meta:
        model = BillingDetails
        fields: ClassVar = [
            "country", "kind", "name", "line1", "line2", "city", "state", "region", "postal_code", "gstin", "is_sez",
            "tax_id", "email", "currency",
        ]  # fmt: skip
        labels: ClassVar = {
            "kind": gettext_lazy("Who buys"),
            "name": gettext_lazy("Name on the invoice"),
            "line1": pgettext_lazy("postal", "Address"),
            "line2": gettext_lazy("Address, second line"),
            "city": gettext_lazy("City"),
            "region": gettext_lazy("Region"),
            "postal_code": gettext_lazy("PIN or postal code"),
            "is_sez": gettext_lazy("We are a unit in a special economic zone"),
            "tax_id": gettext_lazy("Tax number"),
            "email": gettext_lazy("E-mail for invoices"),
        }
        help_texts: ClassVar = {
            "name": gettext_lazy("A business: as it is registered."),
            "tax_id": gettext_lazy("A VAT number, for instance, if you have one."),
            "email": gettext_lazy("It stands on invoices: your accountant’s, for instance."),
            "region": "",
            "is_sez": gettext_lazy("Then the invoice bears no GST, as the law of the zones has it."),
        }

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("choose")), *states.choices()]  # type: ignore[attr-defined]
        if not self.instance.name:
            self.fields["name"].initial = organization.name
        self.at_home = self._country() == INDIA
        for field in ABROAD_ONLY if self.at_home else HOME_ONLY:
            del self.fields[field]
        if not self.at_home and not self.is_bound and self.initial.get("country") != self.instance.country:
            self.initial["currency"] = CURRENCIES[1][0]  # what an export is paid in
        self.fields["postal_code"].label = "PIN" if self.at_home else _("Postal code")
        for field in (*ADDRESS, "state") if self.at_home else ():
            self.fields[field].required = True
        for field, hint in AUTOCOMPLETE.items():
            if field in self.fields:
                self.fields[field].widget.attrs["autocomplete"] = hint
        self.fields["country"].widget.attrs |= AGAIN

    def _country(self) -> str:
        """Return the country that is chosen: what is not asked there is left out."""
        given = self.data.get("country") if self.is_bound else self.initial.get("country")
        return str(given or self.instance.country or INDIA)

    def clean(self) -> dict[str, Any]:
        """Ask what the law asks of a buyer in this country, and empty what is another's."""
        told = super().clean() or self.cleaned_data
        for field in ABROAD_ONLY if self.at_home else HOME_ONLY:
            setattr(self.instance, field, False if field == "is_sez" else "")
        if self.at_home:
            told["postal_code"] = SPACES.sub("", told.get("postal_code") or "")
            if not PIN.fullmatch(told["postal_code"]) and "postal_code" not in self.errors:
                self.add_error("postal_code", _("A PIN has six digits, such as 560001."))
            self._clean_gstin(told)
        return told

    def _clean_gstin(self, told: dict[str, Any]) -> None:
        number = gstin.compact(told.get("gstin") or "")
        told["gstin"] = number
        if not number:
            if told.get("is_sez"):
                self.add_error("gstin", _("A unit in a special economic zone has a GSTIN of its own; give it."))
            return
        try:
            found = gstin.of_buyer(number, state=told.get("state") or "")
        except gstin.WrongNumber as error:
            self.add_error("gstin", str(error))
            return
        told["kind"] = BillingDetails.Kind.BUSINESS if found.is_registered else told.get("kind")
