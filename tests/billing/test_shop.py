"""Who sells plans, and who is only offered to try them."""

import pytest

from trenddrop.gateways import shop

TO_TRY = {"BILLING_TO_TRY": "1"}


@pytest.mark.parametrize(
    ("given", "sold", "trials"),
    [
        ({}, False, True),  # off, unless BILLING_ENABLED says otherwise
        ({"STRIPE_SECRET_KEY": "sk_live_1"}, True, True),
        (TO_TRY, True, False),
        (TO_TRY | {"BILLING_ENABLED": "1"}, False, True),
        (TO_TRY | {"BILLING_ENABLED": "0"}, False, True),
        (TO_TRY | {"CASHFREE_CLIENT_ID": "c1"}, True, True),
    ],
)
def test_who_hosts_it_for_themselves_is_offered_plans_and_needs_none(
    given: dict[str, str], sold: bool, trials: bool
) -> None:
    assert shop(given) == (sold, trials)
