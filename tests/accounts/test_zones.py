"""What a browser tells at sign-up: the zone, the country it is of, and the language."""

import pytest
from django.test import Client

from accounts import tenancy
from accounts.forms.people import SignupForm, country_of
from accounts.models import BrandProfile, User
from tests.cast import PASSWORD


@pytest.mark.parametrize(
    ("told", "kept"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Lisbon", "Europe/Lisbon"), ("Mars/Olympus", ""), ("", "")],
)
def test_a_zone_is_kept_under_its_present_name_or_not_at_all(told: str, kept: str) -> None:
    form = SignupForm({"full_name": "Asha Menon", "timezone": told})
    assert form.is_valid()
    assert form.cleaned_data["timezone"] == kept


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Asia/Kolkata", "IN"), ("Europe/Berlin", "DE"), ("US/Pacific", "US"), ("Etc/UTC", ""), ("UTC", ""), ("", "")],
)
def test_a_zone_tells_its_country(zone: str, country: str) -> None:
    assert country_of(zone) == country


@pytest.mark.parametrize(("zone", "country"), [("Europe/Berlin", "DE"), ("", "IN")])
def test_who_signs_up_elsewhere_follows_the_trends_of_their_country(
    client: Client, db: None, zone: str, country: str
) -> None:
    told = {"full_name": "Farah", "email": "farah@kesar.example", "password1": PASSWORD, "timezone": zone}
    assert client.post("/accounts/signup/", told).status_code == 302
    farah = User.objects.get(email="farah@kesar.example")
    with tenancy.operator():
        assert (farah.country, BrandProfile.objects.get().country) == (country, country)


@pytest.mark.parametrize(
    ("asked", "kept"), [("hi-IN,hi;q=0.9,en;q=0.8", "hi"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
)
def test_who_signs_up_on_pages_in_hindi_goes_on_in_hindi(client: Client, db: None, asked: str, kept: str) -> None:
    told = {"full_name": "Farah", "email": "farah@kesar.example", "password1": PASSWORD}
    assert client.post("/accounts/signup/", told, headers={"accept-language": asked}).status_code == 302
    assert User.objects.get(email="farah@kesar.example").language == kept
    shown = "आज" if kept == "hi" else "Today"
    assert f"<h1>{shown}</h1>" in client.get("/today/").content.decode()
