"""Joining by an invitation: with an account, without one, as somebody else, too late, and two hundred times at once."""

import datetime as dt
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.access import SESSION_KEY
from accounts.doors import Door
from accounts.models import AuditEntry, ClientAccount, Membership, Notification, Organization, User
from accounts.services import invitations, organizations, people
from accounts.services.invitations import AlreadyInvited, Closed, WrongPerson
from tests.accounts.inviting import NOW, invite, members, place, signed_in, token
from tests.cast import PASSWORD, Cast, person
from trenddrop.core.limits import LimitReached

WIDE_DOORS = {"invitation": Door()}


class Full:
    """A plan without a place left."""

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        """Refuse."""
        raise LimitReached("The plan has no place left. Choose a larger one.")


@pytest.fixture
def gita(cast: Cast) -> User:
    """Somebody with an account and an organisation of her own."""
    user = person("Gita Nair", "gita@kesar.example")
    organizations.create_personal(user)
    return user


# Accepting


def test_whoever_has_an_account_joins_with_one_click_and_works_there_at_once(cast: Cast, gita: User) -> None:
    row = invite(cast)
    client = signed_in(gita)
    page = client.get(place(row))
    assert b"Join Kesar Naturals" in page.content
    assert members(cast, "gita@kesar.example") == [], "looking at it joins nobody"
    answer = client.post(place(row))
    assert (answer.status_code, answer["Location"]) == (302, reverse("today"))
    assert client.session[SESSION_KEY] == str(cast.kesar.pk)
    (member,) = members(cast, "gita@kesar.example")
    assert (member.role, member.invited_by_id, member.status) == ("creator", cast.asha.user_id, "active")
    with tenancy.operator():
        assert Notification.objects.get(user=cast.asha.user).title == "Gita Nair joined Kesar Naturals"
        assert AuditEntry.objects.filter(action="member.joined", actor=gita).count() == 1
    assert EmailAddress.objects.get(user=gita).verified


def test_a_link_works_once_and_for_whoever_used_it_leads_in(cast: Cast, gita: User) -> None:
    row = invite(cast)
    signed_in(gita).post(place(row))
    assert signed_in(gita).get(place(row))["Location"] == reverse("today")
    for other in (Client(), signed_in(cast.dev.user)):
        answer = other.post(place(row))
        assert answer.status_code == 410
        assert b"used already" in answer.content
    assert len(members(cast, "gita@kesar.example")) == 1


def test_a_client_joins_for_their_client_and_sees_nothing_else(cast: Cast, gita: User) -> None:
    row = invite(cast, role="client", client=cast.client)
    client = signed_in(gita)
    client.post(place(row))
    (member,) = members(cast, "gita@kesar.example")
    assert member.client == cast.client
    assert client.get(reverse("members")).status_code == 403


def test_signed_out_one_is_led_to_sign_in_and_back(cast: Cast, gita: User) -> None:
    row = invite(cast)
    client = Client()
    to_door = client.post(place(row), {"sign_in": "1"})
    assert to_door["Location"].startswith(reverse("account_login"))
    back = client.post(to_door["Location"], {"login": "gita@kesar.example", "password": PASSWORD})
    assert back["Location"] == place(row)
    assert b"Join Kesar Naturals" in client.get(back["Location"]).content


def test_whoever_has_no_account_signs_up_and_is_in_without_an_organisation_of_their_own(cast: Cast) -> None:
    row = invite(cast, "hari@kesar.example", role="analyst")
    client = Client()
    to_door = client.post(place(row), {"sign_up": "1"})
    assert b"hari@kesar.example" in client.get(to_door["Location"]).content
    told = {"email": "Hari@kesar.example", "password1": PASSWORD, "full_name": "Hari Rao"}
    answer = client.post(to_door["Location"], told, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("today")
    hari = User.objects.get(email="hari@kesar.example")
    with tenancy.operator():
        assert [row.organization for row in Membership.objects.filter(user=hari)] == [cast.kesar]
    assert EmailAddress.objects.get(user=hari).verified
    assert answer.context["organization"] == cast.kesar


def test_whoever_signs_up_with_another_address_gets_a_place_of_their_own_and_joins_nothing(cast: Cast) -> None:
    row = invite(cast, "hari@kesar.example")
    client = Client()
    to_door = client.post(place(row), {"sign_up": "1"})
    told = {"email": "other@kesar.example", "password1": PASSWORD, "full_name": "Hari Rao"}
    client.post(to_door["Location"], told)
    other = User.objects.get(email="other@kesar.example")
    with tenancy.operator():
        assert [row.role for row in Membership.objects.filter(user=other)] == ["owner"]
        assert not Membership.objects.filter(user=other, organization=cast.kesar).exists()
    assert not EmailAddress.objects.filter(user=other, verified=True).exists()


def test_an_invitation_taken_back_during_sign_up_leaves_a_place_of_ones_own(cast: Cast) -> None:
    row = invite(cast, "hari@kesar.example")
    client = Client()
    to_door = client.post(place(row), {"sign_up": "1"})
    with tenancy.of_organization(cast.kesar.pk):
        invitations.revoke(row, by=cast.asha, now=NOW)
    told = {"email": "hari@kesar.example", "password1": PASSWORD, "full_name": "Hari Rao"}
    client.post(to_door["Location"], told)
    with tenancy.operator():
        assert [row.role for row in Membership.objects.filter(user__email="hari@kesar.example")] == ["owner"]


def test_signed_in_as_somebody_else_one_is_asked_to_change_and_never_joined(cast: Cast) -> None:
    row = invite(cast)
    client = signed_in(cast.dev.user)
    for answer in (client.get(place(row)), client.post(place(row))):
        assert b"This invitation is for gita@kesar.example" in answer.content
        assert b"Sign out and go on" in answer.content
    with pytest.raises(WrongPerson):
        invitations.accept(token(row), by=cast.dev.user, now=NOW)
    with tenancy.operator():
        assert not Membership.objects.filter(user=cast.dev.user, organization=cast.kesar).exists()
    out = client.post(reverse("account_logout"), {"next": place(row)})
    assert out["Location"] == place(row)


def test_a_confirmed_second_address_counts_and_an_unconfirmed_one_does_not(cast: Cast) -> None:
    row = invite(cast, "rao@home.example")
    address = EmailAddress.objects.create(user=cast.dev.user, email="rao@home.example", verified=False)
    with pytest.raises(WrongPerson):
        invitations.accept(token(row), by=cast.dev.user, now=NOW)
    EmailAddress.objects.filter(pk=address.pk).update(verified=True)
    assert invitations.accept(token(row), by=cast.dev.user, now=NOW).role == "creator"


def test_a_member_who_is_invited_by_another_address_keeps_their_role(cast: Cast) -> None:
    row = invite(cast, "thomas@home.example", role="admin")
    EmailAddress.objects.create(user=cast.ben.user, email="thomas@home.example", verified=True)
    assert invitations.accept(token(row), by=cast.ben.user, now=NOW).role == "creator"
    assert len(members(cast, "ben@kesar.example")) == 1


def test_whoever_was_shut_out_is_not_let_in_by_an_old_link(cast: Cast) -> None:
    row = invite(cast, "thomas@home.example")
    EmailAddress.objects.create(user=cast.ben.user, email="thomas@home.example", verified=True)
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(status="inactive")
    with pytest.raises(Closed, match="shut you out"):
        invitations.accept(token(row), by=cast.ben.user, now=NOW)


def test_a_suspended_person_does_not_join(cast: Cast, gita: User) -> None:
    row = invite(cast)
    client = signed_in(gita)
    User.objects.filter(pk=gita.pk).update(status=User.Status.SUSPENDED)
    assert b"Make an account" in client.post(place(row), follow=True).content
    gita.refresh_from_db()
    with pytest.raises(Closed, match="cannot join"):
        invitations.accept(token(row), by=gita, now=NOW)
    assert members(cast, "gita@kesar.example") == []


def test_one_that_ran_out_says_so(cast: Cast, gita: User) -> None:
    row = invite(cast, now=NOW - dt.timedelta(days=8))
    answer = signed_in(gita).post(place(row))
    assert answer.status_code == 410
    assert b"It ran out" in answer.content


def test_nobody_joins_an_organisation_that_is_being_deleted(cast: Cast, gita: User) -> None:
    row = invite(cast)
    with tenancy.operator():
        Organization.objects.filter(pk=cast.kesar.pk).update(deleted_at=NOW)
    answer = signed_in(gita).post(place(row))
    assert answer.status_code == 410
    assert b"being deleted" in answer.content


@pytest.mark.parametrize("role", ["creator", "client"])
def test_nobody_joins_an_organisation_whose_owner_deleted_the_account(cast: Cast, gita: User, role: str) -> None:
    row = invite(cast, role=role, client=cast.client if role == "client" else None)
    with tenancy.operator():
        Membership.objects.filter(organization=cast.kesar).exclude(user=cast.asha.user).delete()
    people.leave(cast.asha.user, now=NOW)
    answer = signed_in(gita).post(place(row))
    assert answer.status_code == 410
    assert b"being deleted" in answer.content
    assert people.come_back(cast.asha.user, now=NOW)
    signed_in(gita).post(place(row))
    assert len(members(cast, "gita@kesar.example")) == 1


def test_nobody_joins_for_a_client_that_is_gone(cast: Cast, gita: User) -> None:
    row = invite(cast, role="client", client=cast.client)
    with tenancy.operator():
        ClientAccount.objects.filter(pk=cast.client.pk).update(deleted_at=NOW)
    assert b"no longer works for this client" in signed_in(gita).post(place(row)).content


def test_the_open_links_of_a_client_can_be_closed_together(kesar: Cast) -> None:
    row = invite(kesar, role="client", client=kesar.client)
    other = invite(kesar, "other@kesar.example")
    invitations.revoke_of_client(kesar.client, by=kesar.asha, now=NOW)
    with pytest.raises(Closed, match="took it back"):
        invitations.find(token(row), now=NOW)
    assert invitations.find(token(other), now=NOW).pk == other.pk


@pytest.mark.parametrize("made_up", ["nonsense", "x" * 43, "%00", "é", "a" * 4000])
def test_a_link_nobody_sent_is_not_found_in_words(client: Client, db: None, made_up: str) -> None:
    answer = client.get(f"/invitation/{made_up}/")
    assert answer.status_code == 404
    assert b"This link is not valid" in answer.content


def test_an_invitation_of_another_organisation_cannot_be_sent_again_or_taken_back(cast: Cast) -> None:
    row = invite(cast)
    dev = signed_in(cast.dev.user)
    for name in ("invitation_resend", "invitation_revoke"):
        assert dev.post(reverse(name, args=[row.pk])).status_code == 404


# Two hundred at once


@pytest.mark.django_db(transaction=True)
def test_two_hundred_acceptances_at_once_make_one_member_and_no_error(cast: Cast, settings: Any) -> None:
    settings.DOORS = f"{__name__}.WIDE_DOORS"
    gita = person("Gita Nair", "gita@kesar.example")
    row = invite(cast)
    address, clients = place(row), [signed_in(gita) for _n in range(200)]
    connection.close()
    seats = 40
    start = threading.Barrier(seats)

    def accept(mine: list[Client]) -> list[int]:
        try:
            start.wait()
            return [client.post(address).status_code for client in mine]
        finally:
            connection.close()

    with ThreadPoolExecutor(seats) as pool:
        answers = list(pool.map(accept, [clients[n::seats] for n in range(seats)]))
    assert Counter(status for some in answers for status in some) == {302: 200}
    assert len(members(cast, "gita@kesar.example")) == 1
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="member.joined").count() == 1
        assert AuditEntry.objects.filter(action="invitation.accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_person_accepted_at_once_make_one_member(cast: Cast) -> None:
    gita = person("Gita Nair", "gita@kesar.example")
    EmailAddress.objects.create(user=gita, email="nair@home.example", verified=True)
    links = [token(invite(cast, email)) for email in ("gita@kesar.example", "nair@home.example")]
    start = threading.Barrier(2)

    def accept(link: str) -> str:
        try:
            start.wait()
            return str(invitations.accept(link, by=gita, now=timezone.now()).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(accept, links))) == 1
    assert len(members(cast, "gita@kesar.example")) == 1


@pytest.mark.django_db(transaction=True)
def test_one_address_invited_by_ten_at_once_is_invited_once(cast: Cast) -> None:
    start, outcomes = threading.Barrier(10), []

    def ask() -> None:
        try:
            start.wait()
            invite(cast)
            outcomes.append("invited")
        except AlreadyInvited:
            outcomes.append("open already")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"invited": 1, "open already": 9}
