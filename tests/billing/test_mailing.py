"""Invoices and credit notes by mail: once, with their PDF, to whom the billing details name."""

import smtplib
from typing import Any

import pytest
from django.core import mail as django_mail

from accounts import tenancy
from billing.documents import files, mailing
from billing.models import BillingDetails, Invoice
from billing.services import invoicing
from tests.billing.documents import DAY, KARNATAKA, NOON, SELLER, billed_to, paid_by
from tests.billing.test_invoicing import refunded
from tests.cast import Cast


@pytest.fixture(autouse=True)
def seller(settings: Any) -> None:
    settings.BILLING_SELLER = SELLER


def issued(cast: Cast, *, email: str = "accounts@kesar.example") -> Invoice:
    with tenancy.of_organization(cast.kesar.pk):
        billed_to(cast.kesar, **KARNATAKA)
        BillingDetails.objects.update(email=email)
        row = invoicing.issue(paid_by(cast.kesar, "9438.82"), now=NOON)
    files.draw_missing(now=NOON)
    return row


def test_an_invoice_is_mailed_once_with_its_pdf(cast: Cast) -> None:
    row = issued(cast)
    assert mailing.mail_issued(now=NOON) == 1
    assert mailing.mail_issued(now=NOON) == 0
    (letter,) = django_mail.outbox
    assert letter.to == ["accounts@kesar.example"]
    assert letter.subject == f"Invoice {row.number} · TrendDrop"
    assert "₹9,438.82" in letter.body
    ((name, data, kind),) = letter.attachments
    assert (name, kind, data[:5]) == ("TD-2627-0000001.pdf", "application/pdf", b"%PDF-")


def test_without_an_address_whoever_manages_the_plan_gets_it(cast: Cast) -> None:
    issued(cast, email="")
    mailing.mail_issued(now=NOON)
    assert [letter.to for letter in django_mail.outbox] == [[cast.asha.user.email]]


def test_a_credit_note_is_mailed_too(cast: Cast) -> None:
    row = issued(cast)
    mailing.mail_issued(now=NOON)
    with tenancy.of_organization(cast.kesar.pk):
        assert row.payment
        invoicing.credit(refunded(row.payment, "100.00"), now=NOON)
    files.draw_missing(now=NOON)
    assert mailing.mail_issued(now=NOON) == 1
    assert django_mail.outbox[-1].subject.startswith("Credit note TDC/2627/")


def test_what_the_server_did_not_take_is_mailed_later(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    issued(cast)
    refusing = {"is_away": True}

    def away(_letters: Any) -> int:
        if refusing["is_away"]:
            raise smtplib.SMTPServerDisconnected("away")
        return 1

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda _self, each: away(each))
    assert mailing.mail_issued(now=NOON) == 0
    refusing["is_away"] = False
    assert mailing.mail_issued(now=NOON) == 1


def test_nothing_is_sent_again_when_the_worker_died_while_it_was_sent(cast: Cast) -> None:
    row = issued(cast)
    with tenancy.operator():
        Invoice.objects.filter(pk=row.pk).update(sent_at=NOON)
    assert mailing.mail_issued(now=NOON) == 0
    assert django_mail.outbox == []


def test_what_is_old_or_not_drawn_yet_is_not_mailed(cast: Cast) -> None:
    row = issued(cast)
    assert mailing.mail_issued(now=NOON + 4 * DAY) == 0
    with tenancy.operator():
        Invoice.objects.filter(pk=row.pk).update(pdf="")
    assert mailing.mail_issued(now=NOON) == 0
