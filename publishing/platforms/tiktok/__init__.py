"""TikTok: direct posts and drafts of videos and pictures through the Content Posting API."""

from publishing.platforms.tiktok.adapter import TikTok

__all__ = ["TikTok"]
