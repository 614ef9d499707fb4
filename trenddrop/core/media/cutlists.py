"""Cut lists that editing programs read: which parts of which recording follow each other. EDL (CMX 3600), FCPXML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import quoteattr

RATES = (
    Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(48), Fraction(50),
    Fraction(60000, 1001), Fraction(60),
)  # fmt: skip
NEAR = 0.02  # pictures a second by which a measured rate may miss one of those
USUAL_RATE = Fraction(30)
VERSION = "1.8"  # the first that every program reads which reads FCPXML at all
Interval = tuple[float, float]


@dataclass(frozen=True)
class Reel:
    """A recording: its address as the program finds it, seconds, pixels and pictures a second; sound alone has none."""

    name: str
    src: str
    seconds: float
    size: tuple[int, int] | None = None
    fps: float | None = None
    has_audio: bool = True

    @property
    def rate(self) -> Fraction:
        """Pictures a second, exactly: the standard rate that is meant, else the nearest whole one."""
        if not self.fps:
            return USUAL_RATE
        near = min(RATES, key=lambda rate: abs(float(rate) - float(self.fps or 0)))
        whole = Fraction(max(1, round(self.fps)))
        return near if abs(float(near) - self.fps) <= NEAR else whole


def edl(title: str, reel: Reel, spans: Sequence[Interval]) -> str:
    """Return a CMX 3600 list of the spans (seconds of the recording) in the order they are shown."""
    lines = [f"TITLE: {_plain(title)}", "FCM: NON-DROP FRAME", ""]
    for number, (start, end, at) in enumerate(_frames(reel, spans), 1):
        stamps = " ".join(_stamp(value, reel.rate) for value in (start, end, at, at + end - start))
        kind = "AA/V " if reel.size and reel.has_audio else "V    " if reel.size else "AA   "
        lines += [f"{number:03d}  AX       {kind} C        {stamps}", f"* FROM CLIP NAME: {_plain(reel.name)}", ""]
    return "\n".join(lines)


def fcpxml(title: str, reel: Reel, spans: Sequence[Interval]) -> str:
    """Return an FCPXML project of the spans (seconds of the recording) in the order they are shown."""
    rate, cuts = reel.rate, list(_frames(reel, spans))
    whole = _frame(reel.seconds, rate)
    width, height = reel.size or (1920, 1080)
    picture = 'hasVideo="1" format="r1"' if reel.size else ""
    sound = 'hasAudio="1" audioSources="1" audioChannels="2" audioRate="48000"' if reel.has_audio else ""
    clips = "".join(
        f'            <asset-clip ref="r2" name={quoteattr(reel.name)} offset="{_time(at, rate)}"'
        f' start="{_time(start, rate)}" duration="{_time(end - start, rate)}"/>\n'
        for start, end, at in cuts
    )
    total = sum(end - start for start, end, _at in cuts)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="{VERSION}">
  <resources>
    <format id="r1" frameDuration="{_time(1, rate)}" width="{width}" height="{height}"/>
    <asset id="r2" name={quoteattr(reel.name)} src={quoteattr(reel.src)} start="0s" duration="{_time(whole, rate)}"
      {picture} {sound}/>
  </resources>
  <library>
    <event name={quoteattr(title)}>
      <project name={quoteattr(title)}>
        <sequence format="r1" duration="{_time(total, rate)}" tcStart="0s" tcFormat="NDF">
          <spine>
{clips}          </spine>
        </sequence>
      </project>
    </event>
  </library>
</fcpxml>
"""


def _frames(reel: Reel, spans: Sequence[Interval]) -> Iterator[tuple[int, int, int]]:
    """Yield each span's first frame, the frame after its last, and where it stands in the result."""
    at, last = 0, _frame(reel.seconds, reel.rate)
    for start, end in spans:
        first = min(_frame(start, reel.rate), max(0, last - 1))
        after = min(max(_frame(end, reel.rate), first + 1), max(last, first + 1))
        yield first, after, at
        at += after - first


def _frame(seconds: float, rate: Fraction) -> int:
    return round(seconds * rate)


def _time(frames: int, rate: Fraction) -> str:
    return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"


def _stamp(frames: int, rate: Fraction) -> str:
    """Write frames as hours, minutes, seconds and frames, counted without dropping any."""
    base = round(rate)
    seconds, left = divmod(frames, base)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{left:02d}"


def _plain(text: str) -> str:
    """Write a name on one line."""
    return " ".join(text.split())
