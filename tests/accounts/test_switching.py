"""One person, several organisations: which of them a session works in."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from accounts import tenancy
from accounts.access import SESSION_KEY
from accounts.models import Membership, User
from tests.cast import Cast


@pytest.fixture
def both(cast: Cast) -> Client:
    """Dev, who also creates for Kesar."""
    with tenancy.operator():
        Membership.objects.create(organization=cast.kesar, user=cast.dev.user, role="creator")
    client = Client()
    client.force_login(cast.dev.user)
    return client


def here(client: Client) -> str:
    answer = client.get(reverse("library"))
    assert answer.status_code == 200
    return str(answer.context["organization"].name)


def test_the_shell_always_names_the_organisation_and_the_menu_has_all_of_them(both: Client, cast: Cast) -> None:
    assert b"Lisbon Rooftops" in both.get(reverse("library")).content
    menu = both.get(reverse("organizations"), headers={"HX-Request": "true"}).content.decode()
    assert menu.count("<button") == 2
    assert 'aria-current="true"' in menu.split("Lisbon Rooftops")[0].rpartition("<button")[2]
    page = both.get(reverse("organizations")).content.decode()
    assert "Kesar Naturals" in page
    assert "You are here" in page


def test_switching_changes_everything_the_pages_show(both: Client, cast: Cast) -> None:
    assert here(both) == "Lisbon Rooftops"
    answer = both.post(reverse("switch"), {"organization": str(cast.kesar.pk)})
    assert answer["Location"] == reverse("today")
    assert here(both) == "Kesar Naturals"
    assert {str(brand) for brand in both.get(reverse("library")).context["brands"]} == {"Kesar Naturals"}
    assert both.get(reverse("audit")).status_code == 403
    both.post(reverse("switch"), {"organization": str(cast.lisbon.pk)})
    assert both.get(reverse("audit")).status_code == 200


@pytest.mark.parametrize("chosen", ["", "nonsense", str(uuid.UUID(int=7)), "../../etc", "0" * 400])
def test_an_organisation_that_is_not_mine_cannot_be_chosen(both: Client, chosen: str) -> None:
    assert both.post(reverse("switch"), {"organization": chosen}).status_code == 404
    assert here(both) == "Lisbon Rooftops"


def test_the_organisation_of_others_cannot_be_chosen(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.asha.user)
    assert client.post(reverse("switch"), {"organization": str(cast.lisbon.pk)}).status_code == 404


def test_whoever_is_shut_out_while_working_lands_in_another_of_theirs_and_is_told(both: Client, cast: Cast) -> None:
    both.post(reverse("switch"), {"organization": str(cast.kesar.pk)})
    with tenancy.operator():
        Membership.objects.filter(user=cast.dev.user, organization=cast.kesar).update(status="inactive")
    page = both.get(reverse("library"))
    assert page.context["organization"].name == "Lisbon Rooftops"
    assert b"no longer open to you" in page.content
    assert b"no longer open to you" not in both.get(reverse("library")).content


def test_a_change_meant_for_the_lost_organisation_does_not_happen_in_another(both: Client, cast: Cast) -> None:
    both.post(reverse("switch"), {"organization": str(cast.kesar.pk)})
    with tenancy.operator():
        Membership.objects.filter(user=cast.dev.user, organization=cast.kesar).update(status="inactive")
    told = {"name": "Meant for Kesar", "tone": "casual", "country": "IN", "language": "en"}
    answer = both.post(reverse("brand_new"), told)
    assert (answer.status_code, answer["Location"]) == (302, reverse("today"))
    with tenancy.operator():
        assert cast.lisbon_brand.__class__.objects.filter(name="Meant for Kesar").count() == 0


def test_a_partial_page_is_told_where_to_go(both: Client, cast: Cast) -> None:
    with tenancy.operator():
        Membership.objects.filter(user=cast.dev.user).update(status="inactive")
    answer = both.get(reverse("notifications"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (403, reverse("organizations"))


def test_two_browsers_of_one_person_work_in_two_organisations(both: Client, cast: Cast) -> None:
    other = Client()
    other.force_login(User.objects.get(pk=cast.dev.user_id))
    other.post(reverse("switch"), {"organization": str(cast.kesar.pk)})
    assert (here(both), here(other)) == ("Lisbon Rooftops", "Kesar Naturals")
    assert both.session[SESSION_KEY] == str(cast.lisbon.pk)
