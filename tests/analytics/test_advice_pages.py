"""Advice as pages, files and through the API: who sees which, in how many questions."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import Membership
from analytics.collection import advising as passes
from analytics.models import Suggestion
from publishing.models import PlatformConnection
from tests.analytics import advised
from tests.cast import Cast

MOST = 26


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def account(cast: Cast) -> PlatformConnection:
    """An account with forty posts and what they advise."""
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        found = advised.account(cast)
        advised.settled(cast, found, 40, effect=advised.questions, last=now - dt.timedelta(days=3))
    passes.advise(cast.kesar.pk, now=now)
    return found


def offer(cast: Cast) -> Suggestion:
    with tenancy.of_organization(cast.kesar.pk):
        return Suggestion.objects.filter(status="offered").order_by("key")[0]


def test_the_page_offers_says_why_and_that_nothing_can_be_said_of_help_yet(
    cast: Cast, account: PlatformConnection
) -> None:
    page = signed_in(cast.ben).get(reverse("numbers_advice"), {"account": str(account.pk)})
    told = page.content.decode()
    assert "What to post next" in told
    assert told.count("Do this") == 2
    assert "nobody can say whether it helps" in told
    assert "What your posts taught" in told
    assert "posts with it against" in told


def test_the_page_asks_as_much_for_ten_offers_as_for_two(cast: Cast, account: PlatformConnection) -> None:
    ben, counts = signed_in(cast.ben), []
    for _time in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ben.get(reverse("numbers_advice"), {"account": str(account.pk)})
        counts.append(len(asked))
        with tenancy.of_organization(cast.kesar.pk):
            for one in list(Suggestion.objects.all()):
                one.pk, one.key, one._state.adding = None, "", True
                one.save()
    assert counts[1] <= counts[0] <= MOST


def test_an_account_without_results_is_told_what_it_takes(cast: Cast) -> None:
    page = signed_in(cast.ben).get(reverse("numbers_advice")).content.decode()
    assert "No account is connected" in page
    with tenancy.of_organization(cast.kesar.pk):
        advised.settled(cast, advised.account(cast), 3)
    page = signed_in(cast.ben).get(reverse("numbers_advice")).content.decode()
    assert "needs 8 posts with results" in page


def test_it_is_done_with_a_click_and_put_aside_with_another(cast: Cast, account: PlatformConnection) -> None:
    ben, one = signed_in(cast.ben), offer(cast)
    page = ben.post(reverse("advice_do", args=[one.pk]), follow=True).content.decode()
    assert "Drafted, and given a place in the calendar." in page
    assert "Its place in the calendar" in page
    other = offer(cast)
    assert "Put aside." in ben.post(reverse("advice_dismiss", args=[other.pk]), follow=True).content.decode()
    again = ben.post(reverse("advice_do", args=[other.pk]), follow=True).content.decode()
    assert "This advice is over" in again


def test_what_it_rests_on_comes_as_a_file(cast: Cast, account: PlatformConnection) -> None:
    ben = signed_in(cast.ben)
    for name, least in (("beliefs", 30), ("advice", 1), ("back-tests", 1)):
        answer = ben.get(reverse("numbers_advice"), {"account": str(account.pk), "csv": name})
        assert len(list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))) >= least


def test_others_find_nothing_and_who_may_not_post_does_not(cast: Cast, account: PlatformConnection) -> None:
    one = offer(cast)
    page, do = reverse("numbers_suggestion", args=[one.pk]), reverse("advice_do", args=[one.pk])
    for stranger in (cast.dev, cast.esha):  # another organisation; a client of the house
        assert signed_in(stranger).get(page).status_code == 404
    assert signed_in(cast.dev).post(do).status_code == 404
    assert signed_in(cast.chitra).get(page).status_code == 200
    assert signed_in(cast.chitra).post(do).status_code == 403
    assert "@kesar" not in signed_in(cast.dev).get(reverse("numbers_advice")).content.decode()
    assert offer(cast).status == "offered"


def api(member: Membership, path: str, body: dict[str, Any] | None = None) -> Any:
    client = signed_in(member)
    if body is None:
        return client.get(f"/api/v1/{path}")
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_programs_read_ask_do_and_put_aside(cast: Cast, account: PlatformConnection) -> None:
    listed = api(cast.ben, f"suggestions?connection={account.pk}&status=offered").json()
    rows = listed["results"] if isinstance(listed, dict) else listed
    assert len(rows) == 2
    assert {"times", "low", "high", "sure", "posts", "is_claim"} <= rows[0]["reasons"][0].keys()
    asked = api(cast.ben, "suggestions", {"connection": str(account.pk)})
    assert asked.status_code == 201
    done = api(cast.ben, f"suggestions/{asked.json()['id']}/do", {})
    assert (done.status_code, done.json()["status"]) == (201, "taken")
    assert done.json()["post"]
    assert api(cast.ben, f"suggestions/{rows[0]['id']}/dismiss", {}).json()["status"] == "dismissed"
    assert api(cast.ben, f"suggestions/{rows[0]['id']}/do", {}).status_code == 409
    arms = api(cast.ben, f"suggestion-arms?connection={account.pk}&dimension=hook").json()
    assert len(arms["results"] if isinstance(arms, dict) else arms) == 5
    assert api(cast.ben, "back-tests").status_code == 200
    assert api(cast.chitra, f"suggestions/{rows[1]['id']}/do", {}).status_code == 403
    assert api(cast.dev, f"suggestions/{rows[1]['id']}").status_code == 404


def test_an_account_with_few_posts_is_refused_with_a_reason(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        young = advised.account(cast)
    refused = api(cast.ben, "suggestions", {"connection": str(young.pk)})
    assert refused.status_code == 409
    assert "too few" in refused.content.decode()
