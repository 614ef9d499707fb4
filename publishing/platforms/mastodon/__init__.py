"""Mastodon and the servers that speak its API; each server registers us on the fly."""

from publishing.platforms.mastodon.adapter import Mastodon

__all__ = ["Mastodon"]
