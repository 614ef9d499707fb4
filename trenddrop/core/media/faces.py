"""Faces in pictures, by OpenCV's Haar cascades: fast on any processor, blind to faces turned far away or hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from trenddrop.core.media.probing import IMAGES

Grey = npt.NDArray[np.uint8]
SMALLEST = 20  # pixels; the cascades know no smaller face
STEP, AGREED = 1.15, 5
AROUND = 0.9  # of a face's side: how far it is looked for where it was
STILL_SIDE = 640
cv2.setNumThreads(1)  # work is done side by side by the workers already


@dataclass(frozen=True)
class Face:
    """A face: its centre and its side, as shares of the picture's width, height and height."""

    x: float
    y: float
    size: float


@lru_cache(maxsize=4)
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"))


def find_faces(picture: Grey) -> list[Face]:
    """Return the faces in a grey picture, largest first: frontal ones, and profiles only where there are none.

    Profiles are looked for in half the picture's fineness: they take longest, and are found where nothing else is.
    """
    found = [_face(box, picture) for box in _boxes("frontalface_alt2", picture)]
    if not found:
        half = np.ascontiguousarray(picture[::2, ::2])
        turned = np.ascontiguousarray(half[:, ::-1])
        boxes = _boxes("profileface", half) or _mirrored(_boxes("profileface", turned), half)
        found = [_face(box, half) for box in boxes]
    return sorted(found, key=lambda face: -face.size)


def find_again(picture: Grey, before: Sequence[Face]) -> list[Face]:
    """Return the faces that are still about where they were; much faster than looking everywhere."""
    high, wide = picture.shape
    found: list[Face] = []
    for face in before:
        side = face.size * high
        left, top = (
            max(0, int(face.x * wide - side * (0.5 + AROUND))),
            max(0, int(face.y * high - side * (0.5 + AROUND))),
        )
        reach = int(side * (1 + 2 * AROUND))
        part = np.ascontiguousarray(picture[top : top + reach, left : left + reach])
        if min(part.shape) < SMALLEST * 2:
            continue
        boxes = _boxes("frontalface_alt2", part, least=side * 0.65, most=side * 1.5)
        boxes = boxes or _boxes("profileface", part, least=side * 0.65, most=side * 1.5)
        if boxes:
            x, y, w, h = max(boxes, key=lambda box: box[2])
            found.append(_face((x + left, y + top, w, h), picture))
    return found


def _boxes(name: str, picture: Grey, *, least: float = SMALLEST, most: float = 0) -> list[tuple[int, int, int, int]]:
    limit = (int(most), int(most)) if most else (0, 0)
    side = max(SMALLEST, int(least))
    found = _cascade(name).detectMultiScale(picture, STEP, AGREED, minSize=(side, side), maxSize=limit)
    return [(int(x), int(y), int(w), int(h)) for x, y, w, h in found]


def _mirrored(boxes: list[tuple[int, int, int, int]], picture: Grey) -> list[tuple[int, int, int, int]]:
    return [(picture.shape[1] - x - w, y, w, h) for x, y, w, h in boxes]


def _face(box: tuple[int, int, int, int], picture: Grey) -> Face:
    x, y, w, h = box
    high, wide = picture.shape
    return Face((x + w / 2) / wide, (y + h / 2) / high, h / high)


def faces_of(path: Path) -> list[Face]:
    """Return the faces in a picture file, as it is shown; none when it cannot be read."""
    try:
        with Image.open(path, formats=IMAGES) as opened:
            opened.draft("L", (STILL_SIDE * 2, STILL_SIDE * 2))
            grey = ImageOps.exif_transpose(opened).convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return []
    grey.thumbnail((STILL_SIDE, STILL_SIDE))
    return find_faces(np.asarray(grey))
