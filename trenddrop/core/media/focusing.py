"""What a crop is put around when nobody said it: the faces in the picture."""

from dataclasses import replace
from pathlib import Path
from statistics import median

from trenddrop.core.media.faces import faces_of
from trenddrop.core.media.fitting import Fit
from trenddrop.core.media.frames import poster_frames
from trenddrop.core.media.probing import MediaInfo
from trenddrop.core.media.running import Cancelled

LOOKS = 5
ABOVE = 0.1  # of the crop's height: a face is held so far above its middle


def focus_on_faces(path: Path, fit: Fit, info: MediaInfo, folder: Path, *, cancelled: Cancelled | None = None) -> Fit:
    """Return the fit with its focus on the largest face, when it asks for faces and there is one.

    A video is looked at in a few places of what is kept; stills are written to `folder`. Raises MediaError.
    """
    if not fit.faces or fit.aspect is None or fit.how != "crop" or not info.width or not info.height:
        return fit
    pictures = [path] if info.kind == "image" else poster_frames(path, _moments(fit, info), folder, cancelled=cancelled)
    found = [faces[0] for picture in pictures if (faces := faces_of(picture))]
    if not found:
        return fit
    shape = info.width / info.height
    if shape > fit.aspect:
        return replace(fit, focus=_focus(median(face.x for face in found), fit.aspect / shape))
    kept = shape / fit.aspect
    return replace(fit, focus=_focus(median(face.y for face in found) + ABOVE * kept, kept))


def _moments(fit: Fit, info: MediaInfo) -> list[float]:
    length = fit.seconds if fit.seconds is not None else (info.duration or 0.0) - fit.start
    return [round(fit.start + max(0.0, length) * (number + 0.5) / LOOKS, 3) for number in range(LOOKS)]


def _focus(middle: float, kept: float) -> float:
    """Return where a crop that keeps a share of a side begins, of where it can: 0 at once, 1 as late as possible."""
    return min(1.0, max(0.0, (middle - kept / 2) / (1 - kept))) if kept < 1 else 0.5
