"""Which part of the picture to keep: who speaks, two who speak, or a screen with who speaks in its corner."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from trenddrop.core.media.faces import Face
from trenddrop.core.media.probing import MediaInfo
from trenddrop.core.media.rendering.edits import Keep, Layout, Span
from trenddrop.core.media.rendering.looking import SMALL, Look, Seen, Track, look
from trenddrop.core.media.rendering.paths import Shot, smooth
from trenddrop.core.media.rendering.steps import Steps
from trenddrop.core.media.running import Cancelled, Progress

ABOVE = 0.1  # of the crop's height: a face is held so far above its middle
TINY, TIGHTEST = 0.11, 0.62  # of the picture's height: smaller faces are come closer to; of the widest crop
BOTH = 0.7  # of the looks that show two, for two panes
LOST = 0.3  # of the picture, that a crop without a face would lose: it is shown whole then
CORNER, IN_CORNER = 0.17, 0.27  # a face that small, that near a corner (shares) is a camera's picture on a screen
QUIET = 0.15  # of a screen's picture moves at most
MOUTH_WINDOW, TURN, LONGER = 1.4, 1.35, 1.2  # seconds; times more; seconds before the picture turns to who speaks


@dataclass(frozen=True)
class Follow:
    """What to keep: `path` and `second` as in an Edit, the layout, and the share of the looks that showed a face."""

    path: tuple[Keep, ...]
    second: tuple[Keep, ...]
    layout: Layout
    seen: float


@dataclass(frozen=True)
class _Frame:
    """The shape of what is made (width / height) and of the original."""

    aspect: float
    picture: float

    def crop(self, aspect: float, closer: float = 1.0) -> tuple[float, float]:
        """The sides, as shares of the picture, of the widest crop of a shape, or of one that is closer."""
        width = min(1.0, aspect / self.picture) * closer
        return width, width * self.picture / aspect


def follow(
    source: Path,
    spans: Sequence[Span],
    info: MediaInfo,
    *,
    aspect: float,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Follow:
    """Look through the spans of a video and say how it is best kept in a frame of that shape (width / height).

    Raises MediaError. Without faces the picture stands in the middle, or is shown whole when much would be lost.
    """
    frame = _Frame(aspect, (info.width or 1) / (info.height or 1))
    held = [span for span in spans if span.end > span.start] or [Span(0.0, info.duration or 0.0)]
    return chosen(look(source, held, info, Steps(progress, cancelled)), frame)


def chosen(seen: Look, frame: _Frame) -> Follow:
    """Return the layout and the way for what was seen."""
    looks = sum(len(shot.looks) for shot in seen.shots)
    shown = sum(max((len(track.at) for track in shot.lasting), default=0) for shot in seen.shots)
    share = round(shown / looks, 3) if looks else 0.0
    width, height = frame.crop(frame.aspect)
    if shown == 0:
        return Follow((), (), "fit" if width * height < 1 - LOST else "follow", share)
    camera = _camera(seen)
    if camera is not None and frame.aspect <= 1:
        return _beside_screen(camera, seen, frame, share)
    if _is_two(seen, width, frame) and frame.aspect <= 1:
        return _two(seen, frame, share)
    width, height = frame.crop(frame.aspect, _closer(seen))
    shots = [part for shot in seen.shots for part in _followed(shot, width, height)]
    return Follow(smooth(shots, width, height), (), "follow", share)


def _closer(seen: Look) -> float:
    """Come closer to faces that are small; one width for the whole video, so that it does not pump."""
    sizes = [track.middle.size for shot in seen.shots for track in shot.lasting[:1]]
    return float(np.clip(np.median(sizes) / TINY, TIGHTEST, 1.0))


def _apart(shot: Seen, width: float, frame: _Frame) -> tuple[Track, Track] | None:
    """Return the two faces of a shot that no crop of that width holds together, the left one first."""
    if len(shot.lasting) < 2:
        return None
    one, other = sorted(shot.lasting[:2], key=lambda track: track.middle.x)
    reach = other.middle.x - one.middle.x + (one.middle.size + other.middle.size) * 0.75 / frame.picture
    return (one, other) if reach > width * 0.95 else None


def _is_two(seen: Look, width: float, frame: _Frame) -> bool:
    pairs = [pair for shot in seen.shots if (pair := _apart(shot, width, frame))]
    together = sum(len(set(one.at) & set(other.at)) for one, other in pairs)
    return together >= BOTH * sum(len(shot.looks) for shot in seen.shots)


def _two(seen: Look, frame: _Frame, share: float) -> Follow:
    aspect = frame.aspect * 2 if frame.aspect <= 1.25 else frame.aspect / 2
    pairs = [(shot, _apart(shot, frame.crop(frame.aspect)[0], frame)) for shot in seen.shots]
    found = [pair for _shot, pair in pairs if pair]
    gap = min(other.middle.x - one.middle.x for one, other in found)
    size = float(np.median([track.middle.size for pair in found for track in pair]))
    widest = frame.crop(aspect)[0]
    centred = min(2 * min(one.middle.x, 1 - other.middle.x) for one, other in found)
    least, ample = (size * times * aspect / frame.picture for times in (1.9, 3.4))
    width = min(widest, max(least, min(ample, gap, centred)))
    height = width * frame.picture / aspect
    paths = []
    for side in (0, 1):
        shots = [_shot_of(shot, pair[side] if pair else _nearest(shot, side), height) for shot, pair in pairs]
        paths.append(smooth(shots, width, height))
    return Follow(paths[0], paths[1], "two", share)


def _nearest(shot: Seen, side: int) -> Track | None:
    """In a shot of one, both panes show the one."""
    tracks = sorted(shot.lasting, key=lambda track: track.middle.x)
    return tracks[-side] if tracks else None


def _shot_of(shot: Seen, track: Track | None, height: float) -> Shot:
    if track is None:
        return Shot(shot.start, shot.end, (), (), ())
    return _shot(shot.start, shot.end, track.at, track.faces, height)


def _shot(start: float, end: float, at: Sequence[float], faces: Sequence[Face], height: float) -> Shot:
    return Shot(
        start, end, tuple(at), tuple(face.x for face in faces), tuple(face.y + ABOVE * height for face in faces)
    )


def _followed(shot: Seen, width: float, height: float) -> list[Shot]:
    """Who is followed during a shot: the one, the middle of several who fit, or who speaks, in turns."""
    tracks = shot.lasting[:3]
    if not tracks:
        return [Shot(shot.start, shot.end, (), (), ())]
    places = [track.middle.x for track in tracks]
    if len(tracks) == 1 or max(places) - min(places) < width * 0.5:
        return [_shot(shot.start, shot.end, *_together(tracks), height)]
    turns = _turns(shot, tracks)
    return [_shot(start, end, track.at, track.faces, height) for start, end, track in turns]


def _together(tracks: Sequence[Track]) -> tuple[list[float], list[Face]]:
    """The middle of the faces at each look that shows one of them: those not found there are where they were last."""
    times = sorted({at for track in tracks for at in track.at})
    middle = np.mean([[np.interp(times, t.at, [getattr(f, name) for f in t.faces]) for name in ("x", "y", "size")]
                      for t in tracks], axis=0)  # fmt: skip
    return times, [Face(*(float(value) for value in values)) for values in middle.T]


def _turns(shot: Seen, tracks: Sequence[Track]) -> list[tuple[float, float, Track]]:
    """Return who speaks from when to when, by the mouths; who begins keeps the picture until another clearly speaks."""
    looks = shot.looks
    talk = [_talk(track, looks) for track in tracks]
    now = int(np.argmax([float(each[: max(1, len(each) // 4)].sum()) for each in talk]))
    turns, begun, challenger, since = [], shot.start, now, shot.start
    for place, at in enumerate(looks):
        loudest = max(range(len(tracks)), key=lambda each: talk[each][place])
        if loudest == now or talk[loudest][place] < TURN * talk[now][place] + 0.05:
            challenger = now
        elif loudest != challenger:
            challenger, since = loudest, at
        elif at - since >= LONGER and since - begun >= LONGER:
            turns.append((begun, since, tracks[now]))
            now, begun = challenger, since
    return [*turns, (begun, shot.end, tracks[now])]


def _talk(track: Track, looks: Sequence[float]) -> np.ndarray:
    """How much a mouth moved around each look."""
    times, mouth = np.asarray(track.at), np.asarray(track.mouth)
    found = [mouth[np.abs(times - at) <= MOUTH_WINDOW / 2] for at in looks]
    return np.asarray([float(part.mean()) if part.size else 0.0 for part in found])


def _camera(seen: Look) -> Track | None:
    """Return the face in the corner of a screen: small, steady, and the only thing that keeps moving."""
    if len(seen.shots) > 12 or float((seen.moving > np.max(seen.moving) * 0.3).mean()) > QUIET:
        return None
    tracks = [track for shot in seen.shots for track in shot.lasting[:1]]
    if any(len(shot.lasting) != 1 for shot in seen.shots if len(shot.looks) > 5):
        return None
    found = max(tracks, key=lambda track: len(track.at))
    middle = found.middle
    near = max(min(middle.x, 1 - middle.x), min(middle.y, 1 - middle.y)) < IN_CORNER
    steady = float(np.std([face.x for face in found.faces])) < 0.04
    return found if middle.size < CORNER and near and steady else None


def _beside_screen(track: Track, seen: Look, frame: _Frame, share: float) -> Follow:
    """The camera's own picture below the whole screen; it stands still, as the camera's frame does."""
    box = _moving_box(seen, track.middle)
    lower = frame.aspect / max(0.4, 1 - frame.aspect / frame.picture)
    width = min(box[2], box[3] * lower / frame.picture)
    height = width * frame.picture / lower
    x = float(np.clip(track.middle.x, box[0] + width / 2, max(box[0] + width / 2, box[0] + box[2] - width / 2)))
    y = float(np.clip(track.middle.y, box[1] + height / 2, max(box[1] + height / 2, box[1] + box[3] - height / 2)))
    return Follow((Keep(seen.shots[0].start, x, y, width),), (), "screen", share)


def _moving_box(seen: Look, face: Face) -> tuple[float, float, float, float]:
    """Return left, top, width and height (shares) of what moves around the face; head and shoulders at least."""
    mask = (seen.moving > np.max(seen.moving) * 0.2).astype(np.uint8)
    joined = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    _count, labels = cv2.connectedComponents(joined)
    column, row = min(SMALL[0] - 1, int(face.x * SMALL[0])), min(SMALL[1] - 1, int(face.y * SMALL[1]))
    rows, columns = np.nonzero((labels == labels[row, column]) & (mask > 0))
    least = face.size * 1.9
    left, top = face.x - least / 2 * 9 / 16, face.y - least / 2
    right, foot = left + least * 9 / 16, top + least
    if labels[row, column] and len(rows):
        left, right = min(left, columns.min() / SMALL[0]), max(right, (columns.max() + 1) / SMALL[0])
        top, foot = min(top, rows.min() / SMALL[1]), max(foot, (rows.max() + 1) / SMALL[1])
    left, top = max(0.0, float(left)), max(0.0, float(top))
    return left, top, min(1.0, float(right)) - left, min(1.0, float(foot)) - top
