"""Organisations: a further one, settings, handing over, leaving, deleting and opening again."""

import datetime as dt
import io
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile, Membership, Notification, Organization, User
from accounts.services import memberships, organizations
from accounts.services.memberships import Refused
from publishing.delivery import claiming
from publishing.models import PostingHold, ScheduledPost
from tests.cast import PASSWORD, Cast, person
from tests.world import furnish

NOW = timezone.now()


def signed_in(member: Membership) -> Client:
    """Sign in through the door, and give the password once more, as what is asked for before something grave."""
    client = Client()
    client.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD})
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return client


def stale(member: Membership) -> Client:
    """A session that signed in long ago."""
    client = Client()
    client.force_login(member.user)
    return client


def fresh(row: Any) -> Any:
    with tenancy.operator():
        return type(row).objects.get(pk=row.pk)


def roles(cast: Cast) -> dict[str, str]:
    with tenancy.operator():
        rows = Membership.objects.filter(organization=cast.kesar).select_related("user")
        return {row.user.full_name.split()[0]: row.role for row in rows}


# A further one


def test_a_further_organisation_has_its_owner_and_a_brand_and_one_is_in_it(cast: Cast) -> None:
    client = signed_in(cast.ben)
    answer = client.post(reverse("organization_new"), {"name": "Thomas  Films", "type": "enterprise"})
    assert answer["Location"] == reverse("organization_settings")
    page = client.get(answer["Location"])
    assert (page.status_code, page.context["organization"].name) == (200, "Thomas Films")
    with tenancy.operator():
        made = Organization.objects.get(name="Thomas Films")
        assert (made.owner, made.type) == (cast.ben.user, "enterprise")
        assert BrandProfile.objects.filter(organization=made).count() == 1
        assert Membership.objects.get(organization=made).role == "owner"
    assert roles(cast)["Ben"] == "creator"


@pytest.mark.parametrize("name", ["", "  ", "https://win.example", "Look at www.win.example", "x" * 121])
def test_a_name_that_is_none_or_an_address_is_refused(cast: Cast, name: str) -> None:
    answer = signed_in(cast.ben).post(reverse("organization_new"), {"name": name, "type": "agency"})
    assert answer.status_code == 422


def test_nobody_owns_organisations_without_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organizations, "MOST_OWNED", 1)
    answer = signed_in(cast.asha).post(reverse("organization_new"), {"name": "Second", "type": "agency"})
    assert answer.status_code == 422
    assert b"that is the most" in answer.content


# Settings

SET = {
    "name": "Kesar", "slug": "kesar", "type": "enterprise", "industry": "skincare", "company_size": "11-50",
    "website": "https://kesar.example", "timezone": "Europe/Lisbon",
}  # fmt: skip


def logo(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", size, "orange").save(written, kind)
    return SimpleUploadedFile("logo.png", written.getvalue(), "image/png")


def test_settings_are_saved_and_the_log_says_what_changed(cast: Cast) -> None:
    client = signed_in(cast.asha)
    assert client.post(reverse("organization_settings"), {**SET, "logo": logo()}).status_code == 302
    row = fresh(cast.kesar)
    assert (row.name, row.slug, row.type, row.company_size, row.timezone) == (
        "Kesar", "kesar", "enterprise", "11-50", "Europe/Lisbon",
    )  # fmt: skip
    assert row.owner_id == cast.asha.user_id
    answer = client.get(reverse("organization_logo"))
    with Image.open(io.BytesIO(answer.getvalue())) as kept:
        assert (kept.format, kept.size) == ("WEBP", (512, 171))
    with tenancy.operator():
        changes = AuditEntry.objects.get(action="organization.changed").metadata["changes"]
    assert changes["name"] == ["Kesar Naturals", "Kesar"]
    assert "industry" in changes
    client.post(reverse("organization_settings"), {**SET, "logo-clear": "on"})
    assert client.get(reverse("organization_logo")).status_code == 404


def test_a_logo_that_another_replaces_is_kept_no_longer(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    client = signed_in(cast.asha)
    client.post(reverse("organization_settings"), {**SET, "logo": logo()})
    first = fresh(cast.kesar).logo
    assert first.storage.exists(first.name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("organization_settings"), {**SET, "logo": logo("JPEG")})
    second = fresh(cast.kesar).logo
    assert (first.storage.exists(first.name), second.storage.exists(second.name)) == (False, True)


@pytest.mark.parametrize("slug", ["lisbon-rooftops", "LISBON-Rooftops", "admin", "has space", "ünïcode", ""])
def test_a_short_name_that_is_taken_or_none_is_refused(cast: Cast, slug: str) -> None:
    answer = signed_in(cast.asha).post(reverse("organization_settings"), {**SET, "slug": slug})
    assert answer.status_code == 422
    assert fresh(cast.kesar).name == "Kesar Naturals"


def test_a_file_that_is_no_picture_is_refused_as_a_logo(cast: Cast) -> None:
    evil = SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")
    answer = signed_in(cast.asha).post(reverse("organization_settings"), {**SET, "logo": evil})
    assert answer.status_code == 422
    assert b"no picture that can be read" in answer.content


def test_saving_settings_does_not_undo_what_happened_meanwhile(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        organizations.transfer(cast.kesar, to=cast.ben, by=cast.asha)
    assert signed_in(cast.asha).post(reverse("organization_settings"), SET).status_code == 302
    assert fresh(cast.kesar).owner_id == cast.ben.user_id


# Handing over


def test_the_new_owner_owns_the_old_one_becomes_an_admin_and_both_are_told(kesar: Cast) -> None:
    Membership.objects.filter(pk=kesar.ben.pk).update(permission_overrides={"content.edit": False})
    organizations.transfer(kesar.kesar, to=kesar.ben, by=kesar.asha)
    assert roles(kesar) | {"Asha": "admin", "Ben": "owner"} == roles(kesar)
    assert fresh(kesar.kesar).owner_id == kesar.ben.user_id
    assert fresh(kesar.ben).permission_overrides == {}
    entry = AuditEntry.objects.get(action="organization.transferred")
    assert entry.metadata["changes"] == {"owner": ["Asha Menon", "Ben Thomas"]}
    told = Notification.objects.filter(kind="membership").values_list("user__full_name", flat=True)
    assert set(told) == {"Asha Menon", "Ben Thomas"}


def test_it_goes_to_no_stranger_no_client_and_nobody_who_is_shut_out(everywhere: Cast) -> None:
    cast = everywhere
    for to in (cast.dev, cast.esha):
        with pytest.raises(Refused, match="active member"):
            organizations.transfer(cast.kesar, to=to, by=cast.asha)
    Membership.objects.filter(pk=cast.ben.pk).update(status="inactive")
    with pytest.raises(Refused, match="active member"):
        organizations.transfer(cast.kesar, to=cast.ben, by=cast.asha)
    User.objects.filter(pk=cast.chitra.user_id).update(status="suspended")
    with pytest.raises(Refused, match="active member"):
        organizations.transfer(cast.kesar, to=cast.chitra, by=cast.asha)
    with pytest.raises(Refused, match="already"):
        organizations.transfer(cast.kesar, to=cast.asha, by=cast.asha)
    assert roles(cast)["Asha"] == "owner"


def test_nobody_but_the_owner_hands_it_over(kesar: Cast) -> None:
    Membership.objects.filter(pk=kesar.ben.pk).update(role="admin")
    with pytest.raises(Refused, match="Only the owner"):
        organizations.transfer(kesar.kesar, to=kesar.chitra, by=kesar.ben)
    assert stale(kesar.ben).get(reverse("transfer")).status_code == 403


def test_handing_over_asks_for_the_password_anew_and_for_the_name(cast: Cast) -> None:
    told = {"to": str(cast.ben.pk), "name": "kesar naturals"}
    client = signed_in(cast.asha)
    assert client.post(reverse("transfer"), {**told, "name": "Kesar"}).status_code == 422
    assert client.post(reverse("transfer"), {**told, "to": str(cast.dev.pk)}).status_code == 422
    client = stale(cast.asha)
    asked = client.post(reverse("transfer"), told)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(asked["Location"], {"password": "wrong"}).status_code == 200
    assert roles(cast)["Asha"] == "owner"
    assert client.post(asked["Location"], {"password": PASSWORD})["Location"] == reverse("members")
    assert roles(cast)["Ben"] == "owner"
    assert client.get(reverse("transfer")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_handing_it_to_two_people_at_once_makes_one_owner(cast: Cast) -> None:
    start, outcomes = threading.Barrier(2), []

    def hand(to: Membership) -> None:
        try:
            start.wait()
            with tenancy.of_organization(cast.kesar.pk):
                organizations.transfer(cast.kesar, to=to, by=cast.asha)
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=hand, args=[to]) for to in (cast.ben, cast.chitra)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    with tenancy.operator():
        owner = Membership.objects.get(organization=cast.kesar, role="owner")
        assert Organization.objects.get(pk=cast.kesar.pk).owner_id == owner.user_id
    assert roles(cast)["Asha"] == "admin"


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_leaves_while_handing_over_is_out_only_after_it_is_done(cast: Cast) -> None:
    for _try in range(5):
        start = threading.Barrier(2)

        def go(act: Any, start: threading.Barrier = start) -> None:
            try:
                start.wait()
                with tenancy.of_organization(cast.kesar.pk):
                    act()
            except Refused:
                pass
            finally:
                connection.close()

        hand = threading.Thread(target=go, args=[lambda: organizations.transfer(cast.kesar, to=cast.ben, by=cast.asha)])
        leave = threading.Thread(target=go, args=[lambda: memberships.leave(cast.asha)])
        for thread in (hand, leave):
            thread.start()
        for thread in (hand, leave):
            thread.join()
    with tenancy.operator():
        assert Membership.objects.filter(organization=cast.kesar, role="owner", status="active").count() == 1


# Leaving


def test_the_owner_cannot_leave_and_others_can(cast: Cast) -> None:
    owner = signed_in(cast.asha)
    refused = owner.post(reverse("leave"), follow=True)
    assert b"Hand it over to another member first" in refused.content
    assert roles(cast)["Asha"] == "owner"
    ben = signed_in(cast.ben)
    left = ben.post(reverse("leave"), follow=True)
    assert b"You left Kesar Naturals" in left.content
    assert "Ben" not in roles(cast)
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="member.left", actor=cast.ben.user).exists()
    assert b"You work in no organisation" in left.content


def test_a_clients_member_can_leave_too(cast: Cast) -> None:
    signed_in(cast.esha).post(reverse("leave"))
    assert "Esha" not in roles(cast)


# Deleting and opening again


def test_a_deleted_organisation_is_shut_for_all_and_nothing_is_sent_until_it_is_opened_again(
    cast: Cast, settings: Any
) -> None:
    furnish(cast)
    with tenancy.operator():
        post = ScheduledPost.objects.filter(organization=cast.kesar)
        post.update(status="scheduled", scheduled_for=NOW, next_try_at=NOW)
        connection_of = post.get().connection
        type(connection_of).objects.filter(pk=connection_of.pk).update(status="active")
        PostingHold.objects.filter(organization=cast.kesar).update(ended_at=NOW)
    assert len(claiming.due(NOW + dt.timedelta(seconds=1), limit=10)) == 1
    asha, ben = signed_in(cast.asha), signed_in(cast.ben)
    assert ben.get(reverse("library")).status_code == 200
    gone = asha.post(reverse("organization_delete"), {"name": "Kesar Naturals"}, follow=True)
    assert b"You work in no organisation" in gone.content
    row = fresh(cast.kesar)
    assert row.erase_after - row.deleted_at == settings.DELETED_KEEP
    assert ben.get(reverse("library"))["Location"] == reverse("organizations")
    assert claiming.due(NOW + dt.timedelta(seconds=1), limit=10) == []
    assert ben.post(reverse("organization_restore"), {"organization": str(cast.kesar.pk)}).status_code == 404
    asha.post(reverse("organization_restore"), {"organization": str(cast.kesar.pk)})
    assert fresh(cast.kesar).deleted_at is None
    assert ben.get(reverse("library")).status_code == 200
    assert len(claiming.due(NOW + dt.timedelta(seconds=1), limit=10)) == 1
    with tenancy.operator():
        actions = AuditEntry.objects.filter(organization=cast.kesar, action__startswith="organization.")
        assert {"organization.deleted", "organization.restored"} <= set(actions.values_list("action", flat=True))


def test_deleting_asks_for_the_password_anew_and_for_the_name_and_for_the_owner(cast: Cast) -> None:
    told = {"name": "Kesar Naturals"}
    asked = stale(cast.asha).post(reverse("organization_delete"), told)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert signed_in(cast.asha).post(reverse("organization_delete"), {"name": "Lisbon"}).status_code == 422
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(
            role="admin", permission_overrides={"organization.delete": True, "organization.transfer": True}
        )
    assert signed_in(cast.ben).post(reverse("organization_delete"), told).status_code == 403
    assert fresh(cast.kesar).deleted_at is None


def test_after_the_grace_it_stays_shut(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        organizations.close(cast.kesar, by=cast.asha, now=NOW - dt.timedelta(days=40))
    answer = stale(cast.asha).post(reverse("organization_restore"), {"organization": str(cast.kesar.pk)})
    assert answer.status_code == 404
    with pytest.raises(Refused, match="passed"):
        organizations.reopen(cast.kesar, by=cast.asha.user, now=NOW)


def test_who_owns_an_organisation_in_which_others_work_is_known_before_they_go(everywhere: Cast) -> None:
    assert [row.name for row in organizations.owned_with_others(everywhere.asha.user)] == ["Kesar Naturals"]
    assert not organizations.owned_with_others(everywhere.dev.user).exists()
    organizations.create_personal(person("Solo", "solo@home.example"))
    assert not organizations.owned_with_others(User.objects.get(email="solo@home.example")).exists()
