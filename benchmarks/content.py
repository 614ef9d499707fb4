"""From an upload to the first piece, stage by stage, beside the bare tool.

    python -m benchmarks.content [1 10 60] [search]

The shipped sample, repeated to so many minutes of speech, comes in by tus and goes through every step as in a worker;
then the bare tool does the same work on the same file: a copy on the disk, PyAV, ffmpeg, ffmpeg with PocketSphinx, and
for what has no tool outside, our own engine without a row read or written. Repeated speech has fewer different words
than an hour of anybody's: reading and writing are told for it, not for every hour. Then the most memory that matching
and writing hold; with `search`, full-text search over 100,000 transcripts. Needs services of its own (`make bench`).
"""

import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import av  # noqa: E402 (after setup, as everything below)
import pocketsphinx  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import Membership, Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks import search  # noqa: E402
from benchmarks.measuring import report  # noqa: E402
from content import understanding, writing  # noqa: E402
from content.models import ContentAsset, GeneratedContent, PipelineStep, TrendMatch  # noqa: E402
from content.pipeline import generate, match, running  # noqa: E402
from content.pipeline.understand import names_of, source_of  # noqa: E402
from content.understanding import matching  # noqa: E402
from trenddrop.core import media  # noqa: E402
from trenddrop.core.embeddings import embedder  # noqa: E402
from trenddrop.core.media.frames import still_args  # noqa: E402
from trenddrop.core.media.running import ffmpeg  # noqa: E402
from trenddrop.core.media.sound import speech_args  # noqa: E402
from trenddrop.core.speech.segments import RATE, segments  # noqa: E402
from trenddrop.core.text.tokens import normal_words  # noqa: E402
from trends.queries import nearness  # noqa: E402
from trends.services import examples  # noqa: E402

SAMPLE = Path(settings.BASE_DIR) / "content" / "examples" / "monsoon-skin.mp4"
MINUTES = [int(given) for given in sys.argv[1:] if given.isdecimal()] or [1, 10, 60]
TRANSCRIPTS = 100_000
PART = 8 * 1024**2  # bytes of one request of an upload, as the page sends them
WARM_UP = 0.1  # minutes of a recording that goes first: word lists and models are read once in a worker's life
AIM = 1.1
MEGABYTE = 1024**2
TUS = {"Tus-Resumable": "1.0.0"}

Side = Callable[[], object]


@dataclass(frozen=True)
class Way:
    """What one asset's way took: seconds by stage, and until its first piece stood."""

    asset: ContentAsset
    stages: dict[str, float]
    first_piece: float


def repeated(minutes: float, path: Path) -> Path:
    """Write the sample as a video of so many minutes."""
    command = [ffmpeg(), "-nostdin", "-v", "error", "-y", "-stream_loop", "-1", "-i", str(SAMPLE)]
    subprocess.run([*command, "-t", str(60 * minutes), "-c", "copy", str(path)], check=True, capture_output=True)
    return path


def signed_in(member: Membership) -> Client:
    """Return somebody's browser on a server that has answered before."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(member.user)
    client.get("/upload/")
    return client


def send(client: Client, path: Path) -> uuid.UUID:
    """Bring a file as the page does, in parts; return the asset's key. No worker is rung."""
    created = client.post("/uploads/", headers=TUS | {"Upload-Length": str(path.stat().st_size)}, content_type="")
    at = 0
    with path.open("rb") as file:
        while part := file.read(PART):
            headers = TUS | {"Upload-Offset": str(at)}
            answer = client.patch(
                created["Location"], part, content_type="application/offset+octet-stream", headers=headers
            )
            at += len(part)
    return uuid.UUID(answer["TrendDrop-Asset"].strip("/").rsplit("/", 1)[-1])


def go(member: Membership, path: Path) -> Way:
    """Take a file from its upload to its pieces."""
    client = signed_in(member)
    began, started = timezone.now(), time.perf_counter()
    key = send(client, path)
    stages = {"upload": time.perf_counter() - started}
    running.run(key, member.organization_id)
    with tenancy.of_member(member):
        asset = ContentAsset.objects.get(pk=key)
        for step in PipelineStep.objects.filter(asset=asset).order_by("position"):
            if step.status not in {PipelineStep.Status.DONE, PipelineStep.Status.SKIPPED}:
                raise SystemExit(f"{step.name} ended as {step.status}: {step.error}")
            if step.status == PipelineStep.Status.DONE and step.started_at and step.finished_at:
                stages[step.name] = (step.finished_at - step.started_at).total_seconds()
        first = GeneratedContent.objects.filter(asset=asset).order_by("created_at").first()
    if first is None:
        raise SystemExit("No piece was written.")
    return Way(asset, stages, (first.created_at - began).total_seconds())


def bare(way: Way, path: Path, folder: Path) -> dict[str, Side]:
    """Return what does each stage without the product around it."""
    engine = Engine(way.asset)
    return {
        "upload": lambda: copied(path, folder / "copy"),
        "probe": lambda: probed(path),
        "frames": lambda: stills(path, folder),
        "transcribe": lambda: heard(path, folder / "bare.wav"),
        "understand": engine.understand,
        "match": engine.match,
        "generate": engine.write,
    }


def copied(path: Path, to: Path) -> None:
    """Copy a file and wait for the disk."""
    shutil.copyfile(path, to)
    with to.open("rb") as file:
        os.fsync(file.fileno())


def probed(path: Path) -> None:
    """Open the file and decode a picture."""
    with av.open(str(path)) as container:
        next(container.decode(video=0))


def stills(path: Path, folder: Path) -> None:
    """Take the same stills with ffmpeg alone."""
    for number, at in enumerate(media.choose_frame_times(media.probe(path))):
        bare_ffmpeg(still_args(path, at, folder / f"{number}.jpg"))


def heard(path: Path, sound: Path) -> None:
    """Read the sound with ffmpeg and decode it with PocketSphinx, in the same stretches."""
    bare_ffmpeg(speech_args(path, sound))
    decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL")
    for stretch in segments(sound):
        decoder.start_utt()
        decoder.process_raw(stretch.samples, full_utt=True)
        decoder.end_utt()
        list(decoder.seg() or ())


def bare_ffmpeg(arguments: list[str]) -> None:
    """Run ffmpeg and nothing else."""
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-y", *arguments]
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)


class Engine:
    """Our own reading, matching and writing, with everything read beforehand and nothing written."""

    def __init__(self, asset: ContentAsset) -> None:
        self.model = embedder()
        with tenancy.of_organization(asset.organization_id):
            self.source, self.names = source_of(asset), names_of(asset)
            self.language = asset.language or "en"
            self.sentences = match.sentences_of(asset)
            self.material = generate.gather(asset)
        said = [normal_words(sentence.text) for sentence in self.sentences]
        text = " ".join(one.text for one in self.sentences)
        self.vector = self.model.embed([text])[0]
        found = nearness.candidates(self.vector, embedder=self.model.name, said=said)
        self.topics = [match.candidate_of(topic, timezone.now()) for topic in found]
        self.orders = [generate.brief(self.material, one) for one in generate.platforms_of(self.material.brand)]

    def understand(self) -> None:
        """Read it."""
        understanding.understand(self.source, self.language, proper_names=self.names)

    def match(self) -> None:
        """Hold it against the live topics."""
        sentences = understanding.read(self.source, language=self.language, proper_names=self.names)
        self.model.embed([" ".join(one.text for one in sentences)])
        keywords = self.material.understanding.keywords
        matching.match(sentences, self.topics, keywords=keywords, vector=self.vector, semantic=self.model.semantic)

    def write(self) -> None:
        """Write a piece for each platform."""
        for order in self.orders:
            writing.write(order, rng=random.Random(1))


def spent(side: Side) -> float:
    """Return the seconds a side takes."""
    started = time.perf_counter()
    side()
    return time.perf_counter() - started


def again(asset: ContentAsset, name: str) -> Side:
    """Return what does one step once more, as a worker does."""
    with tenancy.of_organization(asset.organization_id):
        PipelineStep.objects.filter(asset=asset, name=name).update(status="waiting", attempts=0, started_at=None)
        ContentAsset.objects.filter(pk=asset.pk).update(status="pending")
        if name == "match":
            TrendMatch.objects.filter(asset=asset).delete()
    return lambda: running.run(asset.pk, asset.organization_id)


def most_memory(side: Side) -> float:
    """Return the most that Python held beyond what it held before, in MB."""
    tracemalloc.start()
    before, _peak = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    side()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - before) / MEGABYTE


def measure(member: Membership, minutes: int, folder: Path) -> bool:
    """Print a line for each stage of a recording of so many minutes; True when all kept to the aim."""
    path = repeated(minutes, folder / f"{minutes}.mp4")
    way, kept = go(member, path), True
    try:
        total = sum(way.stages.values())
        for name, side in bare(way, path, folder).items():
            limit, ours = spent(side), way.stages[name]
            aim = AIM if name == "transcribe" else None
            kept &= report(f"{minutes} min: {name}", ours, limit, unit="s", n=1, ratio=ours / limit, aim=aim)
        report(f"{minutes} min: upload to first piece", way.first_piece, unit="s", n=1)
        report(f"{minutes} min: upload to last piece", total, unit="s", n=1)
        for name in ("match", "generate"):
            report(f"{minutes} min: memory of {name}", most_memory(again(way.asset, name)), unit="MB", n=1)
    finally:
        with tenancy.operator():
            way.asset.file.delete(save=False)
            ContentAsset.objects.filter(pk=way.asset.pk).delete()
    return kept


def main() -> int:
    """Measure in an organisation of our own, and take it away again."""
    logging.disable(logging.WARNING)
    examples.load(timezone.now())
    owner = User.objects.create_user(f"bench-{uuid.uuid4().hex[:8]}@trenddrop.example", None)
    member = organizations.create(name="Bench of content", owner=owner)
    try:
        with tempfile.TemporaryDirectory() as folder:
            go(member, repeated(WARM_UP, Path(folder) / "warm.mp4"))
            kept = min([measure(member, minutes, Path(folder)) for minutes in MINUTES])  # every one is measured
    finally:
        with tenancy.operator():
            Organization.objects.filter(pk=member.organization_id).update(deleted_at=timezone.now())
    if "search" in sys.argv[1:] or len(sys.argv) == 1:
        kept &= search.run(TRANSCRIPTS)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
