"""Members: roles, rights of their own, the way in, and ten thousand of them."""

import threading
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import tenancy
from accounts.models import AuditEntry, Membership, Notification, User
from accounts.permissions import PERMISSIONS, granted
from accounts.services import memberships
from accounts.services.memberships import Refused
from tests.cast import Cast, person
from trenddrop.core.limits import LimitReached


class Full:
    """A plan without a place left."""

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        """Refuse."""
        raise LimitReached("The plan has no place left. Choose a larger one.")


@pytest.fixture
def adil(cast: Cast) -> Membership:
    """An admin of Kesar."""
    with tenancy.operator():
        return Membership.objects.create(
            organization=cast.kesar, user=person("Adil Shah", "adil@kesar.example"), role="admin"
        )


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=member.user_id))
    return client


def fresh(member: Membership) -> Membership:
    with tenancy.operator():
        return Membership.objects.get(pk=member.pk)


def may(member: Membership) -> frozenset[str]:
    row = fresh(member)
    return granted(row.role, row.permission_overrides)


# Roles


def test_an_owner_makes_a_creator_a_manager_and_both_learn_of_it(kesar: Cast) -> None:
    memberships.change_role(kesar.ben, role="manager", by=kesar.asha)
    assert fresh(kesar.ben).role == "manager"
    entry = AuditEntry.objects.get(action="member.role_changed")
    assert entry.metadata["changes"] == {"role": ["creator", "manager"]}
    told = Notification.objects.get(user=kesar.ben.user, kind="membership")
    assert told.title == "Your role in Kesar Naturals is now Manager"


def test_a_client_role_comes_with_its_client_and_only_with_one(kesar: Cast) -> None:
    with pytest.raises(Refused, match="needs a client"):
        memberships.change_role(kesar.ben, role="client", by=kesar.asha)
    with pytest.raises(Refused, match="needs a client"):
        memberships.change_role(kesar.ben, role="creator", client=kesar.client, by=kesar.asha)
    memberships.change_role(kesar.ben, role="client", client=kesar.client, by=kesar.asha)
    assert fresh(kesar.ben).client_id == kesar.client.pk


def test_who_worked_for_a_client_takes_a_place_of_the_team_where_there_is_one(cast: Cast, settings: Any) -> None:
    settings.LIMITS_BACKEND = f"{__name__}.Full"
    page = reverse("member_role", args=[cast.esha.pk])
    answer = signed_in(cast.asha).post(page, {"role": "creator"}, follow=True)
    assert "The plan has no place left." in answer.text
    assert fresh(cast.esha).role == "client"
    signed_in(cast.asha).post(reverse("member_role", args=[cast.ben.pk]), {"role": "manager"})
    assert fresh(cast.ben).role == "manager"  # who is of the team already takes no other place
    settings.LIMITS_BACKEND = "trenddrop.core.limits.OpenLimits"
    signed_in(cast.asha).post(page, {"role": "creator"})
    assert fresh(cast.esha).role == "creator"


def test_nobody_changes_their_own_role_or_rights(cast: Cast, adil: Membership) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        for change in (
            lambda: memberships.change_role(adil, role="manager", by=adil),
            lambda: memberships.set_overrides(adil, overrides={"billing.manage": True}, by=adil),
            lambda: memberships.deactivate(adil, by=adil),
            lambda: memberships.remove(adil, by=adil),
        ):
            with pytest.raises(Refused, match="Nobody changes their own"):
                change()


def test_an_admin_cannot_touch_the_owner(cast: Cast, adil: Membership) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        for change in (
            lambda: memberships.change_role(cast.asha, role="creator", by=adil),
            lambda: memberships.set_overrides(cast.asha, overrides={"content.edit": False}, by=adil),
            lambda: memberships.deactivate(cast.asha, by=adil),
            lambda: memberships.remove(cast.asha, by=adil),
        ):
            with pytest.raises(Refused, match="The owner stays"):
                change()
    assert fresh(cast.asha).role == "owner"


def test_nobody_is_made_an_owner_by_a_role(kesar: Cast) -> None:
    with pytest.raises(Refused, match="one owner"):
        memberships.change_role(kesar.ben, role="owner", by=kesar.asha)


def test_the_database_refuses_a_second_owner(everywhere: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=everywhere.ben.pk).update(role="owner")


def test_a_role_above_ones_own_is_neither_given_nor_touched(cast: Cast, adil: Membership) -> None:
    with tenancy.operator():
        Membership.objects.filter(pk=cast.ben.pk).update(role="manager", permission_overrides={"members.manage": True})
    ben = fresh(cast.ben)
    with tenancy.of_organization(cast.kesar.pk):
        with pytest.raises(Refused, match="above your own"):
            memberships.change_role(cast.chitra, role="admin", by=ben)
        with pytest.raises(Refused, match="above your own"):
            memberships.change_role(adil, role="creator", by=ben)
        memberships.change_role(cast.chitra, role="creator", by=ben)
    assert fresh(cast.chitra).role == "creator"


# Rights of one's own


def test_nobody_gives_what_they_do_not_have(cast: Cast, adil: Membership) -> None:
    with tenancy.operator():
        Membership.objects.filter(pk=adil.pk).update(permission_overrides={"billing.manage": False})
    adil = fresh(adil)
    with tenancy.of_organization(cast.kesar.pk):
        with pytest.raises(Refused, match="Manage plan and payments"):
            memberships.set_overrides(cast.ben, overrides={"billing.manage": True}, by=adil)
        with pytest.raises(Refused, match="Manage plan and payments"):
            memberships.change_role(cast.ben, role="admin", by=adil)
        memberships.set_overrides(cast.ben, overrides={"audit.view": True}, by=adil)
    assert "audit.view" in may(cast.ben)
    assert "billing.manage" not in may(cast.ben)


def test_taking_back_a_refusal_is_giving(cast: Cast, adil: Membership) -> None:
    with tenancy.operator():
        Membership.objects.filter(pk=adil.pk).update(permission_overrides={"posts.schedule": False})
        Membership.objects.filter(pk=cast.ben.pk).update(permission_overrides={"posts.schedule": False})
    with tenancy.of_organization(cast.kesar.pk), pytest.raises(Refused, match="Schedule and publish"):
        memberships.set_overrides(fresh(cast.ben), overrides={}, by=fresh(adil))


def test_overrides_that_mean_nothing_are_not_kept(kesar: Cast) -> None:
    memberships.set_overrides(
        kesar.esha, overrides={"members.manage": True, "organization.delete": True, "trends.view": True}, by=kesar.asha
    )
    assert fresh(kesar.esha).permission_overrides == {"trends.view": True}
    with pytest.raises(Refused, match="no such permission"):
        memberships.set_overrides(kesar.ben, overrides={"money.print": True}, by=kesar.asha)


def test_every_cell_of_the_matrix_can_be_set_and_holds_at_the_next_click(cast: Cast) -> None:
    asha, ben = signed_in(cast.asha), signed_in(cast.ben)
    rights = reverse("member_rights", args=[cast.ben.pk])
    assert ben.get(reverse("audit")).status_code == 403
    assert ben.get(reverse("trends")).status_code == 200
    assert asha.post(rights, {"audit.view": "allow", "trends.view": "refuse"}).status_code == 302
    assert ben.get(reverse("audit")).status_code == 200
    assert ben.get(reverse("trends")).status_code == 403
    assert asha.post(rights, {}).status_code == 302
    assert ben.get(reverse("audit")).status_code == 403
    assert ben.get(reverse("trends")).status_code == 200


def test_the_page_shows_all_permissions_and_offers_none_the_reader_lacks(cast: Cast, adil: Membership) -> None:
    page = signed_in(adil).get(reverse("member", args=[cast.ben.pk])).content.decode()
    for name in set(PERMISSIONS) - {"account.own"}:
        assert str(PERMISSIONS[name]).replace("'", "&#x27;") in page
    with tenancy.operator():
        Membership.objects.filter(pk=adil.pk).update(permission_overrides={"billing.manage": False})
    answer = signed_in(adil).get(reverse("member", args=[cast.ben.pk]))
    choices = dict(answer.context["rights"].fields["billing.manage"].choices)
    assert "allow" not in choices
    forged = signed_in(adil).post(reverse("member_rights", args=[cast.ben.pk]), {"billing.manage": "allow"})
    assert forged.status_code == 422
    assert "billing.manage" not in may(cast.ben)


# The way in


def test_shutting_out_works_at_the_next_click_and_can_be_taken_back(cast: Cast) -> None:
    asha, ben = signed_in(cast.asha), signed_in(cast.ben)
    assert ben.get(reverse("library")).status_code == 200
    status = reverse("member_status", args=[cast.ben.pk])
    assert asha.post(status, {"status": "inactive"}).status_code == 302
    refused = ben.get(reverse("library"))
    assert (refused.status_code, refused["Location"]) == (302, reverse("organizations"))
    assert b"You work in no organisation" in ben.get(reverse("organizations")).content
    asha.post(status, {"status": "active"})
    assert ben.get(reverse("library")).status_code == 200


def test_a_removed_member_is_out_and_what_they_made_stays(cast: Cast) -> None:
    asha, ben = signed_in(cast.asha), signed_in(cast.ben)
    assert asha.post(reverse("member_remove", args=[cast.ben.pk])).status_code == 302
    assert ben.get(reverse("library")).status_code == 302
    with tenancy.operator():
        assert not Membership.objects.filter(pk=cast.ben.pk).exists()
        assert AuditEntry.objects.filter(action="member.removed", actor=cast.asha.user).exists()
    assert User.objects.filter(pk=cast.ben.user_id).exists()


def test_a_demoted_admin_cannot_go_on_with_a_page_that_is_still_open(cast: Cast, adil: Membership) -> None:
    stale = fresh(adil)
    with tenancy.of_organization(cast.kesar.pk):
        memberships.change_role(adil, role="creator", by=cast.asha)
        with pytest.raises(Refused, match="no longer"):
            memberships.remove(cast.ben, by=stale)


def test_a_member_of_another_organisation_is_not_found(cast: Cast) -> None:
    dev = signed_in(cast.dev)
    for name in ("member", "member_role", "member_rights", "member_status", "member_remove"):
        address = reverse(name, args=[cast.ben.pk])
        assert (dev.get(address) if name == "member" else dev.post(address, {"role": "admin"})).status_code == 404
    with tenancy.operator(), pytest.raises(Refused, match="no longer"):
        memberships.remove(cast.ben, by=cast.dev)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_leave_one_of_them(cast: Cast) -> None:
    with tenancy.operator():
        rows = [
            Membership.objects.create(organization=cast.kesar, user=person(name, f"{name}@kesar.example"), role="admin")
            for name in ("one", "two")
        ]
    start, outcomes = threading.Barrier(2), []

    def remove(mine: Membership, other: Membership) -> None:
        try:
            start.wait()
            with tenancy.of_organization(cast.kesar.pk):
                memberships.remove(other, by=mine)
            outcomes.append("removed")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in (rows, rows[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "removed"]
    with tenancy.operator():
        assert Membership.objects.filter(pk__in=[row.pk for row in rows]).count() == 1


# The list


def crowd(cast: Cast, count: int) -> None:
    """Let many people join at once."""
    people = [User(email=f"member{n:05}@crowd.example", full_name=f"Member {n:05}", password="!") for n in range(count)]
    User.objects.bulk_create(people, batch_size=2000)
    with tenancy.operator():
        Membership.objects.bulk_create(
            [Membership(organization=cast.kesar, user=each, role="creator") for each in people], batch_size=2000
        )


def asked(client: Client, address: str) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries), answer


def test_the_list_asks_the_same_few_questions_for_three_members_and_for_thirty(cast: Cast) -> None:
    client = signed_in(cast.asha)
    client.get(reverse("members"))
    few, _answer = asked(client, reverse("members"))
    crowd(cast, 30)
    many, _answer = asked(client, reverse("members"))
    assert many == few
    assert many < 16, many


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_members_are_paged_and_each_is_shown_once(cast: Cast) -> None:
    connection.close()  # a session that checked keys in tables of six rows goes on reading all ten thousand
    crowd(cast, 10_000)
    client = signed_in(cast.asha)
    first, answer = asked(client, reverse("members"))
    seen = [row.pk for row in answer.context["page"].members]
    address, pages = answer.context["page"].older, 1
    while address and pages < 5:
        count, answer = asked(client, reverse("members") + address)
        assert count <= first
        seen += [row.pk for row in answer.context["page"].members]
        address, pages = answer.context["page"].older, pages + 1
    assert len(seen) == len(set(seen)) == 250
    back = client.get(reverse("members") + answer.context["page"].newer)
    assert [row.pk for row in back.context["page"].members] == seen[150:200]
    with tenancy.operator():
        deep = Membership.objects.filter(organization=cast.kesar).order_by("-pk")[60]
    assert asked(client, f"{reverse('members')}?after={deep.pk}")[0] <= first
    count, found = asked(client, f"{reverse('members')}?q=member09999")
    assert count <= first
    assert len(found.context["page"].members) == 1


def test_the_list_is_searched_and_narrowed(cast: Cast) -> None:
    client = signed_in(cast.asha)

    def found(query: str) -> set[str]:
        answer = client.get(f"{reverse('members')}?{query}")
        return {row.user.full_name for row in answer.context["page"].members}

    assert found("q=ben") == {"Ben Thomas"}
    assert found("q=KESAR.example+thomas") == {"Ben Thomas"}
    assert found("role=analyst") == {"Chitra Iyer"}
    assert found(f"client={cast.client.pk}") == {"Esha Khan"}
    assert found("status=inactive") == set()
    everybody = {"Asha Menon", "Ben Thomas", "Chitra Iyer", "Esha Khan", "Farah Ali"}
    assert found(f"role=nonsense&client={uuid.uuid4()}&after=nonsense") == everybody


def test_who_may_only_look_is_offered_no_change(cast: Cast) -> None:
    page = signed_in(cast.chitra).get(reverse("member", args=[cast.ben.pk])).content
    assert b"Change the role" not in page
    assert b"Save rights" not in page
    assert signed_in(cast.chitra).post(reverse("member_remove", args=[cast.ben.pk])).status_code == 403


def test_whoever_is_refused_is_sent_to_the_members_only_where_they_may_see_them(cast: Cast) -> None:
    for member, way in [(cast.ben, True), (cast.esha, False)]:
        refused = signed_in(member).get("/organisation/invite/")
        assert refused.status_code == 403
        assert (f'href="{reverse("members")}"' in refused.content.decode().split("<main", 1)[1]) == way
