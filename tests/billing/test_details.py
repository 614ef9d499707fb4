"""Who is billed: asked only what the law asks of this buyer, and held to it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from billing.forms.details import BillingDetailsForm
from billing.models import BillingDetails
from tests.billing.documents import KARNATAKA, LISBON, MAHARASHTRA, billed_to
from tests.cast import Cast

HOME = {"country": "IN", "currency": "INR", **MAHARASHTRA}


def form(cast: Cast, **given: Any) -> BillingDetailsForm:
    return BillingDetailsForm({**HOME, **given}, organization=cast.kesar)


def test_a_buyer_in_india_gives_address_pin_and_state_and_a_gstin_of_that_state(kesar: Cast) -> None:
    found = form(kesar, gstin=" 27aapfu 0939f-1zv ", postal_code="400 050")
    assert found.is_valid(), found.errors
    row = found.save(commit=False)
    assert (row.gstin, row.postal_code, row.kind) == ("27AAPFU0939F1ZV", "400050", "business")


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"state": "29"}, "gstin", "of Maharashtra, but the address is in Karnataka"),
        ({"gstin": "27AAPFU0939F1ZO"}, "gstin", "last sign"),
        ({"gstin": "9919USA29001OS0"}, "gstin", "."),
        ({"gstin": "x" * 41}, "gstin", "."),
        ({"state": ""}, "state", "required"),
        ({"state": "25"}, "state", "."),
        ({"postal_code": "012345"}, "postal_code", "six digits"),
        ({"postal_code": "40005"}, "postal_code", "six digits"),
        ({"postal_code": ""}, "postal_code", "required"),
        ({"line1": ""}, "line1", "required"),
        ({"name": ""}, "name", "required"),
        ({"gstin": "", "is_sez": "on"}, "gstin", "economic zone"),
        ({"country": "XX"}, "country", "."),
        ({"currency": "EUR"}, "currency", "."),
        ({"email": "nobody"}, "email", "."),
    ],
)
def test_what_cannot_be_on_a_gst_invoice_is_said_at_its_field(
    kesar: Cast, given: dict[str, str], field: str, says: str
) -> None:
    found = form(kesar, **given)
    assert not found.is_valid()
    assert any(says in str(error) or says == "." for error in found.errors[field])


def test_a_person_in_india_needs_no_gstin(kesar: Cast) -> None:
    found = BillingDetailsForm({"country": "IN", "currency": "INR", **KARNATAKA}, organization=kesar.kesar)
    assert found.is_valid(), found.errors
    assert found.save(commit=False).kind == "person"


def test_a_buyer_elsewhere_is_asked_neither_state_nor_gstin_and_keeps_none(kesar: Cast) -> None:
    row = billed_to(kesar.kesar, **MAHARASHTRA)
    given = {**LISBON, "gstin": "27AAPFU0939F1ZV", "state": "27", "is_sez": "on"}
    found = BillingDetailsForm(given, instance=row, organization=kesar.kesar)
    assert {"state", "gstin", "is_sez"}.isdisjoint(found.fields)
    assert found.is_valid(), found.errors
    kept = found.save(commit=False)
    assert (kept.state, kept.gstin, kept.is_sez, kept.country, kept.tax_id) == ("", "", False, "PT", "PT501442600")


def test_elsewhere_a_name_is_enough(kesar: Cast) -> None:
    given = {"country": "US", "currency": "USD", "kind": "person", "name": "Ana"}
    assert BillingDetailsForm(given, organization=kesar.kesar).is_valid()


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_the_page_keeps_them_once_and_goes_on_to_where_one_came_from(cast: Cast) -> None:
    client, page = signed_in(cast.asha), reverse("billing_details")
    assert client.get(page).status_code == 200
    onward = client.post(page, {**HOME, "next": "/plan/"})
    assert (onward.status_code, onward["Location"]) == (302, "/plan/")
    again = client.post(page, {**HOME, "city": "Pune", "next": "https://evil.example/"})
    assert again["Location"] == page
    with tenancy.of_organization(cast.kesar.pk):
        assert BillingDetails.objects.get().city == "Pune"
        changed = AuditEntry.objects.filter(action="billing.details_changed").order_by("-sequence")
        assert changed[0].metadata["fields"] == ["city"]
        assert "Pune" not in str(changed[0].metadata)


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(cast: Cast) -> None:
    answer = signed_in(cast.asha).post(reverse("billing_details"), {**HOME, "postal_code": "12"})
    assert answer.status_code == 422
    assert "six digits" in answer.content.decode()


def test_another_country_asks_again_for_other_things_and_keeps_nothing_yet(cast: Cast) -> None:
    given = {**HOME, "country": "PT", "again": "1"}
    page = signed_in(cast.asha).post(reverse("billing_details"), given).content.decode()
    assert 'name="tax_id"' in page
    assert 'name="gstin"' not in page
    assert "Kesar Naturals Private Limited" in page
    with tenancy.of_organization(cast.kesar.pk):
        assert not BillingDetails.objects.exists()


@pytest.mark.parametrize("who", ["ben", "chitra", "esha"])
def test_only_who_may_manage_billing_sees_them(cast: Cast, who: str) -> None:
    assert signed_in(getattr(cast, who)).get(reverse("billing_details")).status_code in {302, 403, 404}
