"""The admin of accounts: constant questions whatever the rows, what waits on its first page, and no secret shown."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import (
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
