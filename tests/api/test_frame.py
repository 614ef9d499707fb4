"""What holds for every address: who may, what errors look like, what answers say of rates."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.api.asking import PROBLEM, Api, as_member, key_of
from tests.cast import Cast


def members_of(answer: Any) -> dict[str, Any]:
    """Return a problem's members, having checked that it is one."""
    assert answer["Content-Type"] == PROBLEM, (answer.status_code, answer.content)
    told: dict[str, Any] = json.loads(answer.content)
    assert set(told) >= {"type", "title", "status", "code", "detail", "instance"}
    assert told["status"] == answer.status_code
    return told


def test_a_key_says_who_it_is(cast: Cast) -> None:
    answer = as_member(cast.ben, "content.view", "posts.view").get("me")
    assert answer.status_code == 200
    told = answer.json()
    assert told["person"]["email"] == "ben@kesar.example"
    assert told["organization"]["name"] == "Kesar Naturals"
    assert told["permissions"] == ["content.view", "posts.view"]


def test_a_session_asks_too(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ben.user)
    told = client.get("/api/v1/me").json()
    assert (told["key"], told["role"]) == (None, "creator")


def test_a_session_changes_nothing_without_its_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.asha.user)
    answer = client.patch("/api/v1/me", {"full_name": "Eve"}, content_type="application/json")
    assert members_of(answer)["status"] == 403
    cast.asha.user.refresh_from_db()
    assert cast.asha.user.full_name == "Asha Menon"


def test_a_stranger_is_asked_for_a_key(db: None) -> None:
    answer = Api().get("brands")
    assert members_of(answer)["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_key_is_told_so(db: None) -> None:
    assert members_of(Api("td_nonsense").get("brands"))["code"] == "authentication_failed"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/brands/not-a-uuid", "/api/v2/me", "/api/"])
def test_an_address_that_is_not_there_is_a_problem(db: None, path: str) -> None:
    assert members_of(Client().get(path))["code"] == "not_found"


def test_a_slash_too_many_leads_to_the_right_address(db: None) -> None:
    answer = Client().get("/api/v1/brands/?limit=2")
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/brands?limit=2")


def test_what_is_not_there_is_a_problem_for_every_method(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    assert members_of(client.post("/api/v1/nothing", {}, content_type="application/json"))["status"] == 404


def test_a_method_that_is_not_there_is_a_problem(cast: Cast) -> None:
    answer = as_member(cast.asha).put("brands", {})
    assert members_of(answer)["status"] == 405
    assert "GET" in answer["Allow"]


def test_a_type_that_is_not_taken_is_a_problem(cast: Cast) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    answer = client.post("/api/v1/brands", "name=x", content_type="application/x-www-form-urlencoded")
    assert members_of(answer)["status"] == 415


def test_an_answer_in_another_language_than_json_is_not_to_be_had(cast: Cast) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    assert members_of(client.get("/api/v1/me", headers={"Accept": "text/html"}))["status"] == 406


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": "\\ud800"}',
        b'{"name": "a\\u0000"}',
        b"[" * 100_000,
        b"1e999999x",
    ],
)
def test_what_is_not_json_is_told_so(cast: Cast, body: bytes) -> None:
    client = Client(headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    answer = client.post("/api/v1/brands", body, content_type="application/json")
    assert members_of(answer)["code"] == "parse_error"


def test_a_body_without_end_is_cut_off(cast: Cast, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = Client(headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    answer = client.post("/api/v1/brands", b'"' + b"x" * 2000 + b'"', content_type="application/json")
    assert members_of(answer)["status"] == 413


def test_every_field_that_is_wrong_is_named(cast: Cast) -> None:
    body = {"name": "", "tone": "shouting", "keywords": ["x" * 80], "country": "India"}
    told = members_of(as_member(cast.asha).post("brands", body))
    assert (told["status"], told["code"]) == (422, "invalid")
    assert {each["field"] for each in told["errors"]} == {"name", "tone", "keywords.0", "country"}


def test_a_role_without_the_permission_is_refused(cast: Cast) -> None:
    assert members_of(as_member(cast.chitra).post("brands", {"name": "New"}))["status"] == 403


def test_a_scope_that_a_key_lacks_is_refused_whoever_made_it(cast: Cast) -> None:
    told = members_of(as_member(cast.asha, "content.view").get("brands"))
    assert (told["status"], "brand.view" in told["detail"]) == (403, True)


def test_another_organisations_rows_do_not_exist(cast: Cast) -> None:
    assert members_of(as_member(cast.dev).get(f"brands/{cast.brand.pk}"))["status"] == 404


def test_what_exists_already_is_a_conflict(cast: Cast) -> None:
    api = as_member(cast.asha)
    assert api.post("brands", {"name": "Twice"}).status_code == 201
    assert members_of(api.post("brands", {"name": "Twice"}))["code"] == "conflict"


def test_a_failure_nobody_foresaw_is_a_problem_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("accounts.services.brands.create", fail)
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {key_of(cast.asha)}"})
    answer = client.post("/api/v1/brands", {"name": "x"}, content_type="application/json")
    told = members_of(answer)
    assert told["status"] == 500
    assert "secret" not in told["detail"]


def test_every_answer_tells_how_much_may_still_be_asked(cast: Cast) -> None:
    answer = as_member(cast.asha).get("me")
    assert answer["RateLimit-Policy"] == '"minute";q=120;w=60'
    assert answer["RateLimit"].startswith('"minute";r=119;t=')
    assert answer["Cache-Control"] == "no-store"


def test_whoever_asks_too_often_is_told_when_to_come_back(cast: Cast, settings: Any) -> None:
    settings.API_CALLS_PER_MINUTE = 3
    api, other = as_member(cast.asha), as_member(cast.ben)
    answers = [api.get("me") for _each in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert members_of(answers[-1])["code"] == "throttled"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 21
    assert other.get("me").status_code == 200


def test_whoever_guesses_keys_is_slowed_down(db: None, settings: Any) -> None:
    settings.API_OPEN_CALLS_PER_MINUTE = 3
    statuses = [Api("td_guess").get("me").status_code for _each in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_what_anybody_may_know_needs_no_key(db: None) -> None:
    answer = Api().get("settings")
    assert answer.status_code == 200
    assert "signups_open" in {each["key"] for each in answer.json()}
