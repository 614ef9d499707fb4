"""Invoices, credit notes, payments and refunds, for programs."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest import MemberViewSet
from billing.documents import files
from billing.models import CreditNote, Invoice, Payment, Refund
from billing.serializers.papers import (
    CreditNoteSerializer,
    InvoiceSerializer,
    InvoiceWholeSerializer,
    PaymentSerializer,
    RefundSerializer,
)
from trenddrop.core.rest.filters import Filters, instant, key, one_of
from trenddrop.core.rest.views import Listed, Read

READ: dict[str, str] = dict.fromkeys(("list", "retrieve"), "billing.manage")
DRAWN: dict[str, str] = READ | {"pdf": "billing.manage"}
PDF = extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
PART: dict[str, Any] = {"detail": True, "pagination_class": None, "filterset_class": None}
ISSUED = [each for each in Invoice.Status.choices if each[0] != Invoice.Status.DRAFT]


class InvoiceFilter(Filters):
    """Of invoices."""

    status = one_of(ISSUED, "Only those that stand so.")
    since = instant("issued_at", "gte", "Only those issued at this time or after.")
    until = instant("issued_at", "lt", "Only those issued before this time.")

    class Meta:
        model = Invoice
        fields: list[str] = []


class InvoiceViewSet(Listed, Read, MemberViewSet):
    """Invoices, as they were issued."""

    queryset = Invoice.objects.exclude(status=Invoice.Status.DRAFT)
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilter
    shapes: ClassVar = {"retrieve": InvoiceWholeSerializer}
    files = frozenset({"pdf"})
    action_permissions: ClassVar = DRAWN

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the invoices that were issued."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one with its lines."""
        return self.shown(self.get_object())

    @PDF
    @action(**PART)
    def pdf(self, request: Request, pk: Any) -> HttpResponse:
        """Fetch it as a PDF."""
        return _drawn(self.get_object())

    def get_queryset(self) -> QuerySet[Any]:
        """Bring the lines of one along."""
        rows = super().get_queryset()
        return rows.prefetch_related("lines") if self.action == "retrieve" else rows


class CreditNoteFilter(Filters):
    """Of credit notes."""

    invoice = key("invoice_id", "Only those that take this invoice back.")

    class Meta:
        model = CreditNote
        fields: list[str] = []


class CreditNoteViewSet(Listed, Read, MemberViewSet):
    """Credit notes: what took invoices back."""

    queryset = CreditNote.objects.all()
    serializer_class = CreditNoteSerializer
    filterset_class = CreditNoteFilter
    files = frozenset({"pdf"})
    action_permissions: ClassVar = DRAWN

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the credit notes."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)

    @PDF
    @action(**PART)
    def pdf(self, request: Request, pk: Any) -> HttpResponse:
        """Fetch it as a PDF."""
        return _drawn(self.get_object())


def _drawn(row: Invoice | CreditNote) -> HttpResponse:
    answer = HttpResponse(files.pdf_of(row), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{files.name_of(row)}"'
    return answer


class PaymentFilter(Filters):
    """Of payments."""

    status = one_of(Payment.Status.choices, "Only those that stand so.")
    purpose = one_of(Payment.Purpose.choices, "Only those for this.")

    class Meta:
        model = Payment
        fields: list[str] = []


class PaymentViewSet(Listed, Read, MemberViewSet):
    """Payments: every try, with how it ended."""

    queryset = Payment.objects.defer("raw")
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilter
    action_permissions: ClassVar = READ

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the payments."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)


class RefundFilter(Filters):
    """Of refunds."""

    payment = key("payment_id", "Only those of this payment.")

    class Meta:
        model = Refund
        fields: list[str] = []


class RefundViewSet(Listed, Read, MemberViewSet):
    """Refunds; who runs the installation gives them."""

    queryset = Refund.objects.all()
    serializer_class = RefundSerializer
    filterset_class = RefundFilter
    action_permissions: ClassVar = READ

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the refunds."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one."""
        return super().retrieve(request, *args, **kwargs)
