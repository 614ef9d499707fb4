"""Type in PDF documents: which font draws which sign, shaped by HarfBuzz; pages with a foot and a number."""

import datetime as dt
import logging
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import TTFFont
from fpdf.line_break import Fragment, TotalPagesSubstitutionFragment

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every table of every font
FONTS = Path(__file__).resolve().parent / "fonts" / "documents"
FAMILY = "text"
# Tried in this order for what the family of the product has not; a font without a bold cut is drawn as it is.
OTHERS = (
    "Sans", "Devanagari", "Bengali", "Tamil", "Telugu", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Oriya",
    "Arabic", "Hebrew",
)  # fmt: skip
ELSEWHERE = {"Arabic": "NotoSansArabic.ttf", "Hebrew": "NotoSansHebrew.ttf"}  # fonts of pictures serve too
JOINERS = "\u200c\u200d"
PAGES = "\U000f0000"  # stands for the number of pages; of private use, so that no text holds it
Style = Literal["", "B"]
Emphasis = tuple[bool, bool, bool, bool]


def _file(name: str, style: Style) -> Path:
    if name in ELSEWHERE:
        return FONTS.parent / ELSEWHERE[name]
    bold = FONTS / f"{name}-Bold.ttf"
    return bold if style == "B" and bold.exists() else FONTS / f"{name}-Regular.ttf"


@lru_cache(maxsize=64)
def _signs(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=32)
def _read(path: Path) -> bytes:
    return path.read_bytes()


@lru_cache(maxsize=8192)
def _font_for(sign: str, style: Style) -> str:
    """Name the font that has the sign; the product's own where none has."""
    return next((name for name in ("Text", *OTHERS) if ord(sign) in _signs(_file(name, style))), "Text")


def _goes_on(last: str, sign: str, style: Style) -> bool:
    """Whether a sign stays in the font of the one before: joiners and marks do, if that font has them."""
    joins = sign in JOINERS or unicodedata.combining(sign) != 0 or unicodedata.category(sign) == "Mn"
    return joins and (sign in JOINERS or ord(sign) in _signs(_file(last, style)))


def runs(text: str, style: Style = "") -> list[tuple[str, str]]:
    """Split a text where another font is needed: pairs of font and text."""
    named: list[tuple[str, str]] = []
    for sign in text:
        last = named[-1][0] if named else ""
        named.append((last if last and _goes_on(last, sign, style) else _font_for(sign, style), sign))
    return [(name, "".join(sign for _, sign in part)) for name, part in groupby(named, key=lambda pair: pair[0])]


class Sheet(FPDF):
    """Pages of one document. Fonts are read when a sign asks for them."""

    def __init__(self, *, made_at: dt.datetime, language: str, foot: str, muted: str) -> None:
        super().__init__(format="A4")
        self._foot, self._muted = foot, muted
        self._add(FAMILY, "", _file("Text", ""))
        self._add(FAMILY, "B", _file("Text", "B"))
        self.set_text_shaping(use_shaping_engine=True, features={"tnum": True, "kern": True, "liga": True})
        self.set_creation_date(made_at)
        self.set_producer("TrendDrop")
        self.set_lang(language)
        self.set_display_mode("fullwidth", "continuous")
        self.set_margins(18, 16, 18)
        self.c_margin = 0  # text stands at the edges of its place
        self.set_auto_page_break(True, 20)
        self.alias_nb_pages(PAGES)

    def footer(self) -> None:
        """Draw the foot: whose document it is, and which page of how many."""
        self.set_y(-14)
        self.set_font(FAMILY, "", 7.5)
        self.set_text_color(self._muted)
        self.cell(self.epw - 26, 4, self._foot)
        slack = self.get_string_width("000")  # the number of pages is kept four digits wide
        self.cell(26 + slack, 4, f"{self.page_no()} / {PAGES}", align="R")

    def _parse_chars(
        self,
        text: str,
        markdown: bool,  # noqa: ARG002
        *,
        _initial_emphasis: Emphasis | None = None,
    ) -> Iterator[Fragment]:
        """Give the text in fragments, each in the font that has its signs: marks stay with what they mark."""
        for number, part in enumerate(text.split(PAGES)):
            if number:
                yield TotalPagesSubstitutionFragment(
                    PAGES, self._get_current_graphics_state(), self.k, dummy_width_string="0000"
                )
            style: Style = "B" if "B" in self.font_style else ""
            for name, run in runs(part, style):
                state = self._get_current_graphics_state()
                if name != "Text":
                    state.font_family = name.lower()
                    state.current_font = self.fonts[self._load(name, style)]
                yield Fragment(run, state, self.k)

    def _load(self, name: str, style: Style) -> str:
        key = f"{name.lower()}{style}"
        if key not in self.fonts:
            self._add(name.lower(), style, _file(name, style))
        return key

    def _add(self, family: str, style: Style, path: Path) -> None:
        """Add a font, read from memory: the file is not held open until somebody collects the garbage."""
        self.add_font(family, style, path)
        font = self.fonts[f"{family}{style}"]
        if isinstance(font, TTFFont) and font.ttfont.reader:
            font.ttfont.reader.file.close()
            font.ttfont.reader.file = BytesIO(_read(path))
