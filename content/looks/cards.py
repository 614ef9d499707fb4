"""Intros and outros that are drawn: a card of words as a short clip. Pixels and ffmpeg, no tables."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from content.looks.designs import CardDesign
from trenddrop.core import lettering, media
from trenddrop.core.colours import LARGE, contrast, readable_on
from trenddrop.core.typefaces import NoLetters, without_missing

FPS, RATE = 30, 48_000
FADE = 0.3  # seconds
SECONDS = 60  # ffmpeg may take
LOGO = 0.22  # of the shorter side


@dataclass(frozen=True)
class Card:
    """What is drawn: a design whose colours are filled in, the brand's name, its logo."""

    design: CardDesign
    name: str
    logo: Path | None = None


def draw(card: Card, size: tuple[int, int]) -> Image.Image:
    """Return the card as a picture. Raises NoLetters."""
    width, height = size
    image = Image.new("RGB", size, card.design.ground)
    wide, family = int(width * 0.8), card.design.font
    words = " ".join(without_missing(card.design.words.replace("{brand}", card.name), family).split())
    text = lettering.fitted(words, wide, int(height * 0.3), family=family) if words else None
    logo = _logo(card, size)
    gap = min(size) // 16
    tall = (logo.height + gap if logo else 0) + (text.height if text else 0)
    top = (height - tall) // 2
    if logo:
        image.paste(logo, ((width - logo.width) // 2, top), logo)
        top += logo.height + gap
    if text:
        _write(image, text, card.design, top)
    return image


def _write(image: Image.Image, text: lettering.Text, design: CardDesign, top: int) -> None:
    pen = ImageDraw.Draw(image)
    ink = design.colour if contrast(design.colour, design.ground) >= LARGE else readable_on(design.ground)
    text.draw(pen, 0, top, fill=ink, width=image.width, align="middle")
    rule, foot = max(4, min(image.size) // 120), top + text.height + text.size // 4
    middle, half = image.width // 2, image.width // 10
    pen.rectangle((middle - half, foot, middle + half, foot + rule), fill=design.accent)


def _logo(card: Card, size: tuple[int, int]) -> Image.Image | None:
    if card.logo is None or not card.design.logo:
        return None
    side = int(min(size) * LOGO)
    with Image.open(card.logo) as opened:
        logo = opened.convert("RGBA")
    logo.thumbnail((side * 2, side))
    return logo


def film(card: Card, out: Path, *, size: tuple[int, int]) -> Path:
    """Write the card as an MP4 with silence, faded in and out. Raises MediaError."""
    still = out.with_suffix(".png")
    try:
        draw(card, size).save(still)
    except (NoLetters, OSError) as error:
        raise media.MediaError(
            "The intro or outro cannot be drawn: no font for its words, or its logo is damaged."
        ) from error
    media.run_ffmpeg(_args(still, out, card.design.seconds), timeout=SECONDS, duration=card.design.seconds)
    return out


def _args(still: Path, out: Path, seconds: float) -> list[str]:
    fades = f"fade=t=in:d={FADE},fade=t=out:st={seconds - FADE:.2f}:d={FADE},format=yuv420p"
    picture = ["-loop", "1", "-framerate", str(FPS), "-t", f"{seconds:.2f}", "-i", f"file:{still}"]
    silence = ["-f", "lavfi", "-t", f"{seconds:.2f}", "-i", f"anullsrc=r={RATE}:cl=stereo"]
    coding = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-r", str(FPS), "-c:a", "aac", "-b:a", "96k"]
    return [*picture, *silence, "-vf", fades, *coding, "-shortest", "-movflags", "+faststart", "-f", "mp4", str(out)]
