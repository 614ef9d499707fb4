"""Colours as people give them, and how well one reads on another (WCAG 2.2)."""

import re

HEX = re.compile(r"#[0-9a-f]{6}")
WHITE, BLACK = "#ffffff", "#101418"
READS, LARGE = 4.5, 3.0  # what text needs, and what large text and signs need


def is_colour(text: str) -> bool:
    """Say whether it is #rrggbb, as colour inputs give it."""
    return bool(HEX.fullmatch(text))


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, 0 (black) to 1 (white)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 (none) to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: str) -> str:
    """Return white, or near black where white cannot be read on the colour."""
    return WHITE if contrast(WHITE, colour) >= LARGE else BLACK
