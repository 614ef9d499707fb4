"""E-invoices: documents that the portal wants, registered with it by the provider that is configured."""

import datetime as dt
import logging
import uuid

from accounts import tenancy
from billing.einvoice import EInvoiceProvider, RegistrationFailed, provider
from billing.einvoice.payload import is_wanted, payload_of
from billing.models import CreditNote, Invoice

logger = logging.getLogger(__name__)
DAYS = dt.timedelta(days=30)  # the portal takes nothing older
AT_ONCE = 100


def register_due(*, now: dt.datetime) -> int:
    """Register what is waiting; return how many. Without a provider nothing happens. Call outside a transaction."""
    found = provider()
    if found is None:
        return 0
    done = 0
    for model in (Invoice, CreditNote):
        with tenancy.operator():
            rows = model.objects.filter(number__isnull=False, irn="", issued_at__gt=now - DAYS).order_by("issued_at")
            waiting = [row.pk for row in rows[:AT_ONCE] if is_wanted(row)]
        done += sum(_register(model, key, found) for key in waiting)
    return done


def _register(model: type[Invoice] | type[CreditNote], key: uuid.UUID, found: EInvoiceProvider) -> bool:
    with tenancy.operator():
        row = model.objects.get(pk=key)
        payload = payload_of(row)
    try:
        registered = found.register(payload)
    except RegistrationFailed as error:
        logger.warning("%s is not registered: %s", row.number, error)
        return False
    with tenancy.operator():
        model.objects.filter(pk=key, irn="").update(irn=registered.irn, pdf="")
    return True
