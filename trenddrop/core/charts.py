"""Lines, bands and bars as SVG geometry: drawn on the server, so a page needs no chart library."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, log10

WIDTH, HEIGHT = 1000.0, 290.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 994.0, 28.0, 250.0
MEDIAN_AT = 33.33
SMALLEST = 1e-6  # what differs by less is drawn as nought


@dataclass(frozen=True)
class Series:
    """One line: a value per x, None where nothing was measured; look is one, two or dash."""

    label: str
    values: Sequence[float | None]
    look: str = "one"


@dataclass(frozen=True)
class Band:
    """What was to be expected: a low and a high per x; both None where nothing was expected."""

    label: str
    low: Sequence[float | None]
    high: Sequence[float | None]


@dataclass(frozen=True)
class Mark:
    """A moment worth naming: its x, a few words and one more line."""

    x: float
    label: str
    note: str = ""


@dataclass(frozen=True)
class LineChart:
    """Everything a chart says. `summary` is read out; `labels` name each x in the table behind it.

    `from_nought`: no for what stands high and moves little (followers): then the axis begins near the lowest.
    """

    title: str
    summary: str
    x: Sequence[float]
    labels: Sequence[str]
    series: Sequence[Series]
    ticks: Sequence[tuple[float, str]] = ()
    band: Band | None = None
    marks: Sequence[Mark] = ()
    x_name: str = ""
    from_nought: bool = True


@dataclass(frozen=True)
class Spark:
    """Two paths and the last point, in a box of 96 by 28."""

    line: str
    area: str
    last: tuple[float, float]


@dataclass(frozen=True)
class Text:
    """A word on the chart with its anchor (start, middle or end)."""

    x: float
    y: float
    words: str
    anchor: str = "middle"
    note: str = ""


@dataclass(frozen=True)
class Drawing:
    """A chart as the template needs it: coordinates only."""

    grid: Sequence[tuple[float, float]]
    lines: Sequence[tuple[str, str]]
    area: str = ""
    band: str = ""
    ticks: Sequence[Text] = ()
    marks: Sequence[Text] = ()
    dots: Sequence[tuple[float, float, str]] = field(default=())


def spark(points: Sequence[float], *, width: float = 96, height: float = 28, pad: float = 3) -> Spark | None:
    """A small curve from its own lowest to its own highest value; None under two points."""
    if len(points) < 2:
        return None
    low, high = min(points), max(points)
    reach = (high - low) or 1.0
    step = (width - 2 * pad) / (len(points) - 1)
    flat = high == low

    def at(index: int, value: float) -> tuple[float, float]:
        y = height / 2 if flat else height - pad - (value - low) / reach * (height - 2 * pad)
        return round(pad + index * step, 1), round(y, 1)

    dots = [at(index, value) for index, value in enumerate(points)]
    line = polyline(dots)
    return Spark(line=line, area=f"{line}L{dots[-1][0]} {height:g}L{pad:g} {height:g}Z", last=dots[-1])


def polyline(dots: Sequence[tuple[float, float]]) -> str:
    """An SVG path through the dots."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in dots)


def nice_steps(highest: float, *, lowest: float = 0.0, count: int = 4) -> list[float]:
    """Round values from 0, or below `lowest`, to at least `highest`: about `count` steps of 1, 2 or 5 times ten^n."""
    highest, lowest = max(highest, 0.0), min(lowest, 0.0)
    if highest - lowest < SMALLEST:
        return [0.0, 1.0]
    rough = (highest - lowest) / count
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    below = ceil(-lowest / step - 1e-9)
    above = ceil(highest / step - 1e-9)
    return [round(number * step, 10) for number in range(-below, above + 1)]


def close_steps(lowest: float, highest: float, *, count: int = 4) -> list[float]:
    """Round values around what is shown, wherever nought is; of one value alone, from nought."""
    if highest - lowest < SMALLEST:
        return nice_steps(highest, lowest=lowest)
    rough = (highest - lowest) / count
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [round(number * step, 10) for number in range(floor(lowest / step), ceil(highest / step) + 1)]


def median_bar(ratio: float) -> tuple[float, bool]:
    """Length in percent of the plot and whether it lies under the median, which stands at a third."""
    if ratio < 1:
        return round((1 - max(ratio, 0)) * MEDIAN_AT, 1), True
    return round(min(ratio - 1, 2) * MEDIAN_AT, 1), False


def waveform(levels: Sequence[int], *, height: float = 40) -> str:
    """Strokes, one unit apart, from levels 0–100."""
    middle = height / 2

    def stroke(index: int, level: int) -> str:
        half = max(0.6, min(level, 100) / 100 * (middle - 1))
        return f"M{index + 0.5:g} {middle - half:.1f}v{2 * half:.1f}"

    return "".join(stroke(index, level) for index, level in enumerate(levels))


def thinned(levels: Sequence[int], *, most: int = 130) -> list[int]:
    """At most `most` levels, each the loudest of its stretch: more strokes than that run together."""
    if len(levels) <= most:
        return list(levels)
    edges = [round(step * len(levels) / most) for step in range(most + 1)]
    return [max(levels[low:high]) for low, high in pairwise(edges)]


def draw(chart: LineChart) -> Drawing:
    """The chart in coordinates; nought is on the vertical axis, at its foot where nothing lies below."""
    scale = _Scale.fit(chart)
    first = chart.series[0] if chart.series else None
    return Drawing(
        grid=[(scale.y(step), step) for step in scale.steps],
        lines=[(line.look, _path(chart.x, line.values, scale)) for line in reversed(chart.series)],
        area=_area(chart.x, first.values, scale) if first and chart.from_nought and not chart.band else "",
        band=_band(chart.x, chart.band, scale) if chart.band else "",
        ticks=[Text(scale.x(at), BOTTOM + 20, words, _anchor(scale.x(at))) for at, words in chart.ticks],
        marks=[_mark(mark, scale) for mark in chart.marks],
        dots=[dot for line in chart.series if (dot := _last(chart.x, line, scale))],
    )


def rows(chart: LineChart) -> list[tuple[str, list[float | None]]]:
    """The numbers as a table: newest first, a column per series; whole ones are written whole."""
    table = [(label, [_whole(line.values[at]) for line in chart.series]) for at, label in enumerate(chart.labels)]
    return table[::-1]


def _whole(value: float | None) -> float | None:
    return int(value) if value is not None and value == int(value) else value


@dataclass(frozen=True)
class _Scale:
    left: float
    right: float
    steps: Sequence[float]

    @classmethod
    def fit(cls, chart: LineChart) -> "_Scale":
        values = [value for line in chart.series for value in line.values if value is not None]
        values += [end for end in (*chart.band.low, *chart.band.high) if end is not None] if chart.band else []
        left, right = (min(chart.x), max(chart.x)) if chart.x else (0.0, 1.0)
        steps = nice_steps(max(values, default=0), lowest=min(values, default=0))
        if not chart.from_nought and values:
            steps = close_steps(min(values), max(values))
        return cls(left=left, right=right if right > left else left + 1, steps=steps)

    def x(self, value: float) -> float:
        return round(LEFT + (value - self.left) / (self.right - self.left) * (RIGHT - LEFT), 1)

    def y(self, value: float) -> float:
        low, high = self.steps[0], self.steps[-1]
        return round(BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP), 1)


def _runs(x: Sequence[float], values: Sequence[float | None], scale: _Scale) -> list[list[tuple[float, float]]]:
    """Stretches without a hole: a line never bridges what was not measured."""
    found: list[list[tuple[float, float]]] = [[]]
    for at, value in zip(x, values, strict=False):
        if value is None:
            found.append([])
        else:
            found[-1].append((scale.x(at), scale.y(value)))
    return [run for run in found if run]


def _path(x: Sequence[float], values: Sequence[float | None], scale: _Scale) -> str:
    return "".join(polyline(run) if len(run) > 1 else f"{polyline(run)}h.1" for run in _runs(x, values, scale))


def _area(x: Sequence[float], values: Sequence[float | None], scale: _Scale) -> str:
    ground = scale.y(0)
    return "".join(
        f"{polyline(run)}L{run[-1][0]:g} {ground:g}L{run[0][0]:g} {ground:g}Z" for run in _runs(x, values, scale)
    )


def _band(x: Sequence[float], band: Band, scale: _Scale) -> str:
    """Stretches without a hole, each round: its upper edge there, its lower edge back."""
    edges = zip(_runs(x, band.high, scale), _runs(x, band.low, scale), strict=False)
    return "".join(f"{polyline([*upper, *lower[::-1]])}Z" for upper, lower in edges)


def _anchor(x: float) -> str:
    return "start" if x < LEFT + 40 else "end" if x > RIGHT - 40 else "middle"


def _mark(mark: Mark, scale: _Scale) -> Text:
    x = scale.x(mark.x)
    return Text(x, TOP, mark.label, "end" if x > WIDTH / 2 else "start", mark.note)


def _last(x: Sequence[float], line: Series, scale: _Scale) -> tuple[float, float, str] | None:
    known = [(at, value) for at, value in zip(x, line.values, strict=False) if value is not None]
    return (scale.x(known[-1][0]), scale.y(known[-1][1]), line.look) if known else None


def spaced(x: Sequence[float], *, count: int = 6) -> list[float]:
    """About `count` evenly spaced positions over x, both ends included: where ticks may stand."""
    if not x:
        return []
    low, high = min(x), max(x)
    marks = [low + (high - low) * step / count for step in range(count + 1)]
    return [at for at, following in pairwise([*marks, high + 1]) if following > at]
