"""Bringing an archive into another organisation: what comes out again is what went in."""

import io
import json
import stat
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import audit, tenancy
from accounts.models import BrandProfile, DataRequest, Invitation, Membership, Notification, Organization
from accounts.rights import archive as archives
from accounts.rights import mapping
from accounts.rights.archive import Archive, NotAnArchive
from accounts.rights.erasing_organizations import erase_organization
from accounts.rights.format import FILES
from accounts.rights.registry import Answer, answers
from accounts.services import organizations, rights
from analytics.models import PostMetrics
from content.models import ContentAnalysis, ContentAsset, PipelineStep, Transcript
from publishing.models import PlatformConnection, PracticeMedia, PracticePost, PublishAttempt, ScheduledPost
from tests.accounts.taking import Taken, exported, remade, worked, zipped
from tests.cast import Cast
from tests.world import World, furnish
from trenddrop.core.limits import LimitReached

Change = Callable[[dict[str, bytes], dict[str, Any]], None]


@pytest.fixture
def world(cast: Cast) -> World:
    """Something of everything, and more that points to other rows."""
    made = furnish(cast)
    kesar = cast.kesar
    with tenancy.operator():
        asset = ContentAsset.objects.get(pk=made.ids["asset"])
        words = [[0.0, 0.4, "KESAR", None]]
        said = {"organization": kesar, "words": words, "text": "KESAR words", "engine": "test"}
        Transcript.objects.update_or_create(asset=asset, defaults=said)
        found = {"organization": kesar, "summary": "KESAR summary", "made_by": "test"}
        ContentAnalysis.objects.update_or_create(asset=asset, defaults=found)
        post = ScheduledPost.objects.get(pk=made.ids["post"])
        PublishAttempt.objects.create(
            organization=kesar, post=post, number=9, idempotency_key=post.idempotency_key, fence=1, outcome="published"
        )
        PipelineStep.objects.get_or_create(organization=kesar, asset=asset, name="hear", position=1, status="done")
        PostMetrics.objects.get_or_create(organization=kesar, post=post, taken_at=timezone.now(), hour=1, views=7)
        planned = ScheduledPost.objects.get(pk=post.pk)
        planned.pk, planned.idempotency_key = uuid.uuid4(), uuid.uuid4()
        planned.status, planned.scheduled_for = "scheduled", timezone.now()
        planned.save(force_insert=True)
        media = PracticeMedia.objects.get(pk=made.ids["practice_media"])
        PracticePost.objects.filter(organization=kesar).update(media=[{"id": media.pk.hex}], thumbnail=media)
        Notification.objects.filter(organization=kesar).update(link=f"/studio/{asset.pk}/", mail_wanted=True)
        kesar.logo.save("logo.webp", ContentFile(b"KESAR logo"), save=True)
    return made


@pytest.fixture
def goal(cast: Cast) -> Membership:
    """Dev's new and empty organisation."""
    return organizations.create(name="Restored", owner=cast.dev.user)


def brought(file: bytes, *, by: Membership, is_trusted: bool = False) -> DataRequest:
    opened = ContentFile(file, name="archive.zip")
    return worked(rights.bring_organization(opened, by=by, is_trusted=is_trusted))


def in_canon(taken: Taken, new: Callable[[str], str]) -> dict[str, list[str]]:
    """Return the rows that an import takes, with new keys, and files named by what is in them."""
    files = {name.removeprefix("files/"): digest for name, digest in taken.files().items()}
    return {
        answer.label: sorted(_canonical(row, answer, files, new) for row in taken.rows(answer.label))
        for answer in mapping.imported()
    }


def _canonical(row: dict[str, Any], answer: Answer, files: dict[str, str], new: Callable[[str], str]) -> str:
    for name, becomes in answer.on_import.items():
        if name in row:
            row[name] = becomes(row[name]) if callable(becomes) else becomes
    for name in answer.one_of_a_kind:  # see the test that is about them
        row.pop(name)
    for name in answer.files.split():
        row[name] = files.get(row[name], "")
    if answer.label == "accounts.membership":
        row["role"] = "admin" if row["role"] == "owner" else row["role"]
        row = {name: row[name] for name in ("id", "user", "role", "client", "permission_overrides", "status")}
    return new(json.dumps(row, sort_keys=True))


def renamed(request: DataRequest, taken: Taken) -> Callable[[str], str]:
    keys = mapping.Keys(request.pk, (uuid.UUID(taken.manifest["id"]), request.organization_id or uuid.uuid4()))
    for answer in mapping.imported():
        keys.old[answer.label] = {uuid.UUID(row["id"]) for row in taken.rows(answer.label)}
    keys.anew = True
    return keys.rewrite


def without_the_owner(canon: dict[str, list[str]], owner: Membership) -> dict[str, list[str]]:
    members = [row for row in canon["accounts.membership"] if str(owner.user_id) not in row]
    told = [row for row in canon["accounts.notification"] if str(owner.user_id) not in row]
    return canon | {"accounts.membership": members, "accounts.notification": told}


def come_along(taken: Taken) -> list[str]:
    """Return the hashes of the files whose rows are imported: invoices stay with who issued them."""
    here = {answer.label for answer in mapping.imported()} | {"accounts.organization"}
    stay = {
        f"{FILES}{row.get(column.name)}"
        for answer in answers()
        if answer.label not in here and not answer.not_exported
        for column in answer.file_fields()
        for row in taken.rows(answer.label)
    }
    return sorted(value for name, value in taken.files().items() if name not in stay)


def test_brought_elsewhere_and_exported_again_it_is_the_same(world: World, goal: Membership) -> None:
    first = Taken(exported(world.cast.asha))
    request = brought(first.bytes, by=goal, is_trusted=True)
    assert (request.error, request.status) == ("", "done")
    assert request.report["new_keys"] is True
    again = Taken(exported(goal))
    wanted = in_canon(first, renamed(request, first))
    assert without_the_owner(in_canon(again, str), goal) == wanted
    assert {label for label, rows in wanted.items() if not rows} <= {"accounts.tokengate"}
    assert sorted(again.files().values()) == come_along(first)
    for name in ("name", "type", "timezone", "industry", "settings", "website", "company_size"):
        assert again.rows("accounts.organization")[0][name] == first.rows("accounts.organization")[0][name]
    with tenancy.operator():
        assert audit.first_fault(goal.organization_id) is None


def test_where_the_keys_are_free_they_stay(world: World, goal: Membership) -> None:
    first = Taken(exported(world.cast.asha))
    erase_organization(world.cast.kesar.pk, beat=lambda _: None)
    request = brought(first.bytes, by=goal, is_trusted=True)
    assert (request.error, request.report["new_keys"]) == ("", False)
    again = Taken(exported(goal))
    old, new = str(world.cast.kesar.pk), str(goal.organization_id)
    assert without_the_owner(in_canon(again, str), goal) == in_canon(first, lambda text: text.replace(old, new))
    assert again.rows("accounts.organization")[0]["slug"] == "kesar-naturals"
    assert sorted(again.files().values()) == come_along(first)


def names(taken: Taken) -> list[str]:
    """Return the codes of links and the keys of websites."""
    kinds = [(answer, name) for answer in mapping.imported() for name in answer.one_of_a_kind]
    assert len(kinds) == 2
    return [row[name] for answer, name in kinds for row in taken.rows(answer.label)]


def test_codes_of_links_and_keys_of_websites_come_along_where_nobody_has_them(world: World, goal: Membership) -> None:
    first = Taken(exported(world.cast.asha))
    brought(first.bytes, by=goal, is_trusted=True)
    beside = Taken(exported(goal))
    assert not set(names(beside)) & set(names(first))
    assert [row["code"].rpartition("-")[0] for row in beside.rows("analytics.shortlink")] == ["kesar-link"]
    erase_organization(world.cast.kesar.pk, beat=lambda _: None)
    erase_organization(goal.organization_id, beat=lambda _: None)
    other = organizations.create(name="Once more", owner=world.cast.dev.user)
    assert brought(first.bytes, by=other, is_trusted=True).status == "done"
    assert names(Taken(exported(other))) == names(first)


def test_an_owner_cannot_claim_the_key_of_a_website_that_is_gone(world: World, goal: Membership) -> None:
    first = Taken(exported(world.cast.asha))
    erase_organization(world.cast.kesar.pk, beat=lambda _: None)
    assert brought(first.bytes, by=goal).status == "done"
    assert not set(names(Taken(exported(goal)))) & set(names(first))


def test_nothing_goes_out_twice_and_accounts_are_connected_again(world: World, goal: Membership) -> None:
    brought(exported_bytes(world), by=goal)
    with tenancy.operator():
        posts = ScheduledPost.objects.filter(organization=goal.organization)
        assert sorted(posts.values_list("status", flat=True)) == ["cancelled", "published"]
        assert set(posts.values_list("next_try_at", flat=True)) == {None}
        old = ScheduledPost.objects.filter(organization=world.cast.kesar).values("idempotency_key")
        assert not posts.filter(idempotency_key__in=old).exists()
        connection = PlatformConnection.objects.get(organization=goal.organization)
        assert (connection.status, bool(connection.access_token)) == ("needs_reconnect", False)
        assert not Notification.objects.filter(organization=goal.organization, title__contains="KESAR").exists()


def exported_bytes(world: World) -> bytes:
    return Taken(exported(world.cast.asha)).bytes


def test_links_and_lists_point_to_the_new_rows(world: World, goal: Membership) -> None:
    brought(exported_bytes(world), by=goal, is_trusted=True)
    with tenancy.operator():
        asset = ContentAsset.objects.get(organization=goal.organization)
        notice = Notification.objects.get(organization=goal.organization, title="KESAR notice")
        post = PracticePost.objects.get(organization=goal.organization)
        assert notice.link == f"/studio/{asset.pk}/"
        assert not notice.mail_wanted
        assert post.thumbnail is not None
        assert post.media == [{"id": post.thumbnail.pk.hex}]
        with asset.file.open("rb") as opened:
            assert opened.read() == b"KESAR bytes"
        assert str(goal.organization_id) in str(asset.file.name)
        assert asset.created_at == ContentAsset.objects.get(pk=world.ids["asset"]).created_at
        assert "kesar" in str(asset.search)


def test_an_owners_import_makes_nobody_a_member_and_tells_nothing_of_who_has_an_account(
    world: World, goal: Membership, mailoutbox: list[Any]
) -> None:
    request = brought(exported_bytes(world), by=goal)
    assert request.status == "done"
    with tenancy.operator():
        members = Membership.objects.filter(organization=goal.organization)
        assert [member.user_id for member in members] == [goal.user_id]
        waiting = Invitation.objects.filter(organization=goal.organization, accepted_at=None)
        roles = dict(waiting.values_list("email", "role"))
        assert set(waiting.values_list("times_sent", flat=True)) == {0}
        assert ContentAsset.objects.get(organization=goal.organization).created_by_id is None
    assert roles["asha@kesar.example"] == "admin"
    assert roles["ben@kesar.example"] == "creator"
    assert roles["esha@chaipoint.example"] == "client"
    assert mailoutbox == []


def test_an_organisation_that_is_not_empty_takes_nothing(world: World) -> None:
    request = brought(exported_bytes(world), by=world.cast.asha)
    assert request.status == "failed"
    assert "not empty" in request.error


class Full:
    """A plan with room for so much, and no more."""

    asked: ClassVar[dict[str, int]] = {}

    def require(self, organization_id: Any, limit: str, *, amount: int) -> None:
        """Refuse clients."""
        self.asked[limit] = amount
        if limit == "clients":
            raise LimitReached("Your plan has 0 clients, and all are taken.")


def test_what_the_plan_has_no_room_for_is_not_brought_but_by_an_operator(
    world: World, goal: Membership, settings: Any
) -> None:
    archive = exported_bytes(world)
    settings.LIMITS_BACKEND = f"{__name__}.Full"
    refused = brought(archive, by=goal)
    assert (refused.status, refused.error) == ("failed", "Your plan has 0 clients, and all are taken.")
    assert Full.asked["storage_bytes"] > 0
    with tenancy.operator():
        assert not ContentAsset.objects.filter(organization_id=goal.organization_id).exists()
    assert brought(archive, by=goal, is_trusted=True).status == "done"


def test_only_the_owner_brings(world: World) -> None:
    with pytest.raises(rights.OnlyTheOwner):
        rights.bring_organization(ContentFile(exported_bytes(world), name="a.zip"), by=world.cast.ben)


def test_an_archive_of_a_person_is_not_an_organisation(world: World, goal: Membership) -> None:
    mine = Taken(worked(rights.export_person(by=world.cast.asha.user)))
    assert "person's own data" in brought(mine.bytes, by=goal).error


# Archives that were tampered with


def in_row(label: str, change: Callable[[dict[str, Any]], None]) -> Change:
    def made(contents: dict[str, bytes], _manifest: dict[str, Any]) -> None:
        name = f"data/{label}.jsonl"
        rows = [json.loads(line) for line in contents[name].splitlines()]
        change(rows[0])
        contents[name] = b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    return made


def renamed_file(name: str) -> Change:
    def made(contents: dict[str, bytes], _manifest: dict[str, Any]) -> None:
        contents[name] = b"evil"

    return made


FOREIGN = str(uuid.uuid4())
EVIL: dict[str, tuple[Change, str]] = {
    "a newer format": (lambda _c, manifest: manifest.update(format=2), "format 2"),
    "another product": (lambda _c, manifest: manifest.update(product="X"), "not made by TrendDrop"),
    "an unknown model": (renamed_file("data/accounts.spaceship.jsonl"), "accounts.spaceship"),
    "a model nobody exports": (renamed_file("data/sessions.session.jsonl"), "sessions.session"),
    "a way out": (renamed_file("files/../../etc/passwd"), "forbidden name"),
    "an absolute path": (renamed_file("/etc/passwd"), "forbidden name"),
    "a backslash": (renamed_file("files\\..\\evil"), "forbidden name"),
    "an unknown field": (in_row("accounts.brandprofile", lambda row: row.update(colour="red")), "colour"),
    "a wrong value": (in_row("content.contentasset", lambda row: row.update(size="big")), "content.contentasset.size"),
    "a script as address": (
        in_row("publishing.scheduledpost", lambda row: row.update(url="javascript:alert(1)")),
        "publishing.scheduledpost.url",
    ),
    "a link elsewhere": (
        in_row("accounts.notification", lambda row: row.update(link="//evil.example")),
        "accounts.notification.link",
    ),
    "too long a name": (in_row("accounts.brandprofile", lambda row: row.update(name="x" * 500)), "contradict"),
    "a key that is none": (
        in_row("accounts.brandprofile", lambda row: row.update(id="1; DROP")),
        "accounts.brandprofile",
    ),
    "a row of nobody's": (in_row("content.transcript", lambda row: row.update(asset=FOREIGN)), "points to something"),
}


@pytest.mark.parametrize("name", EVIL)
def test_an_archive_that_was_made_up_is_refused_and_leaves_nothing(
    name: str, world: World, goal: Membership, tmp_path: Path
) -> None:
    change, says = EVIL[name]
    before = stored(tmp_path)
    bad = remade(Taken(exported(world.cast.asha)), change)
    before = stored(tmp_path)
    try:
        said = brought(bad, by=goal, is_trusted=True).error
    except NotAnArchive as error:
        said = str(error)
    assert says in said
    with tenancy.operator():
        assert not ContentAsset.objects.filter(organization=goal.organization).exists()
        assert Organization.objects.get(pk=goal.organization_id).name == "Restored"
        assert BrandProfile.objects.filter(organization=goal.organization).count() == 1
    assert stored(tmp_path) == before


def stored(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if path.is_file()}


def test_a_row_of_another_organisation_cannot_be_taken_over(world: World, goal: Membership) -> None:
    """Even where every key of the archive is free, and so stays, a row points only into the archive."""
    theirs = str(world.cast.lisbon_brand.pk)
    bad = remade(Taken(exported(world.cast.asha)), in_row("content.contentasset", lambda row: row.update(brand=theirs)))
    erase_organization(world.cast.kesar.pk, beat=lambda _: None)
    assert brought(bad, by=goal).status == "done"
    with tenancy.operator():
        assert ContentAsset.objects.get(organization=goal.organization).brand_id is None


def test_a_changed_byte_is_found(world: World, goal: Membership) -> None:
    taken = Taken(exported(world.cast.asha))
    contents = {name: taken.zip.read(name) for name in taken.zip.namelist()}
    contents["data/content.contentasset.jsonl"] = contents["data/content.contentasset.jsonl"].replace(
        b"KESAR", b"KASER"
    )
    assert "was changed after the export" in brought(zipped(contents), by=goal).error


def test_a_bomb_is_not_unpacked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "SMALL", 1024**2)
    bomb = remade(
        Taken(exported(world.cast.asha)), lambda contents, _: contents.update({"files/a": bytes(80 * 1024**2)})
    )
    with pytest.raises(NotAnArchive, match="grow beyond"):
        Archive(io.BytesIO(bomb))


@pytest.mark.parametrize("kind", ["link", "encrypted", "twice", "cut", "text", "empty"])
def test_what_is_no_plain_archive_is_refused(kind: str, world: World) -> None:
    good = exported_bytes(world)
    with pytest.raises(NotAnArchive), io.BytesIO(_spoilt(kind, good)) as opened:
        Archive(opened).verify()


def _spoilt(kind: str, good: bytes) -> bytes:
    if kind in {"cut", "text", "empty"}:
        return {"cut": good[: len(good) // 2], "text": b"hello", "empty": b""}[kind]
    made = io.BytesIO(good)
    with (
        zipfile.ZipFile(made, "a") as opened,
        pytest.warns(UserWarning, match="Duplicate name") if kind == "twice" else _calm(),
    ):
        info = zipfile.ZipInfo("README.txt" if kind == "twice" else "files/x")
        info.external_attr = (stat.S_IFLNK if kind == "link" else stat.S_IFREG) << 16
        opened.writestr(info, b"/etc/passwd")
        if kind == "encrypted":
            opened.filelist[-1].flag_bits |= 1
    return made.getvalue()


class _calm:  # noqa: N801 (a context that does nothing, beside `pytest.warns`)
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def test_an_operator_brings_it_by_command(world: World, goal: Membership, tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(exported_bytes(world))
    call_command("import_organization", str(path), owner="dev@lisbon.example", name="Kesar again", verbosity=0)
    with tenancy.operator():
        made = Organization.objects.get(name="Kesar Naturals", owner=world.cast.dev.user)
        assert Membership.objects.filter(organization=made, user=world.cast.ben.user, role="creator").exists()
        assert default_storage.exists(str(ContentAsset.objects.get(organization=made).file.name))
    with pytest.raises(CommandError, match="nobody"):
        call_command("import_organization", str(path), owner="nobody@here.example", verbosity=0)
