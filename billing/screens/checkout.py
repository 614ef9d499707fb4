"""Checkout: what is bought and what it comes to, and who may take the money."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing import words
from billing.gateways import capabilities
from billing.gateways.amounts import to_minor
from billing.gst.supply import Supply
from billing.gst.tax import Heads
from billing.models import BillingDetails, CreditPack, Interval, PlanPrice
from billing.screens.papers import Line
from trenddrop.core import display

Words = str | Promise
INDIA = capabilities.INDIA
# With what one pays at a gateway.
METHODS: dict[str, Words] = {
    "test": gettext_lazy("nobody is charged"),
    "stripe": gettext_lazy("card"),
    "razorpay": gettext_lazy("UPI Autopay, card, net banking"),
    "cashfree": gettext_lazy("UPI Autopay, card, bank account"),
    "paypal": gettext_lazy("PayPal account or card"),
}
MORE: dict[str, Words] = {
    "test": gettext_lazy("Part of this installation, to try everything out: buy, renew, fail, refund."),
    "stripe": gettext_lazy("You pay on Stripe’s page."),
    "razorpay": gettext_lazy("You give a mandate on Razorpay’s page; your bank tells you before every debit."),
    "cashfree": gettext_lazy("You give a mandate on Cashfree’s page; your bank tells you before every debit."),
    "paypal": gettext_lazy("You agree on PayPal’s page, and can end it there too."),
}


@dataclass(frozen=True)
class Sale:
    """What is bought, and what it comes to."""

    title: str
    per: str
    currency: str
    lines: Sequence[Line]
    total: Decimal
    then: str
    mandate: str
    ways_words: str
    action: str


@dataclass(frozen=True)
class Way:
    """A gateway to choose, or why it cannot be chosen."""

    key: str
    name: str
    methods: str
    more: str
    why_not: str
    is_chosen: bool


def sale_of_plan(price: PlanPrice, heads: Heads, supply: Supply, *, country: str) -> Sale:
    """Return the sale of a plan."""
    plan, interval = price.version.plan.name, Interval(price.interval)
    year = interval == Interval.YEAR
    told = {"total": words.money(heads.total, price.currency)}
    yearly, monthly = (
        _("Then %(total)s every year, until you end it."),
        _("Then %(total)s every month, until you end it."),
    )
    return Sale(
        title=_("%(plan)s, %(interval)s") % {"plan": plan, "interval": str(interval.label).lower()},
        per=_("for a year") if year else _("for a month"),
        currency=price.currency,
        lines=[Line(plan, heads.taxable), *tax_lines(heads, supply)],
        total=heads.total,
        then=(yearly if year else monthly) % told,
        mandate=mandate_words(heads.total, price.currency, country),
        ways_words=ways_words(price.currency),
        action=_("Go on to pay %(total)s") % told,
    )


def sale_of_pack(pack: CreditPack, heads: Heads, supply: Supply) -> Sale:
    """Return the sale of credits."""
    what = ngettext("%(n)s credit", "%(n)s credits", pack.credits) % {"n": display.number(pack.credits, "en")}
    days = ngettext("can be used for %(n)s day", "can be used for %(n)s days", pack.valid_days) % {"n": pack.valid_days}
    return Sale(
        title=_("Credits"),
        per=days,
        currency=pack.currency,
        lines=[Line(what, heads.taxable), *tax_lines(heads, supply)],
        total=heads.total,
        then="",
        mandate="",
        ways_words=ways_words(pack.currency),
        action=_("Go on to pay %(total)s") % {"total": words.money(heads.total, pack.currency)},
    )


def tax_lines(heads: Heads, supply: Supply) -> list[Line]:
    """Return the heads of tax as lines, with why there is none."""
    named = (("CGST", heads.cgst, supply.cgst), (words.state_head(supply.place), heads.sgst, supply.sgst))
    heads_told = (*named, ("IGST", heads.igst, supply.igst))
    found = [Line(_tax(name, rate), amount) for name, amount, rate in heads_told if amount]
    if heads.rounding:
        found.append(Line(_("Rounding"), heads.rounding))
    return found or [Line(_("GST"), Decimal(0), words.no_tax(str(supply.kind)))]


def _tax(name: str, rate: Decimal) -> str:
    return f"{name} {words.percent(rate)}"


def ways_words(currency: str) -> str:
    """Say what decides who may take the money."""
    return _("whoever may take %(currency)s from your country") % {"currency": currency}


def mandate_words(total: Decimal, currency: str, country: str) -> str:
    """Say what India's rules on standing permissions mean for this sum."""
    if country != INDIA or currency != "INR":
        return ""
    if capabilities.needs_hand(amount=to_minor(total, currency), currency=currency, country=country):
        return _("Above ₹15,000 your bank wants you to confirm every renewal. We tell you in time.")
    return _("You give a mandate; your bank tells you a day before every debit, and you can end it there.")


def ways_of(keys: Sequence[str], *, currency: str, country: str, chosen: str = "") -> list[Way]:
    """Return every gateway that is set up, with why it cannot take this; the first that can is chosen."""
    told = [(key, capabilities.abilities(key).why_not(currency=currency, country=country)) for key in keys]
    can = [key for key, why in told if why is None]
    first = chosen if chosen in can else next(iter(can), "")
    return [
        Way(
            key, str(capabilities.abilities(key).name), str(METHODS.get(key, "")), str(MORE.get(key, "")),
            str(why or ""), key == first,
        )
        for key, why in told
    ]  # fmt: skip


def buyer_words(details: BillingDetails | None) -> str:
    """Return who is billed as an address of several lines."""
    if details is None:
        return ""
    region = words.state_name(details.state) if details.country == INDIA else details.region
    place = " ".join(part for part in (details.city, details.postal_code) if part)
    parts = [details.name, details.line1, details.line2, place, region, words.country(details.country)]
    if details.gstin:
        parts.append(f"GSTIN {details.gstin}")
    return "\n".join(part for part in parts if part)
