"""A piece's file made fit for its platform: by one click, stoppable, resumed after a crash, and sent in its place."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership, User
from content.models import ContentAsset, GeneratedContent, MediaFix, PieceFile
from content.pieces import fitting
from content.pieces.composing import media_of
from content.pieces.preflight import refusals
from content.pipeline import fixing
from content.services import elsewhere, fixes
from publishing.delivery import kits
from publishing.outgoing import outgoing
from tests.cast import PASSWORD, Cast
from tests.content.making import bring
from tests.core.recordings import draw
from tests.publishing.conftest import make_connection, make_post
from trenddrop.core import claims, media
from trenddrop.core.platforms import MediaRules


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def piece_of(cast: Cast, path: Path, platform: str, **given: Any) -> GeneratedContent:
    """A piece of a file that was probed, without the rest of the pipeline."""
    asset = bring(cast, path, **given)
    info = media.probe(path)
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=asset.pk).update(
            media_info=info.__dict__,
            kind=info.kind,
            duration=info.duration,
            size=info.size,
            mime_type="video/x-matroska",
        )
        made = GeneratedContent.objects.create(
            organization=cast.kesar, asset=asset, platform=platform, text="Rain.", title="Rain", made_by="test",
            alt_text="Bars", brand=cast.brand,
        )  # fmt: skip
    return again(made)


@pytest.fixture
def film(cast: Cast, tmp_path: Path) -> GeneratedContent:
    """A wide VP9 film of three seconds in a Matroska file, for X."""
    path = draw(
        tmp_path / "film.mkv", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8",
        source="testsrc=d=3:s=320x180:r=10",
    )  # fmt: skip
    return piece_of(cast, path, "x")


def again(piece: GeneratedContent) -> GeneratedContent:
    with tenancy.of_organization(piece.organization_id):
        return GeneratedContent.objects.select_related("asset").get(pk=piece.pk)


def latest(piece: GeneratedContent) -> MediaFix:
    with tenancy.of_organization(piece.organization_id):
        return MediaFix.objects.filter(piece=piece).latest("created_at")


def work(piece: GeneratedContent, **given: Any) -> MediaFix:
    """Be the worker."""
    fixing.run(latest(piece).pk, piece.organization_id, **given)
    return latest(piece)


def ask(cast: Cast, piece: GeneratedContent, **choice: Any) -> MediaFix:
    with tenancy.of_member(cast.ben):
        return fixes.ask(piece, by=cast.ben, choice=fitting.Choice(**choice))


def test_one_click_makes_a_refused_file_fit(cast: Cast, ben: Client, film: GeneratedContent) -> None:
    assert {finding.problem.code for finding in refusals(film)} == {"media_container", "media_codec"}
    page = ben.get(f"/studio/{film.asset_id}/?piece={film.pk}").content.decode()
    assert "Convert to MP4 (H.264, AAC)." in page
    ben.post(f"/pieces/{film.pk}/fix/", {})
    assert "Waiting to begin" in ben.get(f"/studio/{film.asset_id}/?piece={film.pk}").content.decode()
    assert work(film).status == "completed"
    made = again(film)
    assert refusals(made) == []
    found = media_of(made)
    assert found is not None
    assert found.video_codec == "h264"
    assert found.duration == pytest.approx(3.0, abs=0.2)
    assert made.asset.file.name != made.file.name
    page = ben.get(f"/studio/{film.asset_id}/?piece={film.pk}").content.decode()
    assert "Sent along: the file made fit." in page
    with tenancy.operator():
        assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"piece.fix_asked", "piece.fixed"}


def test_the_file_made_fit_is_what_is_sent_and_stays_with_what_was_planned(cast: Cast, film: GeneratedContent) -> None:
    ask(cast, film)
    work(film)
    made = again(film)
    with tenancy.of_organization(cast.kesar.pk):
        account = make_connection(cast.kesar, platform="x")
        post = make_post(made, account, at=timezone.now(), metadata=outgoing(made).metadata)
        fixes.take_original(made, by=cast.ben)
        with kits.packed(kits.contents(post)) as kit:
            (sent,) = kit.media
            assert (sent.mime, sent.path.suffix) == ("video/mp4", ".mp4")
            assert media.probe(sent.path).video_codec == "h264"
        later = make_post(again(film), account, at=timezone.now(), metadata=outgoing(again(film)).metadata)
        with kits.packed(kits.contents(later)) as kit:
            assert kit.media[0].mime == "video/x-matroska"


def test_the_file_is_served_as_it_would_be_sent(cast: Cast, ben: Client, film: GeneratedContent) -> None:
    before = ben.get(f"/pieces/{film.pk}/file/")
    ask(cast, film)
    work(film)
    after = ben.get(f"/pieces/{film.pk}/file/")
    assert (before["Content-Type"], after["Content-Type"]) == ("video/x-matroska", "video/mp4")
    assert signed_in(cast.dev).get(f"/pieces/{film.pk}/file/").status_code == 404


def test_a_tall_picture_is_made_when_asked(cast: Cast, ben: Client, tmp_path: Path) -> None:
    wide = draw(tmp_path / "wide.mp4", "-c:v", "libx264", source="testsrc=d=3.5:s=1280x720:r=24")
    piece = piece_of(cast, wide, "tiktok")
    assert refusals(piece) == []
    ben.post(f"/pieces/{piece.pk}/fix/", {"vertical": "on", "how": "pad"})
    assert work(piece).status == "completed"
    info = again(piece).media_info
    assert info["width"] / info["height"] == pytest.approx(9 / 16, abs=0.01)


def test_an_image_is_brought_into_a_shape_that_is_taken(cast: Cast, tmp_path: Path) -> None:
    tall = draw(tmp_path / "tall.png", "-frames:v", "1", source="testsrc=s=400x900")
    piece = piece_of(cast, tall, "instagram")
    assert [finding.problem.code for finding in refusals(piece)] == ["media_aspect"]
    ask(cast, piece)
    assert work(piece).status == "completed"
    assert refusals(again(piece)) == []
    assert str(again(piece).file.name).endswith(".jpg")


def test_nothing_is_done_where_nothing_helps(cast: Cast, ben: Client, tmp_path: Path) -> None:
    fine = piece_of(cast, draw(tmp_path / "fine.mp4", "-c:v", "libx264"), "bluesky")
    short = piece_of(cast, draw(tmp_path / "short.mp4", "-c:v", "libx264"), "linkedin")
    for piece in (fine, short):
        answer = ben.post(f"/pieces/{piece.pk}/fix/", {}, follow=True)
        assert "There is nothing about the file that could be mended." in answer.content.decode()
    with tenancy.of_organization(cast.kesar.pk):
        assert not MediaFix.objects.exists()


def test_two_clicks_make_one_fix(cast: Cast, film: GeneratedContent) -> None:
    ask(cast, film)
    with pytest.raises(fixes.AlreadyFixing):
        ask(cast, film)
    assert work(film).status == "completed"
    ask(cast, film)  # what is over does not stand in the way


def test_what_was_stopped_is_not_written_any_more(cast: Cast, ben: Client, film: GeneratedContent) -> None:
    ask(cast, film)
    fix = latest(film)
    with tenancy.of_organization(cast.kesar.pk):
        due = MediaFix.objects.filter(pk=fix.pk)
        row = claims.claim_one(due, now=timezone.now(), lease=fixing.LEASE, changes={"status": "processing"})
    assert row is not None
    ben.post(f"/pieces/{film.pk}/fix/cancel/")
    with pytest.raises(fixing.Taken):
        fixing.Job(row, Path("/nowhere")).progress(0.5)
    assert (latest(film).status, bool(again(film).file)) == ("cancelled", False)
    assert work(film).status == "cancelled"
    answer = ben.post(f"/pieces/{film.pk}/fix/cancel/", follow=True)
    assert "Nothing is being made fit" in answer.content.decode()


def test_a_file_that_was_brought_while_it_was_made_fit_stays_the_one_that_is_sent(
    cast: Cast, film: GeneratedContent, tmp_path: Path
) -> None:
    ask(cast, film)
    mine = draw(tmp_path / "mine.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p", source="testsrc=d=2:s=320x180:r=10")
    ticks = 0

    def clock() -> dt.datetime:
        nonlocal ticks
        ticks += 1
        if ticks == 2:  # the worker is at it
            with mine.open("rb") as file:
                elsewhere.bring(again(film), elsewhere.Brought(File(file), "mine.mp4", "capcut"), by=cast.ben)
        return timezone.now()

    fix = work(film, now=clock)
    assert ticks >= 2
    assert (fix.status, fix.error) == ("failed", "Another file was brought meanwhile. That one is sent.")
    with tenancy.of_organization(cast.kesar.pk):
        take = PieceFile.objects.get(piece=film)
        assert again(film).file.name == take.file.name
        assert not MediaFix.objects.get(pk=fix.pk).file


def test_what_a_dead_worker_left_is_done_by_the_next(cast: Cast, film: GeneratedContent) -> None:
    ask(cast, film)
    now = timezone.now()
    with tenancy.of_organization(cast.kesar.pk):
        MediaFix.objects.update(status="processing", attempts=1, lease_until=now + dt.timedelta(minutes=1))
    assert work(film).status == "processing"  # somebody has it
    later = now + dt.timedelta(minutes=2)
    assert fixing.interrupted(now=later) == [(latest(film).pk, cast.kesar.pk)]
    assert work(film, now=lambda: later).status == "completed"


def test_what_was_queued_and_never_began_is_rung_again_once(cast: Cast, film: GeneratedContent) -> None:
    fix = ask(cast, film)
    later = timezone.now() + dt.timedelta(minutes=3)
    assert fixing.interrupted(now=later) == [(fix.pk, cast.kesar.pk)]
    assert fixing.interrupted(now=later) == []


def test_a_file_that_is_gone_ends_with_its_reason_and_may_be_tried_again(
    cast: Cast, ben: Client, film: GeneratedContent
) -> None:
    ask(cast, film)
    kept = Path(film.asset.file.path).read_bytes()
    Path(film.asset.file.path).unlink()
    assert (work(film).status, latest(film).error) == ("failed", "The original file is gone. Upload it again.")
    page = ben.get(f"/studio/{film.asset_id}/?piece={film.pk}").content.decode()
    assert "The original file is gone." in page
    Path(film.asset.file.path).write_bytes(kept)
    with tenancy.of_member(cast.ben):
        fixes.retry(latest(film), by=cast.ben)
    assert work(film).status == "completed"


def test_a_worker_that_dies_three_times_ends_it(cast: Cast, film: GeneratedContent) -> None:
    ask(cast, film)
    with tenancy.of_organization(cast.kesar.pk):
        MediaFix.objects.update(attempts=fixing.ATTEMPTS)
    assert work(film).error.startswith("It stopped three times")


def test_a_file_that_comes_out_too_big_is_made_again_tighter(cast: Cast, film: GeneratedContent, settings: Any) -> None:
    settings.PLATFORM_RULES_OVERRIDES = "tests.content.test_fixes.tiny"
    ask(cast, film)
    done = work(film)
    assert done.status == "failed"
    assert done.error.startswith("It still does not fit: The file has")


def tiny(key: str) -> dict[str, Any]:
    """Rules that no film meets."""
    return {"media": MediaRules(max_bytes=900)} if key == "x" else {}


def test_readers_and_others_may_not(cast: Cast, film: GeneratedContent) -> None:
    for address in ("fix/", "fix/cancel/", "original/"):
        assert signed_in(cast.chitra).post(f"/pieces/{film.pk}/{address}").status_code == 403
        assert signed_in(cast.dev).post(f"/pieces/{film.pk}/{address}").status_code == 404


def test_operators_stop_and_try_again(cast: Cast, film: GeneratedContent) -> None:
    desk = Client()
    desk.force_login(User.objects.create_superuser("omar@trenddrop.example", PASSWORD, full_name="Omar"))
    fix = ask(cast, film)
    for action, status in [("stop", "cancelled"), ("try_again", "queued")]:
        answer = desk.post("/admin/content/mediafix/", {"action": action, "_selected_action": str(fix.pk)}, follow=True)
        assert answer.status_code == 200
        assert latest(film).status == status
    for table in ("mediafix", "thumbnail", "piecevariant"):
        assert desk.get(f"/admin/content/{table}/?q=rain").status_code == 200
