"""One recording becomes many pieces: the plan with reasons, jobs that stop and go on, clips that are full pieces."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tenancy
from accounts.models import AuditEntry, Membership
from billing.models import CreditEntry
from content.models import ContentAsset, GeneratedContent, PieceFile, RepurposingJob, RepurposingStrategy, Transcript
from content.pieces.composing import media_of, sent_mime
from content.pieces.preflight import refusals
from content.pipeline import generate, keeping, repurposing
from content.pipeline.makers import CannotMake, Made, MadeFile, Work
from content.pipeline.makers.kinds import MAKERS
from content.services import assets, fixes
from content.services import repurposing as commands
from publishing.delivery import kits
from publishing.outgoing import outgoing
from tests.cast import Cast
from tests.content.making import bring
from tests.publishing.conftest import make_connection, make_post
from trenddrop.core import limits, media
from trenddrop.core.media import run_ffmpeg

SAID = (
    "Why does your skin feel worse every monsoon? The biggest mistake is washing your face five times a day."
    " Use a light cream with ceramides while your skin is still damp."
)
SMALL = {"side": 144, "count": 1, "seconds": [2.0, 6.0], "layout": "fit"}


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of moving bars with a tone, 160 × 90."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    picture, sound = "testsrc2=s=160x90:r=25:d=6", "sine=f=220:r=44100:d=6,volume=0.3"
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest", "-pix_fmt", "yuv420p"]
    run_ffmpeg(["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *coding, str(path)])
    return path


@pytest.fixture
def talk(cast: Cast, film: Path) -> ContentAsset:
    """A video with words and their seconds, as the pipeline leaves one."""
    asset = bring(cast, film)
    info = media.probe(film)
    words = SAID.split()
    step = 5.8 / len(words)
    timed = [[round(n * step, 2), round((n + 0.9) * step, 2), word, None] for n, word in enumerate(words)]
    with tenancy.of_organization(cast.kesar.pk):
        known = {"duration": info.duration, "mime_type": "video/mp4", "media_info": info.__dict__, "language": "en"}
        ContentAsset.objects.filter(pk=asset.pk).update(status="ready", size=info.size, **known)
        Transcript.objects.create(
            organization=cast.kesar, asset=asset, words=timed, text=SAID, language="en", engine="test",
            turns=[[0.0, "Asha"]],
        )  # fmt: skip
        return ContentAsset.objects.select_related("brand").get(pk=asset.pk)


def ask(cast: Cast, talk: ContentAsset, kind: str = "shorts", **order: Any) -> RepurposingJob:
    order = {"platforms": ["tiktok"], "format": "vertical", "config": dict(SMALL)} | order
    with tenancy.of_member(cast.ben):
        return commands.ask(talk, kind=kind, by=cast.ben, **order)


def fresh(job: RepurposingJob) -> RepurposingJob:
    with tenancy.of_organization(job.organization_id):
        return RepurposingJob.objects.select_related("asset").get(pk=job.pk)


def pieces(job: RepurposingJob) -> list[GeneratedContent]:
    with tenancy.of_organization(job.organization_id):
        return list(GeneratedContent.objects.select_related("asset").filter(job=job).order_by("part", "platform"))


def takes(job: RepurposingJob) -> list[PieceFile]:
    with tenancy.of_organization(job.organization_id):
        return list(PieceFile.objects.filter(piece__job=job).order_by("piece__platform", "number"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, film: Path) -> list[int]:
    """A maker that gives three parts at once, without rendering; the list tells which it was asked to make."""
    made: list[int] = []

    def make(work: Work) -> Iterator[Made]:
        for part in (1, 2, 3):
            if not work.is_kept(part):
                work.progress(part / 4, f"part {part}")
                made.append(part)
                file = MadeFile(film, recipe={"spans": [[0, 6]]}, report=[{"check": "length", "ok": True, "told": "x"}])
                words = {"title": f"Part {part}", "text": "Rain.", "made_by": "test", "format": "landscape"}
                yield Made(work.platforms, "short_video", part=part, files=[file], starts_at=0.0, ends_at=6.0, **words)

    monkeypatch.setitem(MAKERS, "shorts", make)
    return made


def test_a_clip_of_a_talk_is_a_full_piece_for_each_platform(cast: Cast, talk: ContentAsset) -> None:
    job = ask(cast, talk, platforms=["tiktok", "youtube"])
    assert repurposing.run_next() == job.pk
    job = fresh(job)
    assert (job.status, job.error, job.progress) == ("completed", "", 100)
    first, second = pieces(job)
    assert (first.platform, second.platform) == ("tiktok", "youtube")
    assert first.text
    assert not first.is_main
    assert first.starts_at is not None
    own = media_of(first)
    assert own is not None
    assert (own.kind, own.width, own.height, sent_mime(first)) == ("video", 144, 256, "video/mp4")
    take = takes(job)[0]
    assert take.is_current
    assert take.file.name == first.file.name
    assert take.recipe["spans"][0][0] == pytest.approx(first.starts_at)
    assert {one["check"] for one in take.report} >= {"length", "streams", "captions", "loudness"}
    assert [one for one in take.report if one["check"] in {"length", "streams", "captions", "size"} and not one["ok"]] == []
    assert "media_kind" not in {finding.problem.code for finding in refusals(first)}


def test_a_range_by_hand_is_cut_where_it_was_told(cast: Cast, talk: ContentAsset) -> None:
    ask(cast, talk, config=SMALL | {"start": 1.0, "end": 3.0, "headline": "Rain"})
    repurposing.run_next()
    (piece,) = pieces(fresh(ask_again(cast, talk)))
    assert (piece.starts_at, piece.ends_at) == (1.0, 3.0)
    assert piece.duration == pytest.approx(2.0, abs=0.2)


def ask_again(cast: Cast, talk: ContentAsset) -> RepurposingJob:
    with tenancy.of_organization(cast.kesar.pk):
        return RepurposingJob.objects.filter(asset=talk).order_by("created_at")[0]
