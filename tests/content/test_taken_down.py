"""What operators took out of sight comes back by operators only, and its members are told why."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Flag, User
from accounts.services import flags
from content.models import ContentAsset
from tests.api.asking import as_member
from tests.cast import Cast
from tests.content.test_library import make, signed_in


@pytest.fixture
def desk(cast: Cast) -> Client:
    User.objects.filter(pk=cast.dev.user_id).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(User.objects.get(pk=cast.dev.user_id))
    return client


def stands(asset: ContentAsset) -> ContentAsset:
    with tenancy.operator():
        return ContentAsset.objects.get(pk=asset.pk)


def upheld(cast: Cast, asset: ContentAsset) -> None:
    told = {"resource_type": "content.contentasset", "resource_id": str(asset.pk), "resource_name": asset.title}
    with tenancy.operator():
        report = Flag.objects.create(organization_id=cast.kesar.pk, reported_by=cast.ben.user, **told)
    flags.decide(report, uphold=True, note="", by=cast.dev.user, now=timezone.now())


def act(desk: Client, action: str, asset: ContentAsset) -> None:
    picked = {"action": action, "_selected_action": [str(asset.pk)]}
    desk.post(reverse("admin:content_contentasset_changelist"), picked)


def assert_its_members_cannot_bring_it_back(cast: Cast, asset: ContentAsset) -> None:
    asha = signed_in(cast.asha)
    page = asha.get("/library/deleted/").content.decode()
    assert "Taken down by an operator" in page
    assert "Bring back" not in page
    told = asha.post("/library/restore/", {"asset": str(asset.pk)}, follow=True).content.decode()
    assert "only an operator can bring it back" in told
    answer = as_member(cast.asha).post(f"assets/{asset.pk}/restore")
    assert answer.status_code == 409
    assert "only an operator can bring it back" in answer.json()["detail"]
    assert stands(asset).deleted_at is not None


def test_what_an_upheld_report_took_out_of_sight_is_not_restored_by_its_members(cast: Cast) -> None:
    asset = make(cast, "Film")
    upheld(cast, asset)
    assert_its_members_cannot_bring_it_back(cast, asset)


def test_a_member_who_deletes_before_the_decision_does_not_keep_the_way_back(cast: Cast) -> None:
    gone = timezone.now() - dt.timedelta(days=3)
    asset = make(cast, "Film", deleted_at=gone)
    upheld(cast, asset)
    assert stands(asset).deleted_at == gone, "the days until it goes for good are counted on"
    assert_its_members_cannot_bring_it_back(cast, asset)


def test_what_operators_took_down_comes_back_by_them(cast: Cast, desk: Client) -> None:
    asset = make(cast, "Film")
    act(desk, "delete_softly", asset)
    assert_its_members_cannot_bring_it_back(cast, asset)
    act(desk, "restore", asset)
    assert (stands(asset).deleted_at, stands(asset).taken_down_at) == (None, None)
    with tenancy.of_organization(cast.kesar.pk):
        actions = AuditEntry.objects.filter(action__startswith="asset.").order_by("sequence")
        assert list(actions.values_list("action", flat=True)) == ["asset.deleted", "asset.restored"]


def test_nothing_comes_back_where_one_of_several_was_taken_down(cast: Cast) -> None:
    own, other = make(cast, "Own", deleted_at=timezone.now()), make(cast, "Other")
    upheld(cast, other)
    signed_in(cast.asha).post("/library/restore/", {"asset": [str(own.pk), str(other.pk)]})
    assert stands(own).deleted_at is not None
    signed_in(cast.asha).post("/library/restore/", {"asset": [str(own.pk)]})
    assert stands(own).deleted_at is None
