"""Goals: set, measured, projected, told of once; said plainly when they are met or out of reach."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts import tenancy
from accounts.models import AuditEntry, Membership, Notification
from analytics import aims
from analytics.advisor import reader
from analytics.advisor.tools import look
from analytics.catalogue import METRICS as CATALOGUE
from analytics.collection import goals as measuring
from analytics.collection import insights as looking
from analytics.forms.goals import GoalChangeForm, GoalForm
from analytics.models import Goal, GoalMilestone, TrackedAccount
from analytics.queries import facts
from analytics.services import goals
from analytics.services.goals import CannotSet
from analytics.wording.sentences import sentences
from tests.analytics.counted import counted_days, today, tracked, won
from tests.analytics.posting import connection
from tests.api.asking import as_member
from tests.cast import Cast

DAY = dt.timedelta(days=1)


def growing(cast: Cast, *, days: int = 90, a_day: int = 10, now_at: int = 5000, **fields: Any) -> TrackedAccount:
    """An account that gained so many followers each day."""
    account, last = tracked(cast, "instagram", **fields), today(cast) - DAY
    counted_days(account, last, days, lambda date: {"followers": now_at - a_day * (last - date).days + (date.day % 3)})
    return account


def a_goal(cast: Cast, target: float, *, days: int = 30, **fields: Any) -> Goal:
    told: dict[str, Any] = {"metric": "followers", "deadline": today(cast) + days * DAY}
    return goals.set_goal(by=cast.asha, now=timezone.now(), target=target, **(told | fields))


def test_a_goal_is_measured_when_it_is_set_and_its_end_foretold(kesar: Cast) -> None:
    growing(kesar)
    goal = a_goal(kesar, 5200)
    assert 4998 <= (goal.value or 0) <= 5002
    assert goal.outlook == Goal.Outlook.ON_COURSE
    kept = goal.projection
    assert kept["low"][-1] <= 5310 <= kept["high"][-1]
    assert kept["chance"] > 0.9
    about = dt.date.fromisoformat(kept["about"])
    assert abs((about - today(kesar)).days - 20) <= 4
    assert AuditEntry.objects.filter(action="goal.set").count() == 1


def test_a_goal_behind_says_what_is_needed_and_one_out_of_reach_that_it_is(kesar: Cast, client: Client) -> None:
    growing(kesar)
    late, beyond = a_goal(kesar, 5330), a_goal(kesar, 50_000)
    assert late.outlook in {Goal.Outlook.BEHIND, Goal.Outlook.UNSURE}
    assert beyond.outlook == Goal.Outlook.IMPOSSIBLE
    client.force_login(kesar.asha.user)
    said = client.get(reverse("numbers_goal", args=[beyond.pk])).content.decode()
    assert "Out of reach" in said
    assert "a day are needed" in client.get(reverse("numbers_goal", args=[late.pk])).content.decode()


def test_a_goal_that_is_met_already_is_refused_and_says_where_it_stands(kesar: Cast) -> None:
    growing(kesar)
    with pytest.raises(CannotSet, match="reached already: it stands at 5,00"):
        a_goal(kesar, 4000)
    assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"target": 0}, "target"), ({"target": -5}, "target"), ({"target": float("inf")}, "target"),
        ({"deadline": dt.date(2020, 1, 1)}, "deadline"), ({"metric": "luck"}, "metric"),
        ({"metric": "engagement_rate_views", "target": 4.5}, "target"), ({"target": float("nan")}, "target"),
        ({"deadline": dt.date(2099, 1, 1)}, "deadline"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(kesar: Cast, fields: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"target": 100.0, "metric": "followers", "deadline": today(kesar) + 30 * DAY} | fields
    with pytest.raises(CannotSet) as refused:
        goals.set_goal(by=kesar.asha, now=timezone.now(), **given)
    assert refused.value.field == field


def test_milestones_are_told_once_the_highest_only(kesar: Cast) -> None:
    account = growing(kesar, a_day=1)
    goal = a_goal(kesar, 5100)
    Goal.objects.filter(pk=goal.pk).update(starts_on=today(kesar) - 5 * DAY)
    stood = goal.value or 0
    row = account.days.order_by("-date").first()
    assert row is not None
    row.followers = round(stood) + 60
    row.save()
    for _ in range(3):
        looking.look(kesar.kesar.pk, now=timezone.now())
    assert set(GoalMilestone.objects.values_list("percent", flat=True)) == {25, 50}
    told = Notification.objects.filter(kind="goal_reached")
    assert [each.title for each in told] == [f"50 % of the way: {goal.name}"]
    assert told[0].user == kesar.asha.user


def test_a_goal_reached_is_closed_and_celebrated_once(kesar: Cast) -> None:
    account = growing(kesar, a_day=1)
    goal = a_goal(kesar, 5100)
    Goal.objects.filter(pk=goal.pk).update(starts_on=today(kesar) - 5 * DAY)
    account.days.filter(date=today(kesar) - DAY).update(followers=5150)
    for _ in range(2):
        looking.look(kesar.kesar.pk, now=timezone.now())
    goal.refresh_from_db()
    assert (goal.status, goal.reached_on) == (Goal.Status.REACHED, today(kesar) - DAY)
    assert list(Notification.objects.values_list("title", flat=True)) == [f"Goal reached: {goal.name}"]
    said = sentences(look(reader.of_member(kesar.asha, now=timezone.now()), "goals", {}))
    assert said == [f"{goal.name}: 5,150 of 5,100 until {date_format(goal.deadline, 'j M Y')}: Reached."]


def test_a_goal_whose_day_is_over_is_missed_and_that_is_told(kesar: Cast) -> None:
    growing(kesar)
    goal = a_goal(kesar, 9000)
    Goal.objects.filter(pk=goal.pk).update(deadline=today(kesar) - DAY, starts_on=today(kesar) - 20 * DAY)
    looking.look(kesar.kesar.pk, now=timezone.now())
    goal.refresh_from_db()
    assert goal.status == Goal.Status.MISSED
    assert Notification.objects.get().title == f"Goal missed: {goal.name}"


def test_a_sum_begins_at_nought_and_goes_by_the_pace_of_the_days_before(kesar: Cast) -> None:
    account = connection(kesar, "bluesky")
    for number in range(1, 61):
        won(account, today(kesar) - number * DAY, views=100)
    goal = a_goal(kesar, 2500, metric="views")
    assert goal.value == 0
    assert goal.projection["chance"] > 0.8
    running = a_goal(kesar, 2500, metric="views", starts_on=today(kesar) - 10 * DAY)
    assert running.value == 1000
    assert set(running.milestones.values_list("percent", flat=True)) == {25}
    assert not Notification.objects.exists()  # whoever sets it sees that


def test_a_rate_is_of_four_weeks(kesar: Cast) -> None:
    account = connection(kesar, "bluesky")
    for number in range(1, 91):
        won(account, today(kesar) - number * DAY, views=1000, engagement=40 + number % 5)
    goal = a_goal(kesar, 0.06, metric="engagement_rate_views")
    assert goal.value == pytest.approx(0.042, abs=0.001)
    assert goal.outlook == Goal.Outlook.IMPOSSIBLE
    assert goal.projection["low"][-1] < 0.042 < goal.projection["high"][-1]


def test_a_rate_holds_only_what_an_account_tells_against_what_the_same_account_tells(kesar: Cast) -> None:
    told, quiet = connection(kesar, "instagram"), connection(kesar, "bluesky", account_id="quiet")
    for number in range(1, 61):
        won(told, today(kesar) - number * DAY, views=1000, engagement=50)
        won(quiet, today(kesar) - number * DAY, engagement=150)
    assert a_goal(kesar, 0.1, metric="engagement_rate_views").value == pytest.approx(0.05)


def test_a_rate_of_times_seen_takes_what_each_account_tells_of_it_as_the_catalogue_does(kesar: Cast) -> None:
    seen = ("views", "impressions", "reach")
    for name in seen:
        account = connection(kesar, "bluesky", account_id=name)
        for number in range(1, 61):
            won(account, today(kesar) - number * DAY, clicks=10, **{name: 1000})
    assert a_goal(kesar, 0.1, metric="click_rate").value == pytest.approx(0.01)


def test_the_rates_of_goals_are_those_of_the_catalogue() -> None:
    written = {rate: CATALOGUE[rate].formula for rate in aims.RATES}
    assert written == {rate: f"{{{part}}} ÷ {{{whole}}}" for rate, (part, whole) in aims.RATES.items()}


@pytest.mark.parametrize("metric", ["views", "followers"])
def test_practice_numbers_of_one_client_are_not_added_to_the_real_ones_of_another(kesar: Cast, metric: str) -> None:
    growing(kesar, client=kesar.client, now_at=5000)
    made_up = growing(kesar, name="@metro", external_id="metro", client=kesar.metro, is_simulated=True, now_at=70_000)
    real = connection(kesar, "instagram", client=kesar.client)
    practice = connection(kesar, "practice", client=kesar.metro)
    for number in range(1, 61):
        won(real, today(kesar) - number * DAY, views=100)
        won(practice, today(kesar) - number * DAY, views=9000)
    since: dict[str, Any] = {"starts_on": today(kesar) - 10 * DAY}
    expected = {"views": 1000, "followers": 5000}[metric]
    assert a_goal(kesar, 500_000, metric=metric, **since).value == pytest.approx(expected, abs=3)
    alone = a_goal(kesar, 500_000, metric=metric, client=kesar.metro, **since)
    assert alone.value == pytest.approx({"views": 90_000, "followers": 70_000}[metric], abs=3)
    assert made_up.is_simulated


@pytest.mark.parametrize("metric", ["followers", "views", "engagement_rate_views", "conversions", "streams"])
def test_nothing_counted_is_said_not_guessed(kesar: Cast, client: Client, metric: str) -> None:
    goal = a_goal(kesar, 0.5, metric=metric)
    assert (goal.value, goal.outlook) == (None, Goal.Outlook.UNKNOWN)
    client.force_login(kesar.asha.user)
    assert "Nothing is counted of it yet" in client.get(reverse("numbers_goal", args=[goal.pk])).content.decode()


def test_days_that_are_missing_lie_between_those_that_are_not(kesar: Cast) -> None:
    account = growing(kesar)
    account.days.filter(date__range=(today(kesar) - 30 * DAY, today(kesar) - 20 * DAY)).delete()
    goal = a_goal(kesar, 5200)
    assert goal.projection["pace"] == pytest.approx(10, abs=1.5)


def test_changing_the_number_counts_milestones_anew(kesar: Cast) -> None:
    growing(kesar)
    goal = a_goal(kesar, 5200)
    GoalMilestone.objects.create(
        organization=kesar.kesar, goal=goal, percent=25, passed_on=today(kesar), value=1, told_at=timezone.now()
    )
    goal = goals.change_goal(goal, by=kesar.asha, now=timezone.now(), target=6000)
    assert (goal.target, goal.milestones.count()) == (6000, 0)
    with pytest.raises(CannotSet, match="reached already"):
        goals.change_goal(goal, by=kesar.asha, now=timezone.now(), target=10)
    goal.refresh_from_db()
    assert goal.target == 6000


def test_giving_up_keeps_why_and_taking_up_goes_on(kesar: Cast) -> None:
    growing(kesar)
    goal = goals.give_up(a_goal(kesar, 5200), by=kesar.asha, now=timezone.now(), note="60 s limit first")
    assert (goal.status, goal.note) == (Goal.Status.GIVEN_UP, "60 s limit first")
    with pytest.raises(CannotSet):
        goals.change_goal(goal, by=kesar.asha, now=timezone.now(), target=7000)
    assert goals.take_up(goal, by=kesar.asha, now=timezone.now()).status == Goal.Status.OPEN


def test_a_clients_member_sees_and_sets_goals_of_their_client_alone(kesar: Cast, client: Client) -> None:
    growing(kesar, client=kesar.client)
    growing(kesar, name="@metro", external_id="metro", client=kesar.metro)
    ours, theirs = a_goal(kesar, 5200, client=kesar.client), a_goal(kesar, 5200, client=kesar.metro)
    client.force_login(kesar.esha.user)
    said = client.get(reverse("numbers_goals")).content.decode()
    assert str(ours.pk) in said
    assert str(theirs.pk) not in said
    assert client.get(reverse("numbers_goal", args=[theirs.pk])).status_code == 404
    with pytest.raises(CannotSet):
        goals.set_goal(
            by=kesar.esha, now=timezone.now(), metric="followers", target=9999, deadline=today(kesar) + 9 * DAY
        )


def test_goals_of_a_client_count_only_its_accounts(kesar: Cast) -> None:
    growing(kesar, client=kesar.client)
    both, one = a_goal(kesar, 9000), a_goal(kesar, 9000, client=kesar.metro)
    assert both.value is not None
    assert one.value is None


def test_measuring_costs_the_same_few_statements_however_many_goals(kesar: Cast) -> None:
    growing(kesar)
    a_goal(kesar, 5200)

    def statements() -> int:
        with CaptureQueriesContext(database) as asked, tenancy.of_organization(kesar.kesar.pk):
            found = measuring.open_goals(kesar.kesar.pk)
            known = facts.known(kesar.kesar.pk, now=timezone.now(), goals=found)
            measuring.measure(found, known, now=timezone.now())
        return len(asked)

    few = statements()
    for number in range(6):
        a_goal(kesar, 5300 + number)
    assert statements() == few


def test_a_goal_is_set_changed_and_given_up_through_its_pages(kesar: Cast, client: Client) -> None:
    account = growing(kesar)
    client.force_login(kesar.asha.user)
    scope, until = f"account:{account.pk}", today(kesar) + 30 * DAY
    given = {"metric": "followers", "target": "5.2k", "scope": scope, "deadline": until}
    answer = client.post(reverse("numbers_goal_new"), given)
    goal = Goal.objects.get()
    assert answer.headers["Location"] == reverse("numbers_goal", args=[goal.pk])
    assert (goal.target, goal.account, goal.name) == (5200, account, "5,200 followers of @kesar")
    page = client.get(reverse("numbers_goals")).content.decode()
    assert "1 on course." in page
    again = client.post(reverse("numbers_goal_new"), given | {"target": "100"})
    assert again.status_code == 422
    assert "reached already" in again.content.decode()
    changed = {"name": "More", "target": "5,300", "deadline": until}
    client.post(reverse("numbers_goal_edit", args=[goal.pk]), changed)
    client.post(reverse("numbers_goal_give_up", args=[goal.pk]), {"note": "Enough"})
    goal.refresh_from_db()
    assert (goal.name, goal.target, goal.status) == ("More", 5300, Goal.Status.GIVEN_UP)
    rows = client.get(reverse("numbers_goals"), {"csv": "goals"}).content.decode().splitlines()
    assert len(rows) == 2
    client.post(reverse("numbers_goal_remove", args=[goal.pk]))
    assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("metric", "written", "target"),
    [
        ("engagement_rate_views", "4.5", 0.045), ("engagement_rate_views", "4,5 %", 0.045),
        ("engagement_rate_views", "0.5", 0.005), ("engagement_rate_views", "5", 0.05), ("views", "50k", 50_000),
        ("views", "50 %", None), ("views", "4.5", None), ("engagement_rate_views", "450 %", None), ("views", "0", None),
    ],
)  # fmt: skip
def test_a_target_is_read_as_what_is_to_be_reached_is_counted(
    kesar: Cast, metric: str, written: str, target: float | None
) -> None:
    given = {"metric": metric, "target": written, "deadline": today(kesar) + 30 * DAY}
    form = GoalForm(given, member=kesar.asha)
    assert form.is_valid() == (target is not None), form.errors
    assert form.is_valid() or set(form.errors) == {"target"}
    assert target is None or form.asked["target"] == pytest.approx(target)
    goal = Goal(metric=metric, measure=aims.AIMS[metric].measure, target=1, name="More")
    change = GoalChangeForm(given | {"name": "More"}, goal=goal)
    assert change.is_valid() == (target is not None)
    assert target is None or change.cleaned_data["target"] == pytest.approx(target)


def test_goals_through_the_api(kesar: Cast) -> None:
    growing(kesar)
    asking = as_member(kesar.asha)
    given = {"metric": "followers", "target": 5200, "deadline": str(today(kesar) + 30 * DAY)}
    made = asking.post("goals", given)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert made.json()["outlook"] == "on_course"
    assert asking.get("goals").json()["results"][0]["id"] == key
    changed = asking.patch(f"goals/{key}", {"target": 5300})
    assert changed.json()["target"] == 5300
    met = asking.post("goals", given | {"target": 10})
    assert met.status_code == 422
    ended = asking.post(f"goals/{key}/give-up", {"note": "x"})
    assert ended.json()["note"] == "x"
    assert asking.delete(f"goals/{key}").status_code == 204


def test_whoever_only_looks_sets_nothing(kesar: Cast) -> None:
    looker = Membership.objects.get(pk=kesar.esha.pk)
    asking = as_member(looker)
    given = {"metric": "followers", "target": 5200, "deadline": str(today(kesar) + 30 * DAY)}
    assert asking.post("goals", given).status_code == 403
