"""Taking an organisation's or a person's data along."""

import datetime as dt
import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit, tenancy
from accounts.models import AuditEntry, DataRequest, Notification
from accounts.rights import work
from accounts.rights.format import Lost
from accounts.rights.registry import answers
from accounts.services import rights
from content.models import ContentAsset, PosterFrame
from publishing.models import PlatformConnection
from tests.accounts.taking import Taken, exported, worked
from tests.cast import Cast
from tests.world import World, furnish
from trenddrop.core.claims import claim_one


@pytest.fixture
def world(cast: Cast) -> World:
    return furnish(cast)


def test_an_archive_holds_the_organisations_rows_and_files_and_says_so(world: World) -> None:
    taken = Taken(exported(world.cast.asha))
    assert taken.manifest["format"] == 1
    assert taken.manifest["subject"] == "organization"
    assert taken.manifest["id"] == str(world.cast.kesar.pk)
    assert [row["title"] for row in taken.rows("content.contentasset")] == ["KESAR asset"]
    assert {row["email"] for row in taken.rows("accounts.user")} >= {"asha@kesar.example", "ben@kesar.example"}
    assert {taken.zip.read(name) for name in taken.files()} >= {b"KESAR bytes", b"KESAR still", b"KESAR frame"}
    assert b"TrendDrop: data of Kesar Naturals" in taken.zip.read("README.txt")


def test_each_file_is_named_in_the_manifest_with_its_hash(world: World) -> None:
    taken = Taken(exported(world.cast.asha))
    said = {entry["path"]: (entry["sha256"], entry["size"]) for entry in taken.manifest["entries"]}
    held = {name: taken.zip.read(name) for name in taken.zip.namelist() if name != "manifest.json"}
    assert said == {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in held.items()}
    assert taken.manifest["counts"]["files"] == len(taken.files())


def test_nothing_of_another_organisation_and_no_secret_is_in_it(world: World) -> None:
    with tenancy.operator():
        connection = PlatformConnection.objects.get(pk=world.ids["connection"])
        connection.access_token = "tok-never-leaves"
        connection.save()
        stored = connection.__dict__["access_token"]
        password = world.cast.asha.user.password
    said = Taken(exported(world.cast.asha)).everything()
    for secret in ("tok-never-leaves", stored, password, "x" * 64, "Lisbon", "dev@lisbon.example"):
        assert secret.encode() not in said


def test_what_is_told_when_it_is_ready(world: World) -> None:
    request = exported(world.cast.asha)
    assert request.file_expires_at is not None
    assert request.file_expires_at > timezone.now() + dt.timedelta(days=6)
    with tenancy.operator():
        told = Notification.objects.get(kind="data", user=world.cast.asha.user)
        done = list(AuditEntry.objects.filter(action__startswith="data.").values_list("action", flat=True))
        assert audit.first_fault(world.cast.kesar.pk) is None
    assert told.title == "Your export is ready"
    assert told.link == "/organisation/data/"
    assert sorted(done) == ["data.export_asked", "data.export_done"]


def test_a_clients_member_cannot_ask(cast: Cast) -> None:
    with pytest.raises(rights.OnlyTheOwner):
        rights.export_organization(by=cast.esha)


def test_asking_twice_starts_one(cast: Cast) -> None:
    rights.export_organization(by=cast.asha)
    with pytest.raises(rights.AlreadyUnderWay):
        rights.export_organization(by=cast.asha)


def test_a_file_that_is_gone_is_named_and_the_rest_is_exported(world: World) -> None:
    with tenancy.operator():
        name = str(ContentAsset.objects.get(pk=world.ids["asset"]).file.name)
    default_storage.delete(name)
    request = exported(world.cast.asha)
    assert request.report["missing_files"] == [name]
    assert Taken(request).manifest["missing_files"] == [name]


def test_a_person_gets_what_is_theirs_and_what_they_wrote_where_they_still_work(world: World) -> None:
    asha = world.cast.asha.user
    taken = Taken(worked(rights.export_person(by=asha)))
    assert [row["full_name"] for row in taken.rows("accounts.user")] == ["Asha Menon"]
    assert [row["title"] for row in taken.rows("accounts.notification")] == ["KESAR notice"]
    assert [row["title"] for row in taken.rows("content.contentasset")] == ["KESAR asset"]
    assert {row["actor"] for row in taken.rows("accounts.auditentry")} == {str(asha.pk)}
    assert b"Ben Thomas" not in taken.everything()
    assert taken.files() == {}
    with tenancy.operator():
        type(world.cast.asha).objects.filter(pk=world.cast.asha.pk).update(status="inactive")
    later = Taken(worked(rights.export_person(by=asha)))
    assert later.rows("content.contentasset") == []
    assert "KESAR notice" in [row["title"] for row in later.rows("accounts.notification")]


def test_a_second_worker_leaves_it_to_the_first(cast: Cast) -> None:
    request = rights.export_organization(by=cast.asha)
    now = timezone.now()
    with tenancy.operator():
        mine = work.due(now).filter(pk=request.pk)
        assert claim_one(mine, now=now, lease=work.LEASE, changes={"status": "working"}) is not None
    assert worked(request).status == "working"


def test_a_lost_worker_is_followed_by_another_and_its_late_word_counts_no_more(cast: Cast) -> None:
    request = rights.export_organization(by=cast.asha)
    now = timezone.now()
    with tenancy.operator():
        mine = work.due(now).filter(pk=request.pk)
        lost = claim_one(mine, now=now, lease=dt.timedelta(seconds=-1), changes={"status": "working"})
    assert lost is not None
    assert work.sweep() == [request.pk]
    done = worked(request)
    assert (done.status, done.fence) == ("done", 2)
    with pytest.raises(Lost):
        work._beat_of(lost)(50)


def test_what_kills_five_workers_is_given_up(cast: Cast) -> None:
    request = rights.export_organization(by=cast.asha)
    with tenancy.operator():
        DataRequest.objects.filter(pk=request.pk).update(fence=work.MOST_TRIES)
    given_up = worked(request)
    assert given_up.status == "failed"
    assert "5 times" in given_up.error
    with tenancy.operator():
        assert rights.try_again(given_up, by=cast.asha.user)
        assert not rights.try_again(given_up, by=cast.asha.user)
    assert worked(request).status == "done"


def test_an_archive_is_removed_when_its_time_is_up(cast: Cast) -> None:
    request = exported(cast.asha)
    name = str(request.file.name)
    assert default_storage.exists(name)
    with tenancy.operator():
        DataRequest.objects.filter(pk=request.pk).update(file_expires_at=timezone.now())
    work.sweep()
    assert not default_storage.exists(name)
    with tenancy.operator():
        assert DataRequest.objects.get(pk=request.pk).file.name == ""


def test_a_link_needs_its_key_its_day_and_its_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    request = exported(cast.asha)
    key = rights.key_of(request)
    rights.require_key(request, key)
    for forged in ("", key[:-1], rights.key_of(DataRequest(pk=cast.kesar.pk))):
        with pytest.raises(rights.LinkEnded):
            rights.require_key(request, forged)
    monkeypatch.setattr(rights, "LINK_HOLDS", dt.timedelta(seconds=-1))
    with pytest.raises(rights.LinkEnded):
        rights.require_key(request, key)


def test_memory_does_not_grow_with_rows_and_files(world: World, tmp_path: Path) -> None:
    """20,000 rows and 96 MB of files go through less than 24 MB."""
    kesar = world.cast.kesar
    with tenancy.operator():
        asset = ContentAsset.objects.get(pk=world.ids["asset"])
        for number in range(3):
            big = ContentFile(os.urandom(32 * 1024**2), name=f"big{number}.bin")
            each = ContentAsset(organization=kesar, kind="video", title=f"big {number}")
            each.file.save(str(big.name), big, save=True)
        PosterFrame.objects.bulk_create(
            [PosterFrame(organization=kesar, asset=asset, at=at, width=1, height=1) for at in range(1, 3)]
        )
        Notification.objects.bulk_create(
            [
                Notification(
                    organization=kesar, user=world.cast.ben.user, kind="data", title=f"{n}", message="m" * 1000
                )
                for n in range(20_000)
            ],
            batch_size=2000,
        )
        del big, each
    request = rights.export_organization(by=world.cast.asha)
    tracemalloc.start()
    done = worked(request)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.report["rows"] > 20_000
    assert done.report["bytes"] > 96 * 1024**2
    assert peak < 24 * 1024**2


def test_the_questions_do_not_grow_with_the_rows(world: World) -> None:
    few = asked(world)
    with tenancy.operator():
        ContentAsset.objects.bulk_create(
            [ContentAsset(organization=world.cast.kesar, kind="blog", title=f"{n}") for n in range(300)]
        )
        ContentAsset.objects.update(updated_at=F("created_at"))
    assert asked(world) <= few
    tables = sum(each.is_exported and bool(each.organization) for each in answers())
    assert few < 2 * tables, (few, tables)


def asked(world: World) -> int:
    """Export the organisation; how many questions that took."""
    request = rights.export_organization(by=world.cast.asha)
    with CaptureQueriesContext(connection) as seen:
        worked(request)
    DataRequest.objects.filter(pk=request.pk).delete()
    return len(seen)
