"""Facebook Pages: posts, photos, videos, reels and stories."""

from publishing.platforms.facebook.adapter import Facebook

__all__ = ["Facebook"]
