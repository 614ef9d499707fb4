"""Operators in a person's place: with a reason, for half an hour, seen and written down, and some doors stay shut."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import impersonation, tenancy
from accounts.models import AuditEntry, BrandProfile, Membership, User
from accounts.services import installation
from accounts.services.impersonation import NotAllowed, start
from tests.cast import Cast, person
from tests.test_doors import addresses

OLGA = "Olga Operator"


@pytest.fixture
def olga(cast: Cast) -> Client:
    """A superuser who works in no organisation."""
    User.objects.filter(pk=person(OLGA, "olga@trenddrop.example").pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(email="olga@trenddrop.example"))
    return client


def page_of(member: Membership) -> str:
    return reverse("admin:accounts_user_change", args=[member.user_id])


def begin(client: Client, member: Membership, reason: str = "Ticket 12: no trends") -> Any:
    return client.post(f"{page_of(member)}impersonate/".replace("change/", ""), {"reason": reason})


def log(action: str) -> list[AuditEntry]:
    with tenancy.operator():
        return list(AuditEntry.objects.filter(action=action).order_by("at"))


def test_it_begins_on_the_persons_page_with_a_reason(olga: Client, cast: Cast) -> None:
    assert b"Look through their eyes" in olga.get(page_of(cast.asha)).content
    ask = olga.get(f"{page_of(cast.asha)}impersonate/".replace("change/", ""))
    assert b"asha@kesar.example" in ask.content
    assert begin(olga, cast.asha, reason=" ").status_code == 200
    assert log("impersonation.started") == []
    assert begin(olga, cast.asha)["Location"] == "/today/"


def test_the_operator_sees_what_the_person_sees_under_a_banner(olga: Client, cast: Cast) -> None:
    begin(olga, cast.asha)
    for address in ("/today/", "/library/", "/organisation/members/", "/settings/"):
        page = olga.get(address)
        assert page.status_code == 200
        assert b"Olga Operator, you look through the eyes of Asha Menon" in page.content, address
    assert b"Kesar Naturals" in olga.get("/today/").content


def test_beginning_and_ending_are_written_in_every_organisation_of_the_person(olga: Client, cast: Cast) -> None:
    with tenancy.operator():
        Membership.objects.create(organization=cast.lisbon, user=cast.asha.user, role="analyst")
    begin(olga, cast.asha)
    stopped = olga.post("/impersonation/stop/")
    assert stopped["Location"] == page_of(cast.asha)
    for action in ("impersonation.started", "impersonation.stopped"):
        entries = log(action)
        assert {entry.organization_id for entry in entries} == {cast.kesar.pk, cast.lisbon.pk}
        for entry in entries:
            assert (entry.actor_name, entry.metadata["person"]) == (OLGA, "Asha Menon")
    assert log("impersonation.started")[0].metadata["reason"] == "Ticket 12: no trends"
    assert olga.get("/today/")["Location"] == "/organisations/", "Olga works in no organisation herself"


def test_what_is_done_meanwhile_names_both_and_holds_the_operator_to_it(olga: Client, cast: Cast) -> None:
    begin(olga, cast.asha)
    with tenancy.operator():
        brand = BrandProfile.objects.get(organization=cast.kesar)
    form = {"name": "Renamed", "tone": brand.tone, "country": "IN", "language": "en"}
    assert olga.post("/brand/", form).status_code == 302
    [entry] = log("brand.changed")
    assert entry.actor_name == "Olga Operator as Asha Menon"
    assert entry.actor_id == User.objects.get(email="olga@trenddrop.example").pk
    assert entry.metadata["in_place_of"] == "Asha Menon"


def test_the_person_notices_nothing_in_their_own_session(olga: Client, cast: Cast) -> None:
    mine = Client()
    mine.force_login(cast.asha.user)
    begin(olga, cast.asha)
    page = mine.get("/today/")
    assert page.status_code == 200
    assert b"eyes of" not in page.content


def test_the_admin_stays_the_operators_own(olga: Client, cast: Cast) -> None:
    begin(olga, cast.asha)
    assert olga.get(reverse("admin:index")).status_code == 200


def test_half_an_hour_is_the_end_and_that_is_written_down(olga: Client, cast: Cast) -> None:
    begin(olga, cast.asha)
    session = olga.session
    long_ago = timezone.now() - impersonation.LASTS - timedelta(seconds=1)
    session[impersonation.KEY] = session[impersonation.KEY] | {"since": long_ago.isoformat()}
    session.save()
    assert olga.get("/today/")["Location"] == "/organisations/"
    assert len(log("impersonation.stopped")) == 1
    assert impersonation.KEY not in olga.session


@pytest.mark.parametrize("change", [{"is_staff": True}, {"is_superuser": True}, {"status": "suspended"}])
def test_nobody_takes_the_place_of_an_operator_or_of_whoever_is_shut_out(
    change: dict[str, Any], olga: Client, cast: Cast
) -> None:
    User.objects.filter(pk=cast.asha.user_id).update(**change)
    assert b"Look through their eyes" not in olga.get(page_of(cast.asha)).content
    begin(olga, cast.asha)
    assert log("impersonation.started") == []
    assert impersonation.KEY not in olga.session


def test_it_ends_when_the_person_becomes_an_operator_meanwhile(olga: Client, cast: Cast) -> None:
    begin(olga, cast.asha)
    User.objects.filter(pk=cast.asha.user_id).update(is_staff=True)
    assert olga.get("/today/")["Location"] == "/organisations/"


def test_ordinary_operators_may_not(olga: Client, cast: Cast) -> None:
    User.objects.filter(email="olga@trenddrop.example").update(is_superuser=False)
    begin(olga, cast.asha)
    assert impersonation.KEY not in olga.session
    with pytest.raises(NotAllowed):
        start(cast.asha.user, reason="x", by=cast.ben.user)


def test_a_forged_session_key_opens_nothing_for_a_member(cast: Cast) -> None:
    ben = Client()
    ben.force_login(cast.ben.user)
    session = ben.session
    now = timezone.now().isoformat()
    forged = {"operator": str(cast.ben.user_id), "person": str(cast.asha.user_id), "since": now, "own": {}}
    session[impersonation.KEY] = forged
    session.save()
    assert b"eyes of" not in ben.get("/today/").content


def test_operators_can_switch_it_off_for_the_whole_installation(
    olga: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    begin(olga, cast.asha)
    with django_capture_on_commit_callbacks(execute=True):
        installation.change("impersonation_allowed", False)
    assert olga.get("/today/")["Location"] == "/organisations/"
    begin(olga, cast.asha)
    assert impersonation.KEY not in olga.session


def test_how_the_person_signs_in_and_what_is_theirs_stays_shut(olga: Client, cast: Cast) -> None:
    begin(olga, cast.asha)
    for address in (
        "/accounts/password/change/",
        "/accounts/email/",
        "/accounts/2fa/totp/activate/",
        "/settings/security/",
        "/settings/wallets/",
        "/organisation/audit/csv/",
    ):
        answer = olga.get(address)
        assert answer.status_code == 403, address
        assert b"somebody else" in answer.content, address
    assert olga.post("/settings/", {"full_name": "Mallory"}).status_code == 403
    assert User.objects.get(pk=cast.asha.user_id).full_name == "Asha Menon"


PRIVATE = re.compile(r"key|password|mfa|2fa|email|export|csv|phone|wallet|transfer|session|security|leave|/data/")


def test_every_door_that_sounds_private_is_shut_meanwhile() -> None:
    """A new page about keys, passwords or exports must be named in accounts.impersonation.SHUT."""
    open_doors = [
        one.route
        for one in addresses()
        if PRIVATE.search(re.sub(r"<[^>]+>", "", one.route))
        and not one.route.startswith("admin/")
        and not impersonation.is_shut(one.route, "POST")
    ]
    assert open_doors == []
