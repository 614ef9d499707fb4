"""Which gateway may charge whom, and sums as each writes them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.gateways.amounts import read_minor, to_decimal, to_minor, written
from billing.gateways.capabilities import ABILITIES, needs_hand, possible
from trenddrop.gateways import GATEWAYS

ALL = list(GATEWAYS)


@pytest.mark.parametrize(
    ("currency", "country", "expected"),
    [
        ("INR", "IN", ["stripe", "razorpay", "cashfree", "test"]),
        ("USD", "IN", ["stripe", "test"]),
        ("USD", "US", ["stripe", "paypal", "test"]),
        ("USD", "PT", ["stripe", "paypal", "test"]),
        ("INR", "US", ["stripe", "test"]),
        ("EUR", "PT", []),
    ],
)
def test_a_gateway_charges_whom_it_may(currency: str, country: str, expected: list[str]) -> None:
    assert possible(ALL, currency=currency, country=country) == expected


def test_paypal_never_takes_rupees_nor_a_buyer_in_india() -> None:
    paypal = ABILITIES["paypal"]
    assert "INR" in str(paypal.why_not(currency="INR", country="US"))
    assert "country" in str(paypal.why_not(currency="USD", country="IN"))
    assert paypal.why_not(currency="USD", country="FR") is None


def test_every_gateway_of_the_settings_says_what_it_can() -> None:
    assert set(GATEWAYS) == set(ABILITIES)


@pytest.mark.parametrize(
    ("amount", "currency", "country", "expected"),
    [
        (15_000_00, "INR", "IN", False),
        (15_000_01, "INR", "IN", True),
        (15_000_01, "INR", "US", False),
        (900_000, "USD", "IN", False),
    ],
)
def test_a_debit_above_fifteen_thousand_rupees_needs_the_payers_hand(
    amount: int, currency: str, country: str, expected: bool
) -> None:
    assert needs_hand(amount=amount, currency=currency, country=country) is expected


@given(minor=st.integers(-(10**12), 10**12), currency=st.sampled_from(["INR", "USD", "JPY", "KWD"]))
def test_a_sum_is_the_same_in_every_spelling(minor: int, currency: str) -> None:
    assert to_minor(to_decimal(minor, currency), currency) == minor
    assert read_minor(written(minor, currency), currency) == minor


@pytest.mark.parametrize(
    "value", [None, True, 1.1, "", "abc", "NaN", "Infinity", "1.001", "1e20", Decimal("0.005"), [], {}]
)
def test_what_is_no_sum_of_rupees_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        read_minor(value, "INR")
