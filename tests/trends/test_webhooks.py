"""Webhooks of watches, against a real server: signed, tried for a day, paused when they fail, never private."""

import datetime as dt
import hashlib
import hmac
import json
import logging
import random
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts import tenancy
from accounts.models import AuditEntry
from tests.cast import Cast
from tests.trends.conftest import NOW
from tests.trends.watched import MINUTE, again, fits, notices, tell, topic, watch_of
from trends.collection import delivering
from trends.models import AlertDelivery, TrendAlert
from trends.services import alerts

SECRET = "whsec_test"
HOUR = dt.timedelta(hours=1)
SIGNED = re.compile(r"^t=(\d+),v1=([0-9a-f]{64})$")


@pytest.fixture(autouse=True)
def local_allowed(settings: Any) -> None:
    """The receivers stand on this machine."""
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]


@pytest.fixture
def watch(cast: Cast, httpserver: HTTPServer) -> TrendAlert:
    """A watch that sends to the local server."""
    return hooked(cast, f"http://127.0.0.1:{httpserver.port}/hook")


def hooked(cast: Cast, url: str, **fields: Any) -> TrendAlert:
    row = watch_of(cast.asha, cast.brand, "monsoon", channels=["webhook"], webhook_url=url, **fields)
    with tenancy.operator():
        row.webhook_secret = SECRET
        row.save(update_fields=["webhook_secret"])
    return again(row)


def deliver(after: dt.timedelta = dt.timedelta()) -> int:
    """What the task does, a while later."""
    return delivering.deliver_due(clock=lambda: NOW + after, rng=random.Random(1))


def sent(row: TrendAlert) -> list[AlertDelivery]:
    with tenancy.operator():
        deliveries = list(AlertDelivery.objects.filter(alert=row).order_by("created_at", "pk"))
        AlertDelivery.objects.filter(alert=row).update(created_at=NOW)  # the tests' clock
        return deliveries


def the(row: TrendAlert) -> AlertDelivery:
    (one,) = sent(row)
    return one


def rise(title: str = "monsoon") -> None:
    topic(title)
    assert tell() == 1
    with tenancy.operator():
        AlertDelivery.objects.update(created_at=NOW)


def verify(request: Request, secret: str = SECRET) -> bool:
    """What docs/trends.md tells readers to do."""
    found = SIGNED.match(request.headers["TrendDrop-Signature"])
    assert found
    signed = f"{found[1]}.".encode() + request.get_data()
    return hmac.compare_digest(hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), found[2])


def test_an_alert_is_sent_signed_in_the_shape_that_is_documented(
    cast: Cast, watch: TrendAlert, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("thanks")
    row = topic("#Monsoon", observed=40.0, expected=10.0, language="en", regions=["IN"], source_kinds=["mastodon"])
    fits(cast.brand, row, 64)
    tell()
    assert [deliver(), deliver()] == [1, 0]
    ((request, _answer),) = httpserver.log
    assert verify(request)
    assert not verify(request, "whsec_other")
    told = json.loads(request.get_data())
    assert {name: told[name] for name in ("version", "type", "left_out")} == {
        "version": 1, "type": "trend.alert", "left_out": 0,
    }  # fmt: skip
    assert told["id"] == request.headers["TrendDrop-Delivery"] == str(the(watch).pk)
    assert request.headers["TrendDrop-Event"] == "trend.alert"
    assert request.headers["Content-Type"] == "application/json"
    assert told["watch"]["name"] == "Our words"
    assert told["watch"]["brand"] == {"id": str(cast.brand.pk), "name": "Kesar Naturals"}
    (alert,) = told["alerts"]
    assert (alert["reason"], alert["relevance"]) == ("says “monsoon”; 4× its usual; fits Kesar Naturals 64", 64)
    assert alert["topic"]["title"] == "#Monsoon"
    assert alert["topic"]["page"].endswith(f"/trends/{row.pk}/")
    kept = the(watch)
    assert (kept.status, kept.tries, kept.tried[0]["status"], kept.tried[0]["said"]) == ("delivered", 1, 200, "thanks")
    assert notices(cast.asha.user) == [], "this watch tells a webhook and nobody else"


def test_many_at_once_are_one_message(cast: Cast, watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    for number in range(23):
        topic(f"monsoon {number}")
    tell()
    assert deliver() == 21
    kinds = [json.loads(request.get_data())["type"] for request, _answer in httpserver.log]
    assert sorted(kinds) == ["trend.alert"] * 20 + ["trend.digest"]
    digest = next(json.loads(one.get_data()) for one, _answer in httpserver.log if b"trend.digest" in one.get_data())
    assert (len(digest["alerts"]), digest["left_out"]) == (3, 0)


def test_what_fails_is_tried_again_later_and_later_with_the_same_id(watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data("busy", status=503)
    httpserver.expect_ordered_request("/hook").respond_with_data("busy", status=500)
    httpserver.expect_ordered_request("/hook").respond_with_data("thanks", status=202)
    rise()
    assert [deliver(), deliver(), deliver(0.9 * MINUTE)] == [1, 0, 0]
    assert deliver(1.2 * MINUTE) == 1
    assert [deliver(5 * MINUTE), deliver(8 * MINUTE)] == [0, 1]
    assert len({request.headers["TrendDrop-Delivery"] for request, _answer in httpserver.log}) == 1
    assert all(verify(request) for request, _answer in httpserver.log)
    kept = the(watch)
    assert (kept.status, kept.tries) == ("delivered", 3)
    assert [one["status"] for one in kept.tried] == [503, 500, 202]


def test_a_receiver_that_asks_to_wait_is_left_alone_so_long(watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=429, headers={"Retry-After": "3600"})
    rise()
    assert [deliver(), deliver(30 * MINUTE), deliver(70 * MINUTE)] == [1, 0, 1]


def test_after_a_day_it_is_given_up_and_after_three_the_webhook_is_paused_and_told(
    cast: Cast, watch: TrendAlert, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook").respond_with_data("no " * 500, status=500)
    for number in range(3):
        rise(f"monsoon {number}")
    for hours in range(60):
        deliver(hours * HOUR)
    kept = sent(watch)
    assert [one.status for one in kept] == ["failed"] * 3
    assert all(len(one.tried[0]["said"]) <= 200 for one in kept)
    assert again(watch).webhook_paused_at is not None
    (notice,) = notices(cast.asha.user)
    assert "is paused" in notice.title
    assert "500 no no" in notice.message
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="watch.webhook_paused").count() == 1
    asked = len(httpserver.log)
    rise("monsoon later")
    assert len(sent(watch)) == 3, "nothing is made for a webhook that is paused"
    with tenancy.of_member(cast.asha):
        assert alerts.resume_webhook(again(watch), by=cast.asha)
    rise("monsoon at last")
    assert (deliver(), len(httpserver.log)) == (1, asked + 1)


def test_a_receiver_that_says_it_is_gone_is_paused_at_once(
    cast: Cast, watch: TrendAlert, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=410)
    for number in range(3):
        rise(f"monsoon {number}")
    assert deliver() == 1
    assert again(watch).webhook_paused_at is not None
    assert [one.status for one in sent(watch)] == ["failed"] * 3
    assert len(notices(cast.asha.user)) == 1


def test_a_success_forgets_the_failures_before(watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    with tenancy.operator():
        TrendAlert.objects.update(webhook_failures=2)
    rise()
    deliver()
    assert again(watch).webhook_failures == 0


def test_one_failure_holds_back_the_others_to_the_same_address(watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=500)
    for number in range(5):
        rise(f"monsoon {number}")
    assert deliver() == 1
    assert len(httpserver.log) == 1


def test_a_redirect_is_not_followed(watch: TrendAlert, httpserver: HTTPServer) -> None:
    to = {"Location": httpserver.url_for("/secret")}
    httpserver.expect_request("/hook").respond_with_data("", status=307, headers=to)
    rise()
    deliver()
    assert [request.path for request, _answer in httpserver.log] == ["/hook"]
    assert "not followed" in the(watch).tried[0]["said"]
    assert the(watch).status == "waiting"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/hook", "http://localhost:{port}/hook", "http://[::1]:{port}/hook"]
)
def test_nothing_is_sent_into_a_private_network(url: str, cast: Cast, httpserver: HTTPServer, settings: Any) -> None:
    row = hooked(cast, url.format(port=httpserver.port))
    settings.PRIVATE_ADDRESSES_ALLOWED = []
    rise()
    deliver()
    assert httpserver.log == []
    assert the(row).status == "failed"
    assert "not allowed" in the(row).tried[0]["said"] or "private network" in the(row).tried[0]["said"]


@pytest.fixture
def hole() -> Iterator[int]:
    """A server that takes everything and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_receiver_that_never_answers_is_left_after_its_time(
    cast: Cast, hole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "SECONDS", 0.3)
    row = hooked(cast, f"http://127.0.0.1:{hole}/hook")
    rise()
    deliver()
    made = the(row).tried[0]
    assert made["seconds"] < 2
    assert (made["status"], the(row).status) == (None, "waiting")
    assert "did not answer in time" in made["said"]


def test_a_receiver_that_drips_its_answer_is_left_after_its_time(
    watch: TrendAlert, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "SECONDS", 0.5)

    def drip(_request: Request) -> Response:
        def some() -> Iterator[bytes]:
            for _time in range(20):
                yield b"x" * 10
                time.sleep(0.1)

        return Response(some(), status=200)

    httpserver.expect_request("/hook").respond_with_handler(drip)
    rise()
    deliver()
    kept = the(watch)
    assert (kept.status, kept.tried[0]["status"]) == ("delivered", 200), "its status came in time"
    assert kept.tried[0]["seconds"] < 1.5
    assert set(kept.tried[0]["said"]) == {"x"}


def test_a_test_is_sent_at_once_and_kept_in_the_log(cast: Cast, watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data("ok")
    httpserver.expect_ordered_request("/hook").respond_with_data("no", status=400)
    assert alerts.send_test(again(watch), by=cast.asha).status == "delivered"
    failed = alerts.send_test(again(watch), by=cast.asha)
    assert (failed.status, failed.tries, failed.tried[0]["said"]) == ("failed", 1, "no")
    assert json.loads(httpserver.log[0][0].get_data())["type"] == "trend.test"
    assert verify(httpserver.log[0][0])
    assert deliver() == 0
    assert again(watch).webhook_failures == 0


def test_a_new_secret_signs_from_then_on(cast: Cast, watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    with tenancy.of_member(cast.asha):
        secret = alerts.rotate_secret(again(watch), by=cast.asha)
    assert secret.startswith("whsec_")
    rise()
    deliver()
    ((request, _answer),) = httpserver.log
    assert verify(request, secret)
    assert not verify(request)


def test_another_address_gets_another_secret(cast: Cast, watch: TrendAlert) -> None:
    with tenancy.of_member(cast.asha):
        row = again(watch)
        row.webhook_url = "https://other.example/hook"
        secret = alerts.save(row, fields={"webhook_url"}, by=cast.asha)
        assert alerts.save(again(watch), fields={"name"}, by=cast.asha) == ""
    assert secret
    assert again(watch).webhook_secret.open() == secret


def test_an_address_given_while_nothing_is_sent_gets_its_own_secret_when_it_is(cast: Cast, watch: TrendAlert) -> None:
    with tenancy.of_member(cast.asha):
        row = again(watch)
        row.webhook_url, row.channels = "https://other.example/hook", ["app"]
        assert alerts.save(row, fields={"webhook_url", "channels"}, by=cast.asha) == ""
        row = again(watch)
        row.channels = ["app", "webhook"]
        secret = alerts.save(row, fields={"channels"}, by=cast.asha)
    assert secret not in {"", SECRET}
    assert again(watch).webhook_secret.open() == secret


def test_no_secret_is_in_any_log(
    cast: Cast, watch: TrendAlert, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request("/hook").respond_with_data("", status=500)
    with tenancy.of_member(cast.asha):
        secret = alerts.rotate_secret(again(watch), by=cast.asha)
    rise()
    deliver()
    assert secret not in caplog.text
    with tenancy.operator():
        entries = AuditEntry.objects.values_list("metadata", "resource_name")
        assert secret not in "".join(map(str, entries))
        assert secret not in the(watch).body + str(the(watch).tried)
    with connection.cursor() as cursor:
        cursor.execute("SELECT webhook_secret FROM trends_trendalert")
        assert all(secret not in kept for (kept,) in cursor.fetchall())


def test_a_watch_that_is_off_sends_nothing_that_waits(cast: Cast, watch: TrendAlert, httpserver: HTTPServer) -> None:
    rise()
    with tenancy.of_member(cast.asha):
        alerts.switch(again(watch), is_active=False, by=cast.asha)
    assert deliver() == 0
    assert httpserver.log == []


def test_what_a_lost_worker_held_is_sent_when_its_lease_ends(watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    rise()
    with tenancy.operator():
        AlertDelivery.objects.update(lease_until=NOW + delivering.LEASE, fence=1, tries=1)
    assert deliver(MINUTE) == 0
    assert deliver(delivering.LEASE + MINUTE) == 1
    assert the(watch).status == "delivered"


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_each_message_once(watch: TrendAlert, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    for number in range(8):
        rise(f"monsoon {number}")
    connection.close()
    start = Barrier(4)

    def work(_number: int) -> int:
        try:
            start.wait()
            return deliver()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(work, range(4)))
    assert made + deliver() == 8
    keys = [request.headers["TrendDrop-Delivery"] for request, _answer in httpserver.log]
    assert len(keys) == len(set(keys)) == 8


def test_old_deliveries_are_forgotten(watch: TrendAlert) -> None:
    rise()
    with tenancy.operator():
        AlertDelivery.objects.update(created_at=NOW - dt.timedelta(days=31))
    assert delivering.forget(now=NOW) == 1
    assert sent(watch) == []
