"""YouTube: videos by resumable upload, public at once or at their time, with thumbnail, playlist and first comment."""

from publishing.platforms.youtube.adapter import YouTube

__all__ = ["YouTube"]
