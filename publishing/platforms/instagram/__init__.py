"""Instagram's professional accounts, through either of Meta's two sign-ins."""

from publishing.platforms.instagram.adapter import Instagram

__all__ = ["Instagram"]
