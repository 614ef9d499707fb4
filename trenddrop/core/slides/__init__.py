"""Pictures made of words: posts, quotations, carousels, titles over video, grounds of audiograms. Pixels only."""

from trenddrop.core.slides.audiograms import AUDIOGRAMS, WAVES, audiogram_ground, captions_area, ground_colour, wave_box
from trenddrop.core.slides.carousels import CAROUSELS, Page, carousel
from trenddrop.core.slides.drawing import Palette
from trenddrop.core.slides.layers import TITLES, logo_layer, title_layer
from trenddrop.core.slides.posts import POSTS, post
from trenddrop.core.slides.quotes import QUOTES, quote

__all__ = [
    "AUDIOGRAMS",
    "CAROUSELS",
    "POSTS",
    "QUOTES",
    "TITLES",
    "WAVES",
    "Page",
    "Palette",
    "audiogram_ground",
    "captions_area",
    "carousel",
    "ground_colour",
    "logo_layer",
    "post",
    "quote",
    "title_layer",
    "wave_box",
]
