"""Pinterest by its API v5: pins of a picture, of several, or of a video, on a board."""

from publishing.platforms.pinterest.adapter import Pinterest

__all__ = ["Pinterest"]
