"""What lies over a video: a title, a logo. Transparent pictures of the frame's size."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

from trenddrop.core.colours import readable_on
from trenddrop.core.platforms.safe import Area
from trenddrop.core.slides.drawing import Palette, fit, logo_of, round_field, unit, write

TITLES: Mapping[str, str | Promise] = {
    "banner": _("Banner: on the brand's colour"),
    "plain": _("Plain: on a light field"),
    "tag": _("Tag: small, with the accent"),
}
DEEP = 0.2  # of the safe area's height: what a title may take


def title_layer(
    words: str, palette: Palette, *, size: tuple[int, int], safe: Area, style: str = "banner", keep_right: int = 0
) -> Image.Image:
    """Return the title at the top of what is free, `keep_right` pixels left for a logo. Raises KeyError."""
    ground = {"banner": palette.colour, "plain": "#ffffff", "tag": palette.accent}[style]
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    left, top, right, bottom = safe.pixels(size)
    px = unit(size)
    inside = round((22 if style == "tag" else 34) * px)
    deep = round((bottom - top) * (DEEP / 2 if style == "tag" else DEEP))
    box = (left + inside, top + inside, right - inside - keep_right, top + deep - inside)
    text = fit(
        words,
        box,
        font=palette.font,
        lines=1 if style == "tag" else 3,
        largest=round((44 if style == "tag" else 78) * px),
    )
    if text is None:
        return layer
    middle = (left + right - keep_right) // 2
    half = text.width // 2 + inside
    field = (max(left, middle - half), top, min(right - keep_right, middle + half), top + text.height + 2 * inside)
    round_field(layer, field, radius=round(24 * px), fill=ground)
    inner = (field[0] + inside, field[1] + inside, field[2] - inside, field[3] - inside)
    write(layer, text, inner, fill=readable_on(ground), align="middle")
    return layer


def logo_layer(palette: Palette, *, size: tuple[int, int], safe: Area) -> Image.Image | None:
    """Return the logo in its corner of what is free, or None where there is none. Raises OSError."""
    logo = logo_of(palette, size)
    if logo is None:
        return None
    left, top, right, bottom = safe.pixels(size)
    upright, side = palette.corner.split("_")
    at = (left if side == "left" else right - logo.width, top if upright == "top" else bottom - logo.height)
    layer = Image.new("RGBA", size, (0, 0, 0, 0))
    layer.alpha_composite(logo, at)
    return layer
