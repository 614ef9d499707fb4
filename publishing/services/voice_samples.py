"""Samples of a brand's voice from what was published."""

from collections.abc import Sequence

from accounts.models import BrandProfile, Membership
from accounts.services import voice
from publishing.models import ScheduledPost
from trenddrop.core.catalogue import badge


def keep(posts: Sequence[ScheduledPost], *, brand: BrandProfile, by: Membership) -> voice.Added:
    """Keep posts that went out as samples of a brand's voice."""
    return voice.add(brand, [_found(post) for post in posts], by=by)


def _found(post: ScheduledPost) -> voice.Found:
    name = f"{badge(post.connection.platform).name}, {post.connection.handle}"
    return voice.Found(post.text, voice.Source.POST, name, post.pk)
