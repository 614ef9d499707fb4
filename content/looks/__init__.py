"""How an organisation's pieces look: designs of templates, a brand's look made of them, and what they did."""

from content.looks.designs import CaptionDesign, CardDesign, CarouselDesign, ImageDesign, PostDesign
from content.looks.look import FILMS_OF, Look, films_of, look_of, seconds_around
from content.looks.shelf import templates_of
from content.looks.using import KINDS_OF, named_by, note_uses

__all__ = [
    "FILMS_OF",
    "KINDS_OF",
    "CaptionDesign",
    "CardDesign",
    "CarouselDesign",
    "ImageDesign",
    "Look",
    "PostDesign",
    "films_of",
    "look_of",
    "named_by",
    "note_uses",
    "seconds_around",
    "templates_of",
]
