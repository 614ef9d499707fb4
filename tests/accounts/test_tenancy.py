"""The database alone keeps organisations apart."""

import pytest
from django.apps import apps
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import Client

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile, ClientAccount, Membership, Notification, Organization
from tests.cast import PASSWORD, Cast, gather


def tenant_tables() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "organization" for field in model._meta.fields)
    }


def test_the_app_connects_as_a_role_that_owns_nothing_and_bypasses_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, 0)


def test_every_table_with_an_organisation_forces_row_level_security(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {name for (name,) in cursor.fetchall()}
    assert tenant_tables() - forced == set()
    assert "accounts_organization" in forced


def test_every_table_with_a_client_guards_clients_in_the_database_too(db: None) -> None:
    with_client = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "client" for field in model._meta.fields) and model is not Membership
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_policies WHERE qual LIKE '%%app.client%%'")
        guarded = {name for (name,) in cursor.fetchall()}
    assert with_client - guarded == set()


def test_without_a_scope_there_are_no_rows(cast: Cast) -> None:
    assert not Organization.objects.exists()
    assert not Membership.objects.exists()
    assert not BrandProfile.objects.exists()
    assert not AuditEntry.objects.exists()


def test_with_the_filters_of_the_application_removed_no_foreign_row_returns(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        assert {row.organization_id for row in BrandProfile.objects.all()} == {cast.kesar.pk}
        assert {row.pk for row in Organization.objects.all()} == {cast.kesar.pk}
        assert {row.organization_id for row in Membership.objects.all()} == {cast.kesar.pk}


def test_a_row_cannot_be_written_into_another_organisation(cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), tenancy.of_member(cast.dev):
        BrandProfile.objects.create(organization=cast.kesar, name="Slipped in")


def test_a_row_of_another_organisation_can_neither_be_changed_nor_removed(cast: Cast) -> None:
    with tenancy.of_member(cast.dev):
        assert BrandProfile.objects.filter(pk=cast.brand.pk).update(name="Taken") == 0
        assert BrandProfile.objects.filter(pk=cast.brand.pk).delete()[0] == 0


def test_a_clients_member_sees_only_that_client_even_without_filters(cast: Cast) -> None:
    with tenancy.operator():
        other = ClientAccount.objects.create(organization=cast.kesar, name="Other", slug="other")
        BrandProfile.objects.create(organization=cast.kesar, client=cast.client, name="Chai brand")
        BrandProfile.objects.create(organization=cast.kesar, client=other, name="Other brand")
    with tenancy.of_member(cast.esha):
        assert [brand.name for brand in BrandProfile.objects.all()] == ["Chai brand"]
        assert [client.name for client in ClientAccount.objects.all()] == ["Chai Point"]


@pytest.mark.django_db(transaction=True)
def test_nothing_leaks_through_a_reused_connection() -> None:
    cast = gather()
    for _ in range(200):
        for member in (cast.asha, cast.dev):
            with tenancy.of_member(member):
                assert {row.pk for row in Organization.objects.all()} == {member.organization_id}
            assert not Organization.objects.exists()


def test_an_inner_scope_gives_way_to_the_outer_one_again(cast: Cast) -> None:
    with tenancy.of_member(cast.dev):
        with tenancy.of_organization(cast.kesar.pk):
            assert BrandProfile.objects.get().organization_id == cast.kesar.pk
        assert BrandProfile.objects.get().organization_id == cast.lisbon.pk


def test_the_audit_log_refuses_update_and_delete(cast: Cast) -> None:
    with tenancy.of_member(cast.asha):
        entry = AuditEntry.objects.first()
        assert entry is not None
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            AuditEntry.objects.filter(pk=entry.pk).update(action="nothing happened")
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            AuditEntry.objects.filter(pk=entry.pk).delete()


def test_notifications_stay_in_their_organisation(cast: Cast) -> None:
    with tenancy.operator():
        Notification.objects.create(organization=cast.kesar, user=cast.asha.user, kind="content_ready", title="Ready")
    with tenancy.of_member(cast.dev):
        assert not Notification.objects.exists()


def test_signing_up_makes_a_personal_organisation_with_its_owner(client: Client, db: None) -> None:
    answer = client.post(
        "/accounts/signup/",
        {
            "email": "Farah@Example.com",
            "password1": PASSWORD,
            "full_name": "Farah Ali",
            "timezone": "Europe/Lisbon",
        },
    )
    assert answer.status_code == 302, answer.content
    with tenancy.operator():
        membership = Membership.objects.get(user__email="farah@example.com")
        assert membership.role == "owner"
        assert membership.organization.name == "Farah Ali"
        assert membership.user.timezone == "Europe/Lisbon"
        assert BrandProfile.objects.filter(organization=membership.organization).count() == 1
