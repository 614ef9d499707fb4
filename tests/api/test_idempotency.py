"""Doing once what is asked for twice."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import idempotency, tenancy
from accounts.models import BrandProfile, IdempotentRequest
from content.models import ContentAsset
from tests.api.asking import Api, as_member, key_of
from tests.cast import Cast, gather


def brands_named(name: str) -> int:
    with tenancy.operator():
        return BrandProfile.objects.filter(name=name).count()


def test_the_first_answer_comes_again(cast: Cast) -> None:
    api = as_member(cast.asha)
    first = api.post("brands", {"name": "Once", "tone": "viral"}, Idempotency_Key="k1")
    again = api.post("brands", {"tone": "viral", "name": "Once"}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert brands_named("Once") == 1


def test_another_body_under_the_same_key_is_refused(cast: Cast) -> None:
    api = as_member(cast.asha)
    api.post("brands", {"name": "One"}, Idempotency_Key="k1")
    answer = api.post("brands", {"name": "Two"}, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert brands_named("Two") == 0


def test_another_address_under_the_same_key_is_refused(cast: Cast) -> None:
    api = as_member(cast.asha)
    api.post("brands", {"name": "One"}, Idempotency_Key="k1")
    assert api.post("clients", {"name": "One"}, Idempotency_Key="k1").status_code == 422


def test_two_programs_may_use_the_same_key(cast: Cast) -> None:
    for number, member in enumerate((cast.asha, cast.dev, cast.asha)):
        answer = as_member(member).post("brands", {"name": f"Brand {number}"}, Idempotency_Key="k1")
        assert (answer.status_code, "Idempotency-Replayed" in answer) == (201, False)


def test_what_failed_may_be_put_right_under_the_same_key(cast: Cast) -> None:
    api = as_member(cast.asha)
    assert api.post("brands", {"name": ""}, Idempotency_Key="k1").status_code == 422
    assert api.post("brands", {"name": "Right"}, Idempotency_Key="k1").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "a b", "ключ"])
def test_a_key_that_cannot_be_kept_is_refused(cast: Cast, key: str) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    answer = client.post("/api/v1/brands", {"name": "x"}, "application/json", headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_while_the_first_runs_the_second_is_told_to_wait(cast: Cast) -> None:
    api, now = as_member(cast.asha), timezone.now()
    api.post("brands", {"name": "First"}, Idempotency_Key="k1")
    with tenancy.operator():
        IdempotentRequest.objects.update(status_code=None, content=None)
    answer = api.post("brands", {"name": "First"}, Idempotency_Key="k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_use")
    with tenancy.operator():
        IdempotentRequest.objects.update(updated_at=now - idempotency.LEASE * 2)
        BrandProfile.objects.filter(name="First").delete()
    assert api.post("brands", {"name": "First"}, Idempotency_Key="k1").status_code == 201


def test_a_defect_frees_the_key(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("on purpose")

    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    sent: dict[str, Any] = {"content_type": "application/json", "headers": {"Idempotency-Key": "k1"}}
    with monkeypatch.context() as patched:
        patched.setattr("accounts.services.brands.create", fail)
        assert client.post("/api/v1/brands", {"name": "x"}, **sent).status_code == 500
    assert client.post("/api/v1/brands", {"name": "x"}, **sent).status_code == 201


def test_a_secret_is_told_once_and_not_kept_for_a_repeat(cast: Cast) -> None:
    api = as_member(cast.asha)
    body = {"platform": "webhook", "entries": {"address": "https://kesar.example/hooks"}}
    first = api.post("connections/enter", body, Idempotency_Key="k1")
    again = api.post("connections/enter", body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json()["id"], again.json()["secret"]) == (first.json()["id"], "")
    with tenancy.operator():
        assert first.json()["secret"] not in str(list(IdempotentRequest.objects.values_list("content", flat=True)))


def test_answers_are_forgotten_after_a_day(cast: Cast) -> None:
    api, now = as_member(cast.asha), timezone.now()
    api.post("brands", {"name": "Day"}, Idempotency_Key="k1")
    assert idempotency.forget_old(now=now + dt.timedelta(hours=23)) == 0
    assert idempotency.forget_old(now=now + dt.timedelta(hours=25)) == 1


def test_a_text_becomes_one_asset(cast: Cast) -> None:
    api, body = as_member(cast.ben), {"text": "Rain is coming over the hills"}
    first = api.post("assets", body, Idempotency_Key="k1")
    again = api.post("assets", body, Idempotency_Key="k1")
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    with tenancy.operator():
        assert ContentAsset.objects.count() == 1


def test_a_file_is_known_by_its_bytes(cast: Cast) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of(cast.ben)}"})

    def send(content: bytes) -> Any:
        file = SimpleUploadedFile("a.txt", content, "text/plain")
        return client.post("/api/v1/uploads", {"file": file}, headers={"Idempotency-Key": "k1"})

    first, again, other = send(b"Rain is coming. " * 30), send(b"Rain is coming. " * 30), send(b"Sun is coming.  " * 30)
    assert first.status_code == 201, first.content
    assert again["Idempotency-Replayed"] == "true"
    assert other.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_twelve_at_once_one_is_done_and_none_doubles() -> None:
    cast = gather()
    key, start, answers = key_of(cast.asha), threading.Barrier(12), []

    def ask() -> None:
        start.wait()
        answers.append(Api(key).post("brands", {"name": "Race"}, Idempotency_Key="race"))
        connection.close()

    threads = [threading.Thread(target=ask) for _each in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fresh = [each for each in answers if each.status_code == 201 and "Idempotency-Replayed" not in each]
    assert len(fresh) == 1
    assert {each.status_code for each in answers} <= {201, 409}
    assert {each.json()["code"] for each in answers if each.status_code == 409} <= {"idempotency_key_in_use"}
    assert brands_named("Race") == 1
