"""Sums, days, spans, gateways and failures in the words of billing's pages."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from babel import Locale
from django.conf import settings
from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from billing.gateways.capabilities import ABILITIES
from billing.gst import states
from trenddrop.core import display

Words = str | Promise
GB = 10**9
ZONE = ZoneInfo("Asia/Kolkata")  # billing days are India's, wherever the reader is
# Every meter a plan is compared by: its name, and what holds on one's own server.
METERS: dict[str, tuple[Words, Words]] = {
    "uploads": (gettext_lazy("Uploads a month"), gettext_lazy("your disk")),
    "connections": (gettext_lazy("Connected accounts"), gettext_lazy("no limit")),
    "members": (gettext_lazy("Members"), gettext_lazy("no limit")),
    "clients": (gettext_lazy("Clients"), gettext_lazy("no limit")),
    "ai_credits": (gettext_lazy("AI credits a month"), gettext_lazy("not limited")),
    "storage_bytes": (gettext_lazy("Storage"), gettext_lazy("your disk")),
    "api_calls": (gettext_lazy("API calls a month"), gettext_lazy("no limit")),
}
# Why banks and gateways refuse, in words a payer can act on; what is not known stays in the gateway's own words.
FAILURES: dict[str, Words] = {
    "insufficient_funds": gettext_lazy("There was not enough money in the account. Top it up or pay another way."),
    "card_declined": gettext_lazy("The bank refused the card. Ask the bank, or pay another way."),
    "declined": gettext_lazy("The bank refused it. Ask the bank, or pay another way."),
    "expired_card": gettext_lazy("The card has run out. Pay with another one."),
    "incorrect_cvc": gettext_lazy("The card’s security code was wrong. Try again."),
    "authentication_required": gettext_lazy("The bank wants you to confirm it. Pay again, and confirm in its app."),
    "mandate_revoked": gettext_lazy("The mandate was ended at the bank. Pay again to give a new one."),
    "mandate_paused": gettext_lazy("The mandate is paused at the bank. Take it up again there, or pay another way."),
    "canceled": gettext_lazy("It was left before it was paid."),
    "cancelled": gettext_lazy("It was left before it was paid."),
    "expired": gettext_lazy("Nobody paid in time."),
}
# The same where a month is told already.
SHORT: dict[str, Words] = {
    **{meter: label for meter, (label, _own) in METERS.items()},
    "uploads": gettext_lazy("Uploads"),
    "ai_credits": gettext_lazy("AI credits"),
    "api_calls": gettext_lazy("API calls"),
}
# What is counted, where another page lists more of them.
COUNTS: dict[str, Words] = {
    "members": gettext_lazy("the active people of your team; clients’ own people and open invitations do not count"),
    "connections": gettext_lazy("the connected ones; paused accounts and the practice network do not count"),
}
NO_TAX: dict[str, Words] = {
    "export": gettext_lazy("none: export under LUT"),
    "sez": gettext_lazy("none: to a special economic zone under LUT"),
    "outside": gettext_lazy("none"),
}


def _language() -> str:
    return get_language() or "en"


def money(value: Decimal, currency: str) -> str:
    """₹9,438.82: to the paisa."""
    return display.money(value, currency, _language())


def price(value: Decimal, currency: str) -> str:
    """₹7,999, and $12.50: as a price list writes it."""
    return display.money(value, currency, _language(), places=None)


def day(value: dt.date | dt.datetime | None) -> str:
    """1 Nov 2026: the day in India, always with its year."""
    if value is None:
        return ""
    found = value.astimezone(ZONE).date() if isinstance(value, dt.datetime) else value
    return dateformat.format(found, "j M Y")


def span(start: dt.datetime, end: dt.datetime) -> str:
    """1 Nov 2026 to 30 Nov 2026: what ends at midnight ends the day before."""
    return _("%(start)s to %(end)s") % {"start": day(start), "end": day(end - dt.timedelta(microseconds=1))}


def gateway(key: str) -> str:
    """Return a gateway's name."""
    return str(ABILITIES[key].name) if key in ABILITIES else key


def write_to_us() -> str:
    """Return the address that opens a mail to those who sell."""
    return f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"


def failure(code: str, reason: str) -> str:
    """Return why a payment failed, and what to do."""
    known = FAILURES.get(code.lower())
    return str(known) if known else reason


def no_tax(supply: str) -> str:
    """Return why there is no tax."""
    return str(NO_TAX.get(supply, ""))


def state_name(code: str) -> str:
    """Return the state of a code for GST."""
    return states.name_of(code) if code else ""


def country(code: str) -> str:
    """Return a country's name in the reader's language."""
    return str(Locale.parse(_language(), sep="-").territories.get(code.upper(), code)) if code else ""


def state_head(code: str) -> str:
    """Name the tax beside CGST."""
    return states.head_of(code)


def party(told: Mapping[str, object]) -> str:
    """Return a buyer or seller as an address of several lines."""
    place = " ".join(str(told.get(name) or "") for name in ("city", "postal_code")).strip()
    region = str(told.get("state_name") or told.get("region") or "")
    parts = [told.get("name"), told.get("line1"), told.get("line2"), place, region, told.get("country_name")]
    return "\n".join(str(part) for part in parts if part)


def size_of(meter: str, value: int | None) -> str:
    """Return an amount of a meter: 500 GB, 10,000, no limit."""
    if value is None:
        return _("no limit")
    if meter != "storage_bytes":
        return display.number(value, _language())
    whole = value >= GB and value % GB == 0
    return (
        f"{display.number(value // GB, _language())}{display.SPACE}GB"
        if whole
        else display.file_size(value, _language())
    )


def percent(rate: Decimal) -> str:
    """9 %, and 2.5 %: a rate of tax."""
    places = 0 if rate == rate.to_integral_value() else 2
    return f"{display.number(float(rate), _language(), places=places)}{display.SPACE}%"
