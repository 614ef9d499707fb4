"""Whose word a live post's link is: the platform's, or that of the person who posted it."""

from publishing.models import PublishAttempt, ScheduledPost

LINKS = "links"  # in a post's metadata: [{"at", "by", "was"}], each time a person gave it a link after it was live
CONFIRMED = (PublishAttempt.Outcome.PUBLISHED, PublishAttempt.Outcome.FOUND)


def link_is_ours(post: ScheduledPost) -> bool:
    """Say whether a person says where a post is: the platform never named it, nor told its link."""
    if post.status != ScheduledPost.Status.PUBLISHED or post.platform_post_id:
        return False
    return not post.url or not PublishAttempt.objects.filter(post=post, outcome__in=CONFIRMED).exists()
