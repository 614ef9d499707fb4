"""Folders and tags: made, renamed, removed; assets put into them and found by them."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import tenancy
from accounts.models import AuditEntry, BrandProfile
from content import tags
from content.models import Collection, ContentAsset
from content.services import assets
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.test_library import make, signed_in, titles


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def folder(cast: Cast, name: str, **given: Any) -> Collection:
    """A folder of Kesar's."""
    with tenancy.of_organization(cast.kesar.pk):
        return Collection.objects.create(organization=cast.kesar, name=name, **given)


def fresh(asset: ContentAsset) -> ContentAsset:
    """The asset as it stands."""
    with tenancy.of_organization(asset.organization_id):
        return ContentAsset.objects.get(pk=asset.pk)


def did(cast: Cast) -> list[str]:
    """What was done, in its order."""
    with tenancy.of_organization(cast.kesar.pk):
        rows = AuditEntry.objects.exclude(action__startswith="organization").order_by("sequence")
        return list(rows.values_list("action", flat=True))


def test_a_folder_is_made_filled_found_and_removed_and_its_assets_stay(cast: Cast, ben: Client) -> None:
    film, other = make(cast, "Film"), make(cast, "Podcast")
    answer = ben.post("/library/folders/", {"name": " Monsoon \n launch "}, follow=True)
    assert "Monsoon launch" in answer.content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        row = Collection.objects.get()
    answer = ben.post("/library/put/", {"asset": str(film.pk), "collection": str(row.pk)}, follow=True)
    assert "1 asset put into “Monsoon launch”." in answer.content.decode()
    assert titles(ben, collection=str(row.pk)) == ["Film"]
    assert titles(ben, collection="none") == ["Podcast"]
    assert "Monsoon launch (1)" in ben.get("/library/").content.decode()
    ben.post(f"/library/folders/{row.pk}/", {"name": "Rain"})
    assert "Rain (1)" in ben.get("/library/").content.decode()
    ben.post("/library/put/", {"asset": [str(film.pk), str(other.pk)], "collection": ""})
    assert titles(ben, collection="none") == ["Podcast", "Film"]
    ben.post(f"/library/folders/{row.pk}/remove/")
    assert titles(ben) == ["Podcast", "Film"]
    actions = [action for action in did(cast) if action.startswith(("collection", "asset"))]
    assert actions == [
        "collection.created", "asset.filed", "collection.renamed", "asset.unfiled", "collection.removed",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "told"), [("RAIN", "of this name already"), ("", "required"), ("x" * 81, "80")])
def test_a_folder_without_a_name_of_its_own_is_refused_and_what_was_typed_stays(
    cast: Cast, ben: Client, name: str, told: str
) -> None:
    folder(cast, "Rain")
    answer = ben.post("/library/folders/", {"name": name})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert f'value="{name}"' in answer.content.decode()


def test_a_folder_cannot_take_the_name_of_another(cast: Cast, ben: Client) -> None:
    folder(cast, "Rain")
    row = folder(cast, "Sun")
    answer = ben.post(f"/library/folders/{row.pk}/", {"name": "rain"}, follow=True)
    assert "of this name already" in answer.content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        assert sorted(Collection.objects.values_list("name", flat=True)) == ["Rain", "Sun"]


def test_a_clients_folder_takes_only_that_clients_assets(cast: Cast, ben: Client) -> None:
    row = folder(cast, "Chai", client=cast.client)
    chai, ours = make(cast, "Chai film", client=cast.client), make(cast, "Our film")
    answer = ben.post("/library/put/", {"asset": [str(chai.pk), str(ours.pk)], "collection": str(row.pk)}, follow=True)
    assert "1 stayed where they are" in answer.content.decode()
    assert (fresh(chai).collection_id, fresh(ours).collection_id) == (row.pk, None)
    answer = ben.post(f"/library/{ours.pk}/edit/", {"title": "Our film", "collection": str(row.pk)})
    assert answer.status_code == 422
    assert "belongs to another client" in answer.content.decode()
    assert fresh(ours).collection_id is None


def test_an_asset_that_becomes_another_clients_leaves_the_folder_of_its_client_before(cast: Cast) -> None:
    kept, left = folder(cast, "House"), folder(cast, "Chai", client=cast.client)
    inside = make(cast, "A", client=cast.client, collection=left), make(cast, "B", client=cast.client, collection=kept)
    with tenancy.of_member(cast.asha):
        assets.move([asset.pk for asset in inside], client_id=cast.metro.pk, by=cast.asha)
    assert [fresh(asset).collection_id for asset in inside] == [None, kept.pk]


def test_a_clients_member_sees_only_that_clients_folders_and_makes_such(cast: Cast) -> None:
    folder(cast, "House")
    folder(cast, "Dental", client=cast.metro)
    with tenancy.operator():
        cast.esha.permission_overrides = {"content.edit": True}
        cast.esha.save()
    esha = signed_in(cast.esha)
    assert esha.post("/library/folders/", {"name": "Chai"}).status_code == 302
    page = esha.get("/library/sorting/").content.decode()
    assert "Chai" in page
    assert "House" not in page
    assert "Dental" not in page
    with tenancy.of_organization(cast.kesar.pk):
        assert Collection.objects.get(name="Chai").client_id == cast.client.pk


def test_an_analyst_looks_at_folders_and_changes_none(cast: Cast) -> None:
    row = folder(cast, "Rain")
    chitra = signed_in(cast.chitra)
    page = chitra.get("/library/sorting/")
    assert b"Rain" in page.content
    assert b"Make a folder" not in page.content
    for address in ("/library/folders/", f"/library/folders/{row.pk}/", f"/library/folders/{row.pk}/remove/"):
        assert chitra.post(address, {"name": "x"}).status_code == 403


def test_tags_are_given_taken_found_and_renamed_everywhere(cast: Cast, ben: Client) -> None:
    film, other = make(cast, "Film", tags=["Oil"]), make(cast, "Podcast")
    both = [str(film.pk), str(other.pk)]
    answer = ben.post("/library/tag/", {"asset": both, "tags": "#oil,  dawn ,"}, follow=True)
    assert "Tags of 2 assets changed." in answer.content.decode()
    assert (fresh(film).tags, fresh(other).tags) == (["Oil", "dawn"], ["oil", "dawn"])
    assert titles(ben, tag="dawn") == titles(ben, q="dawn") == ["Podcast", "Film"]
    ben.post("/library/tag/", {"asset": str(film.pk), "tags": "DAWN", "take": "on"})
    assert fresh(film).tags == ["Oil"]
    assert titles(ben, q="dawn") == ["Podcast"]
    ben.post("/library/tags/rename/", {"tag": "oil", "to": "kesar"})
    assert fresh(other).tags == ["kesar", "dawn"]
    ben.post("/library/tags/rename/", {"tag": "dawn", "to": "dawn", "remove": "on"})
    assert fresh(other).tags == ["kesar"]
    assert did(cast).count("asset.tagged") == 5


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"tags": ""}, "Write tags"),
        ({"tags": "x" * 61}, "Write tags"),
        ({"tags": "rain", "asset": []}, "Nothing was ticked"),
    ],
)
def test_tagging_nothing_or_too_much_is_told(cast: Cast, ben: Client, given: dict[str, Any], told: str) -> None:
    asset = make(cast, "Film")
    answer = ben.post("/library/tag/", {"asset": [str(asset.pk)]} | given, follow=True)
    assert told in answer.content.decode()
    assert fresh(asset).tags == []


def test_tags_are_written_one_way() -> None:
    assert tags.split(" #Oil, oil,, ## , dawn  light\x00,😀") == ["Oil", "dawn light", "😀"]


def test_other_organisations_assets_and_folders_are_out_of_reach(cast: Cast) -> None:
    asset, row = make(cast, "Film"), folder(cast, "Rain")
    dev = signed_in(cast.dev)
    with tenancy.of_organization(cast.lisbon.pk):
        own = Collection.objects.create(organization=cast.lisbon, name="Rain")
    dev.post("/library/put/", {"asset": str(asset.pk), "collection": str(own.pk)})
    dev.post("/library/tag/", {"asset": str(asset.pk), "tags": "mine"})
    assert (fresh(asset).collection_id, fresh(asset).tags) == (None, [])
    assert dev.post(f"/library/folders/{row.pk}/", {"name": "x"}).status_code == 404
    assert titles(dev, collection=str(row.pk)) == []


def test_the_page_of_folders_costs_the_same_for_few_and_many(cast: Cast, ben: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ben.get("/library/sorting/").status_code == 200
        return len(seen)

    ben.get("/library/sorting/")
    make(cast, "Film", tags=["one"], collection=folder(cast, "First"))
    few = cost()
    for number in range(20):
        make(cast, "Film", tags=[f"tag {number}"], collection=folder(cast, f"Folder {number}"))
    assert few == cost() < 12


# Programs


def test_programs_make_fill_and_remove_folders(cast: Cast) -> None:
    api, asset = as_member(cast.ben), make(cast, "Film")
    made = api.post("collections", {"name": "Rain"})
    assert (made.status_code, made.json()["asset_count"], made.json()["client"]) == (201, 0, None)
    address = f"collections/{made.json()['id']}"
    assert api.post("collections", {"name": "rain"}).json()["code"] == "name_taken"
    put = api.post(f"{address}/put", {"assets": [str(asset.pk), str(uuid.uuid4())]}).json()
    assert put == {"changed": [str(asset.pk)], "stayed": 0}
    assert api.get(address).json()["asset_count"] == 1
    assert [each["title"] for each in api.get("assets", collection=made.json()["id"]).json()["results"]] == ["Film"]
    assert api.patch(address, {"name": "Sun"}).json()["name"] == "Sun"
    assert api.post("collections/take_out", {"assets": [str(asset.pk)]}).json()["changed"] == [str(asset.pk)]
    assert api.patch(f"assets/{asset.pk}", {"collection": made.json()["id"]}).json()["collection"] == made.json()["id"]
    assert api.delete(address).status_code == 204
    assert api.get(f"assets/{asset.pk}").json()["collection"] is None


def test_programs_tag_and_rename_tags(cast: Cast) -> None:
    api, asset = as_member(cast.ben), make(cast, "Film", tags=["old"])
    given = {"assets": [str(asset.pk)], "give": ["#Rain", "rain"], "take": ["OLD"]}
    assert api.post("assets/tag", given).json() == {"changed": [str(asset.pk)]}
    assert api.get("assets/tags").json() == [{"tag": "Rain", "n": 1}]
    assert api.post("assets/rename_tag", {"tag": "Rain", "to": "Monsoon"}).json() == {"changed": [str(asset.pk)]}
    assert [each["title"] for each in api.get("assets", tag="Monsoon").json()["results"]] == ["Film"]
    assert api.patch(f"assets/{asset.pk}", {"tags": ["#a", "A", "b"]}).json()["tags"] == ["a", "b"]


def test_a_program_cannot_put_an_asset_into_another_clients_folder(cast: Cast) -> None:
    api, asset = as_member(cast.ben), make(cast, "Film")
    with tenancy.of_organization(cast.kesar.pk):
        brand = BrandProfile.objects.create(organization=cast.kesar, client=cast.metro, name="Metro")
    row = folder(cast, "Chai", client=cast.client)
    answer = api.patch(f"assets/{asset.pk}", {"collection": str(row.pk), "brand": str(brand.pk)})
    assert (answer.status_code, answer.json()["code"]) == (422, "other_client")
    assert (fresh(asset).collection_id, fresh(asset).brand_id) == (None, None)
    assert as_member(cast.chitra).post("collections", {"name": "x"}).status_code == 403
