"""The admin of accounts: constant questions whatever the rows, what waits on its first page, and no secret shown."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import (
    AuditEntry,
    BrandProfile,
    ClientAccount,
    Flag,
    GateCheck,
    Invitation,
    Membership,
    Organization,
    TokenGate,
    User,
    Wallet,
)
from accounts.signals import brand_changed
from tests.accounts.test_flags import SPAM, page_of
from tests.cast import Cast, person
from tests.test_doors import signed_in
from tests.world import World, furnish

OURS = [model for model in admin.site._registry if model._meta.app_label == "accounts"]


@pytest.fixture
def world(cast: Cast) -> World:
    return furnish(cast)


@pytest.fixture
def operator(world: World) -> Client:
    User.objects.filter(pk=world.cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=world.cast.dev.user_id))
    return client


def add_some(world: World, start: int) -> None:
    """Three more of what has lists, each with its own people and parents."""
    now = timezone.now()
    with tenancy.operator():
        for number in range(start, start + 3):
            user = person(f"Person {number}", f"p{number}@people.example")
            organization = Organization.objects.create(name=f"O{number}", slug=f"o{number}", owner=user)
            client = ClientAccount.objects.create(organization=organization, name="C", slug="c")
            Membership.objects.create(organization=organization, user=user, role="client", client=client)
            BrandProfile.objects.create(organization=organization, client=client, name="B")
            Flag.objects.create(organization=organization, reported_by=user, resource_type="x", resource_id="1")
            wallet = Wallet.objects.create(user=user, address=f"0x{number:040d}", proved_at=now)
            gate = TokenGate.objects.create(
                organization=organization, name="G", chain_id=1, standard="native", opens="premium"
            )
            GateCheck.objects.create(organization=organization, gate=gate, wallet=wallet, checked_at=now)
            Invitation.objects.create(
                organization=organization,
                client=client,
                role="client",
                email="i@people.example",
                token_hash=f"h{number}",
                invited_by=user,
                last_sent_at=now,
                expires_at=now,
            )


def test_lists_do_not_ask_more_for_more_rows(world: World, operator: Client) -> None:
    counts: dict[str, list[int]] = {}
    for round_ in (1, 4):
        add_some(world, round_)
        for model in OURS:
            address = reverse(f"admin:accounts_{model._meta.model_name}_changelist")
            if round_ == 1:
                operator.get(address)  # what is asked once by a process
            with CaptureQueriesContext(connection) as asked:
                assert operator.get(address).status_code == 200
            counts.setdefault(address, []).append(len(asked))
    assert {address: found for address, found in counts.items() if found[0] != found[1]} == {}


def test_reports_wait_on_the_first_page(world: World, operator: Client) -> None:
    with tenancy.operator():
        Flag.objects.all().delete()
    assert b"None. Nobody has reported anything" in operator.get(reverse("admin:index")).content
    signed_in(world.cast.ben).post(page_of(world, "flag_topic"), SPAM)
    page = operator.get(reverse("admin:index")).content.decode()
    with tenancy.operator():
        flag = Flag.objects.get()
    assert reverse("admin:accounts_flag_change", args=[flag.pk]) in page
    assert "Monsoon skin" in page


def test_an_organisations_page_leads_to_all_that_is_theirs(world: World, operator: Client) -> None:
    page = operator.get(reverse("admin:accounts_organization_change", args=[world.cast.kesar.pk])).content.decode()
    assert f"membership/?organization__id__exact={world.cast.kesar.pk}" in page
    address = reverse("admin:accounts_membership_changelist")
    theirs = operator.get(address, {"organization__id__exact": str(world.cast.kesar.pk)}).content
    assert b"Ben Thomas" in theirs
    assert b"Dev Rao" not in theirs.split(b"result_list")[-1]


def test_operators_cannot_take_an_organisations_owner_away(world: World, operator: Client) -> None:
    address = reverse("admin:accounts_membership_delete", args=[world.cast.asha.pk])
    assert operator.post(address, {"post": "yes"}).status_code == 403
    changed = reverse("admin:accounts_membership_change", args=[world.cast.asha.pk])
    operator.post(changed, {"role": "analyst", "status": "inactive", "permission_overrides": "{}"})
    with tenancy.operator():
        assert Membership.objects.get(pk=world.cast.asha.pk).role == "owner"


def test_no_hash_or_vector_is_shown(world: World, operator: Client) -> None:
    with tenancy.operator():
        invitation = Invitation.objects.get()
    page = operator.get(reverse("admin:accounts_invitation_change", args=[invitation.pk])).content.decode()
    assert invitation.token_hash not in page


# Staff who may change people


def staff(*may: str) -> tuple[Client, User]:
    user = person("Gauri Staff", "gauri@staff.example")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts", codename__in=may))
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client, user


def sent(web: Client, row: Model, /, **changes: str) -> Any:
    """Change a row's form and send it."""
    address = reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])
    page = web.get(address).context
    forms = [page["adminform"].form, *(each.formset.management_form for each in page["inline_admin_formsets"])]
    fields = [each for form in forms for each in form]
    told = {each.html_name: each.value() for each in fields}
    told |= {each.html_initial_name: each.value() for each in fields if each.field.show_hidden_initial}
    return web.post(
        address, {name: value for name, value in told.items() if value is not None and value is not False} | changes
    )


def test_staff_who_may_change_people_give_nobody_rights_or_another_address(cast: Cast) -> None:
    client, gauri = staff("view_user", "change_user")
    group = Group.objects.create(name="Everything")
    for user in (gauri, cast.ben.user):
        told = {"email": "mine@staff.example", "is_superuser": "on", "groups": str(group.pk)}
        assert sent(client, user, full_name="New Name", **told).status_code == 302
        after = User.objects.get(pk=user.pk)
        assert (after.full_name, after.email) == ("New Name", user.email)
        assert (after.is_superuser, after.is_staff, after.groups.count()) == (False, user.pk == gauri.pk, 0)


def test_staff_change_no_superuser(cast: Cast) -> None:
    client, _gauri = staff("view_user", "change_user", "delete_user")
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True, status="suspended")
    epoch = User.objects.get(pk=cast.dev.user_id).session_epoch
    address = reverse("admin:accounts_user_change", args=[cast.dev.user_id])
    assert client.get(address).status_code == 200
    assert client.post(address, {"full_name": "New Name"}).status_code == 403
    assert client.post(reverse("admin:accounts_user_delete", args=[cast.dev.user_id])).status_code == 403
    for action in ("reinstate", "sign_out"):
        picked = {"action": action, "_selected_action": [str(cast.dev.user_id)]}
        client.post(reverse("admin:accounts_user_changelist"), picked)
    dev = User.objects.get(pk=cast.dev.user_id)
    assert (dev.full_name, dev.status, dev.session_epoch) == (cast.dev.user.full_name, "suspended", epoch)


def test_staff_who_may_only_look_at_people_shut_nobody_out(cast: Cast) -> None:
    client, _gauri = staff("view_user")
    epoch = cast.ben.user.session_epoch
    for action in ("suspend", "sign_out"):
        picked = {"action": action, "_selected_action": [str(cast.ben.user_id)], "reason": "spam"}
        client.post(reverse("admin:accounts_user_changelist"), picked)
    ben = User.objects.get(pk=cast.ben.user_id)
    assert (ben.status, ben.session_epoch) == ("active", epoch)


def test_a_superuser_still_gives_rights(cast: Cast, operator: Client) -> None:
    assert sent(operator, cast.ben.user, is_staff="on").status_code == 302
    assert User.objects.get(pk=cast.ben.user_id).is_staff


def test_a_brand_is_changed_in_the_admin_as_its_organisation_does_and_never_moved(
    world: World, operator: Client
) -> None:
    cast = world.cast
    told: list[BrandProfile] = []

    def hear(brand: BrandProfile, **_kwargs: Any) -> None:
        told.append(brand)

    brand_changed.connect(hear)
    before = (cast.brand.organization_id, cast.brand.client_id)
    assert before[1] != cast.metro.pk
    more = {"organization": str(cast.lisbon.pk), "client": str(cast.metro.pk)}
    assert sent(operator, cast.brand, name="Kesar Anew", **more).status_code == 302
    brand_changed.disconnect(hear)
    with tenancy.operator():
        row = BrandProfile.objects.get(pk=cast.brand.pk)
        entry = AuditEntry.objects.filter(action="brand.changed", organization=cast.kesar).latest("sequence")
    assert (row.name, row.organization_id, row.client_id) == ("Kesar Anew", *before)
    assert [each.pk for each in told] == [row.pk]
    assert (entry.actor_id, entry.metadata["fields"]) == (cast.dev.user_id, ["name"])


def test_a_brand_keeps_its_name_where_another_has_the_new_one(world: World, operator: Client) -> None:
    with tenancy.operator():
        BrandProfile.objects.create(organization=world.cast.kesar, name="Second")
    answer = sent(operator, world.cast.brand, name="Second")
    assert answer.status_code == 200
    assert b"A brand with this name exists." in answer.content
