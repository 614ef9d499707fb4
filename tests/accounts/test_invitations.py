"""Invitations: by mail, for one person, once, and clear words in every other case."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts import addresses, invitation_mail, tasks, tenancy
from accounts.doors import TooOften
from accounts.models import AuditEntry, ClientAccount, Invitation, Membership, Notification, User
from accounts.services import invitations, organizations
from accounts.services.invitations import AlreadyInvited, Closed, Unknown
from accounts.services.memberships import Refused
from tests.accounts.inviting import NOW, invite, members, place, signed_in, token
from tests.cast import Cast, person
from trenddrop.core.limits import LimitReached

LATE = dt.timedelta(minutes=11)
LATER = dt.timedelta(minutes=5)


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
    monkeypatch.setattr(tasks.mail_invitation, "delay", lambda **told: queued.append(told))
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


def test_a_mail_that_never_reached_a_worker_is_rung_for_again_until_it_is_settled(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    row = invite(cast)
    assert invitation_mail.waiting(NOW + dt.timedelta(minutes=1)) == []
    assert invitation_mail.waiting(NOW + LATE) == [(row.pk, 1)]
    assert invitation_mail.send(row.pk, times_sent=1)
    assert not invitation_mail.send(row.pk, times_sent=1), "two workers that were rung for send it once"
    assert invitation_mail.waiting(NOW + LATE) == []
    assert len(mailoutbox) == 1


def test_nobody_rings_for_an_invitation_of_long_ago_or_one_taken_back(cast: Cast) -> None:
    row = invite(cast)
    assert invitation_mail.waiting(NOW + dt.timedelta(days=2)) == []
    with tenancy.operator():
        Invitation.objects.filter(pk=row.pk).update(revoked_at=NOW)
    assert invitation_mail.waiting(NOW + LATE) == []


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
