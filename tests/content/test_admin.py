"""Operators look at assets, hide them, bring them back and have them processed again."""

import pytest
from django.test import Client

from accounts import tenancy
from accounts.models import AuditEntry, User
from content import search
from content.models import Collection, ContentAsset, PipelineStep, Transcript, Upload
from content.services import transcript_words
from tests.cast import PASSWORD, Cast
from tests.content.files import announce, wav


@pytest.fixture
def asset(cast: Cast) -> ContentAsset:
    with tenancy.of_organization(cast.kesar.pk):
        made = ContentAsset.objects.create(organization=cast.kesar, title="Film", kind="video", status="ready")
        PipelineStep.objects.create(
            organization=cast.kesar, asset=made, name="probe", position=1, status="done", note="PyAV"
        )
        search.index(made)
    return made


@pytest.fixture
def desk(db: None) -> Client:
    operator = User.objects.create_superuser("omar@trenddrop.example", PASSWORD, full_name="Omar")
    client = Client()
    client.force_login(operator)
    return client


def act(desk: Client, action: str, asset: ContentAsset) -> str:
    answer = desk.post(
        "/admin/content/contentasset/", {"action": action, "_selected_action": str(asset.pk)}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "table",
    ["contentasset", "upload", "pipelinestep", "transcript", "contentanalysis", "trendmatch", "generatedcontent"],
)
def test_every_list_opens(cast: Cast, desk: Client, asset: ContentAsset, table: str) -> None:
    ben = Client()
    ben.force_login(cast.ben.user)
    announce(ben, len(wav()))
    assert desk.get(f"/admin/content/{table}/").status_code == 200
    assert desk.get(f"/admin/content/{table}/?q=film").status_code == 200


def test_an_asset_shows_its_steps(desk: Client, asset: ContentAsset) -> None:
    answer = desk.get(f"/admin/content/contentasset/{asset.pk}/change/")
    assert answer.status_code == 200
    assert b"PyAV" in answer.content


def test_an_asset_is_hidden_and_brought_back_and_the_organisation_can_read_who_did_it(
    cast: Cast, desk: Client, asset: ContentAsset
) -> None:
    act(desk, "delete_softly", asset)
    with tenancy.of_organization(cast.kesar.pk):
        assert ContentAsset.objects.get().deleted_at is not None
    act(desk, "restore", asset)
    with tenancy.of_organization(cast.kesar.pk):
        assert ContentAsset.objects.get().deleted_at is None
        entries = AuditEntry.objects.filter(resource_id=str(asset.pk)).order_by("sequence")
        assert [(entry.action, entry.actor_name) for entry in entries] == [
            ("asset.deleted", "Omar"),
            ("asset.restored", "Omar"),
        ]


def test_an_asset_is_processed_again_but_not_twice_at_once(cast: Cast, desk: Client, asset: ContentAsset) -> None:
    assert "1 started." in act(desk, "reprocess", asset)
    with tenancy.of_organization(cast.kesar.pk):
        assert ContentAsset.objects.get().status == "pending"
    assert "0 started." in act(desk, "reprocess", asset)


def test_an_upload_can_be_given_up_for_its_owner(cast: Cast, desk: Client) -> None:
    ben = Client()
    ben.force_login(cast.ben.user)
    announce(ben, len(wav()))
    with tenancy.operator():
        upload = Upload.objects.get()
    desk.post(f"/admin/content/upload/{upload.pk}/delete/", {"post": "yes"})
    with tenancy.operator():
        assert not Upload.objects.exists()


def test_corrections_are_undone_and_a_recording_heard_again(cast: Cast, desk: Client, asset: ContentAsset) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        row = Transcript.objects.create(
            organization=cast.kesar, asset=asset, words=[[0.0, 0.4, "rain", None]], text="rain", engine="test"
        )
        transcript_words.edit(asset, first=0, was="rain", text="sun", by=cast.ben)
    chosen = {"_selected_action": str(row.pk)}
    page = desk.post("/admin/content/transcript/", {"action": "first_heard", **chosen}, follow=True)
    assert "1 changed." in page.content.decode()
    page = desk.post("/admin/content/transcript/", {"action": "first_heard", **chosen}, follow=True)
    assert "Nothing was changed since it was heard" in page.content.decode()
    desk.post("/admin/content/transcript/", {"action": "listen", **chosen})
    with tenancy.of_organization(cast.kesar.pk):
        assert Transcript.objects.get().text == "rain"
        assert ContentAsset.objects.get().status == "pending"
        told = AuditEntry.objects.filter(action__in=["transcript.first_heard", "transcript.listened"])
        assert {entry.actor_name for entry in told} == {"Omar"}
    assert desk.post(f"/admin/content/transcript/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_folder_is_looked_into_and_removed_and_its_assets_stay(cast: Cast, desk: Client, asset: ContentAsset) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        folder = Collection.objects.create(organization=cast.kesar, name="Monsoon")
        ContentAsset.objects.update(collection=folder)
    assert "Film" in desk.get(f"/admin/content/collection/{folder.pk}/change/").content.decode()
    desk.post("/admin/content/collection/", {"action": "remove", "_selected_action": str(folder.pk)})
    with tenancy.of_organization(cast.kesar.pk):
        assert not Collection.objects.exists()
        assert ContentAsset.objects.get().collection_id is None
        assert AuditEntry.objects.get(action="collection.removed").actor_name == "Omar"


def test_people_of_an_organisation_do_not_get_to_the_desk(cast: Cast, asset: ContentAsset) -> None:
    asha = Client()
    asha.force_login(cast.asha.user)
    assert asha.get("/admin/content/contentasset/").status_code in {302, 403}
