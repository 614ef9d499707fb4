"""Exports whose money has not come in, and documents for the invoice portal."""

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from accounts import tenancy
from accounts.models import AuditEntry
from billing.documents import parties
from billing.einvoice import Registered, RegistrationFailed, provider
from billing.einvoice.payload import is_wanted, payload_of
from billing.models import CreditNote, Invoice
from billing.queries import exports
from billing.services import invoicing, realising, registering
from billing.services.writing import CannotIssue
from tests.billing.documents import DAY, FX, KARNATAKA, LISBON, MAHARASHTRA, NOON, SELLER, ZONE, billed_to, paid_by
from tests.billing.einvoice_schema import SCHEMA
from tests.cast import Cast

D = Decimal


@pytest.fixture(autouse=True)
def seller(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BILLING_SELLER = SELLER
    monkeypatch.setattr(parties, "setting", {"billing_seller": {}, "billing_fx": FX}.__getitem__)


def issued(
    cast: Cast, details: dict[str, Any], total: str = "118.00", currency: str = "INR", *, at: dt.datetime = NOON
) -> Invoice:
    billed_to(cast.kesar, **details)
    return invoicing.issue(paid_by(cast.kesar, total, currency), now=at)


def exported(cast: Cast, *, at: dt.datetime = NOON) -> Invoice:
    return issued(cast, LISBON, "99.00", "USD", at=at)


@pytest.mark.parametrize(("today", "listed"), [("2027-10-21", False), ("2027-10-22", True)])
def test_an_export_is_named_after_eleven_months_with_the_day_and_the_tax_that_would_be_due(
    everywhere: Cast, today: str, listed: bool
) -> None:
    exported(everywhere)
    now = dt.datetime.fromisoformat(f"{today}T12:00:00+05:30")
    found = list(exports.unrealised(now=now))
    assert bool(found) is listed
    if found:
        assert (found[0].open, found[0].open_inr, found[0].tax_inr) == (D("99.00"), D("8782.54"), D("1580.86"))
        assert found[0].due_on == dt.date(2027, 12, 7)  # a year and fifteen days


def test_what_came_in_was_taken_back_or_bears_tax_is_not_named(everywhere: Cast, settings: Any) -> None:
    later = NOON + 400 * DAY
    realising.realise(exported(everywhere), on=dt.date(2026, 12, 1), by=None, now=later)
    invoicing.take_back(exported(everywhere), D("99.00"), reason="all of it", by=None, now=NOON)
    partly = exported(everywhere)
    invoicing.take_back(partly, D("9.00"), reason="a part", by=None, now=NOON)
    settings.BILLING_SELLER = {**SELLER, "lut": ""}
    exported(everywhere)
    issued(everywhere, MAHARASHTRA)
    assert [(each.invoice.pk, each.open) for each in exports.unrealised(now=later)] == [(partly.pk, D("90.00"))]
    assert AuditEntry.objects.filter(action="invoice.realised").count() == 1


@pytest.mark.parametrize("on", ["2026-11-23", "2025-11-01"])
def test_money_comes_in_on_a_day_that_can_be(everywhere: Cast, on: str) -> None:
    with pytest.raises(CannotIssue):
        realising.realise(exported(everywhere), on=dt.date.fromisoformat(on), by=None, now=NOON)


def test_only_the_money_of_an_export_is_noted(everywhere: Cast) -> None:
    with pytest.raises(CannotIssue):
        realising.realise(issued(everywhere, KARNATAKA), on=dt.date(2026, 11, 22), by=None, now=NOON)


def test_the_command_lists_and_notes(everywhere: Cast) -> None:
    long_ago = NOON - 500 * DAY
    invoice, told = exported(everywhere, at=long_ago), io.StringIO()
    assert invoice.number is not None
    call_command("unrealised_exports", stdout=told)
    assert f"{invoice.number}," in told.getvalue()
    call_command("unrealised_exports", "--realised", invoice.number, "2025-12-01", stdout=told)
    told = io.StringIO()
    call_command("unrealised_exports", stdout=told)
    assert invoice.number not in told.getvalue()
    with pytest.raises(CommandError):
        call_command("unrealised_exports", "--realised", "TD/2627/9999999", "2025-12-01")
    with pytest.raises(CommandError):
        call_command("unrealised_exports", "--realised", invoice.number, "soon")


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [("2026-03-31", 1, "2026-02-28"), ("2028-03-31", 1, "2028-02-29"), ("2028-02-29", 12, "2027-02-28"),
     ("2026-01-15", 11, "2025-02-15"), ("2026-12-31", -12, "2027-12-31")],
)  # fmt: skip
def test_months_are_counted_to_the_same_day_or_the_months_last(day: str, months: int, before: str) -> None:
    assert exports.months_before(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(before)


# E-invoices


@pytest.mark.parametrize(
    ("details", "total", "currency", "kind"),
    [
        (MAHARASHTRA, "9438.82", "INR", "B2B"),
        ({**MAHARASHTRA, "gstin": "29AAPFU0939F1ZR", "state": "29"}, "999.00", "INR", "B2B"),
        (ZONE, "7999.00", "INR", "SEZWOP"),
        (LISBON, "99.00", "USD", "EXPWOP"),
        ({**MAHARASHTRA, "name": 'Ke"sar\\', "line1": "", "line2": "2", "city": "Ur"}, "0.03", "INR", "B2B"),
    ],
)
def test_invoices_and_their_notes_are_as_the_portal_takes_them(
    kesar: Cast, details: dict[str, Any], total: str, currency: str, kind: str
) -> None:
    invoice = issued(kesar, details, total, currency)
    note = invoicing.take_back(invoice, D("0.02"), reason="a bit", by=None, now=NOON + DAY)
    for row in (invoice, note):
        payload = payload_of(row)
        jsonschema.validate(payload, SCHEMA)
        assert is_wanted(row)
        assert payload["TranDtls"]["SupTyp"] == kind
        values, items = payload["ValDtls"], payload["ItemList"]
        heads = sum(values[name] for name in ("AssVal", "CgstVal", "SgstVal", "IgstVal", "RndOffAmt"))
        assert values["TotInvVal"] == pytest.approx(heads, abs=0.02)
        assert sum(item["AssAmt"] for item in items) == pytest.approx(values["AssVal"])
    assert payload_of(note)["RefDtls"]["PrecDocDtls"][0]["InvNo"] == invoice.number
    assert payload_of(note)["DocDtls"]["Typ"] == "CRN"


def test_the_portal_wants_nothing_of_people_or_of_sellers_who_are_not_registered(kesar: Cast, settings: Any) -> None:
    assert not is_wanted(issued(kesar, KARNATAKA))
    settings.BILLING_SELLER = {"name": "Asha Menon", "state": "29"}
    assert not is_wanted(issued(kesar, MAHARASHTRA))


class Portal:
    """A provider in the test's place, which has had enough of the second document."""

    seen: list[str] = []

    def register(self, payload: Mapping[str, Any]) -> Registered:
        number = payload["DocDtls"]["No"]
        self.seen.append(number)
        if number.endswith("2"):
            raise RegistrationFailed("2150: duplicate")
        return Registered(irn=f"{len(self.seen):064x}", acknowledged_at=NOON)

    def cancel(self, irn: str, *, reason: str) -> None:
        raise NotImplementedError


@pytest.mark.django_db(transaction=True)
def test_waiting_documents_are_registered_once_and_a_refused_one_holds_up_no_other(cast: Cast, settings: Any) -> None:
    with tenancy.operator():
        rows = [issued(cast, MAHARASHTRA), issued(cast, MAHARASHTRA), issued(cast, MAHARASHTRA)]
        issued(cast, KARNATAKA)
    assert provider() is None
    assert registering.register_due(now=NOON) == 0
    settings.BILLING_EINVOICE = f"{__name__}.Portal"
    Portal.seen = []
    assert registering.register_due(now=NOON) == 2
    assert registering.register_due(now=NOON) == 0
    assert Portal.seen == [*(row.number for row in rows), rows[1].number]
    with tenancy.operator():
        assert Invoice.objects.exclude(irn="").count() == 2
        assert not CreditNote.objects.exists()
