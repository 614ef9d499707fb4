"""What the pages of the plan write: prices, amounts, days of invoices, lines of the ledger, the pages themselves."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from trenddrop.core import display

register = template.Library()
PAGES: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("billing_plan", _("Plan and usage"), ("billing_plan",)),
    ("billing_invoices", _("Invoices"), ("billing_invoices", "billing_invoice", "billing_credit_note")),
    ("billing_payments", _("Payments"), ("billing_payments",)),
    ("billing_credits", _("Credits"), ("billing_credits",)),
    ("billing_details", _("Billing details"), ("billing_details",)),
)


def _language() -> str:
    return get_language() or "en"


@register.filter
def amount(value: Decimal | None, currency: str) -> str:
    """₹9,438.82: to the paisa, as it is paid."""
    return display.NOT_GIVEN if value is None else display.money(value, currency, _language())


@register.filter
def price(value: Decimal | None, currency: str) -> str:
    """₹7,999, and $12.50: as a price list writes it."""
    if value is None:
        return display.NOT_GIVEN
    return display.money(value, currency, _language(), places=0 if value == value.to_integral_value() else 2)


@register.filter
def calendar_day(day: dt.date | None) -> str:
    """1 Nov 2026, always with its year: papers are kept for long."""
    return dateformat.format(day, "j M Y") if day else display.NOT_GIVEN


@register.simple_tag(takes_context=True)
def billing_pages(context: Context) -> list[dict[str, Any]]:
    """The pages of the plan, the current one marked."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.url_name if match else ""
    return [{"url": reverse(name), "label": label, "here": here in pages} for name, label, pages in PAGES]
