"""Connected accounts, posts and every attempt to send them, platforms, and the practice network."""

from publishing.models.connections import MastodonApp, PlatformConnection, SignInChoice
from publishing.models.platforms import Listening, Platform, PlatformEvent, QuotaUse
from publishing.models.posts import PublishAttempt, ScheduledPost
from publishing.models.practice import PracticeAccount, PracticeMedia, PracticePost

__all__ = [
    "Listening",
    "MastodonApp",
    "Platform",
    "PlatformConnection",
    "PlatformEvent",
    "PracticeAccount",
    "PracticeMedia",
    "PracticePost",
    "PublishAttempt",
    "QuotaUse",
    "ScheduledPost",
    "SignInChoice",
]
