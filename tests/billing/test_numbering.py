"""Numbers without gaps: many issue at once, some of them fail, and what is left is 1, 2, 3 … N."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.db import connection, transaction

from accounts import tenancy
from billing.gst import numbers
from billing.models import Invoice, InvoiceCounter, Payment
from billing.services import invoicing, numbering
from tests.billing.documents import NOON, SELLER, paid_by
from tests.cast import Cast


class Died(Exception):
    """The transaction ended in the middle."""


@pytest.fixture(autouse=True)
def seller(settings: Any) -> None:
    settings.BILLING_SELLER = SELLER


def issue_all(cast: Cast, threads: int, at_once: int, *, seed: int) -> tuple[int, list[int]]:
    """Let each thread issue one invoice, a tenth of them in a transaction that dies; return how many lived."""
    payments: list[tuple[uuid.UUID, Payment]] = []
    for number in range(threads):
        organization = (cast.kesar, cast.lisbon)[number % 2]
        with tenancy.of_organization(organization.pk):
            payments.append((organization.pk, paid_by(organization, "118.00")))
    dying = set(random.Random(seed).sample(range(threads), threads // 10))
    room = BoundedSemaphore(at_once)

    def issue(place: int) -> int | None:
        organization_id, payment = payments[place]
        with room:
            try:
                with tenancy.of_organization(organization_id):
                    invoice = invoicing.issue(payment, now=NOON)
                    if place in dying:
                        raise Died
                    return invoice.sequence
            except Died:
                return None
            finally:
                connection.close()

    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(issue, range(threads)))
    return threads - len(dying), sorted(sequence for sequence in found if sequence is not None)


def check(cast: Cast, threads: int, at_once: int, *, seed: int) -> None:
    lived, sequences = issue_all(cast, threads, at_once, seed=seed)
    assert sequences == list(range(1, lived + 1))
    with tenancy.operator():
        rows = list(Invoice.objects.order_by("sequence").values_list("number", flat=True))
        assert rows == [numbers.number_of("TD", "2627", place) for place in range(1, lived + 1)]
        assert InvoiceCounter.objects.get().last == lived


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_a_tenth_rolled_back_leave_no_gap(cast: Cast) -> None:
    check(cast, 20, 10, seed=1)


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_at_once_with_a_tenth_rolled_back_leave_no_gap(cast: Cast, seed: int) -> None:
    check(cast, 200, 40, seed=seed)


@pytest.mark.django_db(transaction=True)
def test_one_payment_told_ten_times_at_once_is_billed_once(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        payment = paid_by(cast.kesar, "118.00")

    def issue(_place: int) -> str | None:
        try:
            with tenancy.of_organization(cast.kesar.pk):
                return invoicing.issue(payment, now=NOON).number
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(issue, range(10))) == {"TD/2627/0000001"}


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_in_a_transaction_or_not_at_all() -> None:
    with pytest.raises(RuntimeError):
        numbering.take("books", "TD", now=NOON)
    with transaction.atomic():
        assert numbering.take("books", "TD", now=NOON).sequence == 1
