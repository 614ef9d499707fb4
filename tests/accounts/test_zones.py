"""The zone a browser tells at sign-up."""

import pytest

from accounts.forms.people import SignupForm


@pytest.mark.parametrize(
    ("told", "kept"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Lisbon", "Europe/Lisbon"), ("Mars/Olympus", ""), ("", "")],
)
def test_a_zone_is_kept_under_its_present_name_or_not_at_all(told: str, kept: str) -> None:
    form = SignupForm({"full_name": "Asha Menon", "timezone": told})
    assert form.is_valid()
    assert form.cleaned_data["timezone"] == kept
