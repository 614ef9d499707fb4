"""Invoices and credit notes: numbered without gaps, never altered once issued, with everything that was true then."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import TenantModel, TenantQuerySet
from accounts.models.base import BaseModel
from billing.models.money import currency_field, has_code, not_negative, sum_field
from billing.models.payments import Payment, Refund
from billing.models.subscriptions import Subscription


class BillingDetails(TenantModel):
    """Who is billed: what the law needs of this buyer, and no more."""

    IS_WORK = False

    class Kind(models.TextChoices):
        BUSINESS = "business", _("Business")
        PERSON = "person", _("Person")

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("legal name"), max_length=200)
    email = models.EmailField(_("e-mail for invoices"), blank=True)
    line1 = models.CharField(_("address"), max_length=200, blank=True)
    line2 = models.CharField(_("address, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    postal_code = models.CharField(_("PIN or postal code"), max_length=12, blank=True)
    state = models.CharField(_("state"), max_length=2, blank=True, help_text=_("its code for GST, such as 27"))
    region = models.CharField(_("state or region"), max_length=100, blank=True, help_text=_("outside India"))
    country = models.CharField(_("country"), max_length=2, default="IN")
    gstin = models.CharField("GSTIN", max_length=15, blank=True)
    is_sez = models.BooleanField(_("in a special economic zone"), default=False)
    tax_id = models.CharField(_("tax number"), max_length=40, blank=True, help_text=_("outside India"))
    currency = currency_field()

    objects = TenantQuerySet["BillingDetails"].as_manager()

    class Meta:
        verbose_name_plural = "billing details"
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="one_billing_details"),
            has_code("billingdetails_currency"),
        ]

    def __str__(self) -> str:
        return self.name


class InvoiceCounter(BaseModel):
    """The last number given in a series and financial year: locked in the transaction that issues. Nobody's rows."""

    FROZEN_ONCE_ISSUED = True  # it counts up by one; the database holds it to that

    seller = models.CharField(max_length=40, help_text=_("the legal entity: its GSTIN"))
    series = models.CharField(max_length=4)
    financial_year = models.CharField(max_length=4, help_text=_("such as 2627"))
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "series", "financial_year"], name="one_counter")]

    def __str__(self) -> str:
        return f"{self.series}/{self.financial_year}: {self.last}"


class TaxDocument(TenantModel):
    """What invoices and credit notes share."""

    IS_WORK = False
    FROZEN_ONCE_ISSUED = True

    books = models.CharField(max_length=40, blank=True, help_text=_("the legal entity whose numbers these are"))
    number = models.CharField(max_length=16, null=True, blank=True)  # noqa: DJ001 (unique once there is one)
    series = models.CharField(max_length=4, blank=True)
    financial_year = models.CharField(max_length=4, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True, help_text=_("the day in India"))
    sent_at = models.DateTimeField(null=True, blank=True, help_text=_("when it was mailed, or that was begun"))
    currency = currency_field()
    taxable = sum_field(default=0)
    cgst = sum_field(default=0)
    sgst = sum_field(default=0, help_text=_("of a state, or of a union territory"))
    igst = sum_field(default=0)
    other_tax = sum_field(default=0, help_text=_("outside India, as the gateway told it"))
    rounding = sum_field(default=0)
    total = sum_field(default=0)
    fx_rate = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True, help_text=_("INR for one"))
    fx_source = models.CharField(max_length=60, blank=True)
    total_inr = sum_field(null=True, blank=True)
    seller = models.JSONField(default=dict, blank=True, help_text=_("as it was then"))
    buyer = models.JSONField(default=dict, blank=True, help_text=_("as it was then"))
    gstin = models.CharField(max_length=15, blank=True)
    place_of_supply = models.CharField(max_length=2, blank=True)
    supply = models.CharField(max_length=12, blank=True, help_text=_("intra, inter, sez, export, outside"))
    sac = models.CharField(max_length=8, blank=True)
    reverse_charge = models.BooleanField(default=False)
    lut = models.CharField(max_length=40, blank=True)
    irn = models.CharField(max_length=64, blank=True)
    document = models.JSONField(default=dict, blank=True, help_text=_("everything else that the document says"))
    pdf = models.FileField(upload_to="invoices/", blank=True, max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number or "—"


class Invoice(TaxDocument):
    """A bill: draft, then issued with a number and never altered; only its payment, its file and its IRN are added."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        PAID = "paid", _("Paid")
        VOID = "void", _("Void")

    status = models.CharField(max_length=5, choices=Status.choices, default=Status.DRAFT)
    subscription = models.ForeignKey(Subscription, models.SET_NULL, null=True, blank=True, related_name="invoices")
    payment = models.ForeignKey(Payment, models.SET_NULL, null=True, blank=True, related_name="invoices")
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)
    realised_on = models.DateField(null=True, blank=True, help_text=_("exports: when the money came in"))
    external_number = models.CharField(
        max_length=60, blank=True, help_text=_("the gateway's own invoice, outside India")
    )
    external_url = models.URLField(max_length=1000, blank=True)

    objects = TenantQuerySet["Invoice"].as_manager()

    if TYPE_CHECKING:
        payment_id: uuid.UUID | None

    class Meta:
        indexes = [models.Index(fields=["organization", "-issued_at"], name="invoice_of_organization")]
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], name="one_invoice_for_a_payment", condition=models.Q(payment__isnull=False)
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(number__isnull=False, issued_at__isnull=False),
                name="what_is_sent_has_a_number",
            ),
            models.UniqueConstraint(fields=["books", "number"], name="one_invoice_of_a_number"),
            not_negative("invoice_amounts", "taxable", "cgst", "sgst", "igst", "other_tax", "total"),
            has_code("invoice_currency"),
        ]


class InvoiceLine(TenantModel):
    """One line of an invoice, with its tax by head."""

    IS_WORK = False
    FROZEN_ONCE_ISSUED = True

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=1)
    description = models.CharField(max_length=300)
    sac = models.CharField(max_length=8, blank=True)
    quantity = models.DecimalField(max_digits=10, decimal_places=2, default=1)
    unit_price = sum_field(default=0)
    discount = sum_field(default=0)
    taxable = sum_field(default=0)
    rate = models.DecimalField(max_digits=5, decimal_places=2, default=0, help_text=_("percent, all heads together"))
    cgst = sum_field(default=0)
    sgst = sum_field(default=0)
    igst = sum_field(default=0)
    total = sum_field(default=0)
    period_start = models.DateTimeField(null=True, blank=True)
    period_end = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet["InvoiceLine"].as_manager()

    if TYPE_CHECKING:
        invoice_id: uuid.UUID

    class Meta:
        ordering = ["invoice", "position"]
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="one_invoice_line")]

    def __str__(self) -> str:
        return self.description


class CreditNote(TaxDocument):
    """What takes an invoice back, whole or in part, with a number of its own series."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_notes")
    refund = models.ForeignKey(Refund, models.SET_NULL, null=True, blank=True, related_name="credit_notes")
    reason = models.CharField(max_length=200, blank=True)
    lines = models.JSONField(default=list, blank=True, help_text=_("as invoice lines"))

    objects = TenantQuerySet["CreditNote"].as_manager()

    if TYPE_CHECKING:
        invoice_id: uuid.UUID

    class Meta:
        indexes = [models.Index(fields=["organization", "-issued_at"], name="creditnote_of_organization")]
        constraints = [
            models.UniqueConstraint(
                fields=["refund"], name="one_note_for_a_refund", condition=models.Q(refund__isnull=False)
            ),
            models.UniqueConstraint(fields=["books", "number"], name="one_note_of_a_number"),
            not_negative("creditnote_amounts", "taxable", "cgst", "sgst", "igst", "other_tax", "total"),
            has_code("creditnote_currency"),
        ]
