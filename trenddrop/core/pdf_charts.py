"""Charts in PDF documents, drawn as lines and boxes: bars lying down, and lines over time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trenddrop.core.pdf_type import FAMILY, Sheet

BAR = 6.4  # from one bar to the next, in mm
TICKS = 4
FAINT = "#dfe5e6"
MUTED = "#5a676e"
Values = Sequence[float | None]


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value, the largest of all, and how the value is written."""

    label: str
    value: float | None
    top: float
    shown: str


@dataclass(frozen=True)
class Frame:
    """Where a chart stands, in mm."""

    left: float
    top: float
    width: float
    height: float


def plain(value: float) -> str:
    """Write a number with groups of thousands."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def nice_step(span: float, ticks: int = TICKS) -> float:
    """Return a step of 1, 2, 2.5 or 5 times a power of ten, so that about so many fit the span."""
    if span <= 0:
        return 1.0
    rough = span / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * 0.999)


def draw_bar(sheet: Sheet, bar: Bar, *, width: float, colours: tuple[str, str, str, str]) -> None:
    """Draw a bar from where the pen stands and go below it."""
    brand, ink, muted, ground = colours
    left, top, name, number = sheet.l_margin, sheet.y, 52.0, 26.0
    room = width - name - number
    sheet.set_font(FAMILY, "", 8.5)
    sheet.set_text_color(ink)
    sheet.set_xy(left, top)
    sheet.cell(name - 2, BAR - 1.6, shortened(sheet, bar.label, name - 3))
    sheet.set_fill_color(ground)
    sheet.rect(left + name, top + 0.3, room, BAR - 2.2, style="F")
    if bar.value is not None and bar.value > 0 and bar.top > 0:
        sheet.set_fill_color(brand)
        sheet.rect(left + name, top + 0.3, room * bar.value / bar.top, BAR - 2.2, style="F")
    sheet.set_text_color(muted if bar.value is None else ink)
    sheet.set_xy(left + name + room, top)
    sheet.cell(number, BAR - 1.6, bar.shown, align="R")
    sheet.set_xy(left, top + BAR)


def shortened(sheet: Sheet, text: str, width: float) -> str:
    """Cut a text that is too long for its place, and say so by dots."""
    if sheet.get_string_width(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sheet.get_string_width(text[:middle] + "…") <= width else (low, middle - 1)
    return text[:low].rstrip() + "…"


def draw_lines(
    sheet: Sheet,
    frame: Frame,
    labels: Sequence[str],
    lines: Sequence[tuple[str, Values]],
    *,
    show: Callable[[float], str],
    inks: Sequence[str],
) -> None:
    """Draw axes with round numbers, one line a series, and their names below where there are several."""
    named = len(lines) > 1
    known = [value for _, values in lines for value in values if value is not None]
    low, high, step = _scale(known)
    plot = Frame(frame.left + 18, frame.top + 2, frame.width - 20, frame.height - (14 if named else 9))
    _axis(sheet, plot, (low, high, step), show)
    _labels(sheet, plot, labels)
    for number, (name, values) in enumerate(lines):
        ink = inks[number % len(inks)]
        _series(sheet, plot, values, (low, high), ink)
        if named:
            _legend(sheet, frame, number, len(lines), (name, ink))


def _scale(known: Sequence[float]) -> tuple[float, float, float]:
    """Return the ends of the axis, with zero among them, and the step of its lines."""
    low, high = min([0.0, *known]), max([0.0, *known])
    step = nice_step((high - low) or 1)
    return math.floor(low / step) * step, max(math.ceil(high / step) * step, math.floor(low / step) * step + step), step


def _axis(sheet: Sheet, plot: Frame, scale: tuple[float, float, float], show: Callable[[float], str]) -> None:
    low, high, step = scale
    sheet.set_font(FAMILY, "", 7)
    sheet.set_text_color(MUTED)
    sheet.set_draw_color(FAINT)
    sheet.set_line_width(0.2)
    for number in range(round((high - low) / step) + 1):
        value = low + number * step
        at = plot.top + plot.height * (1 - (value - low) / (high - low))
        sheet.line(plot.left, at, plot.left + plot.width, at)
        sheet.set_xy(plot.left - 18, at - 1.8)
        sheet.cell(16.5, 3.6, show(value), align="R")


def _labels(sheet: Sheet, plot: Frame, labels: Sequence[str]) -> None:
    """Write as many labels below as fit."""
    if not labels:
        return
    widest = max(sheet.get_string_width(label) for label in labels) + 4
    every = max(1, math.ceil(len(labels) * widest / plot.width))
    for place in range(0, len(labels), every):
        middle = _across(plot, place, len(labels))
        left = min(max(middle - widest / 2, plot.left - 6), plot.left + plot.width + 2 - widest)
        sheet.set_xy(left, plot.top + plot.height + 1.2)
        sheet.cell(widest, 3.6, labels[place], align="C")


def _across(plot: Frame, place: int, count: int) -> float:
    return plot.left + (plot.width * place / (count - 1) if count > 1 else plot.width / 2)


def _series(sheet: Sheet, plot: Frame, values: Values, ends: tuple[float, float], ink: str) -> None:
    low, high = ends
    sheet.set_draw_color(ink)
    sheet.set_fill_color(ink)
    sheet.set_line_width(0.5)
    last: tuple[float, float] | None = None
    for place, value in enumerate(values):
        if value is None:
            last = None
            continue
        here = _across(plot, place, len(values)), plot.top + plot.height * (1 - (value - low) / (high - low))
        if last:
            sheet.line(*last, *here)
        alone = last is None and (place + 1 == len(values) or values[place + 1] is None)
        if alone:
            sheet.circle(here[0], here[1], 0.7, style="F")
        last = here


def _legend(sheet: Sheet, frame: Frame, number: int, count: int, named: tuple[str, str]) -> None:
    name, ink = named
    room = (frame.width - 18) / count
    left, top = frame.left + 18 + number * room, frame.top + frame.height - 4
    sheet.set_fill_color(ink)
    sheet.rect(left, top + 1.1, 4, 1.2, style="F")
    sheet.set_font(FAMILY, "", 7.5)
    sheet.set_text_color(MUTED)
    sheet.set_xy(left + 5, top)
    sheet.cell(room - 6, 3.6, shortened(sheet, name, room - 8))
