"""The form by which the cost of an original is entered."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

COMMON = ("INR", "USD", "EUR", "GBP", "AED", "SGD")


class AmountField(forms.DecimalField):
    """An amount as people write it: 1,50,000, 1 500 or 12.50."""

    def to_python(self, value: Any) -> Any:
        """Take the marks of groups out."""
        if isinstance(value, str):
            value = value.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
            value = value.replace(",", ".") if _is_decimal_comma(value) else value.replace(",", "")
        return super().to_python(value)


def _is_decimal_comma(text: str) -> bool:
    """Say whether the one comma of a number stands before its decimals: 12,5 but not 1,500."""
    _whole, mark, rest = text.partition(",")
    return bool(mark) and "," not in rest and "." not in text and len(rest) in {1, 2}


class CostForm(forms.Form):
    """Hours at a rate, money beside them."""

    hours = AmountField(
        label=_("Hours"), required=False, min_value=Decimal(0), max_digits=8, decimal_places=2,
        help_text=_("of everybody together: shooting, cutting, writing"),
        widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip
    hourly_rate = AmountField(
        label=_("Cost of an hour"), required=False, min_value=Decimal(0), max_digits=12, decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip
    money = AmountField(
        label=_("Money beside the hours"), required=False, min_value=Decimal(0), max_digits=14, decimal_places=2,
        help_text=_("studio, actors, advertising"), widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, initial="INR",
        widget=forms.TextInput({"list": "currencies", "autocapitalize": "characters", "autocomplete": "off"}),
    )  # fmt: skip
    is_estimated = forms.BooleanField(label=_("This is only an estimate"), required=False)
    notes = forms.CharField(label=_("Note"), max_length=300, required=False)

    def clean_money(self) -> Decimal:
        """Nothing is nought."""
        return self.cleaned_data["money"] or Decimal(0)
