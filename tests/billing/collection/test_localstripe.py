"""What another hand's Stripe signs and sends by itself comes through our door, over a real socket."""

import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from accounts import tenancy
from billing.collection import adapters
from billing.models import GatewayEvent
from tests.peers.localstripe import localstripe

pytestmark = pytest.mark.peer
KEY, SECRET = "sk_test_12345", "whsec_local"
WAIT = 30.0


def call(base: str, path: str, **fields: Any) -> Any:
    answer = httpx.post(base + path, data=fields, auth=(KEY, ""), trust_env=False, timeout=10)
    answer.raise_for_status()
    return answer.json()


def told() -> set[str]:
    with tenancy.operator():
        return set(GatewayEvent.objects.values_list("kind", flat=True))


@pytest.mark.parametrize("secret", [SECRET, "whsec_wrong"])
def test_its_webhooks_are_heard_only_with_our_secret(
    secret: str, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
    adapters.close()
    with localstripe(tmp_path) as base:
        settings.STRIPE_API_URL = base
        hook = {"url": f"{live_server.url}/billing/webhooks/stripe/", "secret": secret}
        httpx.post(f"{base}/_config/webhooks/ours", data=hook, trust_env=False).raise_for_status()
        plan = {"id": "pro", "amount": 94382, "currency": "eur", "interval": "month", "product[name]": "Pro"}
        call(base, "/v1/plans", **plan)
        card = {"type": "card", "card[number]": "4242424242424242", "card[exp_month]": 12}
        method = call(base, "/v1/payment_methods", **card, **{"card[exp_year]": 2040, "card[cvc]": "123"})
        customer = call(base, "/v1/customers", email="asha@kesar.example")
        call(base, f"/v1/payment_methods/{method['id']}/attach", customer=customer["id"])
        chosen = {"invoice_settings[default_payment_method]": method["id"]}
        call(base, f"/v1/customers/{customer['id']}", **chosen)
        call(base, "/v1/subscriptions", customer=customer["id"], **{"items[0][plan]": "pro"})
        until = time.monotonic() + (WAIT if secret == SECRET else 4)
        while "customer.subscription.created" not in told() and time.monotonic() < until:
            time.sleep(0.2)
    adapters.close()
    assert ("customer.subscription.created" in told()) is (secret == SECRET)
    assert bool(told()) is (secret == SECRET)
