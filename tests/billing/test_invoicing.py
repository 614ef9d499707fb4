"""Invoices and credit notes: issued once, in order, to the paisa, never altered."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as chance
from hypothesis import strategies as st

from accounts import installation, tenancy
from accounts.models import AuditEntry, SystemSetting
from billing.documents import parties
from billing.gst.seller import check, check_rates
from billing.models import CreditNote, Invoice, InvoiceCounter, InvoiceLine, Payment, Refund
from billing.services import invoicing
from billing.services.invoicing import CannotIssue
from billing.signals import payment_succeeded, refund_succeeded
from tests.billing.documents import DAY, FX, KARNATAKA, LISBON, MAHARASHTRA, NOON, SELLER, ZONE, billed_to, paid_by
from tests.cast import Cast

D = Decimal


@pytest.fixture(autouse=True)
def seller(settings: Any) -> None:
    settings.BILLING_SELLER = SELLER


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parties, "setting", {"billing_seller": {}, "billing_fx": FX}.__getitem__)


def refunded(payment: Payment, amount: str, **more: Any) -> Refund:
    return Refund.objects.create(
        organization_id=payment.organization_id, payment=payment, amount=D(amount), currency=payment.currency,
        status="success", done_at=NOON, reason="asked within a week", **more,
    )  # fmt: skip


def sums(row: Invoice | CreditNote) -> tuple[Decimal, ...]:
    return (row.taxable, row.cgst, row.sgst, row.igst, row.rounding, row.total)


def test_a_payment_that_succeeded_becomes_an_invoice_of_what_was_true(kesar: Cast) -> None:
    billed_to(kesar.kesar, **MAHARASHTRA)
    invoice = invoicing.issue(paid_by(kesar.kesar, "9438.82"), now=NOON)
    assert (invoice.number, invoice.status, invoice.issued_on) == ("TD/2627/0000001", "paid", dt.date(2026, 11, 22))
    assert sums(invoice) == (D("7999.00"), D(0), D(0), D("1439.82"), D(0), D("9438.82"))
    assert (invoice.supply, invoice.place_of_supply, invoice.sac) == ("inter", "27", "997331")
    assert invoice.seller["gstin"] == "29AAGCB7383J1Z4"
    assert invoice.seller["pan"] == "AAGCB7383J"
    assert invoice.buyer["name"] == "Kesar Naturals Private Limited"
    assert invoice.document["total_words"] == (
        "Rupees nine thousand four hundred and thirty-eight and paise eighty-two only"
    )
    line = InvoiceLine.objects.get(invoice=invoice)
    assert line.description == "World-Plan plan, monthly, 22 Nov 2026 to 21 Dec 2026"
    assert line.total == D("9438.82")
    assert AuditEntry.objects.filter(action="invoice.issued").count() == 1


def test_asked_again_the_same_invoice_comes_back(kesar: Cast) -> None:
    payment = paid_by(kesar.kesar, "9438.82")
    first = invoicing.issue(payment, now=NOON)
    assert invoicing.issue(payment, now=NOON + DAY) == first
    assert Invoice.objects.count() == 1
    assert InvoiceCounter.objects.get().last == 1


@pytest.mark.parametrize(
    ("details", "total", "expected", "supply"),
    [
        (KARNATAKA, "9438.82", ("7999.00", "719.91", "719.91", "0", "0.00"), "intra"),
        (KARNATAKA, "999.00", ("846.61", "76.19", "76.19", "0", "0.01"), "intra"),
        (MAHARASHTRA, "999.00", ("846.61", "0", "0", "152.39", "0.00"), "inter"),
        (ZONE, "7999.00", ("7999.00", "0", "0", "0", "0.00"), "sez"),
        (None, "118.00", ("100.00", "9.00", "9.00", "0", "0.00"), "intra"),
    ],
)
def test_the_total_is_what_was_taken_and_the_heads_are_those_of_the_place(
    kesar: Cast, details: dict[str, Any] | None, total: str, expected: tuple[str, ...], supply: str
) -> None:
    if details:
        billed_to(kesar.kesar, **details)
    invoice = invoicing.issue(paid_by(kesar.kesar, total), now=NOON)
    assert sums(invoice)[:5] == tuple(map(D, expected))
    assert (invoice.total, invoice.supply) == (D(total), supply)


def test_a_buyer_nobody_described_is_billed_by_name_at_the_sellers_place_and_the_invoice_says_so(kesar: Cast) -> None:
    invoice = invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    assert invoice.buyer["name"] == "Kesar Naturals"
    assert "12(2)(b)(ii)" in invoice.document["notes"][0]


def test_an_export_is_free_of_tax_under_the_undertaking_and_says_what_it_is_in_rupees(kesar: Cast, rates: None) -> None:
    billed_to(kesar.kesar, **LISBON)
    invoice = invoicing.issue(paid_by(kesar.kesar, "99.00", "USD"), now=NOON)
    assert sums(invoice) == (D(99), D(0), D(0), D(0), D(0), D(99))
    assert (invoice.supply, invoice.place_of_supply, invoice.lut) == ("export", "96", "AD290326001234X")
    assert (invoice.fx_rate, invoice.total_inr) == (D("88.7125"), D("8782.54"))
    assert "WITHOUT PAYMENT OF INTEGRATED TAX" in invoice.document["endorsement"]
    assert invoice.document["total_words"] == "US dollars ninety-nine only"


def test_an_undertaking_that_ran_out_counts_for_nothing(kesar: Cast, rates: None) -> None:
    billed_to(kesar.kesar, **LISBON)
    april = dt.datetime(2027, 3, 31, 18, 30, tzinfo=dt.UTC)
    invoice = invoicing.issue(paid_by(kesar.kesar, "118.00", "USD"), now=april)
    assert sums(invoice)[:4] == (D(100), D(0), D(0), D(18))
    assert "ON PAYMENT OF INTEGRATED TAX" in invoice.document["endorsement"]
    assert invoice.lut == ""


def test_tax_outside_india_is_the_gateways_and_is_named(kesar: Cast, rates: None) -> None:
    billed_to(kesar.kesar, **LISBON)
    raw = {"tax": 2277, "tax_name": "VAT 23 % (Portugal)"}
    invoice = invoicing.issue(paid_by(kesar.kesar, "121.77", "USD", raw=raw, gateway="stripe"), now=NOON)
    assert (invoice.taxable, invoice.other_tax, invoice.total) == (D("99.00"), D("22.77"), D("121.77"))
    assert invoice.document["other_tax_name"] == "VAT 23 % (Portugal)"


def test_no_gateway_can_name_a_tax_in_india(kesar: Cast) -> None:
    billed_to(kesar.kesar, **MAHARASHTRA)
    invoice = invoicing.issue(paid_by(kesar.kesar, "9438.82", raw={"tax": 143982}), now=NOON)
    assert (invoice.other_tax, invoice.igst) == (0, D("1439.82"))


def test_without_a_registration_there_is_no_gst_and_no_tax_invoice(kesar: Cast, settings: Any) -> None:
    settings.BILLING_SELLER = {"name": "Asha Menon", "state": "29"}
    invoice = invoicing.issue(paid_by(kesar.kesar, "9438.82"), now=NOON)
    assert sums(invoice) == (D("9438.82"), D(0), D(0), D(0), D(0), D("9438.82"))
    assert (invoice.supply, invoice.document["title"]) == ("outside", "Invoice")


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_what_was_not_paid_is_not_billed(kesar: Cast, status: str) -> None:
    payment = paid_by(kesar.kesar, "118.00", status=status, paid_at=None)
    with pytest.raises(CannotIssue):
        invoicing.issue(payment, now=NOON)


def test_a_sum_of_nothing_is_not_billed_and_takes_no_number(kesar: Cast) -> None:
    with pytest.raises(CannotIssue):
        invoicing.issue(paid_by(kesar.kesar, "0.00"), now=NOON)
    assert not InvoiceCounter.objects.exists()


@pytest.mark.parametrize(
    ("at", "number"),
    [("2027-03-31T23:59:59.999999+05:30", "TD/2627/0000002"), ("2027-04-01T00:00:00+05:30", "TD/2728/0000001")],
)
def test_numbers_begin_anew_at_midnight_in_india_on_the_first_of_april(kesar: Cast, at: str, number: str) -> None:
    invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    invoice = invoicing.issue(paid_by(kesar.kesar, "118.00"), now=dt.datetime.fromisoformat(at).astimezone(dt.UTC))
    assert invoice.number == number


def test_another_registration_has_numbers_of_its_own(kesar: Cast, settings: Any) -> None:
    first = invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    settings.BILLING_SELLER = {**SELLER, "gstin": "27AAPFU0939F1ZV"}
    second = invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    assert first.number == second.number
    assert [first.books, second.books] == ["29AAGCB7383J1Z4", "27AAPFU0939F1ZV"]


def test_a_note_is_numbered_in_the_books_of_its_invoice(kesar: Cast, settings: Any) -> None:
    payment = paid_by(kesar.kesar, "118.00")
    invoicing.issue(payment, now=NOON)
    settings.BILLING_SELLER = {**SELLER, "gstin": "27AAPFU0939F1ZV"}
    assert invoicing.credit(refunded(payment, "18.00"), now=NOON).books == "29AAGCB7383J1Z4"


def test_what_is_rolled_back_gives_its_number_back(kesar: Cast) -> None:
    with transaction.atomic():
        assert invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON).sequence == 1
        transaction.set_rollback(True)
    assert invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON).sequence == 1


@chance(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paise=st.integers(1, 10**8), where=st.sampled_from([KARNATAKA, MAHARASHTRA, ZONE]))
def test_lines_heads_and_rounding_are_the_total_and_the_total_is_what_was_taken(
    kesar: Cast, paise: int, where: dict[str, Any]
) -> None:
    with transaction.atomic():
        billed_to(kesar.kesar, **where)
        payment = paid_by(kesar.kesar, str(D(paise).scaleb(-2)))
        invoice = invoicing.issue(payment, now=NOON)
        lines = InvoiceLine.objects.filter(invoice=invoice)
        assert sum(line.total for line in lines) + invoice.rounding == invoice.total == payment.amount
        assert invoice.taxable + invoice.cgst + invoice.sgst + invoice.igst + invoice.rounding == invoice.total
        assert abs(invoice.rounding) <= D("0.02")
        transaction.set_rollback(True)


# Never altered


@pytest.mark.parametrize(
    "change",
    [
        "total = 1", "taxable = 1", "number = 'TD/2627/0000009'", "buyer = '{}'", "issued_on = '2026-01-01'",
        "document = '{}'", "lut = 'x'", "status = 'draft'", "status = 'void'", "status = 'sent'", "payment_id = NULL",
        "paid_at = now()", "currency = 'USD'", "organization_id = NULL", "created_at = now()",
    ],
)  # fmt: skip
def test_the_database_alters_no_issued_invoice(kesar: Cast, change: str) -> None:
    invoice = invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE billing_invoice SET {change} WHERE id = %s", [invoice.pk])


def test_the_database_keeps_invoices_their_lines_and_notes(kesar: Cast) -> None:
    payment = paid_by(kesar.kesar, "118.00")
    invoice = invoicing.issue(payment, now=NOON)
    note = invoicing.credit(refunded(payment, "18.00"), now=NOON)
    counter = InvoiceCounter.objects.first()
    assert counter is not None
    for row in (invoice, note, InvoiceLine.objects.get(), counter):
        model: Any = type(row)
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        CreditNote.objects.filter(pk=note.pk).update(total=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceLine.objects.update(total=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceLine.objects.create(organization_id=invoice.organization_id, invoice=invoice, position=2)


@pytest.mark.parametrize("last", [0, 1, 3, 99])
def test_counters_go_up_by_one(kesar: Cast, last: int) -> None:
    invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceCounter.objects.update(last=last)


def test_a_file_and_a_reference_may_still_be_added(kesar: Cast) -> None:
    invoice = invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    Invoice.objects.filter(pk=invoice.pk).update(pdf="invoices/a.pdf", irn="a" * 64, sent_at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(irn="b" * 64)


# Taken back


def test_the_whole_is_taken_back_head_by_head_in_a_series_of_its_own(kesar: Cast) -> None:
    billed_to(kesar.kesar, **KARNATAKA)
    payment = paid_by(kesar.kesar, "999.00")
    invoice = invoicing.issue(payment, now=NOON)
    refund = refunded(payment, "999.00")
    note = invoicing.credit(refund, now=NOON + DAY)
    assert note.number == "TDC/2627/0000001"
    assert sums(note) == sums(invoice)
    assert note.document["of"] == {"number": "TD/2627/0000001", "issued_on": "2026-11-22"}
    assert invoicing.credit(refund, now=NOON + 2 * DAY) == note
    assert note.total_inr == D("999.00")


@chance(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 20000), min_size=1, max_size=5))
def test_notes_in_any_slices_add_up_to_the_invoice_and_never_beyond(kesar: Cast, cuts: list[int]) -> None:
    with transaction.atomic():
        billed_to(kesar.kesar, **KARNATAKA)
        payment = paid_by(kesar.kesar, "999.00")
        invoice, left = invoicing.issue(payment, now=NOON), D("999.00")
        for cut in [D(cut).scaleb(-2) for cut in cuts]:
            if cut < left:
                invoicing.credit(refunded(payment, str(cut)), now=NOON)
                left -= cut
        with pytest.raises(CannotIssue):
            invoicing.take_back(invoice, left + D("0.01"), reason="too much", by=None, now=NOON)
        invoicing.take_back(invoice, left, reason="the rest", by=None, now=NOON)
        notes = list(CreditNote.objects.filter(invoice=invoice))
        for head in ("taxable", "cgst", "sgst", "igst", "rounding", "total"):
            assert sum(getattr(note, head) for note in notes) == getattr(invoice, head)
        assert all(sums(note)[5] == sum(sums(note)[:5]) for note in notes)
        transaction.set_rollback(True)


def test_a_note_uses_the_invoices_own_rate_and_undertaking(
    kesar: Cast, rates: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    billed_to(kesar.kesar, **LISBON)
    payment = paid_by(kesar.kesar, "99.00", "USD")
    invoicing.issue(payment, now=NOON)
    fx_later = {"billing_seller": {}, "billing_fx": {"USD": {"inr": "95", "source": "later"}}}
    monkeypatch.setattr(parties, "setting", fx_later.__getitem__)
    note = invoicing.credit(refunded(payment, "9.00"), now=NOON + 90 * DAY)
    assert (note.fx_rate, note.total_inr, note.lut) == (D("88.7125"), D("798.41"), "AD290326001234X")


def test_a_note_after_november_of_the_next_year_changes_no_tax(kesar: Cast) -> None:
    payment = paid_by(kesar.kesar, "118.00")
    invoicing.issue(payment, now=NOON)
    last = dt.datetime(2027, 11, 30, 18, 29, 59, tzinfo=dt.UTC)  # 23:59:59 in India
    in_time = invoicing.credit(refunded(payment, "59.00"), now=last)
    late = invoicing.credit(refunded(payment, "59.00"), now=last + dt.timedelta(seconds=1))
    assert sums(in_time)[:4] == (D("50.00"), D("4.50"), D("4.50"), D(0))
    assert sums(late)[:4] == (D("59.00"), D(0), D(0), D(0))
    assert not late.document["changes_tax"]
    assert "34(2)" in late.document["notes"][0]


def test_no_note_without_money_given_back_without_an_invoice_or_in_other_money(kesar: Cast) -> None:
    payment = paid_by(kesar.kesar, "118.00")
    with pytest.raises(CannotIssue):
        invoicing.credit(refunded(payment, "18.00"), now=NOON)
    invoicing.issue(payment, now=NOON)
    waiting = refunded(payment, "18.00")
    Refund.objects.filter(pk=waiting.pk).update(status="pending")
    waiting.refresh_from_db()
    with pytest.raises(CannotIssue):
        invoicing.credit(waiting, now=NOON)
    other = refunded(payment, "18.00")
    other.currency = "USD"
    with pytest.raises(CannotIssue):
        invoicing.credit(other, now=NOON)
    assert not CreditNote.objects.exists()


# By agreement: billed before it is paid


def test_a_bill_waits_for_its_payment_and_is_settled_by_exactly_its_sum(kesar: Cast) -> None:
    billed_to(kesar.kesar, **MAHARASHTRA)
    lines = [("Enterprise plan, yearly", D("250000.00")), ("Setting up", D("9999.95"))]
    bill = invoicing.bill(kesar.kesar.pk, lines, currency="INR", due_at=NOON + 30 * DAY, by=None, now=NOON)
    assert (bill.status, bill.total, bill.lines.count()) == ("sent", D("306799.94"), 2)
    wrong = paid_by(kesar.kesar, "306799.93")
    with pytest.raises(CannotIssue):
        invoicing.settle(bill, wrong, now=NOON)
    right = paid_by(kesar.kesar, "306799.94")
    settled = invoicing.settle(bill, right, now=NOON)
    assert (settled.status, settled.payment_id) == ("paid", right.pk)
    assert invoicing.settle(bill, right, now=NOON).pk == bill.pk
    assert invoicing.issue(right, now=NOON).pk == bill.pk


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_a_bill_of_nothing_is_refused(kesar: Cast, amount: str) -> None:
    with pytest.raises(CannotIssue):
        invoicing.bill(kesar.kesar.pk, [("x", D(amount))], currency="INR", due_at=NOON, by=None, now=NOON)


def test_what_nobody_paid_can_be_void_until_its_months_return_is_due(kesar: Cast) -> None:
    bill = partial_bill(kesar)
    with pytest.raises(CannotIssue, match="why"):
        invoicing.void(bill, reason=" ", by=kesar.asha, now=NOON)
    voided = invoicing.void(bill, reason="billed to the wrong company", by=kesar.asha, now=NOON + 5 * DAY)
    assert (voided.status, voided.void_reason, voided.number) == (
        "void",
        "billed to the wrong company",
        "TD/2627/0000001",
    )
    with pytest.raises(CannotIssue):
        invoicing.void(bill, reason="again", by=kesar.asha, now=NOON)
    with pytest.raises(CannotIssue):
        invoicing.take_back(bill, D("1.00"), reason="void", by=None, now=NOON)
    assert partial_bill(kesar).number == "TD/2627/0000002"  # a number is never used again


@pytest.mark.parametrize(
    ("at", "passes"),
    [("2026-12-11T23:59:59+05:30", True), ("2026-12-12T00:00:00+05:30", False)],
)
def test_after_the_eleventh_of_the_next_month_only_a_note_helps(kesar: Cast, at: str, passes: bool) -> None:
    bill, now = partial_bill(kesar), dt.datetime.fromisoformat(at)
    if passes:
        assert invoicing.void(bill, reason="wrong", by=kesar.asha, now=now).status == "void"
    else:
        with pytest.raises(CannotIssue, match="credit note"):
            invoicing.void(bill, reason="wrong", by=kesar.asha, now=now)


def test_what_was_paid_registered_or_partly_credited_is_never_void(kesar: Cast) -> None:
    paid = invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    registered, credited = partial_bill(kesar), partial_bill(kesar)
    Invoice.objects.filter(pk=registered.pk).update(irn="a" * 64)
    invoicing.take_back(credited, D("1.00"), reason="a rupee", by=None, now=NOON)
    for row in (paid, registered, credited):
        with pytest.raises(CannotIssue):
            invoicing.void(row, reason="wrong", by=kesar.asha, now=NOON + 2 * DAY)


def partial_bill(cast: Cast) -> Invoice:
    return invoicing.bill(cast.kesar.pk, [("Hours", D(100))], currency="INR", due_at=NOON, by=None, now=NOON)


# Who sells


def test_the_admins_setting_goes_over_the_environment(everywhere: Cast, settings: Any) -> None:
    installation._memory.version = -1
    SystemSetting.objects.create(key="billing_seller", value={"name": "New name", "gstin": "27AAPFU0939F1ZV"})
    found = parties.seller()
    assert (found.name, found.state, found.pan, found.city) == ("New name", "27", "AAPFU0939F", "Bengaluru")


@pytest.mark.parametrize(
    "value",
    [[], {"nme": "x"}, {"gstin": "29AAGCB7383J1Z5"}, {"gstin": "29AAGCB7383J1Z4", "state": "27"}, {"state": "28"},
     {"sac": "99x"}, {"rate": "180"}, {"rate": "NaN"}, {"lut_until": "soon"}, {"name": "x" * 300}],
)  # fmt: skip
def test_a_seller_that_cannot_be_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        check(value)


@pytest.mark.parametrize(
    "value", [[], {"usd": {"inr": 88}}, {"USD": 88}, {"USD": {"inr": "0"}}, {"USD": {"inr": "inf"}}]
)
def test_rates_that_cannot_be_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_rates(value)


def test_a_quote_is_what_will_be_billed(kesar: Cast) -> None:
    billed_to(kesar.kesar, **KARNATAKA)
    heads, supply = invoicing.quote(kesar.kesar.pk, D("99.95"), "INR", now=NOON)
    assert (heads.total, supply.place) == (D("117.95"), "29")


def test_issuing_asks_the_same_number_of_questions_whoever_buys(
    kesar: Cast, django_assert_max_num_queries: Any
) -> None:
    billed_to(kesar.kesar, **MAHARASHTRA)
    invoicing.issue(paid_by(kesar.kesar, "118.00"), now=NOON)
    payment = paid_by(kesar.kesar, "118.00")
    with django_assert_max_num_queries(18):
        invoicing.issue(payment, now=NOON)


def test_another_organisation_sees_none_of_it(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        invoicing.issue(paid_by(cast.kesar, "118.00"), now=NOON)
    with tenancy.of_organization(cast.lisbon.pk):
        assert not Invoice.objects.exists()
        assert not InvoiceLine.objects.exists()


# When payments and refunds are told


def test_a_payment_that_is_told_is_billed_and_what_went_back_before_is_credited(kesar: Cast) -> None:
    payment = paid_by(kesar.kesar, "118.00")
    refund_succeeded.send(sender=Refund, refund=refunded(payment, "18.00"), now=NOON)
    assert not CreditNote.objects.exists()
    payment_succeeded.send(sender=Payment, payment=payment, now=NOON)
    refund_succeeded.send(sender=Refund, refund=refunded(payment, "100.00"), now=NOON)
    assert Invoice.objects.get().total == D("118.00")
    assert sorted(CreditNote.objects.values_list("total", flat=True)) == [D("18.00"), D("100.00")]


def test_a_payment_of_nothing_is_told_without_an_invoice(kesar: Cast) -> None:
    payment_succeeded.send(sender=Payment, payment=paid_by(kesar.kesar, "0.00"), now=NOON)
    assert not Invoice.objects.exists()
