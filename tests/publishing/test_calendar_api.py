"""The calendar for programs."""

import datetime as dt
import uuid
import zoneinfo
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from publishing.models import CalendarEntry, ContentCalendar, PlatformConnection, PostingSlot, ScheduledPost
from publishing.services import posts
from publishing.walltime import resolve
from tests.api.asking import as_member
from tests.cast import Cast
from tests.publishing.conftest import make_connection, make_piece, make_post

INDIA = "Asia/Kolkata"


@pytest.fixture
def account(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> PlatformConnection:
    """Kesar's account."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    monkeypatch.setattr(posts, "_ring", lambda _post: None)
    with tenancy.of_organization(cast.kesar.pk):
        return make_connection(cast.kesar)


def day(ahead: int) -> str:
    return f"{timezone.now() + dt.timedelta(days=ahead):%Y-%m-%d}"


def planned(cast: Cast, account: PlatformConnection, at: str, **fields: Any) -> ScheduledPost:
    with tenancy.of_organization(cast.kesar.pk):
        moment = resolve(dt.datetime.fromisoformat(at), INDIA)
        piece = make_piece(cast.kesar, **fields)
        return make_post(piece, account, at=moment.instant, timezone=INDIA, local_time=at, client_id=piece.client_id)


def test_days_tell_posts_intentions_free_slots_and_what_comes_too_near(cast: Cast, account: PlatformConnection) -> None:
    planned(cast, account, f"{day(3)}T10:00")
    near = planned(cast, account, f"{day(3)}T10:30")
    with tenancy.of_organization(cast.kesar.pk):
        named = ContentCalendar.objects.create(
            organization=cast.kesar, name="Monsoon", starts_on=day(0), ends_on=day(9)
        )
        told = {"organization": cast.kesar, "calendar": named, "timezone": INDIA, "platform": "practice"}
        CalendarEntry.objects.create(**told, date=day(4), title="Say thanks")
        weekday = dt.date.fromisoformat(day(5)).weekday()
        PostingSlot.objects.create(
            organization=cast.kesar, connection=account, weekday=weekday, at=dt.time(18), timezone=INDIA
        )
    answer = as_member(cast.ben).get("calendar", since=day(3), until=day(5))
    assert answer.status_code == 200, answer.content
    found = answer.json()
    first, second, third = found["days"]
    assert (first["posts"], first["statuses"]) == (2, [{"status": "scheduled", "count": 2}])
    assert [entry["title"] for entry in second["entries"]] == ["Say thanks"]
    assert [slot["local_time"] for slot in third["free_slots"]] == [f"{day(5)}T18:00"]
    assert [warning["post"] for warning in found["warnings"]] == [str(near.pk)]
    assert found["timezone"] == INDIA


@pytest.mark.parametrize(
    "asked",
    [{"since": "x"}, {"timezone": "Mars"}, {"since": "2026-11-09", "until": "2026-11-01"},
     {"since": "2026-01-01", "until": "2026-12-01"},
     {"since": "0001-01-01", "until": "0001-01-02"}, {"since": "2026-11-01", "until": "2026-11-02", "timezone": "Mars"},
     {"since": "2026-11-01", "until": "2026-11-02", "client": "x"},
     {"since": "2026-11-01", "until": "2026-11-02", "state": "x"}],
)  # fmt: skip
def test_days_that_cannot_be_read_are_refused(cast: Cast, asked: dict[str, str]) -> None:
    assert as_member(cast.ben).get("calendar", **asked).status_code == 422


def test_without_days_four_weeks_from_the_readers_today_are_shown(cast: Cast) -> None:
    before = timezone.localdate(timezone=zoneinfo.ZoneInfo(INDIA))
    shown = [each["date"] for each in as_member(cast.ben).get("calendar").json()["days"]]
    after = timezone.localdate(timezone=zoneinfo.ZoneInfo(INDIA))
    assert shown in [[str(first + dt.timedelta(days=number)) for number in range(28)] for first in (before, after)]
    later = as_member(cast.ben).get("calendar", since="2028-02-29").json()["days"]
    assert (len(later), later[0]["date"], later[-1]["date"]) == (28, "2028-02-29", "2028-03-27")


def test_the_clients_member_is_told_of_that_client_only(cast: Cast, account: PlatformConnection) -> None:
    planned(cast, account, f"{day(3)}T10:00", client=cast.metro)
    planned(cast, account, f"{day(3)}T12:00", client=cast.client)
    asked = {"since": day(3), "until": day(3)}
    assert as_member(cast.esha).get("calendar", **asked).json()["days"][0]["posts"] == 1
    assert as_member(cast.ben).get("calendar", **asked, client=str(cast.metro.pk)).json()["days"][0]["posts"] == 1


def test_several_are_moved_held_back_and_cancelled_and_the_rest_told_with_reasons(
    cast: Cast, account: PlatformConnection
) -> None:
    post, live = planned(cast, account, f"{day(3)}T10:00"), planned(cast, account, f"{day(2)}T10:00")
    with tenancy.of_organization(cast.kesar.pk):
        ScheduledPost.objects.filter(pk=live.pk).update(status="published")
    api, both = as_member(cast.ben), [str(post.pk), str(live.pk)]
    moved = api.post("calendar/move", {"posts": both, "days": 1, "hours": 2})
    assert moved.status_code == 200, moved.content
    assert [row["local_time"] for row in moved.json()["changed"]] == [f"{day(4)}T12:00"]
    assert [row["post"] for row in moved.json()["refused"]] == [str(live.pk)]
    zoned = api.post("calendar/keep-clock", {"posts": both[:1], "timezone": "Europe/Lisbon"}).json()["changed"][0]
    assert (zoned["local_time"], zoned["timezone"]) == (f"{day(4)}T12:00", "Europe/Lisbon")
    assert api.post("calendar/hold-back", {"posts": both[:1]}).json()["changed"][0]["status"] == "draft"
    assert api.post("calendar/to-slots", {"posts": both[:1]}).json()["refused"][0]["reason"].startswith("@kesar has no")
    assert api.post("calendar/cancel", {"posts": both[:1]}).json()["changed"][0]["status"] == "cancelled"


def test_a_post_that_is_not_theirs_changes_nothing_at_all(cast: Cast, account: PlatformConnection) -> None:
    post = planned(cast, account, f"{day(3)}T10:00")
    mixed = {"posts": [str(post.pk), str(uuid.uuid4())]}
    assert as_member(cast.ben).post("calendar/cancel", mixed).status_code == 422
    assert as_member(cast.dev).post("calendar/cancel", {"posts": [str(post.pk)]}).status_code == 422
    assert as_member(cast.chitra).post("calendar/cancel", {"posts": [str(post.pk)]}).status_code == 403
    assert as_member(cast.ben).post("calendar/keep-clock", {**mixed, "timezone": "Mars"}).status_code == 422
    with tenancy.of_organization(cast.kesar.pk):
        assert ScheduledPost.objects.get(pk=post.pk).status == "scheduled"


def test_a_look_ahead_tells_of_clocks_neighbours_and_the_past(cast: Cast, account: PlatformConnection) -> None:
    post = planned(cast, account, f"{day(3)}T10:00")
    planned(cast, account, f"{day(4)}T10:15", title="Read a label")
    api = as_member(cast.ben)
    near = api.get(f"posts/{post.pk}/look-ahead", local_time=f"{day(4)}T10:00").json()
    assert near["warnings"] == ["@kesar has “Read a label” only 15 min away."]
    past = api.get(f"posts/{post.pk}/look-ahead", local_time="2020-01-01T10:00").json()
    assert past["is_refused"]
    assert api.get(f"posts/{post.pk}/look-ahead").json() == {**near, "words": near["words"], "warnings": []} | {
        "words": api.get(f"posts/{post.pk}/look-ahead", local_time=f"{day(3)}T10:00").json()["words"]
    }
    nowhere = api.get(f"posts/{post.pk}/look-ahead", timezone="Mars/Base")
    assert (nowhere.status_code, "Mars/Base" in nowhere.json()["detail"]) == (422, True)
    assert api.get(f"posts/{uuid.uuid4()}/look-ahead").status_code == 404
