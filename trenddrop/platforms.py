"""The adapters of platforms, and what each is told: the operator's app there, and where it is spoken to."""

# In the order in which they are offered.
PLATFORMS = {
    "practice": "publishing.platforms.practice.Practice",
    "tiktok": "publishing.platforms.tiktok.TikTok",
    "youtube": "publishing.platforms.youtube.YouTube",
    "instagram": "publishing.platforms.instagram.Instagram",
    "facebook": "publishing.platforms.facebook.Facebook",
    "threads": "publishing.platforms.threads.Threads",
    "x": "publishing.platforms.x.X",
    "linkedin": "publishing.platforms.linkedin.LinkedIn",
    "pinterest": "publishing.platforms.pinterest.Pinterest",
    "bluesky": "publishing.platforms.bluesky.Bluesky",
    "mastodon": "publishing.platforms.mastodon.Mastodon",
    "telegram": "publishing.platforms.telegram.Telegram",
    "discord": "publishing.platforms.discord.Discord",
    "wordpress": "publishing.platforms.wordpress.WordPress",
    "webhook": "publishing.platforms.webhook.Webhook",
    "spill": "publishing.platforms.assisted.Spill",
    "fanbase": "publishing.platforms.assisted.FanBase",
}

# By variable of the environment, with what it is when nobody sets it; an app without its id cannot sign anybody in.
PLATFORM_SETTINGS = {
    "TIKTOK_CLIENT_KEY": "",
    "TIKTOK_CLIENT_SECRET": "",
    "TIKTOK_API_URL": "https://open.tiktokapis.com",
    "TIKTOK_WEB_URL": "https://www.tiktok.com",
    "YOUTUBE_CLIENT_ID": "",
    "YOUTUBE_CLIENT_SECRET": "",
    "YOUTUBE_API_URL": "https://youtube.googleapis.com",
    "YOUTUBE_UPLOAD_URL": "https://www.googleapis.com",
    "YOUTUBE_UPLOADS_PER_DAY": "100",
    "YOUTUBE_UNITS_PER_DAY": "10000",
    "YOUTUBE_HUB_URL": "https://pubsubhubbub.appspot.com",
    "YOUTUBE_ANALYTICS_URL": "https://youtubeanalytics.googleapis.com",
    "GOOGLE_AUTH_URL": "https://accounts.google.com",
    "GOOGLE_TOKEN_URL": "https://oauth2.googleapis.com",
    "META_APP_ID": "",
    "META_APP_SECRET": "",
    "META_VERIFY_TOKEN": "",
    "META_GRAPH_VERSION": "v26.0",
    "FACEBOOK_GRAPH_URL": "https://graph.facebook.com",
    "FACEBOOK_UPLOAD_URL": "https://rupload.facebook.com",
    "FACEBOOK_WEB_URL": "https://www.facebook.com",
    "INSTAGRAM_APP_ID": "",
    "INSTAGRAM_APP_SECRET": "",
    "INSTAGRAM_GRAPH_URL": "https://graph.instagram.com",
    "INSTAGRAM_API_URL": "https://api.instagram.com",
    "INSTAGRAM_WEB_URL": "https://www.instagram.com",
    "THREADS_APP_ID": "",
    "THREADS_APP_SECRET": "",
    "THREADS_GRAPH_URL": "https://graph.threads.net",
    "THREADS_WEB_URL": "https://www.threads.com",
    "X_CLIENT_ID": "",
    "X_CLIENT_SECRET": "",
    "X_CONSUMER_SECRET": "",
    "X_API_URL": "https://api.x.com",
    "X_WEB_URL": "https://x.com",
    # How fields are asked for: `tweet`, as the long-standing docs say, or `post`, as X's OpenAPI document does.
    "X_FIELDS": "tweet",
    "LINKEDIN_CLIENT_ID": "",
    "LINKEDIN_CLIENT_SECRET": "",
    "LINKEDIN_VERSION": "202609",
    # Further scopes that LinkedIn granted the app on review: r_member_postAnalytics r_member_social.
    "LINKEDIN_MORE_SCOPES": "",
    "LINKEDIN_API_URL": "https://api.linkedin.com",
    "LINKEDIN_WEB_URL": "https://www.linkedin.com",
    "PINTEREST_APP_ID": "",
    "PINTEREST_APP_SECRET": "",
    "PINTEREST_API_URL": "https://api.pinterest.com",
    "PINTEREST_WEB_URL": "https://www.pinterest.com",
    "TELEGRAM_API_URL": "https://api.telegram.org",
    "DISCORD_URL": "https://discord.com",
    "BLUESKY_APPVIEW": "https://public.api.bsky.app",
    "BLUESKY_WEB": "https://bsky.app",
    # Empty: videos go straight to the account's own server.
    "BLUESKY_VIDEO_SERVICE": "https://video.bsky.app",
}

# Where music is counted without a sign-in (analytics.sources); Amazon Music has no API: by hand or from its exports.
MUSIC = {
    "spotify": "analytics.sources.spotify.Spotify",
    "soundcloud": "analytics.sources.soundcloud.SoundCloud",
    "deezer": "analytics.sources.deezer.Deezer",
    "apple_music": "analytics.sources.apple_music.AppleMusic",
    "tidal": "analytics.sources.tidal.Tidal",
}

# By variable, as above; Deezer asks for no app.
MUSIC_SETTINGS = {
    "SPOTIFY_CLIENT_ID": "",
    "SPOTIFY_CLIENT_SECRET": "",
    "SPOTIFY_API_URL": "https://api.spotify.com",
    "SPOTIFY_ACCOUNTS_URL": "https://accounts.spotify.com",
    "SOUNDCLOUD_CLIENT_ID": "",
    "SOUNDCLOUD_CLIENT_SECRET": "",
    "SOUNDCLOUD_API_URL": "https://api.soundcloud.com",
    "SOUNDCLOUD_TOKEN_URL": "https://secure.soundcloud.com",
    "DEEZER_API_URL": "https://api.deezer.com",
    "APPLE_MUSIC_TEAM_ID": "",
    "APPLE_MUSIC_KEY_ID": "",
    # The .p8 file's text; line breaks may be written as \n.
    "APPLE_MUSIC_PRIVATE_KEY": "",
    "APPLE_MUSIC_API_URL": "https://api.music.apple.com",
    "TIDAL_CLIENT_ID": "",
    "TIDAL_CLIENT_SECRET": "",
    "TIDAL_API_URL": "https://openapi.tidal.com",
    "TIDAL_AUTH_URL": "https://auth.tidal.com",
}
# Search Console, read for "how you are found in search".
SEARCH_SETTINGS = {
    "GOOGLE_SEARCH_CLIENT_ID": "",
    "GOOGLE_SEARCH_CLIENT_SECRET": "",
    "SEARCH_CONSOLE_URL": "https://searchconsole.googleapis.com",
}
