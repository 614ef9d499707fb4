"""The documents of social platforms."""

from analytics.documents.fields import Document, Kind
from analytics.documents.usual import BY_HAND, NO_ACCESS, NOT_OFFERED, POST_ITEMS, listed, stands, won

INSTAGRAM = Document(
    "instagram",
    (
        stands("followers"), stands("following"), stands("posts"), won("posted_24h", since="posts"),
        won("stories", NOT_OFFERED), won("reels", NOT_OFFERED),
        won("likes", NO_ACCESS), won("comments", NO_ACCESS), won("shares", NO_ACCESS), won("saves", NO_ACCESS),
        won("engagement_rate", kind=Kind.SHARE),
        won("views", NO_ACCESS), won("reach", NO_ACCESS), won("impressions", NOT_OFFERED),
        won("profile_views", NO_ACCESS), won("website_clicks", NO_ACCESS), won("accounts_engaged", NO_ACCESS),
        won("follows", NO_ACCESS), won("unfollows", NO_ACCESS),
        stands("reach_28d", NO_ACCESS), stands("profile_views_30d", NO_ACCESS),
        stands("impressions_30d", NOT_OFFERED), stands("website_clicks_30d", NO_ACCESS),
        listed("top_posts", POST_ITEMS, NO_ACCESS),
    ),
    engagement=("likes", "comments", "shares", "saves"),
    rated=("likes", "comments"),
    content_count="posts",
)  # fmt: skip
FACEBOOK = Document(
    "facebook",
    (
        stands("followers"), stands("page_likes"), stands("posts", NOT_OFFERED), stands("videos", NOT_OFFERED),
        won("posted_24h", NOT_OFFERED, since="posts"),
        won("post_engagement", NO_ACCESS), won("reactions", NO_ACCESS), won("comments", NO_ACCESS),
        won("shares", NO_ACCESS), won("views", NO_ACCESS), won("page_views", NO_ACCESS), won("reach", NO_ACCESS),
        won("impressions", NOT_OFFERED), won("video_views", NO_ACCESS), won("follows", NO_ACCESS),
        won("unfollows", NO_ACCESS), listed("top_posts", POST_ITEMS, NO_ACCESS),
    ),
    engagement=("post_engagement",),
    content_count="posts",
)  # fmt: skip
YOUTUBE = Document(
    "youtube",
    (
        stands("subscribers"), won("subscribers_gained", NO_ACCESS), won("subscribers_lost", NO_ACCESS),
        stands("views_total"), won("views", since="views_total"),
        won("likes", NO_ACCESS), won("comments", NO_ACCESS), won("shares", NO_ACCESS),
        stands("videos"), won("posted_24h", since="videos"),
        won("watch_minutes", NO_ACCESS), won("average_view_seconds", NO_ACCESS, kind=Kind.SECONDS),
        won("impressions", NOT_OFFERED), won("click_through_rate", NOT_OFFERED, kind=Kind.SHARE),
        listed("top_videos", POST_ITEMS, NO_ACCESS),
    ),
    followers="subscribers",
    engagement=("likes", "comments", "shares"),
    content_count="videos",
)  # fmt: skip
TIKTOK = Document(
    "tiktok",
    (
        stands("followers"), stands("following"), stands("likes_total"), won("likes", since="likes_total"),
        stands("videos"), won("posted_24h", since="videos"),
        won("views", NOT_OFFERED), won("comments", NOT_OFFERED), won("shares", NOT_OFFERED),
        stands("views_7d"), won("engagement_rate", kind=Kind.SHARE), stands("average_views"),
        won("profile_views", NOT_OFFERED), listed("top_videos", POST_ITEMS),
    ),
    engagement=("likes", "comments", "shares"),
    content_count="videos",
)  # fmt: skip
X = Document(
    "x",
    (
        stands("followers"), stands("following"), stands("posts"), won("posted_24h", since="posts"),
        stands("lists", NOT_OFFERED),
        won("likes", NOT_OFFERED), won("reposts", NOT_OFFERED), won("replies", NOT_OFFERED),
        won("quotes", NOT_OFFERED),
        stands("likes_7d"), stands("reposts_7d"), stands("replies_7d"), stands("quotes_7d"), stands("views_7d"),
        won("impressions", NOT_OFFERED), won("profile_views", NOT_OFFERED), won("link_clicks", NO_ACCESS),
        won("saves", NO_ACCESS), won("follows", NO_ACCESS), won("unfollows", NO_ACCESS),
        listed("top_posts", POST_ITEMS, NO_ACCESS),
    ),
    engagement=("likes", "reposts", "replies", "quotes"),
    content_count="posts",
)  # fmt: skip
LINKEDIN = Document(
    "linkedin",
    (
        stands("followers"), won("follows", NO_ACCESS), stands("posts", NOT_OFFERED),
        won("posted_24h", NOT_OFFERED, since="posts"),
        won("impressions", NO_ACCESS), won("reach", NO_ACCESS), won("clicks", NO_ACCESS), won("likes", NO_ACCESS),
        won("comments", NO_ACCESS), won("shares", NO_ACCESS), won("engagement_rate", kind=Kind.SHARE),
        won("page_views", NO_ACCESS), won("unique_visitors", NO_ACCESS), listed("top_posts", POST_ITEMS, NOT_OFFERED),
        won("saves", NO_ACCESS), won("link_clicks", NO_ACCESS),
    ),
    engagement=("clicks", "likes", "comments", "shares"),
    content_count="posts",
)  # fmt: skip
THREADS = Document(
    "threads",
    (
        stands("followers"), stands("posts", NOT_OFFERED), won("posted_24h", NOT_OFFERED, since="posts"),
        won("views", NO_ACCESS), won("likes", NO_ACCESS), won("replies", NO_ACCESS), won("reposts", NO_ACCESS),
        won("quotes", NO_ACCESS), won("clicks", NO_ACCESS), listed("top_posts", POST_ITEMS, NO_ACCESS),
    ),
    engagement=("likes", "replies", "reposts", "quotes"),
    content_count="posts",
)  # fmt: skip
BLUESKY = Document(
    "bluesky",
    (
        stands("followers"), stands("following"), stands("posts"), won("posted_24h", since="posts"),
        stands("lists", NOT_OFFERED),
        won("likes", NOT_OFFERED), won("reposts", NOT_OFFERED), won("replies", NOT_OFFERED),
        won("quotes", NOT_OFFERED), won("views", NOT_OFFERED),
        stands("likes_7d"), stands("reposts_7d"), stands("replies_7d"), stands("quotes_7d"),
        listed("top_posts", POST_ITEMS),
    ),
    engagement=("likes", "reposts", "replies", "quotes"),
    content_count="posts",
)  # fmt: skip
MASTODON = Document(
    "mastodon",
    (
        stands("followers"), stands("following"), stands("posts"), won("posted_24h", since="posts"),
        won("likes", NOT_OFFERED), won("reposts", NOT_OFFERED), won("replies", NOT_OFFERED),
        won("quotes", NOT_OFFERED), won("views", NOT_OFFERED),
        stands("likes_7d"), stands("reposts_7d"), stands("replies_7d"), stands("quotes_7d"),
        listed("top_posts", POST_ITEMS),
    ),
    engagement=("likes", "reposts", "replies", "quotes"),
    content_count="posts",
)  # fmt: skip
PINTEREST = Document(
    "pinterest",
    (
        stands("followers"), stands("following"), stands("pins"), won("posted_24h", since="pins"), stands("boards"),
        stands("monthly_views", NO_ACCESS), won("impressions", NO_ACCESS), won("saves", NO_ACCESS),
        won("pin_clicks", NO_ACCESS), won("outbound_clicks", NO_ACCESS), won("video_views", NO_ACCESS),
        won("engagement_rate", kind=Kind.SHARE), listed("top_posts", POST_ITEMS, NO_ACCESS),
    ),
    engagement=("saves", "pin_clicks", "outbound_clicks"),
    content_count="pins",
)  # fmt: skip


def _by_hand(platform: str) -> Document:
    return Document(
        platform,
        (
            stands("followers", BY_HAND), stands("following", BY_HAND), stands("posts", BY_HAND),
            won("posted_24h", BY_HAND, since="posts"), won("views", BY_HAND), won("likes", BY_HAND),
            won("comments", BY_HAND), won("reposts", BY_HAND), won("shares", BY_HAND),
            won("profile_views", BY_HAND), won("link_clicks", BY_HAND),
        ),
        engagement=("likes", "comments", "reposts", "shares"),
        content_count="posts",
        by_hand_only=True,
    )  # fmt: skip


SPILL, FANBASE = _by_hand("spill"), _by_hand("fanbase")
PRACTICE = Document(
    "practice",
    (
        stands("followers"), stands("following"), stands("posts"), won("posted_24h", since="posts"), won("views"),
        won("reach"), won("likes"), won("comments"), won("shares"), won("profile_views"),
        won("engagement_rate", kind=Kind.SHARE),
    ),
    engagement=("likes", "comments", "shares"),
    content_count="posts",
)  # fmt: skip
SOCIAL = (
    INSTAGRAM, FACEBOOK, YOUTUBE, TIKTOK, X, LINKEDIN, THREADS, BLUESKY, MASTODON, PINTEREST, SPILL, FANBASE, PRACTICE,
)  # fmt: skip
