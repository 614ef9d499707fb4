"""Files of documents: drawn when first asked for, or by the sweep; kept in the storage, made again if lost."""

import datetime as dt
import logging

from django.core.files.base import ContentFile
from django.db import transaction

from accounts import tenancy
from billing.documents import drawing
from billing.models import CreditNote, Invoice
from billing.models.invoices import TaxDocument

logger = logging.getLogger(__name__)
AT_ONCE = 200  # documents of one sweep


def pdf_of(row: Invoice | CreditNote) -> bytes:
    """Return the file of an issued document: what is kept, or drawn anew and kept."""
    if row.number is None:
        raise ValueError("a draft has no file")
    if row.pdf:
        try:
            with row.pdf.open("rb") as kept:
                return bytes(kept.read())
        except OSError:
            logger.warning("the file of %s is lost; it is drawn again", row.number)
    return draw(row)


def name_of(row: TaxDocument) -> str:
    """Return how a document's file is called when it is saved: TD-2627-0000123.pdf."""
    return f"{(row.number or 'draft').replace('/', '-')}.pdf"


def draw(row: Invoice | CreditNote) -> bytes:
    """Draw a document and keep its file."""
    data = drawing.invoice_pdf(row) if isinstance(row, Invoice) else drawing.note_pdf(row)
    kept = row.pdf.storage.save(f"invoices/{row.organization_id}/{name_of(row)}", ContentFile(data))
    type(row).objects.filter(pk=row.pk).update(pdf=kept)
    row.pdf.name = kept
    return data


def draw_missing(*, now: dt.datetime) -> int:
    """Draw what was issued and has no file yet; return how many."""
    drawn = 0
    for model in (Invoice, CreditNote):
        with tenancy.operator():
            waiting = model.objects.filter(number__isnull=False, pdf="", issued_at__lte=now).order_by("issued_at")
            found = list(waiting.values_list("pk", "organization_id")[:AT_ONCE])
        for key, organization_id in found:
            with tenancy.of_organization(organization_id), transaction.atomic():
                draw(model.objects.get(pk=key))
            drawn += 1
    return drawn
