"""Brands: made, changed, chosen, handed to a client and deleted; and what is told to the apps above."""

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts import queries, tenancy
from accounts.models import AudienceProfile, AuditEntry, BrandProfile, BrandVoiceSample, Membership
from accounts.signals import brand_changed
from content.models import ContentAsset
from tests.cast import Cast
from tests.content.making import topic
from trends import tasks
from trends.models import TrendRelevance

PROFILE = {
    "name": "Kesar", "industry": "skincare", "description": "Small batches", "keywords": "aqi, skin barrier\naqi",
    "target_audience": "People in cities", "content_goals": "Saves first", "tone": "hinglish", "guidelines": "No hype",
    "preferred_platforms": ["bluesky", "mastodon"], "sample_urls": "kesar.example/one\nhttps://kesar.example/two",
    "country": "PT", "language": "hi-Latn",
}  # fmt: skip


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def told(answer: Any) -> str:
    return " ".join(map(str, get_messages(answer.wsgi_request)))


@pytest.fixture
def heard() -> Any:
    """Which brands were announced as changed."""
    found: list[str] = []

    def hear(brand: BrandProfile, **_more: Any) -> None:
        found.append(brand.name)

    brand_changed.connect(hear)
    yield found
    brand_changed.disconnect(hear)


def test_every_field_of_the_profile_is_kept_and_shown(cast: Cast) -> None:
    client = signed_in(cast.asha)
    assert client.post("/brand/", PROFILE).status_code == 302
    with tenancy.of_member(cast.asha):
        brand = BrandProfile.objects.get(pk=cast.brand.pk)
    assert brand.keywords == ["aqi", "skin barrier"]
    assert brand.preferred_platforms == ["bluesky", "mastodon"]
    assert brand.sample_urls == ["https://kesar.example/one", "https://kesar.example/two"]
    assert (brand.country, brand.language, brand.tone) == ("PT", "hi-Latn", "hinglish")
    page = client.get("/brand/").content.decode()
    for word in ["aqi, skin barrier", "Small batches", "Saves first", "No hype", "People in cities", "Suno zara"]:
        assert word in page
    assert len(re.findall(r'name="preferred_platforms"[^>]* checked', page)) == 2


def test_a_change_names_the_fields_and_one_without_a_change_is_not_written_down(cast: Cast) -> None:
    client = signed_in(cast.asha)
    client.post("/brand/", PROFILE)
    client.post("/brand/", PROFILE)
    with tenancy.operator():
        (entry,) = AuditEntry.objects.filter(action="brand.changed")
    assert entry.metadata["changes"]["tone"] == ["casual", "hinglish"]
    assert "client" not in entry.metadata["changes"]


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("name", "", "required"),
        ("country", "XX", "valid choice"),
        ("language", "tlh", "valid choice"),
        ("preferred_platforms", ["myspace"], "valid choice"),
        ("sample_urls", "not an address", "not a web address"),
        ("sample_urls", "\n".join(f"https://a.example/{n}" for n in range(11)), "At most 10"),
        ("keywords", ", ".join(f"word{n}" for n in range(41)), "At most 40"),
        ("tone", "angry", "valid choice"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_saved(
    cast: Cast, field: str, value: Any, why: str
) -> None:
    answer = signed_in(cast.asha).post("/brand/", PROFILE | {field: value})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    with tenancy.operator():
        assert BrandProfile.objects.get(pk=cast.brand.pk).name == "Kesar Naturals"


def test_a_second_brand_of_the_same_name_is_refused_in_words(cast: Cast) -> None:
    answer = signed_in(cast.asha).post("/brand/new/", PROFILE | {"name": "Kesar Naturals"})
    assert answer.status_code == 422
    assert "A brand with this name exists." in answer.content.decode()


def test_a_new_brand_is_chosen_announced_and_written_down(cast: Cast, heard: list[str]) -> None:
    client = signed_in(cast.asha)
    assert client.post("/brand/new/", PROFILE | {"name": "Kesar Home"}).status_code == 302
    assert "Kesar Home" in client.get("/brand/").content.decode()
    assert heard == ["Kesar Home"]
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="brand.created", resource_name="Kesar Home").exists()
    assert "Work for it" in client.get("/brands/").content.decode()


def test_only_what_trends_are_fitted_to_is_announced(cast: Cast, heard: list[str]) -> None:
    client = signed_in(cast.asha)
    client.post("/brand/", PROFILE)
    assert heard == ["Kesar"]
    client.post("/brand/", PROFILE | {"guidelines": "Some hype"})
    assert heard == ["Kesar"]
    client.post("/brand/", PROFILE | {"keywords": "aqi"})
    assert heard == ["Kesar", "Kesar"]


def test_only_an_agency_chooses_a_client(cast: Cast) -> None:
    assert 'name="client"' in signed_in(cast.asha).get("/brand/").content.decode()
    assert 'name="client"' not in signed_in(cast.dev).get("/brand/").content.decode()


def test_a_brand_that_goes_to_a_client_takes_its_work_along(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        asset = ContentAsset.objects.create(organization=cast.kesar, brand=cast.brand, title="Ours", kind="blog")
    given = PROFILE | {"client": str(cast.client.pk)}
    assert signed_in(cast.asha).post("/brand/", given).status_code == 302
    with tenancy.of_member(cast.esha):
        assert BrandProfile.objects.get(pk=cast.brand.pk).name == "Kesar"
        assert ContentAsset.objects.filter(pk=asset.pk).exists()
    with tenancy.operator():
        assert AuditEntry.objects.filter(action="brand.moved").count() == 1


def test_a_client_of_another_organisation_cannot_be_chosen(cast: Cast) -> None:
    answer = signed_in(cast.asha).post("/brand/", PROFILE | {"client": str(cast.lisbon.pk)})
    assert answer.status_code == 422


def test_deleting_says_what_goes_and_what_stays(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        doomed = BrandProfile.objects.create(organization=cast.kesar, name="Doomed")
        shared = {"organization": cast.kesar, "brand": doomed}
        BrandVoiceSample.objects.create(**shared, text="One", text_hash="1")
        AudienceProfile.objects.create(**shared, name="People")
        asset = ContentAsset.objects.create(**shared, title="A video", kind="video")
        hanging = {each.name: (each.count, each.is_kept) for each in queries.hanging_on(doomed)}
    assert hanging == {
        "brand voice samples": (1, False), "audience profiles": (1, False), "content assets": (1, True)
    }  # fmt: skip
    client = signed_in(cast.asha)
    page = client.get(f"/brand/{doomed.pk}/delete/").content.decode()
    assert page.index("brand voice samples") < page.index("goes")
    assert "kept" in page
    assert client.post(f"/brand/{doomed.pk}/delete/").status_code == 302
    with tenancy.operator():
        assert not BrandProfile.objects.filter(pk=doomed.pk).exists()
        assert ContentAsset.objects.get(pk=asset.pk).brand_id is None
        assert AuditEntry.objects.get(action="brand.deleted").metadata["hanging"]["content assets"] == 1


def test_the_only_brand_stays(cast: Cast) -> None:
    answer = signed_in(cast.asha).post(f"/brand/{cast.brand.pk}/delete/")
    assert "only brand" in told(answer)
    with tenancy.operator():
        assert BrandProfile.objects.filter(pk=cast.brand.pk).exists()
        assert not AuditEntry.objects.filter(action="brand.deleted").exists()


@pytest.mark.parametrize("path", ["/brand/new/", "/brand/voice/posts/", "/brand/audiences/new/"])
def test_who_may_only_look_makes_nothing(cast: Cast, path: str) -> None:
    assert signed_in(cast.chitra).get(path).status_code == 403


def test_a_forged_key_chooses_no_brand(cast: Cast) -> None:
    assert signed_in(cast.asha).post("/brand/choose/", {"brand": "1 OR 1=1"}).status_code == 404


def test_the_list_costs_the_same_however_many_there_are(cast: Cast, django_assert_num_queries: Any) -> None:
    client = signed_in(cast.asha)
    counts = []
    for more in (2, 30):
        with tenancy.of_organization(cast.kesar.pk):
            for number in range(more):
                BrandProfile.objects.create(organization=cast.kesar, name=f"Brand {more}-{number}")
        client.get("/brands/")
        with django_assert_num_queries(12, exact=False) as captured:
            assert client.get("/brands/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_a_changed_brand_is_fitted_to_live_topics_without_waiting_for_the_pass(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[dict[str, str]] = []
    monkeypatch.setattr(tasks.fit_brand, "apply_async", lambda args, kwargs, **_more: rung.append(kwargs))
    topic("Skin barrier repair")
    signed_in(cast.asha).post("/brand/", PROFILE)
    assert rung == [{"brand_id": str(cast.brand.pk)}]
    tasks.fit_brand(**rung[0])
    with tenancy.of_member(cast.asha):
        fit = TrendRelevance.objects.get(brand=cast.brand)
    assert fit.score >= 60
    assert "skin barrier" in fit.reasons[0][2]


def test_what_an_audience_likes_counts_in_the_fit(kesar: Cast) -> None:
    live = topic("Trail running at dawn")
    tasks.fit_brand(brand_id=str(kesar.brand.pk))
    assert not TrendRelevance.objects.filter(topic=live).exists()
    AudienceProfile.objects.create(
        organization=kesar.kesar, brand=kesar.brand, name="Runners", interests=["trail running"]
    )
    tasks.fit_brand(brand_id=str(kesar.brand.pk))
    assert "trail running" in TrendRelevance.objects.get(topic=live).reasons[0][2]


def test_what_rises_in_another_country_fits_less_and_says_so(kesar: Cast) -> None:
    here, there = topic("Skin barrier in Pune", regions=["IN"]), topic("Skin barrier in Leeds", regions=["GB"])
    tasks.fit_brand(brand_id=str(kesar.brand.pk))
    fits = {fit.topic_id: fit for fit in TrendRelevance.objects.all()}
    told = {name: (points, words) for name, points, words in fits[there.pk].reasons}
    points, words = told["place"]
    assert points < 0
    assert "GB" in words
    assert fits[there.pk].score < fits[here.pk].score
    assert all(reason[0] != "place" for reason in fits[here.pk].reasons)


@pytest.mark.parametrize("address", ["/brand/", "/brand/look/"])
def test_whoever_may_only_look_at_a_brand_is_given_no_open_field(cast: Cast, address: str) -> None:
    for member, may in [(cast.asha, True), (cast.chitra, False)]:
        page = signed_in(member).get(address).content.decode()
        assert ("does not include: Edit brands. An owner or admin" in page) != may
        form = page.split("<main", 1)[1]
        assert ('<fieldset class="stack wide" disabled>' in form) != may
        assert (">Save<" in form) == may
