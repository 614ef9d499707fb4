"""What captions really draw: rendered alone by ffmpeg, and measured; a still of a style to be looked at."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from trenddrop.core.media.captioning.laying import Spoken
from trenddrop.core.media.captioning.styles import CaptionStyle
from trenddrop.core.media.captioning.writing import captions
from trenddrop.core.media.running import run_ffmpeg
from trenddrop.core.platforms.safe import Area, safe_area
from trenddrop.core.typefaces import FONTS

FRAME = re.compile(r"^frame:(\d+) .*$", re.MULTILINE)
SIDE = re.compile(r"^lavfi\.bbox\.([xy][12])=(\d+)$", re.MULTILINE)
EVENT = re.compile(r"^Dialogue: \d+,(\d+):(\d\d):(\d\d)\.(\d\d),(\d+):(\d\d):(\d\d)\.(\d\d)", re.MULTILINE)
FAINT = 24  # of 255: what is fainter is the soft end of an edge
AT_ONCE = 60  # frames told by one run
DAYLIGHT, DUSK = (0xC8, 0xD9, 0xE6), (0x41, 0x5A, 0x6E)
SAMPLE = "Never cut off and easy to read"


@dataclass(frozen=True)
class Box:
    """What is drawn at a time: seconds, and pixels with the last ones included; nothing is a box without sides."""

    at: float
    left: int = 0
    top: int = 0
    right: int = -1
    bottom: int = -1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn."""
        return self.right < self.left


def filter_of(ass: Path, *, alpha: bool = False) -> str:
    """Return the filter that draws an ASS file with our fonts; for paths that ffmpeg would misread, quoted."""
    return f"ass=filename={_quoted(ass)}:fontsdir={_quoted(FONTS)}" + (":alpha=1" if alpha else "")


def _quoted(path: Path) -> str:
    """Quote a path twice, as ffmpeg reads it: once as an option's value, once as a part of the filters."""
    value = re.sub(r"([\\':])", r"\\\1", str(path))
    return re.sub(r"([\\'\[\],;])", r"\\\1", value)


def measure(ass: Path, size: tuple[int, int], *, at: Sequence[float]) -> list[Box]:
    """Return what the captions draw at each time (seconds), by rendering them alone. Raises MediaError."""
    found: dict[float, Box] = {}
    times = sorted({round(time, 3) for time in at})
    for begin in range(0, len(times), AT_ONCE):
        part = times[begin : begin + AT_ONCE]
        found.update(zip(part, _measured(ass, size, part), strict=True))
    return [found[round(time, 3)] for time in at]


def _measured(ass: Path, size: tuple[int, int], times: Sequence[float]) -> list[Box]:
    """Frame by frame at the times themselves: a frame's number is turned into its time."""
    stamps = "+".join(f"eq(N\\,{number})*{round(time * 1000)}" for number, time in enumerate(times))
    blank = f"color=c=black@0:s={size[0]}x{size[1]}:r=1:d={len(times)},format=rgba"
    drawn = f"settb=1/1000,setpts={stamps},{filter_of(ass, alpha=True)},alphaextract,bbox=min_val={FAINT}"
    with tempfile.TemporaryDirectory(prefix="trenddrop-boxes-") as folder:
        told = Path(folder) / "boxes.txt"
        look = f"{drawn},metadata=mode=print:file={_quoted(told)},settb=1,setpts=N"
        run_ffmpeg(["-f", "lavfi", "-i", blank, "-vf", look, "-f", "null", "-"], timeout=120)
        frames = FRAME.split(told.read_text(encoding="utf-8"))[1:]
    sides = dict(zip(map(int, frames[::2]), (dict(SIDE.findall(each)) for each in frames[1::2]), strict=True))
    return [_box(time, sides.get(number)) for number, time in enumerate(times)]


def _box(time: float, sides: Mapping[str, str] | None) -> Box:
    if not sides:
        return Box(time)
    return Box(time, *(int(sides[name]) for name in ("x1", "y1", "x2", "y2")))


def moments(ass: str, *, most: int = 200) -> list[float]:
    """Return times at which to measure captions: in the middle of what each event shows, evenly thinned to `most`."""
    found = set()
    for parts in EVENT.findall(ass):
        begin, end = (_seconds(parts[:4]), _seconds(parts[4:]))
        found.add(round((begin + end) / 2, 3))
    times = sorted(found)
    return times if len(times) <= most else [times[round(at * (len(times) - 1) / (most - 1))] for at in range(most)]


def _seconds(parts: Sequence[str]) -> float:
    hours, minutes, seconds, hundredths = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds + hundredths / 100


def overhang(boxes: Sequence[Box], safe: Area, size: tuple[int, int]) -> int:
    """Return how many pixels the boxes reach out of the area at most; nought is inside."""
    left, top, right, bottom = safe.pixels(size)
    out = [
        max(left - box.left, top - box.top, box.right + 1 - right, box.bottom + 1 - bottom)
        for box in boxes
        if not box.is_empty
    ]
    return max(0, *out) if out else 0


def still(
    style: CaptionStyle,
    *,
    size: tuple[int, int] = (540, 960),
    words: str = SAMPLE,
    background: Path | None = None,
    safe: Area | None = None,
    at: float = 0.9,
) -> bytes:
    """Return a PNG of how the style looks while its words are said, `at` seconds in. Raises MediaError, OSError."""
    with tempfile.TemporaryDirectory(prefix="trenddrop-still-") as folder:
        ass, ground, out = (Path(folder) / name for name in ("words.ass", "ground.png", "still.png"))
        spoken = [Spoken(word, place * 0.3, place * 0.3 + 0.3) for place, word in enumerate(words.split())]
        ass.write_text(captions(spoken, style, size=size, safe=safe or safe_area([], size)), encoding="utf-8")
        _ground(background, size).save(ground)
        drawn = f"setpts={at:.3f}/TB,{filter_of(ass)}"
        run_ffmpeg(["-i", str(ground), "-vf", drawn, "-frames:v", "1", "-update", "1", str(out)], timeout=60)
        return out.read_bytes()


def _ground(background: Path | None, size: tuple[int, int]) -> Image.Image:
    if background is None:
        shade = Image.linear_gradient("L").resize(size)
        return Image.composite(Image.new("RGB", size, DUSK), Image.new("RGB", size, DAYLIGHT), shade)
    with Image.open(background) as opened:
        return ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGB"), size)
