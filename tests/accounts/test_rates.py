"""Doors: every one of ours counts, whoever comes too often is told when to come back, and nobody pays for another."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import doors, tenancy
from accounts.doors import Door, Elsewhere, Limit
from publishing.practice import network
from tests.cast import Cast
from tests.test_doors import GUARDED, addresses, path_of, signed_in
from tests.world import World, furnish
from trenddrop.core import rates
from trenddrop.doors import DOORS

HOUR = timedelta(hours=1)
ONE = Door(Limit(1, HOUR))
OURS = [one for one in addresses() if isinstance(doors.door_of(one.route, one.name), Door)]


@pytest.fixture
def world(cast: Cast) -> World:
    return furnish(cast)


def test_the_table_names_doors_that_exist() -> None:
    names = {one.name for one in addresses()}
    routes = [one.route for one in addresses()]
    areas = [key for key in DOORS if key.endswith("/")]
    assert [key for key in DOORS if not key.endswith("/") and key not in names] == []
    assert [area for area in areas if not any(route.startswith(area) for route in routes)] == []


def test_nothing_of_ours_hides_behind_limits_that_are_not_ours() -> None:
    """Below accounts/ everything is allauth's, which counts for itself."""
    routes = [one for one in addresses() if one.route.startswith("accounts/")]
    assert routes
    assert [one.route for one in routes if one.permission is not None] == []


def test_every_door_that_is_limited_elsewhere_says_where() -> None:
    assert all(door.reason for door in DOORS.values() if isinstance(door, Elsewhere))


def test_a_change_at_any_door_of_ours_is_counted(world: World, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Every address of ours, with its limits brought down to one: the second change is refused, before its view."""
    behind = settings.MIDDLEWARE.index("accounts.doors.DoorsMiddleware") + 1
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:behind], "tests.accounts.doorstep.Doorstep"]
    once = {one.name: ONE for one in OURS if one.name}
    monkeypatch.setattr("trenddrop.doors.DOORS", once)
    asha = signed_in(world.cast.asha)
    for one in GUARDED:
        if one.name not in once:
            continue
        answers = [asha.post(path_of(one, world.ids), {}).status_code for _ in range(2)]
        assert answers == [204, 429], one.route


def test_a_page_nobody_thought_of_is_limited_too() -> None:
    assert doors.door_of("some/new/page/", "some_new_page") is doors.DEFAULT
    assert doors.DEFAULT.limits


def test_the_answer_suits_whoever_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trenddrop.doors.DOORS", {"choose_brand": Door(Limit(1, HOUR))})
    asha = Client()
    asha.force_login(cast.asha.user)
    asha.post("/brand/choose/", {"brand": cast.brand.pk})

    def again(**headers: str) -> Any:
        answer = asha.post("/brand/choose/", {}, headers=headers)
        assert answer.status_code == 429
        assert answer["Retry-After"] in {"3600", "3599"}
        assert answer["Cache-Control"] == "no-store"
        return answer

    page = again(Accept="text/html,*/*")
    assert b"One moment, please." in page.content
    assert b"possible again at" in page.content
    partial = again(**{"HX-Request": "true", "Accept": "text/html"})
    assert partial["Content-Type"].startswith("text/plain")
    machine = again(Accept="application/json")
    assert machine["Content-Type"] == "application/problem+json"
    assert machine.json()["status"] == 429
    upload = again(**{"Tus-Resumable": "1.0.0"})
    assert upload["Tus-Resumable"] == "1.0.0"
    assert b"<" not in upload.content


def test_a_person_is_counted_apart_from_their_colleagues(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trenddrop.doors.DOORS", {"choose_brand": Door(Limit(1, HOUR))})
    form = {"brand": cast.brand.pk}
    asha, ben = signed_in(cast.asha), signed_in(cast.ben)
    assert [asha.post("/brand/choose/", form).status_code for _ in range(2)] == [302, 429]
    assert ben.post("/brand/choose/", form).status_code == 302
    assert signed_in(cast.asha).post("/brand/choose/", form).status_code == 429, "another session is the same person"


def test_an_organisation_can_share_one_count(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Door(Limit(2, HOUR, by="organization"))
    monkeypatch.setattr("trenddrop.doors.DOORS", {"notifications_read": shared})
    people = [signed_in(each) for each in (cast.asha, cast.ben, cast.chitra)]
    for each in people:
        each.get("/notifications/")  # the first page settles in which organisation one works
    assert [each.post("/notifications/read/").status_code for each in people] == [302, 302, 429]
    dev = signed_in(cast.dev)
    dev.get("/notifications/")
    assert dev.post("/notifications/read/").status_code == 302


def test_strangers_are_counted_by_their_address(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trenddrop.doors.DOORS", {"set_language": Door(Limit(1, HOUR))})
    here, there = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="203.0.113.8")
    assert [here.post("/i18n/language/", {"language": "hi"}).status_code for _ in range(2)] == [302, 429]
    assert there.post("/i18n/language/", {"language": "hi"}).status_code == 302


def test_reading_is_free_but_searching_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trenddrop.doors.DOORS", {"library": Door(Limit(2, HOUR), reads="q")})
    asha = signed_in(cast.asha)
    assert [asha.get("/library/").status_code for _ in range(5)] == [200] * 5
    assert [asha.get("/library/?q=chai").status_code for _ in range(3)] == [200, 200, 429]
    assert asha.get("/library/?q=").status_code == 200


def test_a_service_can_ask_too_and_says_it_in_the_same_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    key = str(cast.asha.pk)
    doors.require("resend", key, Limit(1, HOUR))

    def view(*_args: Any, **_more: Any) -> None:
        doors.require("resend", key, Limit(1, HOUR))

    monkeypatch.setattr("accounts.queries.unread_count", view)
    answer = signed_in(cast.asha).get("/notifications/", headers={"HX-Request": "true"})
    assert answer.status_code == 429
    assert b"too often" in answer.content


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(20.2, "in 21 s"), (61, "in 2 min"), (1700, "in 29 min"), (7300, "in 2 h"), (None, "more at once than is ever")],
)
def test_words_say_when_to_come_back(seconds: float | None, words: str) -> None:
    assert words in str(doors.TooOften(rates.Rate(False, 1, 0, seconds, 0.0)))


def test_the_practice_network_slows_down_as_its_protocol_says(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publishing.views.practice_api.REQUESTS", Limit(1, HOUR))
    with tenancy.operator():
        _account, token = network.open_account(organization_id=cast.kesar.pk, handle="kesar", display_name="Kesar")
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client().get("/practice/api/account", headers=bearer).status_code == 200
    refused = Client().get("/practice/api/account", headers=bearer)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "rate_limited"
    assert int(refused["Retry-After"]) > 3500
