"""Audiences: described, changed, removed, and who may."""

from typing import Any

import pytest
from django.test import Client

from accounts import tenancy
from accounts.models import AudienceProfile, AuditEntry, BrandProfile, Membership
from accounts.services import audiences
from tests.cast import Cast

PEOPLE = {
    "name": "Commuters", "age_from": "24", "age_to": "38", "genders": ["women"], "locations": "Delhi, Mumbai",
    "interests": "skincare, running", "pain_points": "Dry skin after the metro\nNo time in the morning",
    "content_types": ["short_video", "carousel"], "habit_instagram": "evenings, after nine", "habit_x": "",
}  # fmt: skip


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def described(cast: Cast) -> AudienceProfile:
    assert signed_in(cast.asha).post("/brand/audiences/new/", PEOPLE).status_code == 302
    with tenancy.of_member(cast.asha):
        return AudienceProfile.objects.get(brand=cast.brand)


def test_an_audience_is_described_shown_and_written_down(cast: Cast) -> None:
    audience = described(cast)
    assert (audience.age_from, audience.age_to, audience.genders) == (24, 38, ["women"])
    assert audience.pain_points == ["Dry skin after the metro", "No time in the morning"]
    assert audience.platform_habits == {"instagram": "evenings, after nine"}
    page = signed_in(cast.chitra).get("/brand/audiences/").content.decode()
    for word in ["Commuters", "24–38", "Delhi, Mumbai", "skincare, running", "evenings, after nine", "carousel"]:
        assert word in page
    with tenancy.operator():
        assert AuditEntry.objects.get(action="audience.created").metadata["brand"] == "Kesar Naturals"


def test_it_is_told_to_the_writer_with_what_they_do_on_that_platform(cast: Cast) -> None:
    audience = described(cast)
    assert "there: evenings, after nine" in audience.told("instagram")
    assert "there:" not in audience.told("x")
    assert "are bothered by Dry skin after the metro; No time in the morning" in audience.told()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": ""}, "required"),
        ({"age_from": "40"}, "The upper age is below the lower one."),
        ({"age_from": "9"}, "13"),
        ({"genders": ["dogs"]}, "valid choice"),
        ({"pain_points": "x" * 201}, "at most 200"),
        ({"habit_instagram": "x" * 201}, "at most 200"),
    ],
)
def test_what_cannot_be_is_said(cast: Cast, changed: dict[str, Any], why: str) -> None:
    answer = signed_in(cast.asha).post("/brand/audiences/new/", PEOPLE | changed)
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_two_audiences_of_one_name_are_refused_in_words(cast: Cast) -> None:
    described(cast)
    answer = signed_in(cast.asha).post("/brand/audiences/new/", PEOPLE)
    assert answer.status_code == 422
    assert "An audience with this name exists." in answer.content.decode()


def test_an_audience_is_changed_and_removed(cast: Cast) -> None:
    audience, client = described(cast), signed_in(cast.asha)
    assert client.post(f"/brand/audiences/{audience.pk}/", PEOPLE | {"habit_x": "mornings"}).status_code == 302
    with tenancy.operator():
        audience.refresh_from_db()
        assert audience.platform_habits == {"instagram": "evenings, after nine", "x": "mornings"}
        changes = AuditEntry.objects.get(action="audience.changed").metadata["changes"]
        assert changes == {"habit_x": ["", "mornings"]}
    assert client.post(f"/brand/audiences/{audience.pk}/remove/").status_code == 302
    with tenancy.operator():
        assert not AudienceProfile.objects.exists()
        assert AuditEntry.objects.filter(action="audience.deleted").exists()


def test_who_may_only_look_changes_nothing(cast: Cast) -> None:
    audience = described(cast)
    ben = signed_in(cast.ben)
    assert ben.get(f"/brand/audiences/{audience.pk}/").status_code == 200
    assert ben.post(f"/brand/audiences/{audience.pk}/", PEOPLE | {"name": "Mine"}).status_code == 403
    assert ben.post(f"/brand/audiences/{audience.pk}/remove/").status_code == 403


def test_a_clients_member_sees_only_the_audiences_of_their_brands(cast: Cast) -> None:
    audience = described(cast)
    assert signed_in(cast.esha).get(f"/brand/audiences/{audience.pk}/").status_code == 404
    assert signed_in(cast.dev).get(f"/brand/audiences/{audience.pk}/").status_code == 404


def test_a_brand_has_at_most_thirty(kesar: Cast) -> None:
    rows = [
        AudienceProfile(organization=kesar.kesar, brand=kesar.brand, name=f"Group {number}")
        for number in range(audiences.MOST)
    ]
    AudienceProfile.objects.bulk_create(rows)
    with pytest.raises(audiences.TooMany, match="at most 30"):
        audiences.save(
            AudienceProfile(organization=kesar.kesar, brand=kesar.brand, name="One more"),
            fields=["name"],
            by=kesar.asha,
        )


def test_without_any_brand_the_tabs_lead_to_the_list(cast: Cast) -> None:
    with tenancy.operator():
        BrandProfile.objects.filter(organization=cast.lisbon).delete()
    client = signed_in(cast.dev)
    for path in ["/brand/audiences/", "/brand/voice/", "/brand/voice/posts/"]:
        assert client.get(path)["Location"] == "/brands/"
    assert "No brand yet" in client.get("/brands/").content.decode()
