"""Houses that pay."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.billing.collection.house import House, house_at, house_with_test_gateway
from tests.billing.gateways.bench import BENCHES
from tests.cast import Cast


@pytest.fixture(params=BENCHES)
def house(request: pytest.FixtureRequest, cast: Cast, settings: Any) -> Iterator[House]:
    """At each gateway's stand-in."""
    with house_at(request.param, cast, settings) as made:
        yield made


@pytest.fixture
def stripe(cast: Cast, settings: Any) -> Iterator[House]:
    """At Stripe's stand-in."""
    with house_at("stripe", cast, settings) as made:
        yield made


@pytest.fixture
def sandbox(cast: Cast, settings: Any) -> Iterator[House]:
    """At the gateway inside the product."""
    with house_with_test_gateway(cast, settings) as made:
        yield made
