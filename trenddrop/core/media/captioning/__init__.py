"""Captions: words in their time, in one of several styles, laid so that nothing is cut off or hidden by a platform."""

from trenddrop.core.media.captioning.laying import Spoken, pages
from trenddrop.core.media.captioning.measuring import Box, measure, moments, overhang, still
from trenddrop.core.media.captioning.styles import STYLES, CaptionStyle, styled
from trenddrop.core.media.captioning.writing import captions
from trenddrop.core.platforms.safe import Area, safe_area
from trenddrop.core.typefaces import FAMILIES, FONTS, missing

__all__ = [
    "FAMILIES",
    "FONTS",
    "STYLES",
    "Area",
    "Box",
    "CaptionStyle",
    "Spoken",
    "captions",
    "measure",
    "missing",
    "moments",
    "overhang",
    "pages",
    "safe_area",
    "still",
    "styled",
]
