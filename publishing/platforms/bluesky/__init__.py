"""Bluesky over the AT Protocol, with an app password."""

from publishing.platforms.bluesky.adapter import Bluesky

__all__ = ["Bluesky"]
