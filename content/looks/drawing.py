"""A look as what draws asks for it: the captions' style, the palette of slides and cards."""

from content.looks.look import Look
from trenddrop.core.media import captioning


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
