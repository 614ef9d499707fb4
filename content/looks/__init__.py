"""How an organisation's pieces look: designs of templates, a brand's look made of them, and what they did."""

from content.looks.designs import CaptionDesign, CardDesign, CarouselDesign, ImageDesign, PostDesign
from content.looks.look import Look, look_of
from content.looks.shelf import templates_of
from content.looks.using import KINDS_OF, note_uses

__all__ = [
    "KINDS_OF",
    "CaptionDesign",
    "CardDesign",
    "CarouselDesign",
    "ImageDesign",
    "Look",
    "PostDesign",
    "look_of",
    "note_uses",
    "templates_of",
]
