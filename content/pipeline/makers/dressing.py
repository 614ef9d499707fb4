"""A clip as it is shown: its frame, who is followed, captions, title, logo, intro and outro."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from content.looks import Look
from content.models import PieceFormat
from content.pipeline.makers import picturing
from trenddrop.core import slides
from trenddrop.core.media import Cancelled, MediaError, MediaInfo, captioning, run_ffmpeg, still_args
from trenddrop.core.media.captioning import Spoken
from trenddrop.core.media.rendering import (
    Edit,
    Ground,
    Layer,
    Span,
    check,
    follow,
    motion,
    render,
    seam,
    whole_seconds,
)
from trenddrop.core.platforms import Area, safe_area

SHAPES = {
    PieceFormat.VERTICAL: (9, 16),
    PieceFormat.PORTRAIT: (4, 5),
    PieceFormat.SQUARE: (1, 1),
    PieceFormat.LANDSCAPE: (16, 9),
}
SIDE, SMALLEST_SIDE = 1080, 144  # pixels of the shorter side
TITLE_SECONDS = 3.0
POSTER_WIDTH = 720
BESIDE = 1.15  # of the logo's width that a title leaves free
TWO = "two"
SEAM = 0.08  # of the frame's height: how far captions reach from where two panes meet
BELOW_UPPER_FACE = Area(0.0, 0.33, 1.0, 0.78)  # a title takes the upper part of what it is given
BEGIN, RENDERED, CHECKED = 0.15, 0.9, 1.0  # of a clip's work: after looking, rendering, checking


@dataclass(frozen=True)
class Order:
    """What is made: parts of a recording, where it is shown, how it looks."""

    spans: Sequence[Span]
    words: Sequence[Spoken]
    platforms: Sequence[str]
    format: str
    look: Look
    config: Mapping[str, Any]
    title: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Pixels of the frame, both even."""
        across, down = SHAPES[PieceFormat(self.format or PieceFormat.VERTICAL)]
        side = min(max(int(self.config.get("side") or SIDE), SMALLEST_SIDE), SIDE)
        scale = side / min(across, down)
        return 2 * round(across * scale / 2), 2 * round(down * scale / 2)

    @property
    def safe(self) -> Area:
        """What the platforms leave free."""
        return safe_area(self.platforms, self.size)


@dataclass(frozen=True)
class Film:
    """A finished clip with its poster, how it was made, and what the product found looking at it."""

    path: Path
    poster: Path
    recipe: dict[str, Any]
    report: list[dict[str, Any]]


class Steps:
    """Progress of one clip, told as a share of the whole job."""

    def __init__(self, progress: Any, cancelled: Cancelled, *, note: str, done: int, total: int) -> None:
        self._progress, self.cancelled = progress, cancelled
        self._note, self._done, self._total = note, done, max(1, total)

    def between(self, low: float, high: float) -> Any:
        """Return what takes a fraction of one step."""
        return lambda fraction: self.tell(low + (high - low) * fraction)

    def tell(self, fraction: float) -> None:
        """Say how much of the clip is done."""
        self._progress((self._done + fraction) / self._total, self._note)


def film(source: Path, info: MediaInfo, order: Order, folder: Path, steps: Steps) -> Film:
    """Render and check a clip in its folder. Raises MediaError, Stopped."""
    folder.mkdir()
    steps.tell(0.0)
    edit, seen = framed(source, info, order, steps)
    edit, inside = dressed(edit, order, folder, info)
    out = folder / "clip.mp4"
    render(source, out, edit, info, progress=steps.between(BEGIN, RENDERED), cancelled=steps.cancelled)
    steps.tell(RENDERED)
    found = check(out, edit, captions_inside=inside, silent=not info.has_audio, cancelled=steps.cancelled)
    report = [*(one.stored for one in found), letters(order, edit)]
    return Film(out, poster_of(out, edit, folder), recipe_of(order, edit, seen), report)


def letters(order: Order, edit: Edit) -> dict[str, Any]:
    """Return the report's line on signs of the title and the captions that no font here has."""
    said = [word.text for word in order.words] if edit.captions else []
    return picturing.unseen(" ".join([order.title, *said]), order.look.captions.font)


def framed(source: Path, info: MediaInfo, order: Order, steps: Steps) -> tuple[Edit, float | None]:
    """Choose the picture's layout and path; the share of looks that showed a face, None when nobody looked."""
    size, wanted = order.size, str(order.config.get("layout") or "auto")
    edit = Edit(tuple(order.spans), size)
    if wanted == "fit":
        return replace(edit, layout="fit"), None
    found = follow(
        source,
        order.spans,
        info,
        aspect=size[0] / size[1],
        progress=steps.between(0.0, BEGIN),
        cancelled=steps.cancelled,
    )
    layout = found.layout if wanted == "auto" else wanted
    return replace(edit, layout=layout, path=found.path, second=found.second), found.seen  # type: ignore[arg-type]


def dressed(edit: Edit, order: Order, folder: Path, info: MediaInfo | None = None) -> tuple[Edit, bool | None]:
    """Add words, title, logo and cards; say whether the captions stay inside (None without any)."""
    config, look = order.config, order.look
    meet = seam(edit, Ground(info.width or 2, info.height or 2)) if info else None
    inside: bool | None = None
    if config.get("captions", True) and order.words:
        path = folder / "captions.ass"
        inside = write_captions(order, path, meet=meet)
        edit = replace(edit, captions=path, fonts=captioning.FONTS)
    if config.get("cards", True):
        edit = replace(edit, intro=look.intro(folder, order.size), outro=look.outro(folder, order.size))
    is_two = edit.layout == TWO and meet is not None
    return replace(edit, layers=tuple(layers(order, folder, edit.seconds, is_two=is_two))), inside


def style_of(order: Order) -> captioning.CaptionStyle:
    """Return the look's captions, in the style this job asks for."""
    own, wanted = order.look.captions, str(order.config.get("style") or "")
    return captioning.styled(
        wanted or own.style,
        colour=own.colour,
        accent=own.accent,
        ground=own.ground,
        font=own.font,
        size=own.size,
        place=own.place,
        upper=own.upper or None,
        words=0 if wanted and wanted != own.style else own.at_once,
    )


def write_captions(order: Order, path: Path, *, meet: float | None = None) -> bool:
    """Write them, and measure whether what is drawn stays inside what the platforms leave free.

    Of two panes above each other they lie where these `meet` (a share of the height): no face is there.
    """
    style, free = style_of(order), order.safe
    if meet is not None:
        style, free = replace(style, place="middle"), free.within(Area(0.0, meet - SEAM, 1.0, meet + SEAM))
    text = captioning.captions(order.words, style, size=order.size, safe=free)
    path.write_text(text, encoding="utf-8")
    boxes = captioning.measure(path, order.size, at=captioning.moments(text, most=24))
    return captioning.overhang(boxes, order.safe, order.size) == 0


def layers(order: Order, folder: Path, seconds: float, *, is_two: bool = False) -> list[Layer]:
    """Draw what lies over the picture: the title at first (of two panes below the upper face), the logo all along."""
    look, found = order.look, []
    logo = look.logo(folder) if order.config.get("logo", True) else None
    palette = slides.Palette(
        colour=look.colour, accent=look.accent, ground=look.ground, font=look.font, logo=logo, corner=look.corner,
        name=look.name,
    )  # fmt: skip
    mark = slides.logo_layer(palette, size=order.size, safe=order.safe) if logo else None
    if mark is not None:
        found.append(Layer(_saved(mark, folder / "logo-layer.png")))
    if order.title:
        beside = _width(mark) if look.corner == "top_right" else 0
        free = order.safe.within(BELOW_UPPER_FACE) if is_two else order.safe
        drawn = slides.title_layer(
            order.title, palette, size=order.size, safe=free, style=look.captions.title, keep_right=beside
        )
        found.append(Layer(_saved(drawn, folder / "title.png"), 0.0, min(TITLE_SECONDS, seconds)))
    return found


def _width(layer: Image.Image | None) -> int:
    box = layer.getbbox() if layer is not None else None
    return round((box[2] - box[0]) * BESIDE) if box else 0


def _saved(image: Image.Image, path: Path) -> Path:
    image.save(path)
    return path


def poster_of(out: Path, edit: Edit, folder: Path) -> Path:
    """Take a still from early in the clip, after any intro."""
    poster = folder / "poster.jpg"
    try:
        run_ffmpeg(
            still_args(out, before_of(edit) + min(1.0, edit.seconds / 3), poster, width=POSTER_WIDTH), timeout=60
        )
    except MediaError:
        run_ffmpeg(still_args(out, 0.0, poster, width=POSTER_WIDTH), timeout=60)
    return poster


def before_of(edit: Edit) -> float:
    """Return the seconds of the intro."""
    return whole_seconds(replace(edit, outro=None)) - edit.seconds


def recipe_of(order: Order, edit: Edit, seen: float | None) -> dict[str, Any]:
    """Return how it was made, as JSON: enough to say it in words, to cut it elsewhere, to make it again."""
    return {
        "spans": [[span.start, span.end] for span in edit.spans],
        "size": list(order.size),
        "layout": edit.layout,
        "faces_seen": seen,
        "crop": [asdict(motion(path)) for path in (edit.path, edit.second) if path],
        "style": style_of(order).key if edit.captions else "",
        "title": order.title,
        "logo": any(layer.path.name == "logo-layer.png" for layer in edit.layers),
        "intro": edit.intro is not None,
        "before": round(before_of(edit), 3),
        "outro": edit.outro is not None,
        "loudness": edit.loudness,
    }
