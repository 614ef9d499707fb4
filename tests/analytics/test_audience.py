"""Who the people are: weighed over accounts, held against an earlier snapshot, silent with reasons."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from analytics.events.rollup import recount_reactions
from analytics.models import AudienceSnapshot, DailyMetrics, EngagementDay, ReactionDay, TrackedAccount
from analytics.queries import audience
from analytics.queries.audience import Make
from analytics.span import Span
from publishing.platforms.counting import Missing
from tests.analytics.posting import connection
from tests.api.asking import as_member
from tests.cast import Cast

DAY = dt.timedelta(days=1)
LAST = dt.date(2026, 11, 19)
DAYS = Span(LAST - 27 * DAY, LAST)


def account(cast: Cast, name: str, **fields: Any) -> TrackedAccount:
    told = {"platform": "instagram", "external_id": name, "name": name, "way": "connection"} | fields
    return TrackedAccount.objects.create(organization=cast.kesar, **told)


def tells(row: TrackedAccount, kind: str, shares: dict[str, float], *, day: dt.date = LAST, **fields: Any) -> None:
    AudienceSnapshot.objects.create(
        organization_id=row.organization_id, account=row, kind=kind, date=day, shares=shares, origin="api", **fields
    )


def country(cast: Cast) -> Make:
    return audience.makes(cast.asha, audience.accounts_of(cast.asha), DAYS)["country"]


def test_shares_of_accounts_are_weighed_by_the_people_they_speak_of(kesar: Cast) -> None:
    tells(account(kesar, "big"), "country", {"IN": 1.0}, counted=900)
    tells(account(kesar, "small"), "country", {"IN": 0.5, "US": 0.5}, counted=100)
    made = country(kesar)
    assert {part.key: part.share for part in made.parts} == {"IN": pytest.approx(0.95), "US": pytest.approx(0.05)}
    assert (made.counted, made.accounts) == (1000, 2)
    assert made.told == pytest.approx(1.0)


def test_an_account_without_a_count_is_weighed_by_followers_or_left_out_and_said(kesar: Cast) -> None:
    tells(account(kesar, "known"), "country", {"IN": 1.0}, counted=100)
    followed = account(kesar, "followed")
    DailyMetrics.objects.create(
        organization=kesar.kesar, account=followed, platform="instagram", date=LAST, followers=300, origin="api",
        taken_at=timezone.now(),
    )  # fmt: skip
    tells(followed, "country", {"US": 1.0})
    tells(account(kesar, "nobody knows"), "country", {"GB": 1.0})
    made = country(kesar)
    assert {part.key: part.share for part in made.parts} == {"IN": 0.25, "US": 0.75}
    assert ([each.name for each in made.by_followers], [each.name for each in made.left_out]) == (
        ["followed"], ["nobody knows"],
    )  # fmt: skip


def test_a_change_is_told_only_where_every_account_has_a_snapshot_before(kesar: Cast) -> None:
    one, two = account(kesar, "one"), account(kesar, "two")
    for row in (one, two):
        tells(row, "country", {"IN": 0.6}, counted=100)
    tells(one, "country", {"IN": 0.5}, day=DAYS.first - DAY, counted=100)
    assert country(kesar).parts[0].change is None
    tells(two, "country", {"IN": 0.5}, day=DAYS.first - DAY, counted=100)
    made = country(kesar)
    assert made.parts[0].change == pytest.approx(0.1)
    assert made.before == DAYS.first - DAY
    assert made.told == pytest.approx(0.6)


def test_what_is_not_told_has_its_reason(kesar: Cast) -> None:
    account(kesar, "by hand", way="hand", platform="spotify")
    account(kesar, "public", way="public", platform="bluesky")
    account(kesar, "failing", error="busy")
    tells(account(kesar, "small"), "country", {})
    why = {each.account.name: each.why for each in country(kesar).untold}
    assert why == {
        "by hand": Missing.BY_HAND,
        "public": Missing.NOT_OFFERED,
        "failing": Missing.NO_ANSWER,
        "small": Missing.TOO_FEW,
    }


def test_what_is_kept_by_hand_is_found_on_the_page_it_stands_on(kesar: Cast) -> None:
    row = account(kesar, "Mira Vale", way="hand", platform="spotify")
    page = browser(kesar.asha).get(reverse("numbers_audience")).content.decode()
    assert "stands on its own page" in page
    assert reverse("numbers_account", args=[row.pk]) in page


def test_nobody_at_all_divides_nothing(kesar: Cast) -> None:
    tells(account(kesar, "empty"), "country", {"IN": 1.0}, counted=0)
    tells(account(kesar, "also"), "country", {"IN": 1.0}, counted=0)
    assert country(kesar).parts == ()
    assert audience.engaged(kesar.asha, DAYS, connections=[])["country"].total == 0


def test_who_reacted_leaves_out_what_was_taken_back_and_groups_that_could_name_somebody(kesar: Cast) -> None:
    where = connection(kesar, "instagram")
    told = (("like", "IN", 30), ("like", "US", 10), ("like", "FR", 2), ("like", "", 8), ("unlike", "IN", 5))
    for kind, of, count in told:
        EngagementDay.objects.create(
            organization=kesar.kesar, connection=where, date=LAST, type=kind, country=of, count=count
        )
    recount_reactions(kesar.kesar.pk, [LAST])
    found = audience.engaged(kesar.asha, DAYS, connections=[where.pk])["country"]
    assert [(part.key, part.people) for part in found.parts] == [("IN", 30), ("US", 10)]
    assert (found.total, found.unknown) == (50, 10)


def browser(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_the_page_names_countries_and_asks_no_more_for_more_accounts(cast: Cast) -> None:
    client, counts, today = browser(cast.asha), [], timezone.localdate() - DAY
    client.get(reverse("today"))
    for number in range(2):
        with tenancy.of_organization(cast.kesar.pk):
            for each in range(3):
                row = account(cast, f"{number} {each}")
                tells(row, "country", {"IN": 0.7, "QQ": 0.1}, day=today, counted=50)
                tells(row, "gender", {"female": 0.7, "male": 0.2}, day=today, counted=50)
        with CaptureQueriesContext(database) as asked:
            answer = client.get(reverse("numbers_audience"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    page = answer.content.decode()
    assert "India" in page
    assert "Women" in page
    assert "Not given by any of these accounts" in page
    assert "India,IN,0.7" in client.get(reverse("numbers_audience"), {"csv": "country"}).content.decode()


def test_a_client_sees_their_own_accounts_alone(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        tells(account(cast, "Secret", client=cast.client), "city", {"Pune": 1.0}, day=timezone.localdate() - DAY)
    assert "Pune" in browser(cast.esha).get(reverse("numbers_audience")).content.decode()
    for member in (cast.farah, cast.dev):
        assert "Pune" not in browser(member).get(reverse("numbers_audience")).content.decode()


def test_the_database_itself_shows_a_client_who_reacted_on_their_accounts_alone(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        for number, client in enumerate((cast.client, cast.metro, None)):
            where = connection(cast, "instagram", client=client, account_id=str(number))
            EngagementDay.objects.create(
                organization=cast.kesar, connection=where, date=LAST, type="like", count=number + 1
            )
        recount_reactions(cast.kesar.pk, [LAST])
    for rows in (EngagementDay.objects, ReactionDay.objects.filter(kind="age")):
        counts = []
        for member in (cast.asha, cast.esha, cast.farah, cast.dev):
            with tenancy.of_member(member):
                counts.append(sorted(rows.values_list("count", flat=True)))
        assert counts == [[1, 2, 3], [1], [2], []]


def test_practice_stands_apart(cast: Cast) -> None:
    yesterday = timezone.localdate() - DAY
    with tenancy.of_organization(cast.kesar.pk):
        tells(account(cast, "made up", platform="practice", is_simulated=True), "city", {"Nowhere": 1.0}, day=yesterday)
        tells(account(cast, "real"), "city", {"Pune": 1.0}, day=yesterday)
    client = browser(cast.asha)
    assert "Nowhere" not in client.get(reverse("numbers_audience")).content.decode()
    page = client.get(reverse("numbers_audience"), {"numbers": "practice"}).content.decode()
    assert "Nowhere" in page
    assert "Pune" not in page
    assert "This is practice" in page


def test_a_program_reads_the_same(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        tells(account(cast, "one"), "age", {"18-24": 0.6}, day=timezone.localdate() - DAY, counted=10)
    kinds = {each["kind"]: each for each in as_member(cast.asha).get("numbers/audience").json()["kinds"]}
    assert kinds["age"]["parts"] == [{"key": "18-24", "share": 0.6, "people": 6, "change": None}]
    assert kinds["city"]["untold"][0]["why"] == "not_offered"
