"""Invitations: by mail, for one person, once, and clear words in every other case."""

import datetime as dt
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import addresses, invitation_mail, tenancy
from accounts.access import SESSION_KEY
from accounts.doors import Door, TooOften
from accounts.models import AuditEntry, ClientAccount, Invitation, Membership, Notification, Organization, User
from accounts.services import invitations, organizations
from accounts.services.invitations import AlreadyInvited, Closed, Unknown, WrongPerson
from accounts.services.memberships import Refused
from tests.cast import PASSWORD, Cast, person
from trenddrop.core.limits import LimitReached

NOW = timezone.now()
LATER = dt.timedelta(minutes=5)


WIDE_DOORS = {"invitation": Door()}


class Full:
    """A plan without a place left."""

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        """Refuse."""
        raise LimitReached("The plan has no place left. Choose a larger one.")


def invite(cast: Cast, email: str = "gita@kesar.example", role: str = "creator", **told: Any) -> Invitation:
    told = {"by": cast.asha, "now": NOW} | told
    with tenancy.of_organization(cast.kesar.pk):
        return invitations.invite_one(email, role=role, **told)


def token(row: Invitation) -> str:
    with tenancy.operator():
        return invitation_mail.token_of(Invitation.objects.get(pk=row.pk))


def place(row: Invitation) -> str:
    return reverse("invitation", args=[token(row)])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def members(cast: Cast, email: str) -> list[Membership]:
    with tenancy.operator():
        return list(Membership.objects.filter(organization=cast.kesar, user__email=email).select_related("client"))


@pytest.fixture
def gita(cast: Cast) -> User:
    """Somebody with an account and an organisation of her own."""
    user = person("Gita Nair", "gita@kesar.example")
    organizations.create_personal(user)
    return user


# Asking


def test_an_invitation_is_kept_without_its_token_and_mailed_with_it(cast: Cast, mailoutbox: list[Any]) -> None:
    row = invite(cast, message="Come along")
    assert invitation_mail.send(row.pk, times_sent=1)
    (mail,) = mailoutbox
    assert mail.to == ["gita@kesar.example"]
    assert mail.subject.startswith("Asha Menon invites you to Kesar Naturals")
    for text in (mail.body, mail.alternatives[0][0]):
        assert token(row) in text
        assert "Come along" in text
    assert token(row) not in str(Invitation.__dict__)
    with tenancy.operator():
        stored = Invitation.objects.values().get(pk=row.pk)
        assert AuditEntry.objects.filter(action="invitation.sent", resource_id=str(row.pk)).exists()
    assert token(row) not in str(stored)
    assert stored["expires_at"] - NOW == dt.timedelta(days=7)


def test_the_form_queues_the_mail_and_never_its_token(
    cast: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[Any] = []
    monkeypatch.setattr(
        invitations.mail_invitation, "apply_async", lambda args=None, kwargs=None, **more: queued.append(kwargs)
    )
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(cast.asha.user).post(reverse("invite"), {"emails": "gita@kesar.example", "role": "creator"})
    assert answer.status_code == 302
    with tenancy.operator():
        row = Invitation.objects.get()
    assert queued == [{"invitation_id": str(row.pk), "times_sent": 1}]


def test_the_answer_is_the_same_whether_an_address_has_an_account(cast: Cast, gita: User) -> None:
    client = signed_in(cast.asha.user)

    def said(email: str) -> tuple[int, str, str]:
        answer = client.post(reverse("invite"), {"emails": email, "role": "creator"}, follow=True)
        page = re.sub(r'(value|content|nonce)="[^"]{20,}"|[0-9a-f-]{36}|<time.*?</time>', "", answer.content.decode())
        return answer.status_code, answer.redirect_chain[-1][0], page.replace(email, "")

    with_account = said("gita@kesar.example")
    with tenancy.operator():
        Invitation.objects.all().delete()
    assert with_account == said("nobody@kesar.example")


def test_many_addresses_at_once_each_get_their_own_answer(cast: Cast) -> None:
    invite(cast, "open@kesar.example")
    emails = (
        "new@kesar.example, Ben <ben@kesar.example>\nopen@kesar.example; no address\n"
        "ASHA@kesar.example,NEW2@Kesar.example"
    )
    answer = signed_in(cast.asha.user).post(reverse("invite"), {"emails": emails, "role": "creator"})
    assert answer.status_code == 200
    told = {each.email: (each.is_sent, each.words) for each in answer.context["answers"]}
    assert told["new@kesar.example"] == (True, "Invited.")
    assert told["new2@kesar.example"] == (True, "Invited.")
    assert "a member already" in told["ben@kesar.example"][1]
    assert "open invitation" in told["open@kesar.example"][1]
    assert "valid email" in told["no address"][1]
    assert "your own address" in told["ASHA@kesar.example"][1]
    assert b"new@kesar.example" not in str(answer.context["form"]["emails"]).encode()


def test_more_than_fifty_at_once_are_refused(cast: Cast) -> None:
    emails = "\n".join(f"p{n}@kesar.example" for n in range(51))
    answer = signed_in(cast.asha.user).post(reverse("invite"), {"emails": emails, "role": "creator"})
    assert answer.status_code == 422
    with tenancy.operator():
        assert not Invitation.objects.exists()


def test_an_organisation_sends_so_many_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "A_DAY", replace(invitations.A_DAY, count=5))
    for n in range(invitations.A_DAY.count):
        invite(cast, f"p{n}@kesar.example")
    with pytest.raises(TooOften):
        invite(cast, "one.more@kesar.example")


def test_nobody_invites_themselves_twice_or_a_member(kesar: Cast) -> None:
    EmailAddress.objects.create(user=kesar.asha.user, email="asha.menon@home.example", verified=True)
    for own in ("asha@kesar.example", "ASHA@KESAR.EXAMPLE", "asha.menon@home.example"):
        with pytest.raises(Refused, match="your own address"):
            invite(kesar, own)
    with pytest.raises(Refused, match="a member already"):
        invite(kesar, "Ben@Kesar.Example")
    invite(kesar, "gita@kesar.example")
    with pytest.raises(AlreadyInvited):
        invite(kesar, "GITA@kesar.example")
    Membership.objects.filter(pk=kesar.ben.pk).update(status="inactive")
    with pytest.raises(Refused, match="shut out"):
        invite(kesar, "ben@kesar.example")


def test_an_address_whose_invitation_ran_out_or_was_taken_back_can_be_invited_anew(kesar: Cast) -> None:
    first = invite(kesar)
    again = invite(kesar, now=NOW + dt.timedelta(days=8))
    invitations.revoke(again, by=kesar.asha, now=NOW)
    last = invite(kesar)
    assert len({first.pk, again.pk, last.pk}) == 3
    with pytest.raises(Closed, match="took it back"):
        invitations.find(token(again), now=NOW)


@pytest.mark.parametrize(
    "email",
    [
        "аsha@kesar.example",  # a Cyrillic а
        "gita@kesаr.example",  # and one in the domain
        "gita@αpple.example",  # a Greek alpha
        "gita@xn--pple-43d.example",  # Cyrillic а and Latin pple, as DNS writes it
        "gita@xn--a.example",
        "gita@kesar",
        "gita@kesar..example",
        "two@words@kesar.example",
        "a" * 250 + "@kesar.example",
        "gita@kesar.example\nBcc: all@kesar.example",
        "",
    ],
)
def test_look_alikes_and_what_is_no_address_are_refused(kesar: Cast, email: str) -> None:
    with pytest.raises(ValidationError):
        invite(kesar, email)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Gita@KESAR.Example ", "gita@kesar.example"),
        ("gita@bücher.example", "gita@xn--bcher-kva.example"),
        ("gita@straße.example", "gita@xn--strae-oqa.example"),
        ("gita@почта.example", "gita@xn--80a1acny.example"),
        ("gita@東京タワー.example", "gita@xn--5ck2eqb538s34z.example"),
        ("gita@हिन्दी.example", "gita@xn--j2bd4cyah0f.example"),
    ],
)
def test_addresses_of_one_script_are_kept_as_mail_servers_write_them(typed: str, kept: str) -> None:
    assert addresses.canonical(typed) == kept


def test_a_role_above_ones_own_or_with_more_than_one_has_is_not_offered(cast: Cast) -> None:
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(role="manager", permission_overrides={"members.manage": True})
    ben = Membership(pk=cast.ben.pk, organization=cast.kesar, user=cast.ben.user, role="manager")
    ben.permission_overrides = {"members.manage": True}
    for role in ("admin", "owner"):
        with pytest.raises(Refused):
            invite(cast, role=role, by=ben)
    answer = signed_in(cast.ben.user).post(reverse("invite"), {"emails": "a@kesar.example", "role": "admin"})
    assert answer.status_code == 422
    assert invite(cast, role="manager", by=ben).role == "manager"


def test_a_client_of_another_organisation_is_not_given(cast: Cast) -> None:
    with tenancy.operator():
        theirs = ClientAccount.objects.create(organization=cast.lisbon, name="Theirs", slug="theirs")
        gone = ClientAccount.objects.create(organization=cast.kesar, name="Gone", slug="gone", deleted_at=NOW)
    for client in (theirs, gone):
        with pytest.raises(Refused, match="no such client"):
            invite(cast, role="client", client=client)
    with pytest.raises(Refused, match="needs a client"):
        invite(cast, role="client")
    answer = signed_in(cast.asha.user).post(
        reverse("invite"), {"emails": "a@kesar.example", "role": "client", "client": str(theirs.pk)}
    )
    assert answer.status_code == 422


def test_a_full_plan_invites_nobody_and_lets_nobody_in(cast: Cast, gita: User, settings: Any) -> None:
    row = invite(cast)
    settings.LIMITS_BACKEND = f"{__name__}.Full"
    with pytest.raises(LimitReached):
        invite(cast, "other@kesar.example")
    answer = signed_in(gita).post(place(row))
    assert answer.status_code == 409
    assert members(cast, "gita@kesar.example") == []
    settings.LIMITS_BACKEND = "trenddrop.core.limits.OpenLimits"
    assert signed_in(gita).post(place(row)).status_code == 302


def test_whoever_was_demoted_meanwhile_invites_nobody(cast: Cast) -> None:
    with tenancy.operator():
        adil = Membership.objects.create(
            organization=cast.kesar, user=person("Adil", "adil@kesar.example"), role="admin"
        )
        Membership.objects.filter(pk=adil.pk).update(role="creator")
    with pytest.raises(Refused, match="no longer invite"):
        invite(cast, by=adil)


# Sending again, taking back, saying no


def test_sending_again_makes_a_new_link_and_the_old_one_dies(kesar: Cast, mailoutbox: list[Any]) -> None:
    row = invite(kesar)
    old = token(row)
    with pytest.raises(Refused, match="a moment ago"):
        invitations.resend(row, by=kesar.asha, now=NOW + dt.timedelta(seconds=20))
    row = invitations.resend(row, by=kesar.asha, now=NOW + LATER)
    assert row.expires_at == NOW + LATER + dt.timedelta(days=7)
    with pytest.raises(Unknown):
        invitations.find(old, now=NOW)
    assert invitations.find(token(row), now=NOW).pk == row.pk
    assert not invitation_mail.send(row.pk, times_sent=1), "the mail that was still queued is not sent any more"
    assert invitation_mail.send(row.pk, times_sent=2)
    assert len(mailoutbox) == 1


def test_sending_again_ends_somewhere(kesar: Cast) -> None:
    row = invite(kesar)
    for n in range(1, invitations.MOST_SENT):
        invitations.resend(row, by=kesar.asha, now=NOW + n * LATER)
    with pytest.raises(Refused, match="6 times"):
        invitations.resend(row, by=kesar.asha, now=NOW + dt.timedelta(days=2))


def test_an_invitation_that_was_taken_back_says_so_and_is_not_mailed(
    cast: Cast, gita: User, mailoutbox: list[Any]
) -> None:
    row = invite(cast)
    link = place(row)
    client = signed_in(cast.asha.user)
    assert client.post(reverse("invitation_revoke", args=[row.pk])).status_code == 302
    answer = signed_in(gita).post(link)
    assert answer.status_code == 410
    assert b"Kesar Naturals took it back" in answer.content
    assert not invitation_mail.send(row.pk, times_sent=1)
    again = client.post(reverse("invitation_resend", args=[row.pk]), follow=True)
    assert b"used, declined or taken back" in again.content
    assert (members(cast, "gita@kesar.example"), mailoutbox) == ([], [])


def test_saying_no_needs_no_account_and_the_inviter_is_told(cast: Cast) -> None:
    row = invite(cast)
    answer = Client().post(reverse("invitation_decline", args=[token(row)]))
    assert answer.status_code == 200
    assert Client().get(place(row)).status_code == 410
    with tenancy.operator():
        told = Notification.objects.get(user=cast.asha.user)
        assert AuditEntry.objects.get(action="invitation.declined").actor is None
    assert told.title == "gita@kesar.example declined to join Kesar Naturals"


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
