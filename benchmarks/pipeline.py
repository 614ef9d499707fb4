"""What each step of an asset's way costs, beside the bare tool doing the same: python -m benchmarks.pipeline [ROUNDS]

The steps run as they do in the worker: claimed, held, saved, ended. The bare side is the tool alone on the same file:
PyAV opening it and decoding one picture; ffmpeg with the same arguments; ffmpeg and PocketSphinx on the same
stretches of sound. Reading, matching and writing have no bare tool; their milliseconds are told.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import av  # noqa: E402 (after setup, as everything below)
import pocketsphinx  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.files import File  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks.measuring import ratio, report, turns  # noqa: E402
from content.models import ContentAsset, PipelineStep  # noqa: E402
from content.pipeline import running  # noqa: E402
from trenddrop.core import media  # noqa: E402
from trenddrop.core.media.frames import still_args  # noqa: E402
from trenddrop.core.media.running import ffmpeg  # noqa: E402
from trenddrop.core.media.sound import speech_args  # noqa: E402
from trenddrop.core.speech.segments import RATE, segments  # noqa: E402
from trends.services import examples  # noqa: E402

SAMPLE = Path(settings.BASE_DIR) / "content" / "examples" / "monsoon-skin.mp4"
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5
AIM = 1.1
NAMES = [step.name for step in running.STEPS]


def make() -> ContentAsset:
    """Bring the sample in, in an organisation of its own, and take it through every step once."""
    key = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"bench-{key}@trenddrop.example", None)
    member = organizations.create(name=f"Bench {key}", owner=owner)
    with tenancy.of_member(member):
        asset = ContentAsset(organization=member.organization, kind="video", title="Skin in the monsoon")
        with SAMPLE.open("rb") as source:
            asset.file.save("original.mp4", File(source), save=False)
        asset.save()
        PipelineStep.objects.bulk_create(
            PipelineStep(organization_id=asset.organization_id, asset=asset, name=name, position=number)
            for number, name in enumerate(NAMES)
        )
    running.run(asset.pk, asset.organization_id)
    return asset


def reopen(asset: ContentAsset, name: str) -> Callable[[], None]:
    """Return what makes one step wait again, and takes away what it made."""

    def does() -> None:
        with tenancy.of_organization(asset.organization_id):
            PipelineStep.objects.filter(asset=asset, name=name).update(status="waiting", attempts=0, started_at=None)
            ContentAsset.objects.filter(pk=asset.pk).update(status="pending", thumbnail="")
            if name == "frames":
                asset.frames.all().delete()

    return does


def work(asset: ContentAsset) -> Callable[[], None]:
    """Return what does the step that waits, as a worker does it."""
    return lambda: running.run(asset.pk, asset.organization_id)


def bare_ffmpeg(arguments: list[str]) -> None:
    """Run ffmpeg and nothing else."""
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-y", *arguments]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def bare_probe() -> None:
    """Open the file and decode a picture."""
    with av.open(str(SAMPLE)) as container:
        next(container.decode(video=0))


def bare_frames(folder: Path) -> Callable[[], None]:
    """Take the same stills."""
    times = media.choose_frame_times(media.probe(SAMPLE))

    def does() -> None:
        for number, at in enumerate(times):
            bare_ffmpeg(still_args(SAMPLE, at, folder / f"{number}.jpg"))

    return does


def bare_transcribe(folder: Path) -> Callable[[], None]:
    """Extract the same sound, and decode the same stretches of it."""
    sound = folder / "speech.wav"
    bare_ffmpeg(speech_args(SAMPLE, sound))
    stretches = [segment.samples for segment in segments(sound)]

    def does() -> None:
        bare_ffmpeg(speech_args(SAMPLE, sound))
        decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL")
        for samples in stretches:
            decoder.start_utt()
            decoder.process_raw(samples, full_utt=True)
            decoder.end_utt()
            list(decoder.seg() or ())

    return does


def measure(asset: ContentAsset, folder: Path) -> None:
    """Print a line for each step, and for the three that have a bare tool together."""
    bare: dict[str, Callable[[], Any]] = {
        "probe": bare_probe,
        "frames": bare_frames(folder),
        "transcribe": bare_transcribe(folder),
    }
    both: list[tuple[list[float], list[float]]] = []
    for name, does in bare.items():
        ours, limit = turns([work(asset), does], ROUNDS, before=reopen(asset, name))
        both.append((ours, limit))
        told(f"step {name}", ours, limit)
    told("these three together", *([sum(each) for each in zip(*side, strict=True)] for side in zip(*both, strict=True)))
    for name in ("understand", "match", "generate"):
        (spent,) = turns([work(asset)], ROUNDS, before=reopen(asset, name))
        report(f"step {name}", 1000 * statistics.median(spent), unit="ms", n=ROUNDS)


def told(name: str, ours: list[float], limit: list[float]) -> None:
    """Print the medians of both sides and of their rounds' ratios."""
    middles = [1000 * statistics.median(side) for side in (ours, limit)]
    report(name, *middles, unit="ms", n=ROUNDS, ratio=ratio(ours, limit), aim=AIM)


def main() -> None:
    """Measure on an asset of our own, and take it away again."""
    examples.load(timezone.now())
    asset = make()
    try:
        with tempfile.TemporaryDirectory() as folder:
            measure(asset, Path(folder))
    finally:
        with tenancy.operator():
            asset.file.delete(save=False)
            ContentAsset.objects.filter(pk=asset.pk).delete()
            Organization.objects.filter(pk=asset.organization_id).update(deleted_at=timezone.now())


if __name__ == "__main__":
    main()
