"""What platforms count of a post, as they tell it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.catalogue.definitions import Better, Metric, Unit

TOLD = _("told by the platform, entered by hand or read from a file")
EVERYBODY = frozenset({"practice"})


def _raw(
    key: str,
    name: str | Promise,
    means: str | Promise,
    platforms: str,
    unit: Unit = Unit.COUNT,
    better: Better = Better.HIGHER,
) -> Metric:
    given = EVERYBODY | frozenset(platforms.split())
    return Metric(key, name, means, unit, better, source=TOLD, platforms=given)


COUNTS = (
    _raw(
        "views", _("Views"), _("How often the post was seen or played."), "facebook instagram threads tiktok x youtube"
    ),
    _raw("impressions", _("Impressions"), _("How often the post stood on a screen."), "linkedin pinterest x"),
    _raw("reach", _("Reach"), _("How many different people saw the post."), "facebook instagram linkedin"),
    _raw(
        "likes",
        _("Likes"),
        _("How often somebody liked it, or reacted in any other way where the platform has more than one."),
        "bluesky facebook instagram linkedin mastodon pinterest threads tiktok x youtube",
    ),
    _raw(
        "comments",
        _("Comments"),
        _("How many comments or replies stand under it."),
        "bluesky facebook instagram linkedin mastodon pinterest threads tiktok x youtube",
    ),
    _raw(
        "shares",
        _("Shares"),
        _("How often somebody passed it on."),
        "bluesky facebook instagram linkedin mastodon threads tiktok x youtube",
    ),
    _raw(
        "quotes",
        _("Quotes"),
        _("How often somebody passed it on with words of their own."),
        "bluesky mastodon threads x",
    ),
    _raw("saves", _("Saves"), _("How often somebody kept it for later."), "bluesky instagram linkedin pinterest x"),
    _raw(
        "clicks",
        _("Clicks"),
        _("How often a link of the post was followed."),
        "facebook instagram linkedin pinterest x",
    ),
    _raw(
        "profile_visits",
        _("Profile visits"),
        _("How often somebody went from the post to the profile."),
        "instagram x",
    ),
    _raw("follows", _("Follows"), _("How many began to follow because of the post."), "instagram x youtube"),
    _raw(
        "watch_seconds",
        _("Time watched"),
        _("How long all viewers together watched."),
        "facebook instagram linkedin x youtube",
        Unit.SECONDS,
    ),
    _raw(
        "average_watch_seconds",
        _("Average time watched"),
        _("How long one view lasted on average."),
        "facebook instagram linkedin x youtube",
        Unit.SECONDS,
    ),
    _raw(
        "completion",
        _("Seen to the end"),
        _("Of all views, those that reached the end."),
        "x",
        Unit.SHARE,
    ),
)
MORE = (
    _raw("reposts", _("Reposts"), _("How often it was put on again; also among shares."), "instagram threads"),
    _raw("replies", _("Replies"), _("Answers to a story; also among comments."), "instagram"),
    _raw("reactions", _("Reactions"), _("Reactions of all kinds, where likes are one of them."), "facebook"),
    _raw(
        "interactions",
        _("Interactions"),
        _("All that people did with it, as the platform itself adds it up."),
        "instagram x",
    ),
    _raw("link_clicks", _("Link clicks"), _("Clicks on the link of the post alone."), "facebook instagram linkedin"),
    _raw("website_clicks", _("Website clicks"), _("Clicks on the website of the profile."), ""),
    _raw("profile_clicks", _("Profile clicks"), _("Clicks on the name or picture beside the post."), "x"),
    _raw("outbound_clicks", _("Outbound clicks"), _("Clicks that led away from the platform."), "pinterest"),
    _raw("detail_clicks", _("Opened"), _("How often somebody opened the post to see all of it."), "pinterest x"),
    _raw("dislikes", _("Dislikes"), _("How often somebody disliked it."), "youtube", better=Better.LOWER),
    _raw("subscribers_gained", _("Subscribers gained"), _("Who subscribed while watching it."), "youtube"),
    _raw(
        "subscribers_lost",
        _("Subscribers lost"),
        _("Who gave up the subscription while watching it."),
        "youtube",
        better=Better.LOWER,
    ),
    _raw("engaged_views", _("Engaged views"), _("Views that lasted longer than the first seconds."), "youtube"),
    _raw("video_views", _("Video views"), _("How often its video was played."), "linkedin pinterest x"),
    _raw("viewers", _("Viewers"), _("How many different people played its video."), "linkedin"),
    _raw(
        "average_viewed",
        _("Average part viewed"),
        _("The part of its length that one view lasted on average; more than all of it where it plays again."),
        "youtube",
        Unit.SHARE,
    ),
    _raw(
        "skip_rate",
        _("Skipped at once"),
        _("Of all views, those that left within the first seconds."),
        "instagram",
        Unit.SHARE,
        Better.LOWER,
    ),
    _raw("playlist_adds", _("Added to playlists"), _("How often somebody put it into a playlist."), "youtube"),
    _raw(
        "navigation",
        _("Story taps"),
        _("Taps on, back and away from a story."),
        "instagram",
        better=Better.NEITHER,
    ),
    _raw(
        "crossposted_views",
        _("Views everywhere"),
        _("Views in all places it was put on by the platform together."),
        "instagram",
    ),
    _raw("facebook_views", _("Views on Facebook"), _("Views of an Instagram post that Facebook showed."), "instagram"),
)
RAW = (*COUNTS, *MORE)
