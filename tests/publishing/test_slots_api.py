"""Slots, queues, good times, recurring posts and holds, as a program uses them."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import tenancy
from content.models import GeneratedContent
from publishing.models import BestTime, PlatformConnection
from publishing.services import posts
from tests.api.asking import Api, as_member
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece

ZONE = "Asia/Kolkata"


@dataclass
class Program:
    """A program with Asha's key, an account and a piece."""

    api: Api
    account: PlatformConnection
    piece: GeneratedContent

    def slots(self, *weekdays: int) -> Any:
        given = {"connection": str(self.account.pk), "weekdays": weekdays, "at": "09:00", "timezone": ZONE}
        return self.api.post("posting-slots", given)

    def queue(self, action: str, **given: Any) -> Any:
        return self.api.post(f"queues/{self.account.pk}/{action}", given)


@pytest.fixture
def program(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Program:
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    monkeypatch.setattr(posts, "_ring", lambda _post: None)
    with tenancy.of_organization(cast.kesar.pk):
        return Program(as_member(cast.asha), make_connection(cast.kesar), make_piece(cast.kesar))


def test_slots_are_made_listed_changed_and_removed(program: Program) -> None:
    made = program.slots(0, 2)
    assert (made.status_code, [slot["weekday"] for slot in made.json()]) == (201, [0, 2])
    first = made.json()[0]["id"]
    changed = program.api.patch(f"posting-slots/{first}", {"at": "18:30"}).json()
    assert (changed["at"], changed["weekday"], changed["timezone"]) == ("18:30:00", 0, ZONE)
    assert program.api.patch(f"posting-slots/{first}", {"weekday": 2, "at": "09:00"}).status_code == 409
    assert program.api.patch(f"posting-slots/{first}", {"timezone": "Mars"}).status_code == 422
    assert len(program.api.get("posting-slots", connection=str(program.account.pk)).json()["results"]) == 2
    done = program.api.post(f"posting-slots/{first}/remove", {"posts": "move"})
    assert done.json() == {"kept": 0, "moved": 0, "unmoved": 0}
    assert program.api.get(f"posting-slots/{first}").status_code == 404


def test_a_queue_is_filled_read_and_reordered(program: Program, cast: Cast) -> None:
    assert program.queue("add", piece=str(program.piece.pk)).status_code == 409
    assert program.queue("preset", preset="daily", timezone=ZONE).status_code == 201
    with tenancy.of_organization(cast.kesar.pk):
        other = make_piece(cast.kesar, text="The other.")
    first = program.queue("add", piece=str(program.piece.pk))
    second = program.queue("add", piece=str(other.pk), as_draft=True).json()
    assert (first.status_code, second["status"]) == (201, "draft")
    found = program.api.get(f"queues/{program.account.pk}").json()
    assert [post["id"] for post in found["posts"]] == [first.json()["id"], second["id"]]
    assert len(found["free"]) == 10
    assert found["today"] is None
    order = [second["id"], first.json()["id"]]
    assert [post["id"] for post in program.queue("order", posts=order).json()] == order
    assert program.queue("order", posts=[str(uuid.uuid4())]).status_code == 409
    placed = program.queue("place", post=order[0]).json()
    assert placed["scheduled_for"] > second["scheduled_for"]
    assert {slot["timezone"] for slot in program.queue("clock", timezone="Europe/Lisbon").json()} == {"Europe/Lisbon"}


def test_good_times_say_why_and_hours_what_is_known(program: Program, cast: Cast) -> None:
    found = program.api.get(f"queues/{program.account.pk}/good-times").json()
    assert all(each["is_thin"] and each["why"] for each in found)
    with tenancy.of_organization(cast.kesar.pk):
        BestTime.objects.create(
            organization=cast.kesar, connection=program.account, weekday=1, hour=19, timezone=ZONE, score=71, posts=4,
            posts_in_all=30,
        )  # fmt: skip
    (hour,) = program.api.get(f"queues/{program.account.pk}/hours").json()
    assert (hour["weekday"], hour["hour"], hour["score"]) == (1, 19, 71)
    assert program.api.get(f"queues/{program.account.pk}/good-times").json()[0]["score"] == 71


def test_a_piece_goes_out_again_and_again(program: Program) -> None:
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)
    rule = {"frequency": "daily", "at": "09:00", "timezone": ZONE, "starts_on": f"{tomorrow}"}
    what = {"piece": str(program.piece.pk), "connection": str(program.account.pk)}
    made = program.api.post("recurring-posts", rule | what)
    assert made.status_code == 201
    key, series = made.json()["id"], made.json()
    assert (series["is_active"], series["made"] > 10) == (True, True)
    assert program.api.post(f"recurring-posts/{key}/pause").json()["is_active"] is False
    assert program.api.post(f"recurring-posts/{key}/resume").json()["is_active"] is True
    weekly = program.api.post(
        f"recurring-posts/{key}/change", rule | {"frequency": "weekly", "weekdays": [1, 3]}
    ).json()
    assert weekly["weekdays"] == [1, 3]
    never = program.api.post("recurring-posts", rule | what | {"starts_on": "2020-01-01", "ends_on": "2020-01-02"})
    assert (never.status_code, "No day fits" in never.json()["detail"]) == (422, True)
    assert program.api.delete(f"recurring-posts/{key}").status_code == 204


def test_holds_are_put_and_ended_by_who_may(program: Program, cast: Cast) -> None:
    made = program.api.post("holds", {"connection": str(program.account.pk), "reason": "Storm"})
    assert made.status_code == 201
    assert program.api.post("holds", {"connection": str(program.account.pk)}).status_code == 409
    assert len(program.api.get("holds", ended="false").json()["results"]) == 1
    done = program.api.post(f"holds/{made.json()['id']}/release", {"late": "slots"})
    assert done.json() == {"placed": 0, "left": 0}
    assert program.api.get("holds", ended="false").json()["results"] == []
    assert as_member(cast.ben).post("holds", {}).status_code == 403


def test_another_organisation_sees_nothing_of_it(program: Program, cast: Cast) -> None:
    slot = program.slots(0).json()[0]["id"]
    stranger = as_member(cast.dev)
    for path in (f"posting-slots/{slot}", f"queues/{program.account.pk}", f"queues/{program.account.pk}/hours"):
        assert stranger.get(path).status_code == 404, path
