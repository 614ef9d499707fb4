"""Fields that many documents share: written once, so that they are called the same everywhere."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from analytics.documents.fields import Field, Kind
from publishing.platforms.counting import Missing

NOT_OFFERED, NO_ACCESS, BY_HAND = Missing.NOT_OFFERED, Missing.NO_ACCESS, Missing.BY_HAND

POST_ITEMS: Mapping[str, Kind] = {
    "id": Kind.TEXT, "title": Kind.TEXT, "url": Kind.TEXT, "created": Kind.TEXT, "views": Kind.COUNT,
    "impressions": Kind.COUNT, "likes": Kind.COUNT, "comments": Kind.COUNT, "shares": Kind.COUNT,
    "saves": Kind.COUNT, "reposts": Kind.COUNT, "replies": Kind.COUNT, "watch_minutes": Kind.COUNT,
}  # fmt: skip
TRACK_ITEMS: Mapping[str, Kind] = {
    "id": Kind.TEXT, "title": Kind.TEXT, "url": Kind.TEXT, "plays": Kind.COUNT, "streams": Kind.COUNT,
    "likes": Kind.COUNT, "reposts": Kind.COUNT, "comments": Kind.COUNT, "saves": Kind.COUNT,
    "playlist_adds": Kind.COUNT, "rank": Kind.COUNT, "popularity": Kind.COUNT,
}  # fmt: skip
PLACE_ITEMS: Mapping[str, Kind] = {"name": Kind.TEXT, "count": Kind.COUNT, "share": Kind.SHARE}
PLAYLIST_ITEMS: Mapping[str, Kind] = {
    "id": Kind.TEXT, "title": Kind.TEXT, "url": Kind.TEXT, "position": Kind.COUNT, "followers": Kind.COUNT,
}  # fmt: skip
CHART_ITEMS: Mapping[str, Kind] = {
    "chart": Kind.TEXT, "country": Kind.TEXT, "position": Kind.COUNT, "title": Kind.TEXT, "id": Kind.TEXT,
}  # fmt: skip

NAMES = {
    "followers": _("Followers"),
    "following": _("Following"),
    "posts": _("Posts"),
    "posted_24h": _("Posted that day"),
    "stories": _("Stories"),
    "reels": _("Reels"),
    "videos": _("Videos"),
    "likes": _("Likes"),
    "comments": _("Comments"),
    "shares": _("Shares"),
    "saves": _("Saves"),
    "reposts": _("Reposts"),
    "quotes": _("Quotes"),
    "replies": _("Replies"),
    "mentions": _("Mentions"),
    "reactions": _("Reactions"),
    "clicks": _("Clicks"),
    "link_clicks": _("Link clicks"),
    "outbound_clicks": _("Outbound clicks"),
    "views": _("Views"),
    "reach": _("Reach"),
    "impressions": _("Impressions"),
    "profile_views": _("Profile views"),
    "page_views": _("Page views"),
    "page_likes": _("Page likes"),
    "website_clicks": _("Website clicks"),
    "accounts_engaged": _("Accounts that took part"),
    "follows": _("New followers"),
    "unfollows": _("Followers lost"),
    "post_engagement": _("Engagement with posts"),
    "engagement_rate": _("Engagement rate"),
    "average_views": _("Views per video, on average"),
    "subscribers": _("Subscribers"),
    "subscribers_gained": _("Subscribers won"),
    "subscribers_lost": _("Subscribers lost"),
    "watch_minutes": _("Minutes watched"),
    "average_view_seconds": _("Average view, seconds"),
    "click_through_rate": _("Click-through rate of thumbnails"),
    "views_total": _("Views, all together"),
    "likes_total": _("Likes, all together"),
    "comments_total": _("Comments, all together"),
    "reposts_total": _("Reposts, all together"),
    "plays_total": _("Plays, all together"),
    "streams_total": _("Streams, all together"),
    "likes_7d": _("Likes on posts of the last 7 days"),
    "reposts_7d": _("Reposts of posts of the last 7 days"),
    "replies_7d": _("Replies to posts of the last 7 days"),
    "views_7d": _("Views of posts of the last 7 days"),
    "quotes_7d": _("Quotes of posts of the last 7 days"),
    "profile_views_30d": _("Profile views over 30 days"),
    "reach_28d": _("Reach over 28 days"),
    "impressions_30d": _("Impressions over 30 days"),
    "website_clicks_30d": _("Website clicks over 30 days"),
    "top_posts": _("Posts that did best"),
    "top_videos": _("Videos that did best"),
    "top_tracks": _("Tracks that did best"),
    "top_cities": _("Cities with the most listeners"),
    "top_countries": _("Countries with the most listeners"),
    "playlist_placements": _("Places on playlists"),
    "editorial_playlists": _("Editorial playlists"),
    "editorial_placements": _("Places on editorial playlists"),
    "editorial_features": _("Editorial features"),
    "chart_positions": _("Positions in charts"),
    "playlists_found": _("Playlists it stands on"),
    "playlists_watched": _("Playlists that are watched"),
    "tracks_hidden": _("Tracks whose counts are hidden"),
    "monthly_listeners": _("Monthly listeners"),
    "listeners": _("Listeners"),
    "streams": _("Streams"),
    "plays": _("Plays"),
    "playlist_adds": _("Adds to playlists"),
    "saved_tracks": _("Saved tracks"),
    "playlists": _("Playlists"),
    "popularity": _("Popularity, 0 to 100"),
    "shazams": _("Shazams"),
    "radio_spins": _("Radio spins"),
    "song_sales": _("Song sales"),
    "video_views": _("Video views"),
    "average_daily_listeners": _("Average daily listeners"),
    "library_songs": _("Songs in libraries"),
    "library_playlists": _("Playlists in libraries"),
    "fans": _("Fans"),
    "albums": _("Albums"),
    "tracks": _("Tracks"),
    "favourite_tracks": _("Favourite tracks"),
    "downloads": _("Downloads"),
    "boards": _("Boards"),
    "pins": _("Pins"),
    "pin_clicks": _("Pin clicks"),
    "monthly_views": _("Monthly views"),
    "unique_visitors": _("Visitors"),
    "lists": _("On lists"),
    "voice_requests": _("Asked for by voice"),
}


def won(key: str, usually: Missing | None = None, *, since: str = "", kind: Kind = Kind.COUNT) -> Field:
    """A figure of that day alone; where only the total is told, it is what the total grew by."""
    return Field(key, NAMES[key], kind, usually, since=since)


def stands(key: str, usually: Missing | None = None, *, kind: Kind = Kind.COUNT) -> Field:
    """A figure as it stood when the day ended."""
    return Field(key, NAMES[key], kind, usually, total=True)


def listed(key: str, items: Mapping[str, Kind], usually: Missing | None = None) -> Field:
    """A list: posts, tracks, cities."""
    return Field(key, NAMES[key], Kind.ITEMS, usually, total=True, items=items)
