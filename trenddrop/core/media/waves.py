"""Sound as a moving picture, as ffmpeg's filters: a line, or bars that rise with the voice."""

from typing import Literal

WaveStyle = Literal["line", "bars"]
BARS = 40
FINE = 48  # rows that bars are computed with; they are drawn larger
HEARD = "aformat=channel_layouts=mono"
VOICE = "highpass=f=90,volume=8dB,alimiter"


def wave_filters(style: WaveStyle, *, size: tuple[int, int], colour: str, fps: int) -> str:
    """Return the filters from one sound to its picture with transparency, of `size` pixels; `colour` is #rrggbb."""
    return {"line": _line, "bars": _bars}[style](size, colour, fps)


def _line(size: tuple[int, int], colour: str, fps: int) -> str:
    look = f"s={size[0]}x{size[1]}:mode=cline:rate={fps}:colors={colour}:scale=sqrt:draw=full"
    return f"{HEARD},showwaves={look},format=yuva420p"


def _bars(size: tuple[int, int], colour: str, fps: int) -> str:
    """How loud each pitch is: the low ones in the middle, mirrored to all sides and cut into bars."""
    wide, high = size
    step = max(4, wide // BARS)
    count = -(-wide // step // 2) * 2
    heard = (
        f"showfreqs=s={count}x{FINE}:mode=bar:ascale=cbrt:fscale=log:win_size=2048:averaging=3:rate={fps}:colors=white"
    )
    # The highest pitches are hardly heard in speech, and the lowest are one wide step.
    middle = f"format=gray,crop={count // 2}:{FINE}:2:0,split[wl][wr];[wl]hflip[wm];[wm][wr]hstack"
    mirrored = "split[wu][wd];[wd]vflip[wf];[wu][wf]vstack"
    large = f"scale={count * step}:{high}:flags=neighbor,crop={wide}:{high}:0:0"
    gaps = f"drawgrid=x=-1:y=-1:w={step}:h={2 * high}:t={max(2, step * 2 // 5)}:c=black:replace=1"
    painted = f"color=c={colour}:s={wide}x{high}:r={fps},format=yuva420p[wc];[wc][wa]alphamerge=shortest=1"
    return f"{HEARD},{VOICE},{heard},{middle},{mirrored},{large},{gaps}[wa];{painted}"
