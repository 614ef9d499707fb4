"""In the admin a row stays with its organisation, and names nothing of another one."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts import tenancy
from accounts.models import BrandProfile, ClientAccount, Membership, User
from accounts.one_tenant import has_organization
from tests.cast import Cast, person

ELSEWHERE = "This belongs to another organisation."


@pytest.fixture
def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    return client


def a_client(cast: Cast, slug: str) -> ClientAccount:
    with tenancy.operator():
        return ClientAccount.objects.create(organization=cast.kesar, name=slug.title(), slug=slug)


def given(**values: Any) -> dict[str, str]:
    form = {"contact_name": "", "contact_email": "", "brand_colors": "[]", "settings": "{}"}
    return form | {name: str(value) for name, value in values.items()}


def faults(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.context["errors"])


def change(row: Model) -> str:
    return reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])


def test_a_client_is_changed_and_stays_with_its_organisation(cast: Cast, operator: Client) -> None:
    row = a_client(cast, "lone")
    answer = operator.post(change(row), given(organization=cast.dev.organization_id, name="Loner", slug="lone"))
    assert answer.status_code == 302
    with tenancy.operator():
        row.refresh_from_db()
    assert (row.name, row.organization_id) == ("Loner", cast.kesar.pk)


def test_what_is_one_of_a_kind_in_an_organisation_is_told(cast: Cast, operator: Client) -> None:
    row, other = a_client(cast, "lone"), a_client(cast, "other")
    answer = operator.post(change(row), given(name="Lone", slug=other.slug))
    assert faults(answer)
    added = given(organization=cast.kesar.pk, name="Lone", slug=other.slug)
    assert faults(operator.post(reverse("admin:accounts_clientaccount_add"), added))


def test_nobody_is_made_a_member_for_another_organisations_client(cast: Cast, operator: Client) -> None:
    row, new = a_client(cast, "lone"), person("New Person", "new@person.example")
    wish = {"status": "active", "permission_overrides": "{}", "user": str(new.pk), "role": "client"}
    wish |= {"organization": str(cast.dev.organization_id), "client": str(row.pk)}
    assert ELSEWHERE in faults(operator.post(reverse("admin:accounts_membership_add"), wish))
    wish |= {"organization": str(cast.kesar.pk)}
    assert operator.post(reverse("admin:accounts_membership_add"), wish).status_code == 302
    with tenancy.operator():
        assert Membership.objects.get(user=new).client == row


def test_no_brand_is_made_for_another_organisations_client(cast: Cast, operator: Client) -> None:
    row = a_client(cast, "lone")
    address = reverse("admin:accounts_brandprofile_add")
    form = operator.get(address).context["adminform"].form
    wish = {each.html_name: each.value() for each in form if each.value() not in (None, False)}
    wish |= {"name": "Foreign", "organization": str(cast.dev.organization_id), "client": str(row.pk)}
    inline = {f"audiences-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert ELSEWHERE in faults(operator.post(address, wish | inline))
    with tenancy.operator():
        assert not BrandProfile.objects.filter(name="Foreign").exists()


def test_no_form_of_the_admin_gives_a_row_to_another_organisation(cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = User(is_staff=True, is_superuser=True)
    for model, desk in admin.site._registry.items():
        if has_organization(model):
            row = model(organization_id=cast.kesar.pk)
            assert "organization" in desk.get_readonly_fields(request, row), model
