"""PDF documents: headings, paragraphs, facts, tables and charts, in every script that our readers write.

    page = Document(title="Report", made_at=now, brand="#0f766e")
    page.heading("June")
    page.table([Column("Post"), Column("Views", width=1, right=True)], rows)
    data = page.to_bytes()

The same calls give the same bytes: dates are given, names and ids follow from what is drawn.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from fpdf.enums import Align, MethodReturnValue, ResourceAccessPolicy, TableBordersLayout, VAlign, XPos, YPos
from fpdf.fonts import FontFace
from PIL import Image, UnidentifiedImageError

from trenddrop.core import colours, pdf_charts
from trenddrop.core.pdf_type import FAMILY, PAGES, Sheet

INK, MUTED, LINE, GROUND = "#16232a", "#5a676e", "#d5dcde", "#f3f6f6"
BRAND = "#0f5f66"
BODY, SMALL, LEAD = 9.5, 8.0, 1.38  # sizes in points, and the step from line to line
POINT = 25.4 / 72
WIDEST = 1.1  # a letter, of its size
LOGO_HEIGHT, LOGO_WIDTH = 11.0, 60.0  # in mm: as large as it may be
LEFT = 0.62  # of the width: the logo and name of a letterhead; its title stands beside
KEPT = frozenset("\n\u00a0\u200c\u200d")  # not printable, but of use
Fact = tuple[str, str]


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its share of the width, and whether it holds numbers."""

    head: str
    width: float = 1
    right: bool = False


@dataclass(frozen=True)
class Block:
    """Facts under a small head: lines of text, or pairs of a name and what it is."""

    head: str
    lines: Sequence[str | Fact]


class Document:
    """A document on A4, written from the top; what does not fit goes on the next page."""

    def __init__(
        self,
        *,
        title: str,
        made_at: dt.datetime,
        language: str = "en",
        author: str = "TrendDrop",
        foot: str = "",
        brand: str = BRAND,
    ) -> None:
        self.brand = brand if colours.contrast(brand, colours.WHITE) >= colours.LARGE else INK
        self._sheet = Sheet(made_at=made_at, language=language, foot=_clean(foot or title), muted=MUTED)
        self._sheet.set_title(_clean(title))
        self._sheet.set_author(_clean(author))
        self._sheet.add_page()

    @property
    def width(self) -> float:
        """Return how wide what is written may be, in mm."""
        return float(self._sheet.epw)

    @property
    def pages(self) -> int:
        """Return how many pages there are so far."""
        return int(self._sheet.page_no())

    def letterhead(self, title: str, *, logo: bytes | None = None, name: str = "", facts: Sequence[Fact] = ()) -> None:
        """Write the head of the first page: the logo or the name at the left, the title and its facts at the right."""
        sheet, top = self._sheet, self._sheet.y
        low = self._mark(logo, name)
        right = self.width * (1 - LEFT)
        sheet.set_xy(sheet.l_margin + self.width * LEFT, top)
        self._line(title, size=16, bold=True, colour=self.brand, width=right, align="R")
        for label, value in facts:
            sheet.set_x(sheet.l_margin + self.width * LEFT)
            self._line(f"{label}  {value}", size=BODY, colour=INK, width=right, align="R")
        sheet.set_xy(sheet.l_margin, max(low, sheet.y) + 3)
        self.rule(colour=self.brand, thick=0.6)

    def heading(self, text: str, level: Literal[1, 2, 3] = 1) -> None:
        """Write a heading; it goes into the outline, and is not left alone at the foot of a page."""
        sheet, size = self._sheet, {1: 15.0, 2: 12.0, 3: 10.0}[level]
        self._keep(size * POINT * LEAD + 14)
        sheet.set_y(sheet.y + {1: 2.0, 2: 3.0, 3: 1.5}[level])
        sheet.set_font(FAMILY, "B", size)  # the outline takes its place from here
        sheet.start_section(_clean(text), level=level - 1, strict=False)
        self._line(text, size=size, bold=True, colour=self.brand if level == 1 else INK)
        sheet.set_y(sheet.y + 1)

    def paragraph(self, text: str, *, muted: bool = False, bold: bool = False, small: bool = False) -> None:
        """Write a paragraph, wrapped; lines are kept as they are given."""
        self._line(text, size=SMALL if small else BODY, bold=bold, colour=MUTED if muted else INK)
        self._sheet.set_y(self._sheet.y + 1.2)

    def facts(self, pairs: Iterable[Fact], *, label_width: float = 46) -> None:
        """Write names and what they are, one pair a line."""
        for label, value in pairs:
            self._pair(label, value, left=self._sheet.l_margin, width=self.width, label_width=label_width)
        self._sheet.set_y(self._sheet.y + 1.5)

    def blocks(self, blocks: Sequence[Block]) -> None:
        """Write blocks beside each other, as wide as each other."""
        sheet, gap = self._sheet, 7.0
        width = (self.width - gap * (len(blocks) - 1)) / max(1, len(blocks))
        self._keep(max((self._block_height(block, width) for block in blocks), default=0))
        top, low = sheet.y, sheet.y
        for number, block in enumerate(blocks):
            left = sheet.l_margin + number * (width + gap)
            sheet.set_xy(left, top)
            self._block(block, left, width)
            low = max(low, sheet.y)
        sheet.set_xy(sheet.l_margin, low + 2)

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[str]],
        *,
        strong_last: bool = False,
        small: bool = False,
    ) -> None:
        """Write a table: cells wrap, heads are repeated on every page, numbers stand at the right."""
        sheet, kept = self._sheet, [[_clean(cell) or " " for cell in row] for row in rows]
        sheet.set_y(sheet.y + 1)
        self._pen(SMALL if small else BODY)
        sheet.set_draw_color(LINE)
        sheet.set_fill_color(colours.WHITE)  # or rows take what was filled last
        sheet.set_line_width(0.2)
        head = FontFace(emphasis="BOLD", color=colours.readable_on(self.brand), fill_color=self.brand)
        last = FontFace(emphasis="BOLD", fill_color=GROUND)
        with sheet.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=tuple(column.width for column in columns),
            headings_style=head,
            line_height=(SMALL if small else BODY) * POINT * LEAD,
            padding=(1.1, 1.6),
            text_align=tuple(Align.R if column.right else Align.L for column in columns),
            v_align=VAlign.T,
            width=self.width,
        ) as table:
            table.row([_clean(column.head) or " " for column in columns])
            for number, row in enumerate(kept, start=1):
                table.row(row, style=last if strong_last and number == len(kept) else None)
        sheet.set_xy(sheet.l_margin, sheet.y + 3)

    def totals(self, pairs: Sequence[Fact], *, width: float = 82) -> None:
        """Write sums at the right, the last one strong."""
        sheet = self._sheet
        self._keep(len(pairs) * 6.5)
        left = sheet.l_margin + self.width - width
        for number, (label, value) in enumerate(pairs, start=1):
            final = number == len(pairs)
            if final:
                self.rule(left=left, colour=self.brand, thick=0.4)
            top = sheet.y
            size = BODY + 1.5 if final else BODY
            sheet.set_xy(left, top)
            low = self._line(label, size=size, bold=final, colour=INK if final else MUTED, width=width * 0.6)
            sheet.set_xy(left + width * 0.5, top)
            self._line(value, size=size, bold=final, width=width * 0.5, align="R")
            sheet.set_xy(sheet.l_margin, max(low, sheet.y) + 0.7)
        sheet.set_y(sheet.y + 2)

    def note(self, text: str) -> None:
        """Write a notice in a tinted box."""
        sheet, pad = self._sheet, 2.6
        text = _clean(text)
        self._pen(BODY)
        height = self._height(text, self.width - 2 * pad, BODY) + 2 * pad
        self._keep(height)
        top = sheet.y
        sheet.set_fill_color(GROUND)
        sheet.rect(sheet.l_margin, top, self.width, height, style="F")
        sheet.set_fill_color(self.brand)
        sheet.rect(sheet.l_margin, top, 0.9, height, style="F")
        sheet.set_xy(sheet.l_margin + pad, top + pad)
        self._line(text, width=self.width - 2 * pad)
        sheet.set_xy(sheet.l_margin, top + height + 3)

    def bar_chart(
        self,
        bars: Sequence[tuple[str, float | None]],
        *,
        caption: str = "",
        show: Callable[[float], str] = pdf_charts.plain,
        missing: str = "–",
    ) -> None:
        """Draw bars lying down, each with its name and number; what is not known says so."""
        if caption:
            self._keep(14)
            self._line(caption, bold=True)
        for label, value in bars:
            self._keep(pdf_charts.BAR)
            top = max((value for _, value in bars if value is not None), default=0)
            drawn = pdf_charts.Bar(_clean(label), value, top, show(value) if value is not None else missing)
            pdf_charts.draw_bar(self._sheet, drawn, width=self.width, colours=(self.brand, INK, MUTED, GROUND))
        self._sheet.set_xy(self._sheet.l_margin, self._sheet.y + 3)

    def line_chart(
        self,
        labels: Sequence[str],
        lines: Sequence[tuple[str, Sequence[float | None]]],
        *,
        caption: str = "",
        show: Callable[[float], str] = pdf_charts.plain,
        height: float = 52,
    ) -> None:
        """Draw lines over the labels; where nothing is known there is a gap, not a zero."""
        self._keep(height + 12)
        if caption:
            self._line(caption, bold=True)
        inks = (self.brand, "#b4530a", "#5b4fb0", MUTED)
        named = [(_clean(name), values) for name, values in lines]
        frame = pdf_charts.Frame(self._sheet.l_margin, self._sheet.y + 1, self.width, height)
        pdf_charts.draw_lines(self._sheet, frame, [_clean(label) for label in labels], named, show=show, inks=inks)
        self._sheet.set_xy(self._sheet.l_margin, frame.top + height + 3)

    def picture(self, data: bytes, *, width: float, alt: str = "") -> None:
        """Place a picture (PNG, JPEG, WebP or SVG) at the left."""
        policy = ResourceAccessPolicy.NONE  # a drawing may not ask for other files
        shown = min(width, self.width)
        self._sheet.image(BytesIO(data), w=shown, alt_text=_clean(alt) or None, resource_access_policy=policy)
        self._sheet.set_xy(self._sheet.l_margin, self._sheet.y + 2)

    def rule(self, *, left: float | None = None, colour: str = LINE, thick: float = 0.2) -> None:
        """Draw a line to the right margin."""
        sheet = self._sheet
        sheet.set_draw_color(colour)
        sheet.set_line_width(thick)
        start = sheet.l_margin if left is None else left
        sheet.line(start, sheet.y, sheet.l_margin + self.width, sheet.y)
        sheet.set_xy(sheet.l_margin, sheet.y + 2.2)

    def space(self, height: float) -> None:
        """Leave a space, in mm."""
        self._sheet.set_y(self._sheet.y + height)

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self._sheet.add_page()

    def to_bytes(self) -> bytes:
        """Return the file."""
        return bytes(self._sheet.output() or b"")

    def _pen(self, size: float, *, bold: bool = False, colour: str = INK) -> None:
        self._sheet.set_font(FAMILY, "B" if bold else "", size)
        self._sheet.set_text_color(colour)

    def _line(
        self,
        text: str,
        *,
        size: float = BODY,
        bold: bool = False,
        colour: str = INK,
        width: float = 0,
        align: Literal["L", "R"] = "L",
    ) -> float:
        """Write text from where the pen stands, wrapped in the width; return how low it comes."""
        self._pen(size, bold=bold, colour=colour)
        step = size * POINT * LEAD
        self._sheet.multi_cell(
            width, step, _clean(text), align=align, new_x=XPos.LEFT, new_y=YPos.NEXT, padding=0, max_line_height=step
        )
        return float(self._sheet.y)

    def _height(self, text: str, width: float, size: float) -> float:
        self._pen(size)
        step = size * POINT * LEAD
        if "\n" not in text and len(text) * size * POINT * WIDEST < width:
            return step  # one line for sure: nothing has to be shaped to know it
        found = self._sheet.multi_cell(
            width, step, _clean(text), align="L", dry_run=True, output=MethodReturnValue.HEIGHT
        )
        return float(found) if isinstance(found, int | float) else step

    def _keep(self, height: float) -> None:
        """Go to the next page if what comes does not fit on this one."""
        if self._sheet.will_page_break(height) and self._sheet.y > self._sheet.t_margin + 1:
            self._sheet.add_page()

    def _pair(self, label: str, value: str, *, left: float, width: float, label_width: float) -> None:
        sheet = self._sheet
        self._keep(self._height(value, width - label_width, BODY))
        top = sheet.y
        sheet.set_xy(left, top)
        low = self._line(label, colour=MUTED, width=label_width - 2)
        sheet.set_xy(left + label_width, top)
        self._line(value, width=width - label_width)
        sheet.set_xy(left, max(low, sheet.y) + 0.5)

    def _block(self, block: Block, left: float, width: float) -> None:
        sheet = self._sheet
        self._line(block.head, size=SMALL, bold=True, colour=self.brand, width=width)
        sheet.set_xy(left, sheet.y + 0.8)
        for place, line in enumerate(block.lines):
            if isinstance(line, tuple):
                if place and not isinstance(block.lines[place - 1], tuple):
                    sheet.set_y(sheet.y + 1)
                self._pair(*line, left=left, width=width, label_width=min(34, width * 0.42))
            else:
                self._line(line, width=width)
            sheet.set_x(left)

    def _block_height(self, block: Block, width: float) -> float:
        beside = width - min(34, width * 0.42)
        lines = (
            self._height(line[1], beside, BODY) + 0.5 if isinstance(line, tuple) else self._height(line, width, BODY)
            for line in block.lines
        )
        return SMALL * POINT * LEAD + 0.8 + sum(lines)

    def _mark(self, logo: bytes | None, name: str) -> float:
        """Draw the logo, and the name beside it or alone; return how low they come."""
        sheet, top = self._sheet, self._sheet.y
        if logo:
            wide = _wide(logo)
            drawn = sheet.image(
                BytesIO(logo), h=0 if wide else LOGO_HEIGHT, w=LOGO_WIDTH if wide else 0,
                resource_access_policy=ResourceAccessPolicy.NONE,
            )  # fmt: skip
            if name:
                sheet.set_xy(
                    sheet.l_margin + float(drawn.rendered_width) + 3, top + (LOGO_HEIGHT - 15 * POINT * LEAD) / 2
                )
        room = self.width * LEFT - (sheet.x - sheet.l_margin) - 3
        low = self._line(name, size=15, bold=True, width=room) if name else top
        return max(low, top + LOGO_HEIGHT) if logo else low


def product_mark() -> bytes:
    """Return the mark of the product as a drawing, for letterheads."""
    drawing = (Path(__file__).resolve().parents[2] / "static" / "logo.svg").read_bytes()
    return drawing.replace(b"currentColor", b"#f6b317")


def _wide(logo: bytes) -> bool:
    """Whether a picture is so wide that its width is what must fit."""
    try:
        with Image.open(BytesIO(logo)) as picture:
            return picture.width * LOGO_HEIGHT > picture.height * LOGO_WIDTH
    except UnidentifiedImageError:  # a drawing
        return False


def _clean(text: str) -> str:
    """Leave out what no font draws: control signs, and the sign that stands for the number of pages."""
    kept = KEPT | {sign for sign in set(text) if sign.isprintable() and sign != PAGES}
    return "".join(sign for sign in text if sign in kept)
