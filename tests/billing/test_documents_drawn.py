"""The PDF of invoices and credit notes: every field of rule 46 can be read out of it, and it is always the same."""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from billing.documents import drawing, files, parties, wording
from billing.models import CreditNote, Invoice, Refund
from billing.services import invoicing
from tests.billing.documents import FX, KARNATAKA, LISBON, MAHARASHTRA, NOON, SELLER, ZONE, billed_to, paid_by
from tests.cast import Cast
from tests.pdf_text import text_of

D = Decimal
SHOWN = os.environ.get("SHOW_DOCUMENTS", "")  # a folder: what is drawn is kept there to be looked at


@pytest.fixture(autouse=True)
def seller(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BILLING_SELLER = SELLER
    monkeypatch.setattr(parties, "setting", {"billing_seller": {}, "billing_fx": FX}.__getitem__)


def drawn(row: Invoice | CreditNote, name: str) -> str:
    data = files.pdf_of(row)
    if SHOWN:
        (Path(SHOWN) / f"{name}.pdf").write_bytes(data)
    return " ".join(text_of(data).split())


def issued(cast: Cast, details: dict[str, Any], total: str = "9438.82", currency: str = "INR", **more: Any) -> Invoice:
    billed_to(cast.kesar, **details)
    return invoicing.issue(paid_by(cast.kesar, total, currency, **more), now=NOON)


def test_an_invoice_between_states_shows_every_field_of_rule_46(kesar: Cast) -> None:
    text = drawn(issued(kesar, MAHARASHTRA), "inter")
    for field in (
        "Tax invoice",
        "TrendDrop Software Private Limited", "4th floor, 12 Residency Road", "Bengaluru 560025",  # a
        "29AAGCB7383J1Z4",
        "TD/2627/0000001",  # b
        "22 Nov 2026",  # c
        "Kesar Naturals Private Limited", "2 Linking Road", "Mumbai 400050", "27AAPFU0939F1ZV",  # d
        "Maharashtra (state code 27)",  # e, f
        "997331",  # g
        "World-Plan plan, monthly, 22 Nov 2026 to 21 Dec 2026",  # h
        "₹9,438.82",  # j
        "₹7,999.00",  # k
        "IGST 18", "₹1,439.82",  # l, m
        "27 – Maharashtra",  # n
        "Tax on reverse charge", "No",  # p
        "no signature is required",  # q
        "Rupees nine thousand four hundred and thirty-eight and paise eighty-two only",
    ):  # fmt: skip
        assert field in text, field


def test_an_invoice_within_a_state_shows_both_heads_the_rounding_and_names_in_devanagari(kesar: Cast) -> None:
    text = drawn(issued(kesar, KARNATAKA, "999.00"), "intra")
    for field in ("CGST 9", "SGST 9", "₹76.19", "Rounding", "₹0.01", "₹999.00", "not registered", "29 – Karnataka"):
        assert field in text, field
    assert "श्री" in text
    assert "IGST" not in text


def test_a_union_territorys_tax_has_its_own_name(kesar: Cast, settings: Any) -> None:
    settings.BILLING_SELLER = {**SELLER, "gstin": "38AAPFU0939F1ZS", "city": "Leh", "postal_code": "194101"}
    text = drawn(issued(kesar, {**KARNATAKA, "state": "38", "city": "Leh", "postal_code": "194101"}), "ladakh")
    assert "UTGST 9" in text
    assert "SGST 9" not in text.replace("UTGST", "")


def test_an_export_shows_the_undertaking_the_country_and_rupees_at_the_rate_used(kesar: Cast) -> None:
    text = drawn(issued(kesar, LISBON, "99.00", "USD", method="Visa •••• 4242", gateway="stripe"), "export")
    for field in (
        "SUPPLY MEANT FOR EXPORT UNDER BOND OR LETTER OF UNDERTAKING WITHOUT PAYMENT OF INTEGRATED TAX",
        "AD290326001234X", "Portugal", "96 – Outside India", "$99.00", "₹8,782.54", "88.7125", "RBI reference rate",
        "US dollars ninety-nine only", "Rua do Século 12", "PT501442600", "Visa •••• 4242",
    ):  # fmt: skip
        assert field in text, field
    assert "CGST 9" not in text


def test_a_zone_is_named_as_the_rule_wants_it(kesar: Cast) -> None:
    text = drawn(issued(kesar, ZONE, "7999.00"), "zone")
    assert "SUPPLY TO SPECIAL ECONOMIC ZONE UNIT" in text
    assert "in a special economic zone" in text


def test_tax_outside_india_is_named_with_who_took_it(kesar: Cast) -> None:
    raw = {"tax": 2277, "tax_name": "VAT 23 % (Portugal)"}
    text = drawn(issued(kesar, LISBON, "121.77", "USD", raw=raw, gateway="stripe"), "abroad")
    assert "VAT 23 % (Portugal)" in text
    assert "collected by Stripe; it is not GST" in text


def test_a_credit_note_shows_the_fields_of_rule_53(kesar: Cast) -> None:
    invoice = issued(kesar, KARNATAKA)
    assert invoice.payment is not None
    refund = Refund.objects.create(
        organization=kesar.kesar, payment=invoice.payment, amount=D("1000.00"), currency="INR", status="success",
        reason="Half a month was not used",
    )  # fmt: skip
    text = drawn(invoicing.credit(refund, now=NOON + dt.timedelta(days=9)), "note")
    for field in (
        "Credit note", "TDC/2627/0000001", "1 Dec 2026", "TD/2627/0000001", "22 Nov 2026", "₹1,000.00", "CGST 9",
        "Half a month was not used", "Part of: World-Plan plan", "29AAGCB7383J1Z4", "29 – Karnataka", "₹76.27",
    ):  # fmt: skip
        assert field in text, field


def test_a_bill_of_many_lines_goes_over_pages_with_its_sum_at_the_end(kesar: Cast) -> None:
    billed_to(kesar.kesar, **MAHARASHTRA)
    lines = [
        (f"Work of day {day}, agreed in writing with the board and its advisers", D("1234.50")) for day in range(60)
    ]
    bill = invoicing.bill(kesar.kesar.pk, lines, currency="INR", due_at=NOON, by=None, now=NOON)
    text = drawn(bill, "long")
    assert text.count("Description") >= 2
    assert "To be paid" in text
    assert "₹87,402.60" in text


def test_a_seller_who_is_not_registered_makes_an_invoice_and_no_tax_invoice(kesar: Cast, settings: Any) -> None:
    settings.BILLING_SELLER = {"name": "Asha Menon", "city": "Pune", "postal_code": "411001", "state": "27"}
    text = drawn(issued(kesar, MAHARASHTRA), "bare")
    assert "Tax invoice" not in text
    assert wording.UNREGISTERED in text


def test_the_file_is_the_same_whenever_it_is_drawn(kesar: Cast) -> None:
    invoice = issued(kesar, KARNATAKA)
    first = drawing.invoice_pdf(invoice)
    assert drawing.invoice_pdf(Invoice.objects.get(pk=invoice.pk)) == first
    kesar.kesar.name = "Another name"
    kesar.kesar.save()
    billed_to(kesar.kesar, **LISBON)
    assert drawing.invoice_pdf(Invoice.objects.get(pk=invoice.pk)) == first


def test_a_file_is_kept_found_again_and_drawn_again_when_it_is_lost(kesar: Cast) -> None:
    invoice = issued(kesar, KARNATAKA)
    data = files.pdf_of(invoice)
    kept = Invoice.objects.get(pk=invoice.pk)
    assert kept.pdf.name == f"invoices/{kesar.kesar.pk}/TD-2627-0000001.pdf"
    assert files.pdf_of(kept) == data
    default_storage.delete(kept.pdf.name)
    assert files.pdf_of(Invoice.objects.get(pk=invoice.pk)) == data


def test_the_sweep_draws_what_has_no_file_yet(kesar: Cast) -> None:
    invoice = issued(kesar, KARNATAKA)
    invoicing.take_back(invoice, D("1.00"), reason="a rupee", by=None, now=NOON)
    assert files.draw_missing(now=NOON) == 2
    assert files.draw_missing(now=NOON) == 0
    assert not Invoice.objects.filter(pdf="").exists()


def test_a_draft_has_no_file(kesar: Cast) -> None:
    with pytest.raises(ValueError, match="draft"):
        files.pdf_of(Invoice(organization=kesar.kesar))


@pytest.mark.parametrize(
    ("total", "currency", "words"),
    [
        ("0.01", "INR", "Rupees zero and paise one only"),
        (
            "117998.82",
            "INR",
            "Rupees one lakh seventeen thousand nine hundred and ninety-eight and paise eighty-two only",
        ),
        ("25000000.00", "INR", "Rupees two crore fifty lakh only"),
        ("1250000.50", "USD", "US dollars one million two hundred and fifty thousand and cents fifty only"),
        ("9.90", "CHF", "CHF nine and hundredths ninety only"),
    ],
)
def test_sums_are_written_in_words(total: str, currency: str, words: str) -> None:
    assert wording.in_words(D(total), currency) == words
