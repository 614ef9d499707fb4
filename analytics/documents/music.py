"""The documents of music platforms."""

from analytics.documents.fields import Document
from analytics.documents.usual import (
    BY_HAND,
    CHART_ITEMS,
    NO_ACCESS,
    NOT_OFFERED,
    PLACE_ITEMS,
    PLAYLIST_ITEMS,
    TRACK_ITEMS,
    listed,
    stands,
    won,
)

SPOTIFY = Document(
    "spotify",
    (
        stands("followers"), stands("popularity"), stands("monthly_listeners", BY_HAND), won("listeners", BY_HAND),
        stands("streams_total", BY_HAND), won("streams", BY_HAND, since="streams_total"), won("saves", BY_HAND),
        won("playlist_adds", BY_HAND), listed("top_tracks", TRACK_ITEMS),
        stands("playlist_placements", NOT_OFFERED), listed("playlists_found", PLAYLIST_ITEMS, NOT_OFFERED),
        listed("playlists_watched", PLAYLIST_ITEMS, NOT_OFFERED),
        listed("editorial_playlists", PLAYLIST_ITEMS, BY_HAND), listed("top_cities", PLACE_ITEMS, BY_HAND),
        listed("top_countries", PLACE_ITEMS, BY_HAND), stands("albums"), stands("tracks", NOT_OFFERED),
        stands("saved_tracks", NO_ACCESS), stands("playlists", NO_ACCESS), stands("following", NO_ACCESS),
    ),
    engagement=("saves", "playlist_adds"),
    content_count="albums",
    is_music=True,
)  # fmt: skip
SOUNDCLOUD = Document(
    "soundcloud",
    (
        stands("followers"), stands("following"), stands("plays_total"), won("plays", since="plays_total"),
        stands("likes_total"), won("likes", since="likes_total"), stands("reposts_total"),
        won("reposts", since="reposts_total"), stands("comments_total"), won("comments", since="comments_total"),
        stands("tracks"), won("posted_24h", since="tracks"), stands("playlists"),
        listed("top_tracks", TRACK_ITEMS), stands("tracks_hidden", NOT_OFFERED),
        stands("playlist_placements", NOT_OFFERED), listed("playlists_found", PLAYLIST_ITEMS, NOT_OFFERED),
        listed("playlists_watched", PLAYLIST_ITEMS, NOT_OFFERED),
    ),
    engagement=("likes", "reposts", "comments"),
    content_count="tracks",
    is_music=True,
)  # fmt: skip
APPLE_MUSIC = Document(
    "apple_music",
    (
        won("plays", BY_HAND), won("listeners", BY_HAND), stands("average_daily_listeners", BY_HAND),
        won("shazams", BY_HAND), won("radio_spins", BY_HAND), won("song_sales", BY_HAND), won("video_views", BY_HAND),
        stands("albums"), stands("tracks", NOT_OFFERED), listed("top_tracks", TRACK_ITEMS),
        stands("playlist_placements", NOT_OFFERED), listed("editorial_placements", PLAYLIST_ITEMS, NOT_OFFERED),
        listed("playlists_found", PLAYLIST_ITEMS, NOT_OFFERED),
        listed("playlists_watched", PLAYLIST_ITEMS, NOT_OFFERED), listed("chart_positions", CHART_ITEMS),
        stands("library_songs", NO_ACCESS),
        stands("library_playlists", NO_ACCESS), listed("top_cities", PLACE_ITEMS, BY_HAND),
        listed("top_countries", PLACE_ITEMS, BY_HAND),
    ),
    followers="",
    content_count="albums",
    is_music=True,
)  # fmt: skip
DEEZER = Document(
    "deezer",
    (
        stands("fans"), stands("albums"), stands("tracks", NOT_OFFERED), stands("favourite_tracks", NO_ACCESS),
        stands("playlists", NO_ACCESS), stands("playlist_placements", NOT_OFFERED),
        listed("playlists_found", PLAYLIST_ITEMS, NOT_OFFERED),
        listed("playlists_watched", PLAYLIST_ITEMS, NOT_OFFERED), listed("top_tracks", TRACK_ITEMS),
        listed("chart_positions", CHART_ITEMS), won("streams", BY_HAND), won("listeners", BY_HAND),
    ),
    followers="fans",
    content_count="albums",
    is_music=True,
)  # fmt: skip
AMAZON_MUSIC = Document(
    "amazon_music",
    (
        won("streams", BY_HAND), won("listeners", BY_HAND), stands("followers", BY_HAND),
        won("voice_requests", BY_HAND), stands("playlist_placements", BY_HAND),
        listed("editorial_features", PLAYLIST_ITEMS, BY_HAND), listed("top_tracks", TRACK_ITEMS, BY_HAND),
        listed("top_cities", PLACE_ITEMS, BY_HAND), listed("top_countries", PLACE_ITEMS, BY_HAND),
    ),
    is_music=True,
    by_hand_only=True,
)  # fmt: skip
TIDAL = Document(
    "tidal",
    (
        stands("followers", NOT_OFFERED), stands("popularity"), stands("albums"), stands("tracks", NOT_OFFERED),
        stands("playlist_placements", NOT_OFFERED), listed("playlists_found", PLAYLIST_ITEMS, NOT_OFFERED),
        listed("playlists_watched", PLAYLIST_ITEMS, NOT_OFFERED), won("streams", BY_HAND), won("listeners", BY_HAND),
        listed("top_tracks", TRACK_ITEMS),
    ),
    content_count="albums",
    is_music=True,
)  # fmt: skip
MUSIC = (SPOTIFY, SOUNDCLOUD, APPLE_MUSIC, DEEZER, AMAZON_MUSIC, TIDAL)
