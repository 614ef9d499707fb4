"""E-invoices: the port to a provider that registers documents with the Invoice Registration Portal. Off by default.

Needed of sellers above ₹5 crore of yearly turnover, for registered buyers and exports. A provider is a class named by
BILLING_EINVOICE; what it is given is the portal's own JSON (schema INV-01, version 1.1) by `billing.einvoice.payload`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class RegistrationFailed(Exception):
    """The portal did not register the document; the message is its own."""


@dataclass(frozen=True)
class Registered:
    """What the portal answers: the reference (64 hexadecimal digits), its acknowledgement, and the signed QR text."""

    irn: str
    acknowledged_at: dt.datetime
    acknowledgement: str = ""
    qr: str = ""


class EInvoiceProvider(Protocol):
    """Whoever registers documents with the portal."""

    def register(self, payload: Mapping[str, Any]) -> Registered:
        """Register one document; the same one again gets the same reference. Raise RegistrationFailed."""
        ...

    def cancel(self, irn: str, *, reason: str) -> None:
        """Take a registration back, within a day. Raise RegistrationFailed."""
        ...


def provider() -> EInvoiceProvider | None:
    """Return the provider that is configured, or None."""
    if not settings.BILLING_EINVOICE:
        return None
    found: EInvoiceProvider = import_string(settings.BILLING_EINVOICE)()
    return found
