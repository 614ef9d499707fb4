"""Accounts' days: asked for, filled in, corrected, and never taken away."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.live_server_helper import LiveServer

from accounts import tenancy
from accounts.models import BrandProfile
from analytics.collection import asking, days
from analytics.collection.writing import Origin
from analytics.documents.reasons import FELL, NO_DAY_BEFORE
from analytics.models import AudienceSnapshot, DailyMetrics, MetricImport, TrackedAccount
from publishing.models import PlatformConnection
from publishing.platforms.base import Rejected, SignInAgain, TryLater
from publishing.platforms.counting import AccountGone, Audience, DayFigures, Missing
from publishing.services import connections
from tests.analytics.a_source import PATH, ASource
from tests.analytics.counting import NOW, TODAY, account, ago, days_of, tell
from tests.cast import Cast, gather

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    return gather()


@pytest.fixture
def source(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[ASource]]:
    settings.MUSIC_SOURCES = {"soundcloud": PATH}
    for name, value in {"days": {}, "raises": [], "asked": [], "people": [], "history": dt.timedelta(0)}.items():
        monkeypatch.setattr(ASource, name, value)
    asking.close()
    yield ASource
    asking.close()


def only(row: TrackedAccount) -> TrackedAccount:
    with tenancy.operator():
        return TrackedAccount.objects.get(pk=row.pk)


def test_a_day_is_kept_with_what_is_told_and_with_why_the_rest_is_not(people: Cast, source: type[ASource]) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
    source.days[TODAY] = DayFigures(TODAY, {"followers": 1200, "tracks": 9}, {"plays_total": Missing.NO_ACCESS}, False)
    assert days.count_due(now=NOW) == 1
    with tenancy.of_member(people.asha):
        day = row.days.get()
    assert (day.date, day.followers, day.content_count, day.engagement) == (TODAY, 1200, 9, None)
    assert day.missing["plays_total"] == "no_access"
    assert day.missing["likes"] == "no_answer"
    assert (day.origin, day.is_settled) == ("api", False)


def test_what_comes_twice_stays_one_row_and_a_null_takes_nothing_away(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
        tell(row, {TODAY: {"followers": 1200, "plays_total": 50}})
        tell(row, {TODAY: {"followers": None, "plays_total": 70}})
        day = row.days.get()
    assert (day.followers, day.document["plays_total"]) == (1200, 70)


def test_changes_come_from_our_own_history_and_are_null_where_a_day_is_missing(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
        tell(row, {ago(30): {"followers": 900}, ago(7): {"followers": 1000}, TODAY: {"followers": 1200}})
        today = row.days.get(date=TODAY)
        assert (today.change_24h, today.change_7d, today.change_30d) == (None, 200, 300)
        tell(row, {ago(1): {"followers": 1150}}, Origin.BACKFILL)
        today.refresh_from_db()
    assert today.change_24h == 50


def test_followers_that_fall_are_a_change_below_nought(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
        tell(row, {ago(1): {"followers": 1200}, TODAY: {"followers": 700}})
        assert row.days.get(date=TODAY).change_24h == -500


def test_a_total_becomes_what_was_won_that_day_and_a_reset_is_kept_and_said(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
        tell(row, {ago(2): {"plays_total": 100}, ago(1): {"plays_total": 140}, TODAY: {"plays_total": 5}})
        found = days_of(row)
    assert found[ago(2)].missing["plays"] == NO_DAY_BEFORE
    assert found[ago(1)].document["plays"] == 40
    assert found[TODAY].document["plays_total"] == 5
    assert "plays" not in found[TODAY].document
    assert found[TODAY].missing["plays"] == FELL


def test_a_correction_of_yesterday_reaches_today(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
        tell(row, {ago(1): {"plays_total": 140}, TODAY: {"plays_total": 200}})
        tell(row, {ago(1): {"plays_total": 150}}, Origin.BACKFILL)
        found = days_of(row)
    assert found[TODAY].document["plays"] == 50
    assert found[ago(1)].origin == "api"


def test_figures_that_nobody_knows_and_values_of_the_wrong_kind_are_kept_beside(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
        tell(row, {TODAY: {"followers": "many", "renamed_metric": 7, "tracks": -1}})
        day = row.days.get()
    assert day.document["other"] == {"followers": "many", "renamed_metric": 7, "tracks": -1}
    assert day.followers is None
    assert day.missing["followers"] == "no_answer"


def test_the_past_is_filled_in_when_an_account_is_new_and_gaps_stay_gaps(people: Cast, source: type[ASource]) -> None:
    source.history = dt.timedelta(days=200)
    source.days |= {ago(n): DayFigures(ago(n), {"followers": 1000 - n}) for n in range(120) if n not in {3, 4}}
    with tenancy.of_member(people.asha):
        row = account(people)
    days.count_due(now=NOW)
    with tenancy.of_member(people.asha):
        found = days_of(row)
    assert len(found) == 118
    assert ago(3) not in found
    assert found[ago(5)].origin == "backfill"
    assert only(row).backfilled_from == ago(200)


def test_days_behind_a_quarter_without_any_are_filled_in_too(people: Cast, source: type[ASource]) -> None:
    source.history = dt.timedelta(days=300)
    source.days |= {ago(n): DayFigures(ago(n), {"followers": 1000 - n}) for n in range(300) if not 20 <= n < 200}
    with tenancy.of_member(people.asha):
        row = account(people)
    days.count_due(now=NOW)
    with tenancy.of_member(people.asha):
        assert set(days_of(row)) == set(source.days)
    assert only(row).backfilled_from == ago(300)


def test_missed_days_are_asked_for_again_the_next_day_only(people: Cast, source: type[ASource]) -> None:
    source.history = dt.timedelta(days=30)
    with tenancy.of_member(people.asha):
        row = account(people, backfilled_from=ago(30), last_at=NOW - dt.timedelta(days=4))
        tell(row, {ago(4): {"followers": 10}})
    days.count_due(now=NOW)
    assert f"days {ago(3)} {ago(1)}" in source.asked
    source.asked.clear()
    again = only(row).next_at
    assert again is not None
    days.count_due(now=again)
    assert not [asked for asked in source.asked if asked.startswith("days")]


def test_an_account_is_asked_four_times_a_day_the_last_time_shortly_before_midnight(
    people: Cast, source: type[ASource]
) -> None:
    with tenancy.of_member(people.asha):
        row = account(people)
    now, asked = NOW.replace(hour=0), []
    for _turn in range(5):
        with tenancy.operator():
            TrackedAccount.objects.filter(pk=row.pk).update(next_at=now)
        days.count_due(now=now)
        now = only(row).next_at or now
        asked.append(now)
    assert [at.hour for at in asked[:4]] == [5, 11, 17, 23]
    assert asked[4].date() == TODAY + dt.timedelta(days=1)


def test_the_platforms_day_counts_and_not_ours(people: Cast, source: type[ASource], monkeypatch: Any) -> None:
    monkeypatch.setattr(ASource, "day_zone", "America/Los_Angeles")
    with tenancy.of_member(people.asha):
        account(people, next_at=NOW.replace(hour=1))
    days.count_due(now=NOW.replace(hour=3))
    assert source.asked[0] == f"day {ago(1)}"


def test_an_account_that_is_gone_is_asked_no_more_and_keeps_its_days(people: Cast, source: type[ASource]) -> None:
    source.raises.append(AccountGone("SoundCloud no longer knows this account."))
    with tenancy.of_member(people.asha):
        row = account(people)
        tell(row, {ago(1): {"followers": 5}})
    assert days.count_due(now=NOW) == 0
    kept = only(row)
    assert (kept.next_at, kept.gone_at) == (None, NOW)
    with tenancy.of_member(people.asha):
        assert row.days.count() == 1


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (TryLater("Slow down.", after=dt.timedelta(minutes=17)), dt.timedelta(minutes=17)),
        (SignInAgain("Signed out."), dt.timedelta(minutes=5)),
        (Rejected("What?"), dt.timedelta(minutes=5)),
        (KeyError("The platform’s answer could not be read. We ask again."), dt.timedelta(minutes=5)),
    ],
)
def test_who_does_not_answer_is_asked_later(
    people: Cast, source: type[ASource], error: Exception, wait: dt.timedelta
) -> None:
    source.raises.append(error)
    with tenancy.of_member(people.asha):
        row = account(people)
    days.count_due(now=NOW)
    kept = only(row)
    assert kept.next_at == NOW + wait
    assert (kept.failures, kept.error) == (1, str(error.args[0]))


def test_a_paused_account_and_one_whose_connection_is_lost_are_not_asked(people: Cast, source: type[ASource]) -> None:
    with tenancy.of_member(people.asha):
        account(people, is_active=False)
        lost = PlatformConnection.objects.create(
            organization=people.kesar, platform="instagram", account_id="1", handle="@k", status="needs_reconnect",
            service_url="https://instagram.example",
        )  # fmt: skip
        account(people, "instagram", "connection", external_id="1", connection=lost)
    assert days.count_due(now=NOW) == 0
    assert source.asked == []


def test_who_the_people_are_is_asked_once_a_week(people: Cast, source: type[ASource]) -> None:
    source.people.append(Audience("country", {"IN": 0.7, "PT": 0.2, "XX": 7.0}, counted=500))
    with tenancy.of_member(people.asha):
        row = account(people)
    days.count_due(now=NOW)
    days.count_due(now=only(row).next_at or NOW)
    with tenancy.of_member(people.asha):
        told = AudienceSnapshot.objects.get()
    assert (told.shares, told.counted) == ({"IN": 0.7, "PT": 0.2}, 500)
    assert source.asked.count("audience") == 1


def test_two_accounts_cost_no_more_questions_of_the_database_each_than_one(people: Cast, source: type[ASource]) -> None:
    source.days[TODAY] = DayFigures(TODAY, {"followers": 1})
    with tenancy.of_member(people.asha):
        account(people)

    def ask(now: dt.datetime) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            days.count_due(now=now)
        return len(captured)

    one = ask(NOW)
    with tenancy.of_member(people.asha):
        for number in range(2):
            account(people, external_id=f"4{number}0")
    assert ask(NOW) <= 2 * one


def test_an_account_that_is_posted_to_by_hand_is_kept_by_hand(people: Cast, source: type[ASource]) -> None:
    with tenancy.of_member(people.asha):
        PlatformConnection.objects.create(
            organization=people.kesar, platform="spill", account_id="by_hand:kesar", handle="@kesar", kind="by_hand",
            service_url="https://spill.example",
        )  # fmt: skip
    assert days.discover(now=NOW) == 1
    assert days.count_due(now=NOW) == 0
    with tenancy.of_member(people.asha):
        row = TrackedAccount.objects.get()
    assert (row.way, row.next_at, row.name) == ("hand", None, "@kesar")


def test_an_account_counted_by_its_address_goes_on_as_it_was_once_it_is_connected(people: Cast) -> None:
    with tenancy.of_member(people.asha):
        row = account(people, "youtube", external_id="UC42", gone_at=NOW)
        tell(row, {ago(1): {"subscribers": 5}})
        made = PlatformConnection.objects.create(
            organization=people.kesar, platform="youtube", account_id="UC42", handle="@kesar",
            service_url="https://youtube.example",
        )  # fmt: skip
        kept = days.follow(made, now=NOW)
        assert (kept.pk, kept.way, kept.gone_at, kept.days.count()) == (row.pk, "connection", None, 1)


@pytest.mark.parametrize("to", ["the first", "another", "nobody"])
def test_an_account_goes_with_its_connection_to_another_client_and_takes_its_days_along(people: Cast, to: str) -> None:
    before, after = {
        "the first": (None, people.client),
        "another": (people.metro, people.client),
        "nobody": (people.client, None),
    }[to]
    with tenancy.of_member(people.asha):
        theirs = BrandProfile.objects.create(organization=people.kesar, client=people.metro, name="Metro")
        row = account(people, "youtube", external_id="UC42", client=before, brand=theirs)
        tell(row, {ago(1): {"subscribers": 5}})
        file = MetricImport.objects.create(organization=people.kesar, client=before, account=row, file_name="a.csv")
        made = PlatformConnection.objects.create(
            organization=people.kesar, platform="youtube", account_id="UC42", handle="@kesar", client=after,
            service_url="https://youtube.example",
        )  # fmt: skip
        days.follow(made, now=NOW)
    days.discover(now=NOW)
    with tenancy.of_member(people.asha):
        moved = (only(row), row.days.get(), MetricImport.objects.get(pk=file.pk))
    assert {each.client_id for each in moved} == {after.pk if after else None}
    assert only(row).brand_id is None
    if after:
        with tenancy.of_member(people.esha):
            assert DailyMetrics.objects.visible_to(people.esha).count() == 1
    with tenancy.of_member(people.farah):
        assert not DailyMetrics.objects.visible_to(people.farah).exists()


@pytest.mark.django_db(transaction=True)
def test_a_connected_practice_account_counts_itself(live_server: LiveServer, settings: Any) -> None:
    people = gather()
    settings.PRACTICE_URL = f"{live_server.url}/practice/api"
    asking.close()
    now = dt.datetime.now(dt.UTC)
    connections.connect_practice(name="Kesar Naturals", by=people.asha, now=now)
    assert days.discover(now=now) == 1
    assert days.discover(now=now) == 0
    assert days.count_due(now=now) == 1
    with tenancy.of_member(people.asha):
        row = TrackedAccount.objects.get()
        day = DailyMetrics.objects.get()
    assert (row.way, row.is_simulated, row.name) == ("connection", True, "Kesar Naturals")
    assert (day.origin, day.followers, day.is_settled) == ("practice", 800, False)
    asking.close()
