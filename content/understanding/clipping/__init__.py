"""Clips of a recording, and the moment that answers a wish."""

from content.understanding.clipping.finding import Clip, clips

__all__ = ["Clip", "clips"]
