"""A phone number: a code goes out through the sender in use, and comes back in time and in few tries."""

import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.services import phones
from tests.accounts.opening import sign_in
from tests.cast import Cast
from tests.peers.wire import Request, Response, Server
from trenddrop.core import sms

NUMBER = "+919876543210"


class Exchange(Server):
    """A message service with Twilio's REST API; `says` is what it answers."""

    def __init__(self) -> None:
        self.says = Response(201, {"sid": "SM1", "status": "queued"})
        super().__init__(self.take)

    def take(self, request: Request) -> Response:
        if request.path != "/2010-04-01/Accounts/AC1/Messages.json" or request.method != "POST":
            return Response(404, {"code": 20404})
        if request.headers.get("authorization") != "Basic QUMxOnMzY3JldA==":
            return Response(401, {"code": 20003, "message": "Authenticate"})
        return self.says

    def messages(self) -> list[dict[str, str]]:
        """What was taken for delivery."""
        sent = [request for request, answer in self.answered if answer.status == 201]
        return [{name: values[0] for name, values in parse_qs(one.body.decode()).items()} for one in sent]


@pytest.fixture
def exchange(settings: Any) -> Iterator[Exchange]:
    with Exchange() as server:
        settings.SMS_BACKEND = "trenddrop.core.sms.Twilio"
        settings.SMS_API_URL, settings.SMS_ACCOUNT = server.url, "AC1"
        settings.SMS_TOKEN, settings.SMS_FROM = "s3cret", "+15005550006"
        yield server


@pytest.fixture
def asha(cast: Cast) -> Client:
    return sign_in("asha@kesar.example")


def ask(client: Client, number: str = "98765 43210") -> Any:
    return client.post("/settings/phone/", {"number": number})


def code_of(exchange: Exchange) -> str:
    return exchange.messages()[-1]["Body"].split()[0]


def phone_of(cast: Cast) -> tuple[str, bool]:
    asha = User.objects.get(pk=cast.asha.user_id)
    return asha.phone, asha.phone_verified


def test_the_code_goes_out_and_confirms_the_number(asha: Client, cast: Cast, exchange: Exchange) -> None:
    assert ask(asha)["Location"] == "/settings/phone/code/"
    message = exchange.messages()[0]
    assert (message["To"], message["From"]) == (NUMBER, "+15005550006")
    assert phone_of(cast) == ("", False)
    assert asha.post("/settings/phone/code/", {"code": code_of(exchange)})["Location"] == "/settings/"
    assert phone_of(cast) == (NUMBER, True)
    asha.post("/settings/phone/remove/")
    assert phone_of(cast) == ("", False)


def test_a_code_counts_once_and_only_the_last_one(asha: Client, cast: Cast, exchange: Exchange) -> None:
    ask(asha)
    first = code_of(exchange)
    ask(asha, "+351 912 345 678")
    second = code_of(exchange)
    if first != second:
        assert asha.post("/settings/phone/code/", {"code": first}).status_code == 422
    asha.post("/settings/phone/code/", {"code": second})
    assert phone_of(cast) == ("+351912345678", True)
    assert b"too old" in asha.post("/settings/phone/code/", {"code": second}).content


def test_five_wrong_codes_end_it(asha: Client, cast: Cast, exchange: Exchange) -> None:
    ask(asha)
    right = code_of(exchange)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for left in (4, 3, 2, 1, 0):
        assert f"Tries left: {left}" in asha.post("/settings/phone/code/", {"code": wrong}).content.decode()
    assert b"too old" in asha.post("/settings/phone/code/", {"code": right}).content
    assert phone_of(cast) == ("", False)


def test_a_code_grows_old(asha: Client, cast: Cast, exchange: Exchange) -> None:
    ask(asha)
    right = code_of(exchange)
    left = cache.ttl(f"phone-code:{cast.asha.user_id}") if hasattr(cache, "ttl") else None
    assert left is None or 0 < left <= phones.LIFETIME.total_seconds()
    cache.touch(f"phone-code:{cast.asha.user_id}", 0)
    assert b"too old" in asha.post("/settings/phone/code/", {"code": right}).content


def test_a_code_is_for_one_person(asha: Client, cast: Cast, exchange: Exchange) -> None:
    ask(asha)
    ben = sign_in("ben@kesar.example")
    assert ben.get("/settings/phone/code/")["Location"] == "/settings/phone/"
    assert ben.post("/settings/phone/code/", {"code": code_of(exchange)}).status_code == 422
    assert not User.objects.get(pk=cast.ben.user_id).phone


def test_nobody_makes_a_strangers_phone_ring_all_day(asha: Client, cast: Cast, exchange: Exchange) -> None:
    for _ in range(5):
        assert ask(asha).status_code == 302
    assert ask(asha).status_code == 422
    assert ask(sign_in("ben@kesar.example")).status_code == 422
    assert len(exchange.messages()) == 5


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("98765 43210", "IN", NUMBER),
        ("098765-43210", "IN", NUMBER),
        ("+91 (98765) 43210", "PT", NUMBER),
        ("0091 98765 43210", "PT", NUMBER),
        ("912 345 678", "PT", "+351912345678"),
    ],
)
def test_a_number_is_understood_as_people_write_it(typed: str, country: str, kept: str) -> None:
    assert phones.normalize(typed, country=country) == kept


@pytest.mark.parametrize("typed", ["", "+", "12", "+0123456789", "+91 98765 4321x", "+1234567890123456", "٩٨٧٦٥٤٣٢١٠"])
def test_what_is_no_number_is_refused(typed: str, asha: Client, exchange: Exchange) -> None:
    assert ask(asha, typed).status_code == 422
    assert exchange.requests == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Response(400, {"code": 21211, "message": "Invalid 'To' Phone Number"}), "does not know this number"),
        (Response(429, {"code": 20429}), "refuses us"),
        (Response(500, "oops"), "refuses us"),
    ],
)
def test_a_refusal_of_the_service_is_said_in_words(
    answer: Response, words: str, asha: Client, exchange: Exchange
) -> None:
    exchange.says = answer
    page = ask(asha)
    assert page.status_code == 422
    assert words in page.content.decode()


def test_a_wrong_key_to_the_service_is_not_the_persons_fault(asha: Client, exchange: Exchange, settings: Any) -> None:
    settings.SMS_TOKEN = "another"
    assert "Whoever runs this server" in ask(asha).content.decode()


def test_a_service_that_does_not_answer_is_said_in_words(asha: Client, exchange: Exchange) -> None:
    exchange.fault("POST", "Messages", cut_before=True)
    assert "does not answer" in ask(asha).content.decode()


def test_without_a_contract_the_page_says_so_and_the_log_has_the_code(
    asha: Client, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    assert b"sends no text messages" in asha.get("/settings/phone/").content
    with caplog.at_level(logging.WARNING, logger=sms.__name__):
        ask(asha)
    found = re.search(r"(\d{6}) is your code", caplog.text)
    assert found
    asha.post("/settings/phone/code/", {"code": found[1]})
    assert phone_of(cast) == (NUMBER, True)
