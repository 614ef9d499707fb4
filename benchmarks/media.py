"""The media engine beside its bare tools: python -m benchmarks.media [PART ...] [--rounds 3] [--seconds 20] ...

Parts: `renders` (beside one bare run of ffmpeg with the arguments of the last run, sound prepared), `upload` (beside a
copy of the file), `memory` (what a recording of --gigabytes costs more than one of a tenth), `podcast` (a recording of
--minutes through every step). Without PART all four.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

from django.conf import settings  # noqa: E402 (after setup, as everything below)
from django.core.files import File  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import Membership, Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks.measuring import ratio, report, turns  # noqa: E402
from content.intake.receiving import Body  # noqa: E402
from content.models import ContentAsset, PipelineStep  # noqa: E402
from content.pipeline import running  # noqa: E402
from content.services import uploads  # noqa: E402
from trenddrop.core.media import probe, run_ffmpeg  # noqa: E402
from trenddrop.core.media.rendering import Edit, Keep, Layout, Span, check, follow, render  # noqa: E402
from trenddrop.core.media.rendering.edits import settled  # noqa: E402
from trenddrop.core.media.rendering.render import picture_args  # noqa: E402
from trenddrop.core.media.rendering.sounds import make_sound  # noqa: E402
from trenddrop.core.media.rendering.steps import Steps  # noqa: E402
from trenddrop.core.media.running import ffmpeg  # noqa: E402

SAMPLE = Path(settings.BASE_DIR) / "content" / "examples" / "monsoon-skin.mp4"
TALL = (1080, 1920)
AIM, SOON, FLAT = 1.1, 2.0, 1.1  # times bare ffmpeg; seconds; times the memory of the small one


@dataclass(frozen=True)
class Asked:
    """How much to measure."""

    rounds: int
    seconds: float
    gigabytes: float
    minutes: float


def edits(seconds: float) -> dict[str, Edit]:
    """Return an edit for each layout, and one with many cuts, of the first so many seconds."""
    spans = (Span(1.0, 1.0 + seconds),)
    path = (Keep(1, 0.3, 0.5, 1), Keep(1 + seconds / 3, 0.3, 0.5, 1), Keep(1 + seconds / 2, 0.6, 0.5, 1))
    other = (Keep(1, 0.75, 0.5, 0.5),)
    layouts: tuple[Layout, ...] = ("follow", "two", "screen", "fit")
    made: dict[str, Edit] = {
        name: Edit(spans, TALL, name, path=path, second=other if name == "two" else ()) for name in layouts
    }
    pieces = max(2, int(seconds / 2))
    cuts = tuple(Span(1 + 2.5 * number, 2.9 + 2.5 * number) for number in range(pieces))
    return {**made, f"follow, {pieces} cuts": Edit(cuts, TALL, path=path)}


def renders(asked: Asked, folder: Path) -> None:
    """Print how long renders take beside bare ffmpeg, how loud they are, and when they first tell of progress."""
    info = probe(SAMPLE)
    for name, wanted in edits(min(asked.seconds, 40)).items():
        edit, work = settled(wanted, info), folder / name.replace(" ", "-")
        work.mkdir()
        out, bare = work / "out.mp4", bare_run(edit, work)
        first: list[float] = []
        ours, limit = turns([lambda e=edit, o=out, f=first: timed(e, o, f), bare], asked.rounds)  # type: ignore[misc]
        middles = (statistics.median(ours), statistics.median(limit))
        report(f"render {name}", *middles, unit="s", n=asked.rounds, ratio=ratio(ours, limit), aim=AIM)
        report(f"render {name}: first progress", max(first), unit="s", n=len(first), aim=SOON)
        bad = [each.told for each in check(out, edit) if not each.ok]
        report(f"render {name}: faults of the result", len(bad), unit="", n=1, aim=0)


def timed(edit: Edit, out: Path, first: list[float]) -> None:
    """Render, and note after how long ffmpeg's first word of progress came."""
    began, told = time.perf_counter(), []
    render(SAMPLE, out, edit, probe(SAMPLE), progress=lambda done: told.append((done, time.perf_counter() - began)))
    first.append(next(at for done, at in told if done > 0))


def bare_run(edit: Edit, work: Path) -> Callable[[], object]:
    """Prepare the sound, and return what runs ffmpeg with the arguments of a render's last run."""
    info = probe(SAMPLE)
    sound = make_sound(SAMPLE, edit, info, work, Steps(None, None))
    args = picture_args(SAMPLE, work / "bare.mp4", edit, info, sound=sound, folder=work)
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-y", *args]
    return lambda: subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def member() -> Membership:
    """Make an organisation of our own."""
    key = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"bench-{key}@trenddrop.example", None)
    return organizations.create(name=f"Bench {key}", owner=owner)


def forget(by: Membership) -> None:
    """Take away what was measured on."""
    with tenancy.operator():
        for asset in ContentAsset.objects.filter(organization_id=by.organization_id):
            if asset.file:
                asset.file.delete(save=False)
            asset.delete()
        Organization.objects.filter(pk=by.organization_id).update(deleted_at=timezone.now())


def long_video(out: Path, size: int) -> Path:
    """Write a video of about so many bytes: pictures as they are, uncoded, and a tone."""
    seconds = max(1, round(size / (1280 * 720 * 1.5 * 10)))
    drawn = ["-f", "lavfi", "-i", f"testsrc=s=1280x720:r=10:d={seconds}", "-f", "lavfi", "-i", f"sine=d={seconds}"]
    run_ffmpeg([*drawn, "-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", "-f", "matroska", str(out)])
    return out


def bring(path: Path, by: Membership) -> ContentAsset:
    """Upload a file as a form or a resumable upload does, without the network."""
    with path.open("rb") as file:
        return uploads.take_file(Body(file.read, path.stat().st_size), name=path.name, by=by)


def upload(asked: Asked, folder: Path) -> None:
    """Print how fast an upload is written, beside a copy that is written through to the disk as uploads are."""
    by = member()
    path = long_video(folder / "upload.mkv", 300_000_000)
    megabytes = path.stat().st_size / 1e6
    try:
        ours, limit = turns([lambda: bring(path, by), lambda: copied(path, folder / "copy.mkv")], asked.rounds)
    finally:
        forget(by)
    speeds = (megabytes / statistics.median(ours), megabytes / statistics.median(limit))
    report("upload", *speeds, unit="MB/s", n=asked.rounds, ratio=ratio(ours, limit))


def copied(path: Path, out: Path) -> None:
    """Copy a file and wait until it is on the disk."""
    with path.open("rb") as source, out.open("wb") as target:
        shutil.copyfileobj(source, target, 1024**2)
        target.flush()
        os.fsync(target.fileno())


PROBE = """
import resource, sys
from pathlib import Path
from benchmarks import media
media.handle(Path(sys.argv[1]), Path(sys.argv[2]))
own, tools = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(own // 1024, tools // 1024)
"""


def handle(path: Path, folder: Path) -> None:
    """Upload a file, find who is in it, and make a short of its end."""
    by = member()
    try:
        bring(path, by)
        info = probe(path)
        end = info.duration or 10.0
        spans = (Span(end - 6, end - 1),)
        found = follow(path, spans, info, aspect=9 / 16)
        render(path, folder / "short.mp4", Edit(spans, (360, 640), found.layout, path=found.path), info)
    finally:
        forget(by)


def memory(asked: Asked, folder: Path) -> None:
    """Print what a large recording needs beside a small one, each in a process of its own: ours, and its tools' (a tool
    begins as a copy of ours, so that this figure is never below)."""
    peaks = []
    for size in (asked.gigabytes / 10, asked.gigabytes):
        path = long_video(folder / "long.mkv", int(size * 1e9))
        command = [sys.executable, "-c", PROBE, str(path), str(folder)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        peaks.append([int(figure) for figure in told[-2:]])
        path.unlink()
    for name, small, large in zip(("ours", "its tools, at most"), *peaks, strict=True):
        report(
            f"peak memory at {asked.gigabytes} GB, {name}", large, small, unit="MB", n=1, ratio=large / small, aim=FLAT
        )


def spoken(out: Path, minutes: float) -> Path:
    """Write a podcast: the sample's speech over and over."""
    looped = ["-stream_loop", "-1", "-i", str(SAMPLE), "-t", str(60 * minutes), "-vn", "-ac", "1", "-b:a", "96k"]
    run_ffmpeg([*looped, str(out)])
    return out


def podcast(asked: Asked, folder: Path) -> None:
    """Print each step's seconds for a long recording, from the bytes on the disk to pieces, and the peak of memory."""
    by = member()
    path = spoken(folder / "podcast.mp3", asked.minutes)
    try:
        with tenancy.of_member(by):
            asset = ContentAsset(organization=by.organization, kind="audio", title="A long conversation")
            with path.open("rb") as source:
                asset.file.save("original.mp3", File(source), save=False)
            asset.save()
            PipelineStep.objects.bulk_create(
                PipelineStep(organization_id=asset.organization_id, asset=asset, name=step.name, position=number)
                for number, step in enumerate(running.STEPS)
            )
        running.run(asset.pk, asset.organization_id)
        told(asset)
    finally:
        forget(by)


def told(asset: ContentAsset) -> None:
    """Print what each step took, and the memory of all."""
    with tenancy.of_organization(asset.organization_id):
        steps = list(PipelineStep.objects.filter(asset=asset).order_by("position"))
    for step in steps:
        spent = (step.finished_at - step.started_at).total_seconds() if step.started_at and step.finished_at else -1.0
        report(f"podcast: {step.name} ({step.status})", spent, unit="s", n=1)
    for name, who in (("ours", resource.RUSAGE_SELF), ("its tools, at most", resource.RUSAGE_CHILDREN)):
        report(f"podcast: peak memory, {name}", resource.getrusage(who).ru_maxrss / 1024, unit="MB", n=1)


PARTS = {"renders": renders, "upload": upload, "memory": memory, "podcast": podcast}


def main() -> None:
    """Measure the parts asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.media")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20, help="of a render, at most 40")
    parser.add_argument("--gigabytes", type=float, default=3)
    parser.add_argument("--minutes", type=float, default=120, help="of the podcast")
    asked = vars(parser.parse_args())
    for name in asked.pop("parts") or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](Asked(**asked), Path(folder))


if __name__ == "__main__":
    main()
