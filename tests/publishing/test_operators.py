"""Operators pause and resume accounts as their people do: written down, and within the plan."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, User
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.base import Connected, Profile, Token
from publishing.resting import BY_OPERATOR, BY_PLAN
from publishing.services import connections, plans
from tests.api.asking import as_member
from tests.cast import Cast
from tests.publishing.agreeing import browser, make_workflow, stage
from tests.publishing.conftest import make_connection, make_piece, make_post
from trenddrop.core.limits import LimitReached

ADDRESS = "admin:publishing_platformconnection_changelist"


class NoPlace:
    """A plan whose places are taken."""

    def require(self, organization_id: uuid.UUID, limit: str, *, amount: int) -> None:
        raise LimitReached("Your plan has two accounts.")


@pytest.fixture
def desk(cast: Cast) -> Client:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    return client


def act(desk: Client, action: str, row: PlatformConnection) -> str:
    picked = {"action": action, "_selected_action": [str(row.pk)]}
    return desk.post(reverse(ADDRESS), picked, follow=True).content.decode()


def stands(row: PlatformConnection) -> PlatformConnection:
    with tenancy.operator():
        return PlatformConnection.objects.get(pk=row.pk)


def told(cast: Cast) -> list[tuple[str, str]]:
    with tenancy.of_organization(cast.kesar.pk):
        entries = AuditEntry.objects.filter(action__startswith="connection.").order_by("sequence")
        return list(entries.values_list("action", "actor_name"))


def test_an_operators_pause_stands_in_the_organisations_log_and_is_no_plans(cast: Cast, desk: Client) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = make_connection(cast.kesar)
    assert "1 paused." in act(desk, "pause", row)
    with tenancy.operator():
        PlatformConnection.objects.filter(pk=row.pk).update(extra={BY_PLAN: "active"})
    assert "1 resumed." in act(desk, "resume", row)
    assert (stands(row).status, BY_PLAN in stands(row).extra) == ("active", False)
    by = str(cast.dev.user)
    assert told(cast) == [("connection.paused", by), ("connection.resumed", by)]


def test_an_operator_resumes_nothing_the_plan_has_no_place_for(cast: Cast, desk: Client, settings: Any) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = make_connection(cast.kesar)
    act(desk, "pause", row)
    settings.LIMITS_BACKEND = f"{__name__}.NoPlace"
    page = act(desk, "resume", row)
    assert "Your plan has two accounts." in page
    assert "0 resumed." in page
    assert stands(row).status == "paused"


@pytest.fixture
def stopped(cast: Cast, desk: Client) -> PlatformConnection:
    """An account that an operator paused."""
    with tenancy.of_organization(cast.kesar.pk):
        row = make_connection(cast.kesar, handle="@kesar")
    act(desk, "pause", row)
    return stands(row)


def test_a_member_does_not_resume_what_an_operator_paused(cast: Cast, stopped: PlatformConnection) -> None:
    told = as_member(cast.asha).post(f"connections/{stopped.pk}/resume")
    assert (told.status_code, told.json()["code"]) == (409, "paused_by_operator")
    assert "An operator paused @kesar" in told.json()["detail"]
    client = browser(cast.asha)
    page = client.post(f"/connections/{stopped.pk}/resume/", follow=True).content.decode()
    assert "only an operator can resume it" in page
    assert stands(stopped).status == "paused"


def test_the_accounts_page_says_who_paused_it_and_offers_no_resuming(cast: Cast, stopped: PlatformConnection) -> None:
    for address in ("/connections/", f"/connections/{stopped.pk}/"):
        page = browser(cast.asha).get(address).content.decode()
        assert "An operator paused @kesar" in page, address
        assert f"/connections/{stopped.pk}/resume/" not in page, address


def test_its_posts_say_who_paused_it(cast: Cast, stopped: PlatformConnection) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        piece = make_piece(cast.kesar)
        post = make_post(piece, stopped, at=timezone.now() + dt.timedelta(hours=1))
    page = browser(cast.asha).get(f"/posts/{post.pk}/").content.decode()
    assert "an operator paused the account" in page
    assert "Only an operator can resume the account." in page


def test_operators_resume_it_and_members_may_again(cast: Cast, desk: Client, stopped: PlatformConnection) -> None:
    assert "1 resumed." in act(desk, "resume", stopped)
    assert (stands(stopped).status, BY_OPERATOR in stands(stopped).extra) == ("active", False)
    with tenancy.of_member(cast.asha):
        connections.pause(stands(stopped), by=cast.asha)
        assert connections.resume(stands(stopped), by=cast.asha).status == "active"


def test_no_plan_resumes_it(cast: Cast, stopped: PlatformConnection) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        plans.fit(cast.kesar.pk, most=9, keeps=[], now=timezone.now())
    assert stands(stopped).status == "paused"


@pytest.mark.parametrize("is_removed", [False, True])
def test_connecting_it_anew_does_not_resume_it(cast: Cast, desk: Client, is_removed: bool) -> None:
    now = timezone.now()
    row = connections.connect_practice(name="Kesar", by=cast.asha, now=now)
    act(desk, "pause", row)
    if is_removed:
        connections.remove(stands(row), by=cast.asha, now=now)
    again = connections.connect_practice(name="Kesar", by=cast.asha, now=now)
    assert again.pk == row.pk
    with tenancy.of_member(cast.asha), pytest.raises(connections.PausedByOperator):
        connections.resume(stands(row), by=cast.asha)
    assert stands(row).status == "paused"
    act(desk, "resume", row)
    assert stands(row).status == "active"


def test_an_account_that_an_operator_pauses_while_it_is_removed_stays_paused(cast: Cast, desk: Client) -> None:
    now, opened = timezone.now(), Connected(Token("t"), Profile(id="7", handle="@kesar", name="Kesar", url=""))
    row = connections.keep("practice", opened, by=cast.asha, now=now)
    read_before = stands(row)
    act(desk, "pause", row)
    connections.remove(read_before, by=cast.asha, now=now)
    assert (stands(row).status, bool(stands(row).access_token)) == ("removed", False)
    assert stands(connections.keep("practice", opened, by=cast.asha, now=now)).status == "paused"


def test_connecting_it_for_another_client_does_not_resume_it(cast: Cast, desk: Client) -> None:
    now, opened = timezone.now(), Connected(Token("t"), Profile(id="7", handle="@kesar", name="Kesar", url=""))
    row = connections.keep("practice", opened, by=cast.asha, now=now)
    act(desk, "pause", row)
    connections.remove(stands(row), by=cast.asha, now=now)
    cast.asha.narrowed_to = cast.metro.pk
    again = connections.keep("practice", opened, by=cast.asha, now=now)
    assert (again.client_id, stands(again).status) == (cast.metro.pk, "paused")
    with tenancy.of_member(cast.asha), pytest.raises(connections.PausedByOperator):
        connections.resume(stands(again), by=cast.asha)
    act(desk, "resume", again)
    assert (stands(again).status, BY_OPERATOR in stands(row).extra) == ("active", False)
    connections.remove(stands(again), by=cast.asha, now=now)
    cast.asha.narrowed_to = None
    assert stands(connections.keep("practice", opened, by=cast.asha, now=now)).status == "active"


# Posts that went wrong

POSTS = "admin:publishing_scheduledpost_changelist"


def gone_wrong(cast: Cast, **fields: Any) -> ScheduledPost:
    at = timezone.now() - dt.timedelta(days=1)
    with tenancy.of_organization(cast.kesar.pk):
        wrong = {"status": "failed", "tries": 3, "error": "The platform was asleep."} | fields
        return make_post(make_piece(cast.kesar), make_connection(cast.kesar), at=at, **wrong)


def again(desk: Client, post: ScheduledPost, **said: str) -> str:
    picked = {"action": "try_again", "_selected_action": [str(post.pk)], **said}
    return desk.post(reverse(POSTS), picked, follow=True).content.decode()


def as_it_stands(post: ScheduledPost) -> ScheduledPost:
    with tenancy.operator():
        return ScheduledPost.objects.get(pk=post.pk)


def entries(cast: Cast) -> list[tuple[str, str, dict[str, Any]]]:
    with tenancy.of_organization(cast.kesar.pk):
        found = AuditEntry.objects.filter(action__startswith="post.").order_by("sequence")
        return list(found.values_list("action", "actor_name", "metadata"))


def test_an_operator_tries_a_failed_post_again_for_a_reason_that_is_written_down(cast: Cast, desk: Client) -> None:
    post = gone_wrong(cast)
    asked = again(desk, post)
    assert "The platform was asleep." in asked
    assert 'name="reason"' in asked
    assert as_it_stands(post).status == "failed"
    assert "It is sent in a moment." in again(desk, post, reason="The platform is awake again.")
    after = as_it_stands(post)
    assert (after.status, after.tries, after.error) == ("scheduled", 0, "")
    assert after.idempotency_key == post.idempotency_key
    why = {"before": "failed", "reason": "The platform is awake again."}
    assert entries(cast) == [("post.retried", str(cast.dev.user), why)]


def test_an_operator_sends_nothing_again_that_is_out_or_that_nobody_looked_for(cast: Cast, desk: Client) -> None:
    for status in ("published", "unconfirmed", "cancelled"):
        post = gone_wrong(cast, status=status, looks=0)
        again(desk, post, reason="Just so.")
        assert as_it_stands(post).status == status
        with tenancy.operator():
            ScheduledPost.objects.all().delete()
            PlatformConnection.objects.all().delete()
    assert entries(cast) == []


def test_an_operator_asks_nobodys_people_for_an_approval(cast: Cast, desk: Client) -> None:
    with tenancy.of_member(cast.asha):
        make_workflow(cast, stage("A look", "manager"))
    post = gone_wrong(cast)
    page = again(desk, post, reason="They asked by phone.")
    assert "only its own people can ask for that" in page
    assert (as_it_stands(post).status, entries(cast)) == ("failed", [])


def test_who_may_only_look_tries_nothing_again(cast: Cast) -> None:
    user = User.objects.get(pk=cast.dev.user_id)
    user.user_permissions.set(Permission.objects.filter(codename="view_scheduledpost"))
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client = Client()
    client.force_login(user)
    post = gone_wrong(cast)
    again(client, post, reason="Just so.")
    assert (as_it_stands(post).status, entries(cast)) == ("failed", [])
