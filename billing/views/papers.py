"""Invoices, credit notes and payments: lists, pages, files."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from billing.documents import files
from billing.models import CreditNote, Invoice
from billing.screens import papers
from trenddrop.core import csvs

SHOWN = 25
HEADER = ("number", "kind", "issued", "before tax", "tax", "total", "currency", "state")


@require_safe
@requires("billing.manage")
def invoices(request: MemberRequest) -> HttpResponse:
    """Invoices and credit notes together, the latest first; or all of them as a file."""
    if request.GET.get("csv"):
        return csvs.answer("trenddrop-invoices", HEADER, papers.csv_rows(request.membership))
    page = Paginator(papers.all_papers(request.membership), SHOWN).get_page(request.GET.get("page"))
    context = {"page": page, "rows": papers.rows_of(request.membership, page)}
    return render(request, "billing/invoices.html", context)


@require_safe
@requires("billing.manage")
def invoice(request: MemberRequest, key: UUID) -> HttpResponse:
    """One invoice as it was issued."""
    row = get_object_or_404(papers.issued_to(request.membership), pk=key)
    return render(request, "billing/invoice.html", {"paper": papers.invoice_page(row)})


@require_safe
@requires("billing.manage")
def credit_note(request: MemberRequest, key: UUID) -> HttpResponse:
    """One credit note as it was issued."""
    row = get_object_or_404(CreditNote.objects.visible_to(request.membership).select_related("invoice"), pk=key)
    return render(request, "billing/invoice.html", {"paper": papers.note_page(row)})


@require_safe
@requires("billing.manage")
def invoice_pdf(request: MemberRequest, key: UUID) -> HttpResponse:
    """The invoice's file."""
    return _file(get_object_or_404(papers.issued_to(request.membership), pk=key))


@require_safe
@requires("billing.manage")
def credit_note_pdf(request: MemberRequest, key: UUID) -> HttpResponse:
    """The credit note's file."""
    return _file(get_object_or_404(CreditNote.objects.visible_to(request.membership), pk=key))


def _file(row: Invoice | CreditNote) -> HttpResponse:
    answer = HttpResponse(files.pdf_of(row), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{files.name_of(row)}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@requires("billing.manage")
def payments(request: MemberRequest) -> HttpResponse:
    """Every try to pay, with how it ended."""
    page = Paginator(papers.payments_of(request.membership), SHOWN).get_page(request.GET.get("page"))
    return render(request, "billing/payments.html", {"page": page, "rows": [papers.payment_row(row) for row in page]})
