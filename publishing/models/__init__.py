"""Connected accounts, posts and every attempt to send them, and the practice network."""

from publishing.models.connections import MastodonApp, PlatformConnection
from publishing.models.posts import PublishAttempt, ScheduledPost
from publishing.models.practice import PracticeAccount, PracticeMedia, PracticePost

__all__ = [
    "MastodonApp",
    "PlatformConnection",
    "PracticeAccount",
    "PracticeMedia",
    "PracticePost",
    "PublishAttempt",
    "ScheduledPost",
]
