"""What is asked of a render: which parts, which picture, which words and sounds."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from trenddrop.core.media.probing import MAX_SECONDS, MediaError, MediaInfo

Layout = Literal["follow", "two", "screen", "fit"]
Zoom = Literal["in", "out", "none"]
LEAST_SIDE, MOST_SIDE = 16, 4096
MOST_SPANS = 3000
NEAR = 20.0  # seconds between spans that are still read in one go; seeking to a key frame costs about as much
MOST_RUNS = 24  # each is a file opened by itself, with its own decoder
SHORTEST = 0.1
NO_PARTS = "Nothing is left of the recording: choose a part that is longer than a tenth of a second."
TOO_TINY = "The picture is too small to make a video of: it needs at least 16 pixels on each side."


@dataclass(frozen=True)
class Span:
    """A part of the original, in seconds of it."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True)
class Keep:
    """A keyframe of a crop: at a second of the original, its centre and its width, as shares of the picture (0 to 1).

    Between keyframes the crop moves in a straight line; two at one second make it jump. The width is the first one's.
    """

    at: float
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Layer:
    """A transparent picture of the frame's size over the video, in seconds of the cut recording (no end: to its end).

    An intro is not counted: the first picture after it is second 0, for layers as for captions.
    """

    path: Path
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True)
class Still:
    """A scene of a slideshow: a picture that is slowly moved into or out of, or a moving one, without its sound."""

    path: Path
    seconds: float
    zoom: Zoom = "in"
    fitted: bool = False  # whole, on a blurred ground, instead of filling the frame


@dataclass(frozen=True)
class Wave:
    """The sound drawn as it is heard: a box in pixels of the frame, a colour as #rrggbb, a line or bars."""

    x: int
    y: int
    width: int
    height: int
    colour: str = "#ffffff"
    style: Literal["line", "bars"] = "line"


@dataclass(frozen=True)
class Edit:
    """Everything a render does, see the fields' classes; `size` in pixels, `loudness` in LUFS.

    `path` is the crop of the speaker; `second` the other speaker's with "two", with "screen" the part that is the
    screen (none: the whole picture). Without a path the crop stands in the middle. `captions` is an ASS file in seconds
    of the cut recording, `fonts` the folder it may take fonts from. With `stills` the picture is theirs and the
    original gives its sound only. `music` is lowered under speech.
    """

    spans: tuple[Span, ...]
    size: tuple[int, int]
    layout: Layout = "follow"
    path: tuple[Keep, ...] = ()
    second: tuple[Keep, ...] = ()
    captions: Path | None = None
    fonts: Path | None = None
    layers: tuple[Layer, ...] = ()
    intro: Path | None = None
    outro: Path | None = None
    music: Path | None = None
    fps: int = 30
    loudness: float = -14.0
    stills: tuple[Still, ...] = ()
    wave: Wave | None = None

    @property
    def frames(self) -> int:
        """How many pictures the cut recording (or the slideshow) has, intro and outro not counted."""
        if self.stills:
            return sum(max(1, round(still.seconds * self.fps)) for still in self.stills)
        return sum(frames_of(span, self.fps) for span in self.spans)

    @property
    def seconds(self) -> float:
        """How long that is."""
        return self.frames / self.fps


@dataclass(frozen=True)
class Run:
    """Spans that lie near each other and are read in one go, from `start` to `end` of the original."""

    spans: tuple[Span, ...]

    @property
    def start(self) -> float:
        """Where reading begins."""
        return self.spans[0].start

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.spans[-1].end


def frames_of(span: Span, fps: int) -> int:
    """Return how many pictures a span on the grid has."""
    return round((span.end - span.start) * fps)


def settled(edit: Edit, info: MediaInfo | None) -> Edit:
    """Return the edit with its spans inside the recording and on whole pictures; raise MediaError for what cannot be.

    On whole pictures sound and picture are cut at the same place: they cannot drift apart, however many cuts there are.
    """
    _check_frame(edit)
    if info is not None and not edit.stills:
        _check_source(info)
    length = (info.duration if info else None) or MAX_SECONDS
    spans = edit.spans or ((Span(0.0, length),) if info is not None else ())
    held = [_on_grid(span, edit.fps, length) for span in spans]
    kept = tuple(span for span in held if span.end - span.start >= min(SHORTEST, 1 / edit.fps))
    if not kept and not edit.stills:
        raise MediaError(NO_PARTS)
    if len(kept) > MOST_SPANS:
        raise MediaError(f"The recording is cut into {len(kept)} parts; at most {MOST_SPANS} are taken.")
    return replace(edit, spans=kept)


def _check_frame(edit: Edit) -> None:
    width, height = edit.size
    if min(width, height) < LEAST_SIDE or max(width, height) > MOST_SIDE or width % 2 or height % 2:
        raise MediaError(f"A video of {width} × {height} pixels cannot be made: 16 to 4096 a side, even numbers.")
    if not 1 <= edit.fps <= 60:
        raise MediaError("A video has 1 to 60 pictures a second.")
    if edit.seconds > MAX_SECONDS:
        raise MediaError("The result would be longer than 12 hours.")


def _check_source(info: MediaInfo) -> None:
    if not info.has_video:
        raise MediaError("This recording has no picture. Make an audiogram of it, or give pictures for a slideshow.")
    if min(info.width or 0, info.height or 0) < LEAST_SIDE:
        raise MediaError(TOO_TINY)


def _on_grid(span: Span, fps: int, length: float) -> Span:
    start = round(max(0.0, min(span.start, length)) * fps) / fps
    end = round(max(0.0, min(span.end, length)) * fps) / fps
    return Span(start, max(start, end))


def runs_of(spans: Sequence[Span], *, most: int = MOST_RUNS) -> list[Run]:
    """Group spans that follow each other closely into at most so many runs; MediaError when their order forbids it."""
    runs = [[span] for span in spans[:1]]
    for span in spans[1:]:
        if 0 <= span.start - runs[-1][-1].end <= NEAR:
            runs[-1].append(span)
        else:
            runs.append([span])
    while len(runs) > most:
        gaps = [(after[0].start - before[-1].end, at) for at, (before, after) in enumerate(itertools.pairwise(runs))]
        ahead = [gap for gap in gaps if gap[0] >= 0]
        if not ahead:
            raise MediaError("The parts are too many and too much out of order. Make several videos of them.")
        at = min(ahead)[1]
        runs[at : at + 2] = [runs[at] + runs[at + 1]]
    return [Run(tuple(run)) for run in runs]
