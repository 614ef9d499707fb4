"""What the pages of the plan write: prices, amounts, days of invoices, lines of the ledger, the pages themselves."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing import words
from billing.models import CreditEntry
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
    return display.NOT_GIVEN if value is None else display.money(value, currency, _language(), places=None)


@register.filter
def calendar_day(day: dt.date | None) -> str:
    """1 Nov 2026, always with its year: papers are kept for long."""
    return words.day(day) or display.NOT_GIVEN


@register.filter
def credit_words(entry: CreditEntry) -> str:
    """What a line of the ledger was for; kinds that say it all need no reason."""
    if entry.kind in {CreditEntry.Kind.SPEND, CreditEntry.Kind.GRANT}:
        return entry.reason or entry.get_kind_display()
    return f"{entry.get_kind_display()}: {entry.reason}" if entry.reason else entry.get_kind_display()


@register.simple_tag(takes_context=True)
def billing_pages(context: Context) -> list[dict[str, Any]]:
    """The pages of the plan, the current one marked."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.url_name if match else ""
    return [{"url": reverse(name), "label": label, "here": here in pages} for name, label, pages in PAGES]


@register.filter
def gateway_name(key: str) -> str:
    """Stripe, Razorpay: the gateway's own name."""
    return words.gateway(key) if key else display.NOT_GIVEN


@register.filter
def rate(share: Decimal | None) -> str:
    """2.4 % of a share; a dash where nothing was there to lose."""
    if share is None:
        return display.NOT_GIVEN
    return f"{display.number(float(share * 100), _language(), places=1)}{display.SPACE}%"
