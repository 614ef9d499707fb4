"""A look as what draws asks for it: the captions' style, the palette of slides and cards."""

from pathlib import Path

from content.looks.designs import CarouselDesign, PostDesign
from content.looks.look import Look
from trenddrop.core.media import captioning
from trenddrop.core.slides import Palette


def caption_style(look: Look) -> captioning.CaptionStyle:
    """Return the captions' style with everything filled in."""
    asked = look.captions
    return captioning.styled(
        asked.style,
        colour=asked.colour,
        accent=asked.accent,
        ground=asked.ground,
        font=asked.font,
        size=asked.size,
        place=asked.place,
        upper=asked.upper or None,
        words=asked.at_once,
    )


def palette(look: Look, folder: Path, design: PostDesign | CarouselDesign | None = None) -> Palette:
    """Return colours, font, logo and name to draw with: a design's, or the brand's own. Raises MediaError."""
    of = design or look
    logo = look.logo(folder) if design is None or design.logo else None
    return Palette(of.colour, of.accent, of.ground, of.font, logo, look.corner, look.name)
