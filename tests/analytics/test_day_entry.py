"""Days that people bring: entered by hand, and from files that can be taken back."""

import datetime as dt

import pytest
from django.db import connection as database

from accounts import tenancy
from accounts.models import AuditEntry
from analytics.collection.writing import Origin
from analytics.models import DailyMetrics, MetricImport, TrackedAccount
from analytics.services import day_entry, metric_imports, tracking
from publishing.models import PlatformConnection
from publishing.platforms.counting import Found
from tests.analytics.counting import NOW, TODAY, account, ago, days_of, tell
from tests.cast import Cast, gather
from trenddrop.core.ids import uuid7

pytestmark = pytest.mark.django_db
FILE = f"date;streams;listeners\n{ago(2):%Y-%m-%d};1,20,450;70\n{ago(1):%Y-%m-%d};90;\n".encode()


@pytest.fixture
def people() -> Cast:
    return gather()


@pytest.fixture
def artist(people: Cast) -> TrackedAccount:
    with tenancy.of_member(people.asha):
        return tracking.add_by_hand("spotify", "Monsoon Trio", by=people.asha)


def enter(row: TrackedAccount, people: Cast, **figures: int | None) -> DailyMetrics:
    return day_entry.enter(row, ago(1), figures, by=people.asha, now=NOW)


def bring(row: TrackedAccount, people: Cast, data: bytes = FILE) -> MetricImport:
    return metric_imports.bring(row, data, name="streams.csv", by=people.asha, now=NOW)


def test_a_day_by_hand_says_who_entered_it_and_leaves_the_rest_not_given(people: Cast, artist: TrackedAccount) -> None:
    with tenancy.of_member(people.asha):
        day = enter(artist, people, streams=120450)
        entry = AuditEntry.objects.filter(action="counted.day_entered").get()
    assert (day.origin, day.entered_by, day.document["entered"]) == ("hand", people.asha.user, ["streams"])
    assert day.missing["listeners"] == "by_hand"
    assert entry.metadata["changes"] == {"streams": [None, 120450]}


def test_what_a_person_entered_is_not_overwritten_by_a_null_but_by_the_platforms_own_figure(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
        enter(row, people, followers=77, tracks=3)
        tell(row, {ago(1): {"followers": None, "tracks": 4}})
        day = row.days.get()
    assert (day.followers, day.document["tracks"], day.document["entered"]) == (77, 4, ["followers"])
    assert day.origin == "api"


def test_a_field_can_be_emptied_and_a_day_with_nothing_is_refused(people: Cast, artist: TrackedAccount) -> None:
    with tenancy.of_member(people.asha):
        enter(artist, people, streams=5, listeners=2)
        day = enter(artist, people, streams=None)
        assert day.document["listeners"] == 2
        assert "streams" not in day.document
        with pytest.raises(day_entry.CannotEnter):
            day_entry.enter(artist, ago(9), {"streams": None}, by=people.asha, now=NOW)


@pytest.mark.parametrize("date", [TODAY + dt.timedelta(days=2), dt.date(1999, 1, 1)])
def test_a_day_that_cannot_be_is_refused(people: Cast, artist: TrackedAccount, date: dt.date) -> None:
    with tenancy.of_member(people.asha), pytest.raises(day_entry.CannotEnter):
        day_entry.enter(artist, date, {"streams": 1}, by=people.asha, now=NOW)


def test_a_day_of_people_can_be_taken_out_and_one_of_the_platform_cannot(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
        tell(row, {TODAY: {"followers": 5}})
        enter(row, people, followers=4)
        assert row.days.get(date=TODAY).change_24h == 1
        day_entry.remove_day(row.days.get(date=ago(1)), by=people.asha, now=NOW)
        today = row.days.get()
        assert today.change_24h is None
        with pytest.raises(day_entry.CannotEnter):
            day_entry.remove_day(today, by=people.asha, now=NOW)


def test_a_file_is_looked_at_before_it_changes_anything(people: Cast, artist: TrackedAccount) -> None:
    with tenancy.of_member(people.asha):
        enter(artist, people, streams=80)
        found = metric_imports.preview(bring(artist, people))
        assert (found.new, found.changed, found.same) == (1, 1, 0)
        assert artist.days.count() == 1


def test_a_file_is_taken_in_once_and_taken_back_as_it_was(people: Cast, artist: TrackedAccount) -> None:
    with tenancy.of_member(people.asha):
        before = enter(artist, people, streams=80, saves=2).document
        file = metric_imports.take_in(bring(artist, people), by=people.asha, now=NOW)
        days = days_of(artist)
        assert days[ago(2)].document["streams"] == 120450
        assert days[ago(1)].document["streams"] == 90
        assert days[ago(1)].document["saves"] == 2
        assert (days[ago(2)].origin, days[ago(2)].source_file) == ("csv", file)
        with pytest.raises(metric_imports.CannotImport):
            metric_imports.take_in(file, by=people.asha, now=NOW)
        back = metric_imports.take_back(file, by=people.asha, now=NOW)
        assert (back.days, back.kept) == (2, 0)
        kept = artist.days.get()
        assert (kept.date, kept.document, kept.origin, kept.source_file) == (ago(1), before, "hand", None)
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"counted.file_brought", "counted.file_taken_in", "counted.file_taken_back"} <= actions


def test_what_became_something_else_since_stays_when_a_file_is_taken_back(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people, "spotify")
        file = metric_imports.take_in(bring(row, people), by=people.asha, now=NOW)
        tell(row, {ago(1): {"streams": 95, "popularity": 40}}, Origin.BACKFILL)
        metric_imports.take_back(file, by=people.asha, now=NOW)
        day = row.days.get()
    assert (day.date, day.document["streams"], day.document["popularity"]) == (ago(1), 95, 40)


def two_files(people: Cast, artist: TrackedAccount, second: str) -> tuple[MetricImport, MetricImport]:
    """Two files of the same day, the one taken in after the other."""
    told = [
        f"date,streams,listeners\n{ago(1):%Y-%m-%d},10,5\n",
        f"date,streams,listeners\n{ago(1):%Y-%m-%d},{second}\n",
    ]
    one, two = [metric_imports.take_in(bring(artist, people, text.encode()), by=people.asha, now=NOW) for text in told]
    return one, two


def back(file: MetricImport, people: Cast) -> tuple[int, int]:
    found = metric_imports.take_back(file, by=people.asha, now=NOW)
    file.refresh_from_db()
    return found.days, found.kept


@pytest.mark.parametrize("is_put_aside", [True, False])
@pytest.mark.parametrize("before", [None, 80])
def test_a_file_taken_back_under_another_does_not_come_back_with_it(
    people: Cast, artist: TrackedAccount, before: int | None, *, is_put_aside: bool
) -> None:
    with tenancy.of_member(people.asha):
        was = enter(artist, people, streams=before, saves=2).document if before else None
        one, two = two_files(people, artist, "20,6")
        assert back(one, people) == (0, 1)
        assert artist.days.get().document["streams"] == 20
        if is_put_aside:
            metric_imports.put_aside(one, by=people.asha)
        assert back(two, people) == (1, 0)
        database.check_constraints()
        assert [(row.document, row.origin, row.source_file) for row in artist.days.all()] == (
            [(was, "hand", None)] if was else []
        )


def test_of_a_file_taken_back_under_another_only_what_the_other_brought_anew_stays(
    people: Cast, artist: TrackedAccount
) -> None:
    with tenancy.of_member(people.asha):
        one, two = two_files(people, artist, "20,")
        third = bring(artist, people, f"date,streams\n{ago(1):%Y-%m-%d},10\n".encode())
        third = metric_imports.take_in(third, by=people.asha, now=NOW)
        assert back(one, people) == (0, 1)
        day = artist.days.get()
        assert (day.document["streams"], day.origin, day.source_file) == (10, "csv", third)
        assert "listeners" not in day.document
        assert back(third, people) == (1, 0)
        assert (artist.days.get().document["streams"], artist.days.get().source_file) == (20, two)
        assert back(two, people) == (1, 0)
        assert not artist.days.exists()


def test_a_file_is_taken_back_although_whoever_entered_the_day_before_is_gone(
    people: Cast, artist: TrackedAccount
) -> None:
    with tenancy.of_member(people.asha):
        enter(artist, people, streams=80)
        file = metric_imports.take_in(bring(artist, people), by=people.asha, now=NOW)
        for day in file.replaced:
            day["was"] = day["was"] and day["was"] | {"entered_by": str(uuid7())}
        file.save()
        back(file, people)
        database.check_constraints()
        assert artist.days.get().entered_by is None


def test_a_file_in_which_everything_stands_already_changes_nothing(people: Cast, artist: TrackedAccount) -> None:
    with tenancy.of_member(people.asha):
        metric_imports.take_in(bring(artist, people), by=people.asha, now=NOW)
        found = metric_imports.preview(bring(artist, people))
    assert (found.new, found.changed, found.same) == (0, 0, 2)


def test_an_account_is_counted_once(people: Cast) -> None:
    found = Found("42", "Monsoon Trio", "https://soundcloud.com/monsoon-trio")
    with tenancy.of_member(people.asha):
        tracking.add_found("soundcloud", found, by=people.asha, now=NOW)
        with pytest.raises(tracking.CountedAlready):
            tracking.add_found("soundcloud", found, by=people.asha, now=NOW)


def test_a_connected_account_is_paused_but_not_removed(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        connection = PlatformConnection.objects.create(
            organization=people.kesar, platform="instagram", account_id="1", handle="@k", status="active",
            service_url="https://instagram.example",
        )  # fmt: skip
        row = account(people, "instagram", "connection", external_id="1", connection=connection)
        with pytest.raises(tracking.StillConnected):
            tracking.remove(row, by=people.asha)
        assert not tracking.pause(row, by=people.asha).is_active
        PlatformConnection.objects.update(status="removed")
        tracking.remove(TrackedAccount.objects.get(pk=row.pk), by=people.asha)
        assert not TrackedAccount.objects.exists()
