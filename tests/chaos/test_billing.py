"""Kill -9 between every two steps of an event's way: heard, claimed, read, applied, written; the books end the same."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts import tenancy
from billing.collection import events, reconciling
from billing.models import GatewayEvent, Payment, SandboxObject
from billing.sandbox import books
from billing.sandbox.cards import CARDS
from billing.services import checkouts
from billing.services.checkouts import Bill
from tests.cast import gather
from tests.world_of_billing import sold

pytestmark = pytest.mark.chaos
ROOT = Path(__file__).parents[2]
# Each names a function of the way; the process dies just before it does its work, or just after.
STEPS = (
    "billing.collection.hearing.keep",
    "billing.collection.hearing.told_of",
    "billing.collection.events._facts",
    "billing.life.applying.apply",
    "billing.collection.events._done",
)
PROGRAM = """
import importlib, json, os, signal, sys
told = json.loads(sys.argv[1])
os.environ["DJANGO_SETTINGS_MODULE"] = "trenddrop.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = told["database"]
settings.BILLING_ENABLED = settings.TEST_GATEWAY = True
django.setup()
module, _dot, name = told["step"].rpartition(".")
place = importlib.import_module(module)
was = getattr(place, name)
def dies(*given, **named):
    if told["when"] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = was(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(place, name, dies)
from django.utils import timezone
from billing.collection import events, reconciling, refunding
reconciling.hourly(now=timezone.now())
events.apply_due(clock=timezone.now)
refunding.send_due(now=timezone.now())
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_whoever_dies_leaves_nothing_lost_and_nothing_double(
    transactional_db: None, settings: Any, step: str, when: str
) -> None:
    settings.BILLING_ENABLED = settings.TEST_GATEWAY = True
    cast, price, now = gather(), sold("pro-month", amount="999.00"), timezone.now()
    with tenancy.of_member(cast.asha):
        bill = Bill("test", "INR", price.amount, price.amount * 0, price.amount)
        row = checkouts.open_buy(price, bill, by=cast.asha, now=now)
    asked = {"reference": str(row.pk), "title": "Pro", "amount": 99900, "currency": "INR", "interval": "month"}
    asked |= {"country": "IN", "customer": "cus_chaos", "back": "b", "left": "l"}
    page = books.open_checkout(asked, key=str(row.pk), now=now)
    with tenancy.of_member(cast.asha):
        checkouts.opened(row, session_id=page.name, url="https://pay.example")
    books.pay(page.name, CARDS["4242"], now=now)
    told = {"database": connections["default"].settings_dict["NAME"], "step": step, "when": when}
    command = [sys.executable, "-c", PROGRAM, json.dumps(told)]
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONWARNINGS": "ignore"}, check=False)
    assert ended.returncode in {-signal.SIGKILL, 0}
    _recover()
    with tenancy.of_organization(cast.kesar.pk):
        assert [(each.status, each.amount) for each in Payment.objects.all()] == [("success", price.amount)]
    with tenancy.operator():
        assert set(GatewayEvent.objects.values_list("state", flat=True)) <= {"applied", "ignored"}
        assert SandboxObject.objects.filter(kind="payment").count() == 1


def _recover() -> None:
    """What the next pass does, once the dead one's leases are over."""
    with tenancy.operator():
        GatewayEvent.objects.update(lease_until=None)
    reconciling.hourly(now=timezone.now())
    while events.apply_due(clock=timezone.now):
        pass
