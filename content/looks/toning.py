"""Pictures brought into one tone. Pixels only, no tables."""

from PIL import Image, ImageEnhance, ImageOps

from content.looks.designs import ImageDesign
from trenddrop.core.colours import luminance

WARM, COOL = (1.12, 1.02, 0.86), (0.88, 1.0, 1.12)  # red, green, blue, times


def toned(picture: Image.Image, design: ImageDesign, *, dark: str, light: str) -> Image.Image:
    """Return an RGB picture in the design's tone, as strong as it says; `dark` and `light` are for two colours."""
    image = picture.convert("RGB")
    if design.tone == "natural" or not design.strength:
        return image
    return Image.blend(image, _whole(image, design.tone, dark, light), design.strength)


def _whole(image: Image.Image, tone: str, dark: str, light: str) -> Image.Image:
    if tone == "mono":
        return ImageEnhance.Contrast(image.convert("L").convert("RGB")).enhance(1.08)
    if tone == "duotone":
        darker, lighter = sorted((dark, light), key=luminance)
        return ImageOps.colorize(ImageOps.autocontrast(image.convert("L"), cutoff=1), darker, lighter)
    times = WARM if tone == "warm" else COOL
    bands = [
        band.point(lambda value, by=by: min(255, round(value * by)))
        for band, by in zip(image.split(), times, strict=True)
    ]
    return Image.merge("RGB", bands)
