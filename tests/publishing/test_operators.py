"""Operators pause and resume accounts as their people do: written down, and within the plan."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from accounts.models import AuditEntry, User
from publishing.models import PlatformConnection
from publishing.resting import BY_PLAN
from tests.cast import Cast
from tests.publishing.conftest import make_connection
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
