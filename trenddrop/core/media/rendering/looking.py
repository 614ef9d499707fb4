"""Who is to be seen when: faces found in a few pictures a second, held together over time, shot by shot."""

import itertools
import math
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from trenddrop.core.media.faces import Face, Grey, find_again, find_faces
from trenddrop.core.media.probing import MediaInfo
from trenddrop.core.media.rendering.edits import Run, Span, runs_of
from trenddrop.core.media.rendering.layouts import even
from trenddrop.core.media.rendering.steps import Steps
from trenddrop.core.media.running import run_ffmpeg, source

SIDE = 640  # pixels of the longer side of the pictures that are looked at
OFTEN, MOST_LOOKS = 5.0, 900  # a second; and all told, so that hours take minutes
EVERYWHERE = 1.0  # seconds after which faces are looked for everywhere again
CUTS = re.compile(r"lavfi\.scd\.time: (\d+(?:\.\d+)?)")
CUT = 9.0  # of scdet's score
SAME = 0.9  # of a face's side: so far it moves between two looks and is still the same
LASTING = 0.25  # of a shot's looks, that a face counts
SMALL = (64, 36)  # for the map of what moves at all


@dataclass
class Track:
    """A face over time: seconds of the original, its place and side (shares), and how much its mouth moves."""

    at: list[float] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)
    mouth: list[float] = field(default_factory=list)

    @property
    def middle(self) -> Face:
        """Where it mostly is, and how large."""
        values = np.median([(face.x, face.y, face.size) for face in self.faces], axis=0)
        return Face(*(float(value) for value in values))


@dataclass
class Seen:
    """A shot (nothing is cut within): its seconds, the moments looked at, and the faces that last."""

    start: float
    end: float
    looks: list[float] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)

    @property
    def lasting(self) -> list[Track]:
        """The faces that are there for a good part of the shot, those longest in it first."""
        least = max(2, math.ceil(LASTING * len(self.looks)))
        return sorted((each for each in self.tracks if len(each.at) >= least), key=lambda each: -len(each.at))


@dataclass
class Look:
    """What was seen of the spans: shots in order, and how much each part of the picture moved (SMALL, of 255)."""

    shots: list[Seen]
    moving: Grey


def look(path: Path, spans: Sequence[Span], info: MediaInfo, steps: Steps) -> Look:
    """Look through the spans. Raises MediaError."""
    often = min(OFTEN, MOST_LOOKS / max(1.0, sum(span.seconds for span in spans)))
    shots: list[Seen] = []
    moving = np.zeros(SMALL[::-1], np.float32)
    with tempfile.TemporaryDirectory(prefix="look-") as folder:
        runs = runs_of(spans)
        for number, run in enumerate(runs):
            raw = Path(folder) / "grey.raw"
            part = steps.part(number / len(runs), (number + 1) / len(runs))
            size, cuts = _pictures(path, run, info, raw, often, part)
            shots += _shots(run, cuts)
            watch = _Watch(shots, moving)
            for at, picture in _read(raw, size, run.start, often):
                part.check()
                if any(span.start <= at < span.end for span in run.spans):
                    watch.see(at, picture)
    return Look(shots, np.minimum(moving, 255).astype(np.uint8))


def _pictures(
    path: Path, run: Run, info: MediaInfo, raw: Path, often: float, steps: Steps
) -> tuple[tuple[int, int], list[float]]:
    """Write small grey pictures of a run one after the other; return their sides, and where the film is cut."""
    wide, high = info.width or 2, info.height or 2
    scale = min(1.0, SIDE / max(wide, high))
    size = (even(wide * scale), even(high * scale))
    length = run.end - run.start
    seek = ["-ss", f"{run.start:.6f}", "-t", f"{length:.6f}"]
    shown = f"scale={size[0]}:{size[1]},scdet=threshold={CUT},fps={often:.4f}:start_time=0,format=gray"
    args = [*seek, *source(path), "-map", "0:V:0", "-vf", shown, "-f", "rawvideo", str(raw)]
    told = run_ffmpeg(args, duration=length, progress=steps.tell, cancelled=steps.cancelled)
    return size, [run.start + float(at) for at in CUTS.findall(told)]


def _read(raw: Path, size: tuple[int, int], begin: float, often: float) -> Iterator[tuple[float, Grey]]:
    length = size[0] * size[1]
    with raw.open("rb") as file:
        number = 0
        while len(content := file.read(length)) == length:
            yield begin + number / often, np.frombuffer(content, np.uint8).reshape(size[1], size[0])
            number += 1


def _shots(run: Run, cuts: Sequence[float]) -> list[Seen]:
    """The shots of a run: what lies between the film's own cuts."""
    edges = [run.start, *(cut for cut in sorted(cuts) if run.start + 0.1 < cut < run.end - 0.1), run.end]
    return [Seen(start, end) for start, end in itertools.pairwise(edges)]


class _Watch:
    """Goes from picture to picture and holds on to the faces."""

    def __init__(self, shots: list[Seen], moving: np.ndarray) -> None:
        self.shots = shots
        self.moving = moving
        self.before: Grey | None = None
        self.faces: list[Face] = []
        self.everywhere = -math.inf
        self.shot: Seen | None = None

    def see(self, at: float, picture: Grey) -> None:
        """Find the faces of a picture and add each to whom it belongs to."""
        shot = next((each for each in reversed(self.shots) if each.start <= at + 1e-6), self.shots[0])
        fresh = shot is not self.shot
        if fresh:
            self.shot, self.before = shot, None
        shot.looks.append(at)
        found = [] if fresh else find_again(picture, self.faces)
        if fresh or len(found) < len(self.faces) or at - self.everywhere >= EVERYWHERE:
            found, self.everywhere = find_faces(picture), at
        self.faces = found
        for face in found:
            self._add(shot, at, face, picture)
        self._feel(picture)

    def _add(self, shot: Seen, at: float, face: Face, picture: Grey) -> None:
        wide = picture.shape[1] / picture.shape[0]
        track = next((each for each in shot.tracks if each.at[-1] < at and _same(each.faces[-1], face, wide)), None)
        if track is None:
            track = Track()
            shot.tracks.append(track)
        track.mouth.append(_mouth(self.before, picture, face) if self.before is not None else 0.0)
        track.at.append(at)
        track.faces.append(face)

    def _feel(self, picture: Grey) -> None:
        """Remember what changed since the picture before."""
        small = cv2.resize(picture, SMALL, interpolation=cv2.INTER_AREA)
        if self.before is not None:
            earlier = cv2.resize(self.before, SMALL, interpolation=cv2.INTER_AREA)
            self.moving += np.abs(small.astype(np.float32) - earlier) > 2
        self.before = picture


def _same(one: Face, other: Face, wide: float) -> bool:
    apart = math.hypot((one.x - other.x) * wide, one.y - other.y)
    return apart < SAME * max(one.size, other.size) and 0.5 < one.size / other.size < 2


def _mouth(before: Grey, picture: Grey, face: Face) -> float:
    """How much the lower part of a face changed, beyond how much its upper part did (grey levels)."""
    return max(0.0, _changed(before, picture, face, 0.18, 0.5) - _changed(before, picture, face, -0.4, 0.05))


def _changed(before: Grey, picture: Grey, face: Face, top: float, foot: float) -> float:
    high, wide = picture.shape
    side = face.size * high
    rows = slice(max(0, int(face.y * high + side * top)), max(0, int(face.y * high + side * foot)))
    columns = slice(max(0, int(face.x * wide - side * 0.3)), max(0, int(face.x * wide + side * 0.3)))
    one, other = before[rows, columns], picture[rows, columns]
    return float(np.abs(one.astype(np.int16) - other).mean()) if one.size else 0.0
