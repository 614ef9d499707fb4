"""An asset's way through its steps: done once, stopped, taken up again, and honest about what it could not do."""

import datetime as dt
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notification
from content.models import ContentAsset, GeneratedContent, PieceVersion, PipelineStep, PosterFrame, Transcript
from content.pipeline import running, work
from content.pipeline.work import Cancelled, LeaseLost, StepFailed, Work
from content.services import pipeline
from tests.cast import Cast
from tests.content.making import (
    PORTRAIT,
    QUESTION,
    bring,
    fresh,
    pieces,
    process,
    stands,
    step,
    steps,
)
from tests.core.recordings import draw
from trenddrop.core import platforms

NAMES = ["fetch", "probe", "frames", "transcribe", "understand", "match", "generate"]


class Scripted:
    """A step that does what a test wants, in place of the pipeline's first."""

    name = "fetch"

    def __init__(self, does: Any) -> None:
        self.does = does
        self.runs = 0

    def skip(self, asset: ContentAsset) -> str | None:
        return None

    def run(self, work: Work) -> str:
        self.runs += 1
        return str(self.does(work))


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a scripted step first."""

    def put(does: Any) -> Scripted:
        made = Scripted(does)
        monkeypatch.setitem(running.BY_NAME, "fetch", made)
        return made

    return put


def refuse(message: str) -> Any:
    def does(_work: Work) -> str:
        raise StepFailed(message)

    return does


def notes(cast: Cast) -> list[Notification]:
    with tenancy.operator():
        return list(Notification.objects.filter(user=cast.ben.user).order_by("created_at"))


# What each kind of material becomes


def test_a_recording_becomes_words_an_analysis_and_pieces_each_with_what_made_it(cast: Cast) -> None:
    asset = process(bring(cast, QUESTION))
    assert asset.status == "ready", asset.error
    assert stands(asset) == dict.fromkeys(NAMES, "done") | {"fetch": "skipped", "frames": "skipped"}
    assert asset.transcript.engine.startswith("PocketSphinx")
    assert asset.transcript.words
    starts = [word[0] for word in asset.transcript.words]
    assert starts == sorted(starts)
    assert max(asset.waveform) == 100
    assert asset.duration == pytest.approx(6, abs=0.1)
    assert asset.analysis.made_by
    assert step(asset, "transcribe").note.startswith("PocketSphinx")
    assert {piece.made_by for piece in pieces(asset).values()} == {step(asset, "generate").note}


def test_a_video_gets_frames_and_a_thumbnail(cast: Cast) -> None:
    asset = process(bring(cast, PORTRAIT))
    assert asset.status == "ready", asset.error
    with tenancy.of_organization(cast.kesar.pk):
        frames = list(PosterFrame.objects.filter(asset=asset))
    assert len(frames) == 4
    assert all(frame.width < frame.height for frame in frames)
    assert asset.thumbnail.name in {frame.image.name for frame in frames}
    assert asset.media_info["width"] < asset.media_info["height"]


def test_a_text_needs_no_recogniser(cast: Cast) -> None:
    asset = process(bring(cast))
    skipped = {"fetch", "probe", "frames", "transcribe"}
    assert stands(asset) == {name: "skipped" if name in skipped else "done" for name in NAMES}
    assert asset.language == "en"
    assert "ceramides" in " ".join(phrase for phrase, _weight in asset.analysis.keywords)


def test_every_piece_is_inside_its_platforms_limits(cast: Cast) -> None:
    found = pieces(process(bring(cast)))
    assert set(found) == {"tiktok", "youtube", "instagram", "x", "bluesky", "mastodon"}
    for name, piece in found.items():
        problems = platforms.check(
            name, title=piece.title, text=piece.text, hashtags=piece.hashtags, call_to_action=piece.call_to_action
        )
        assert [problem.message for problem in problems if problem.field != "media"] == [], name
        assert piece.text or piece.title
        assert piece.versions.count() == 1


def test_a_picture_is_shown_and_waits_for_words(cast: Cast, tmp_path: Path) -> None:
    asset = process(bring(cast, draw(tmp_path / "photo.jpg", "-frames:v", "1")))
    assert asset.status == "ready"
    assert asset.thumbnail
    assert stands(asset)["transcribe"] == stands(asset)["understand"] == "skipped"
    assert pieces(asset) == {}


def test_a_picture_with_a_description_gets_pieces(cast: Cast, tmp_path: Path) -> None:
    described = "Our new ceramide cream in its recycled glass jar, made in Pune for the monsoon."
    asset = process(bring(cast, draw(tmp_path / "photo.jpg", "-frames:v", "1"), description=described))
    assert len(pieces(asset)) == 6


def test_a_video_without_sound_says_so(cast: Cast, tmp_path: Path) -> None:
    asset = process(bring(cast, draw(tmp_path / "mute.mp4")))
    assert asset.status == "ready"
    assert "no sound" in step(asset, "transcribe").note
    assert "Add a description, or upload a transcript" in step(asset, "understand").note


def test_a_silent_recording_says_so(cast: Cast, tmp_path: Path) -> None:
    asset = process(bring(cast, draw(tmp_path / "hush.wav", source="anullsrc=d=3")))
    assert asset.status == "ready"
    assert asset.transcript.words == []
    assert "no sound" in asset.transcript.note
    assert stands(asset)["generate"] == "skipped"


def test_music_without_words_says_so(cast: Cast, tmp_path: Path) -> None:
    chord = "aevalsrc=0.2*(sin(2*PI*262*t)+sin(2*PI*330*t)+sin(2*PI*392*t)):d=4"
    asset = process(bring(cast, draw(tmp_path / "song.mp3", source=chord)))
    assert asset.status == "ready"
    assert asset.transcript.words == []
    assert "no words" in asset.transcript.note.lower()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (bytes(range(7, 256)) * 400, "damaged"),
        (b"#EXTM3U\n#EXTINF:10.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "damaged|cannot be read|points to other"),
    ],
)
def test_bad_files_end_with_a_message_and_stay(cast: Cast, tmp_path: Path, content: bytes, told: str) -> None:
    evil = tmp_path / "clip.mp4"
    evil.write_bytes(content)
    asset = process(bring(cast, evil))
    assert asset.status == "failed"
    assert step(asset, "probe").status == "failed"
    assert re.search(told, asset.error)
    assert asset.file.storage.exists(str(asset.file.name))
    assert stands(asset)["frames"] == "waiting"
    (note,) = notes(cast)
    assert note.title == "“Skin in the monsoon” could not be read"
    assert note.message == asset.error


# Once and only once


def test_what_is_done_is_not_done_again(cast: Cast) -> None:
    asset = process(bring(cast))
    before = {one.name: one.finished_at for one in steps(asset)}
    process(asset)
    assert {one.name: one.finished_at for one in steps(asset)} == before
    assert {piece.version for piece in pieces(asset).values()} == {1}


def test_starting_twice_makes_each_step_once(cast: Cast) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        pipeline.start(asset, by=None)
    assert [one.name for one in steps(asset)] == NAMES


def test_a_step_that_another_worker_holds_is_left_alone(cast: Cast, scripted: Any) -> None:
    asset = bring(cast)
    rival = scripted(lambda _work: "rival")

    def does(_work: Work) -> str:
        running.BY_NAME["fetch"] = rival
        running.run(asset.pk, asset.organization_id)
        return "mine"

    scripted(does)
    process(asset)
    assert rival.runs == 0
    assert step(asset, "fetch").note == "mine"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_step_once(cast: Cast) -> None:
    asset = bring(cast)

    def worker() -> None:
        running.run(asset.pk, asset.organization_id)
        connection.close()

    workers = [threading.Thread(target=worker) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    process(asset)  # whoever lost a race has gone home; the sweeper would ring
    assert {one.attempts for one in steps(asset)} == {1}
    assert fresh(asset).status == "ready"
    with tenancy.of_organization(cast.kesar.pk):
        assert PieceVersion.objects.count() == GeneratedContent.objects.count() == 6
    assert [note.kind for note in notes(cast)] == ["content_ready"]


def test_a_late_worker_writes_nothing(cast: Cast, scripted: Any) -> None:
    asset = bring(cast)

    def overtaken(late: Work) -> str:
        with tenancy.of_organization(asset.organization_id):
            PipelineStep.objects.filter(pk=late.step.pk).update(fence=late.step.fence + 1)
        with pytest.raises(LeaseLost), late.saving():
            ContentAsset.objects.filter(pk=asset.pk).update(title="From the dead")
        late.progress(0.5)
        return "never"

    scripted(overtaken)
    process(asset)
    assert fresh(asset).title == "Skin in the monsoon"
    assert step(asset, "fetch").status == "running"
    assert step(asset, "probe").status == "waiting"


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_kept_while_one_call_takes_long(cast: Cast, scripted: Any) -> None:
    asset = bring(cast)

    def slow(busy: Work) -> str:
        for _ in range(60):
            threading.Event().wait(0.02)
        return "slow"

    scripted(slow)
    lease = dt.timedelta(seconds=0.6)

    def work() -> None:
        process(asset, lease=lease)
        connection.close()

    slow_one = threading.Thread(target=work)
    slow_one.start()
    threading.Event().wait(1.0)
    assert running.interrupted(now=timezone.now()) == []
    running.run(asset.pk, asset.organization_id)
    slow_one.join()
    assert step(asset, "fetch").attempts == 1
    assert step(asset, "fetch").note == "slow"


# Stopped, failed, taken up again


def test_stopping_in_the_middle_keeps_what_is_done(cast: Cast, scripted: Any) -> None:
    asset = bring(cast)

    def asked_to_stop(busy: Work) -> str:
        with tenancy.of_organization(cast.kesar.pk):
            pipeline.cancel(asset, by=cast.ben)
        busy.check()
        return "went on"

    scripted(asked_to_stop)
    asset = process(asset)
    assert asset.status == "cancelled"
    assert stands(asset) == dict.fromkeys(NAMES, "waiting") | {"fetch": "cancelled"}
    assert notes(cast) == []


def test_stopping_reaches_into_ffmpeg(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = bring(cast, QUESTION)
    asked = []

    def look(self: Work) -> bool:
        if self.step.name == "transcribe":
            asked.append(self.step.name)
        return self.step.name == "transcribe"

    monkeypatch.setattr(Work, "cancelled", look)
    asset = process(asset)
    assert asked
    assert asset.status == "cancelled"
    assert stands(asset)["probe"] == "done"
    assert stands(asset)["transcribe"] == "cancelled"


def test_stopping_before_a_worker_came_is_at_once(cast: Cast) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        pipeline.cancel(asset, by=cast.ben)
    assert fresh(asset).status == "cancelled"
    assert process(asset).status == "cancelled"
    assert stands(asset)["probe"] == "waiting"


def test_there_is_nothing_to_stop_when_all_is_done(cast: Cast) -> None:
    asset = process(bring(cast))
    with tenancy.of_organization(cast.kesar.pk), pytest.raises(pipeline.NotRunning, match="Everything made so far"):
        pipeline.cancel(asset, by=cast.ben)


def test_what_was_stopped_goes_on_from_there(cast: Cast) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        pipeline.cancel(asset, by=cast.ben)
        pipeline.retry(asset, by=cast.ben)
    assert process(asset).status == "ready"
    assert len(pieces(asset)) == 6


def test_what_failed_is_tried_again_from_there(cast: Cast, scripted: Any) -> None:
    asset = bring(cast)
    scripted(refuse("The other side is closed. Try again tomorrow."))
    assert process(asset).error == "The other side is closed. Try again tomorrow."
    scripted(lambda _work: "open again")
    assert process(asset).status == "failed", "nobody goes past a failed step unasked"
    with tenancy.of_organization(cast.kesar.pk):
        pipeline.retry(asset, by=cast.ben)
    asset = process(asset)
    assert (asset.status, asset.error) == ("ready", "")


def test_there_is_nothing_to_try_again_when_all_is_done(cast: Cast) -> None:
    asset = process(bring(cast))
    with tenancy.of_organization(cast.kesar.pk), pytest.raises(pipeline.NothingToRetry):
        pipeline.retry(asset, by=cast.ben)


def test_a_step_that_always_dies_ends_after_three_tries(cast: Cast, scripted: Any) -> None:
    asset = bring(cast)

    def dies(_work: Work) -> str:
        raise OSError("a bug, a full disk")

    dying = scripted(dies)
    for _try in range(3):
        with pytest.raises(OSError, match="a full disk"):
            process(asset)
        assert stands(asset)["fetch"] == "waiting", "the next worker need not wait for the lease to end"
    process(asset)
    assert dying.runs == 3
    assert fresh(asset).status == "failed"
    assert "stopped three times" in fresh(asset).error


def test_a_step_done_anew_takes_those_after_it_along(cast: Cast) -> None:
    asset = process(bring(cast))
    with tenancy.of_organization(cast.kesar.pk):
        pipeline.again(asset, "match", by=cast.ben)
    assert stands(asset)["understand"] == "done"
    assert stands(asset)["match"] == stands(asset)["generate"] == "waiting"
    assert process(asset).status == "ready"
    assert {piece.version for piece in pieces(asset).values()} == {2}


def test_a_running_asset_is_not_started_anew(cast: Cast) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk), pytest.raises(pipeline.StillRunning, match="Stop that first"):
        pipeline.again(asset, "match", by=cast.ben)


def test_pieces_that_people_edited_survive_a_new_run(cast: Cast) -> None:
    asset = process(bring(cast))
    with tenancy.of_organization(cast.kesar.pk):
        GeneratedContent.objects.filter(asset=asset, platform="x").update(text="Mine.", edited_by=cast.ben.user)
        pipeline.again(asset, "generate", by=cast.ben)
    process(asset)
    assert pieces(asset)["x"].text == "Mine."
    assert pieces(asset)["bluesky"].version == 2


def test_pieces_written_before_an_interruption_are_not_written_twice(cast: Cast) -> None:
    asset = process(bring(cast))
    with tenancy.of_organization(cast.kesar.pk):
        PipelineStep.objects.filter(asset=asset, name="generate").update(status="running", lease_until=timezone.now())
        ContentAsset.objects.filter(pk=asset.pk).update(status="processing")
        GeneratedContent.objects.filter(asset=asset, platform="mastodon").delete()
    process(asset, now=lambda: timezone.now() + dt.timedelta(minutes=5))
    assert {piece.version for piece in pieces(asset).values()} == {1}
    assert len(pieces(asset)) == 6


def test_a_deleted_asset_is_not_worked_on(cast: Cast) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=asset.pk).update(deleted_at=timezone.now())
    process(asset)
    assert set(stands(asset).values()) == {"waiting"}


# The sweeper


def test_what_was_queued_and_never_began_is_rung_again_once_in_a_while(cast: Cast) -> None:
    asset = bring(cast)
    now = timezone.now()
    assert running.interrupted(now=now) == []
    later = now + dt.timedelta(minutes=3)
    assert running.interrupted(now=later) == [(asset.pk, cast.kesar.pk)]
    assert running.interrupted(now=later) == []
    assert running.interrupted(now=later + dt.timedelta(minutes=3)) == [(asset.pk, cast.kesar.pk)]


def test_what_a_dead_worker_left_is_found_when_its_lease_ends(cast: Cast) -> None:
    asset = bring(cast)
    now = timezone.now()
    assert running._take(asset.pk, cast.kesar.pk, now, work.LEASE) is not None, "taken, and never heard of again"
    assert running.interrupted(now=now) == []
    assert running.interrupted(now=now + work.LEASE * 1.01) == [(asset.pk, cast.kesar.pk)]


@pytest.mark.parametrize("status", ["failed", "cancelled", "ready"])
def test_what_ended_is_not_rung(cast: Cast, status: str) -> None:
    asset = bring(cast)
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=asset.pk).update(status=status)
    assert running.interrupted(now=timezone.now() + dt.timedelta(hours=1)) == []


def test_a_wish_to_stop_is_told_to_whoever_asks(cast: Cast, tmp_path: Path) -> None:
    asset = bring(cast)
    busy = Work(asset, step(asset, "fetch"), tmp_path)
    busy.check()
    with tenancy.of_organization(cast.kesar.pk):
        ContentAsset.objects.filter(pk=asset.pk).update(cancel_requested=True)
    assert not busy.cancelled(), "it looks once a second"
    busy._last_beat = None
    with pytest.raises(Cancelled):
        busy.check()


def test_a_transcript_brought_meanwhile_is_not_written_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = bring(cast, QUESTION)
    told = Work.file

    def brought_meanwhile(self: Work) -> Any:
        if self.step.name == "transcribe":
            Transcript.objects.update_or_create(
                asset=asset,
                defaults={
                    "organization_id": cast.kesar.pk,
                    "words": [[0.0, 1.0, "Mine.", None]],
                    "text": "Mine.",
                    "engine": "subtitles (mine.srt)",
                    "edited_at": timezone.now(),
                },
            )
        return told(self)

    monkeypatch.setattr(Work, "file", brought_meanwhile)
    with tenancy.of_organization(cast.kesar.pk):
        asset = process(asset)
    assert asset.transcript.text == "Mine."
    assert step(asset, "transcribe").note == "Kept: subtitles (mine.srt)"
