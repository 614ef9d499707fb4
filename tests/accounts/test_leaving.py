"""Deleting one's account: refused where others depend on it, with time to come back, shut at once."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import ApiKey, AuditEntry, Membership, Organization, User
from accounts.services import people
from tests.accounts.opening import app_code, browser, forget_used_codes, is_in, prove, set_up_app, sign_in
from tests.cast import PASSWORD, Cast

PLACE = "/settings/leave/"


def leave(email: str) -> Client:
    """Delete an account through the page."""
    client = sign_in(email)
    prove(client)
    client.post(PLACE, {"sure": "on"})
    return client


def test_leaving_asks_who_is_there_and_whether_it_is_meant(cast: Cast) -> None:
    client = sign_in("dev@lisbon.example")
    assert client.get(PLACE)["Location"].startswith("/accounts/reauthenticate/")
    prove(client)
    assert client.post(PLACE, {}).status_code == 422
    assert User.objects.get(pk=cast.dev.user_id).is_active


def test_the_page_says_what_goes_and_what_stays(cast: Cast) -> None:
    client = sign_in("dev@lisbon.example")
    prove(client)
    page = client.get(PLACE).content.decode()
    assert "You work alone in Lisbon Rooftops" in page
    assert "14 days" in page


def test_the_only_owner_of_others_work_hands_it_over_first(cast: Cast) -> None:
    client = sign_in("asha@kesar.example")
    prove(client)
    page = client.post(PLACE, {"sure": "on"}).content.decode()
    assert "Hand over Kesar Naturals" in page
    assert User.objects.get(pk=cast.asha.user_id).is_active
    with pytest.raises(people.StillNeeded):
        people.leave(cast.asha.user, now=timezone.now())


def test_whoever_handed_it_over_may_go(cast: Cast) -> None:
    with tenancy.operator():
        Membership.objects.filter(pk=cast.asha.pk).update(role="admin")
        Membership.objects.filter(pk=cast.ben.pk).update(role="owner")
        Organization.objects.filter(pk=cast.kesar.pk).update(owner=cast.ben.user)
    people.leave(cast.asha.user, now=timezone.now())
    assert User.objects.get(pk=cast.asha.user_id).is_in_grace


def test_whoever_left_is_shut_out_at_once_with_time_to_come_back(cast: Cast, settings: Any) -> None:
    with tenancy.operator():
        key = ApiKey.objects.create(organization=cast.kesar, membership=cast.ben, name="k", prefix="p", hash="h")
    other = sign_in("ben@kesar.example")
    client = leave("ben@kesar.example")
    assert not is_in(client)
    assert not is_in(other)
    ben = User.objects.get(pk=cast.ben.user_id)
    assert ben.status == "deleted"
    assert ben.erase_after is not None
    assert ben.deleted_at is not None
    assert ben.erase_after - ben.deleted_at == dt.timedelta(days=settings.ACCOUNT_GRACE_DAYS)
    with tenancy.operator():
        key.refresh_from_db()
        assert key.revoked_at is not None
        assert AuditEntry.objects.filter(action="member.account_deleted", organization_id=cast.kesar.pk).exists()


def test_signing_in_within_the_grace_offers_to_come_back(cast: Cast) -> None:
    leave("ben@kesar.example")
    client = browser()
    answer = client.post("/accounts/login/", {"login": "ben@kesar.example", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/return/"
    assert b"Come back?" in answer.content
    assert not is_in(client)
    client.post("/accounts/return/")
    assert is_in(client)
    ben = User.objects.get(pk=cast.ben.user_id)
    assert (ben.status, ben.erase_after, ben.deleted_at) == ("active", None, None)


def test_a_wrong_password_offers_nothing(cast: Cast) -> None:
    leave("ben@kesar.example")
    client = browser()
    client.post("/accounts/login/", {"login": "ben@kesar.example", "password": "guess-after-guess"})
    assert client.post("/accounts/return/")["Location"] == "/accounts/login/"
    assert User.objects.get(pk=cast.ben.user_id).is_in_grace


def test_coming_back_takes_the_second_factor_too(cast: Cast) -> None:
    client = sign_in("ben@kesar.example")
    secret = set_up_app(client)
    client.post(PLACE, {"sure": "on"})
    forget_used_codes()
    client = browser()
    first = client.post("/accounts/login/", {"login": "ben@kesar.example", "password": PASSWORD})
    assert first["Location"] == "/accounts/2fa/authenticate/"
    assert client.post("/accounts/return/")["Location"] == "/accounts/login/"
    client.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})
    client.post("/accounts/return/")
    assert is_in(client)


def test_when_the_grace_is_over_nobody_comes_back(cast: Cast) -> None:
    leave("ben@kesar.example")
    client = browser()
    client.post("/accounts/login/", {"login": "ben@kesar.example", "password": PASSWORD})
    User.objects.filter(pk=cast.ben.user_id).update(erase_after=timezone.now() - dt.timedelta(seconds=1))
    client.post("/accounts/return/")
    assert not is_in(client)
    assert User.objects.get(pk=cast.ben.user_id).status == "deleted"


def test_a_suspended_person_does_not_slip_out_and_back_in(cast: Cast) -> None:
    now = timezone.now()
    people.suspend(cast.ben.user, reason="spam", by=cast.asha.user, now=now)
    people.leave(cast.ben.user, now=now)
    assert not people.come_back(cast.ben.user, now=now)
    assert User.objects.get(pk=cast.ben.user_id).status == "suspended"
