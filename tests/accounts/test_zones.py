"""The zone a browser tells at sign-up, and the country it is of."""

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
