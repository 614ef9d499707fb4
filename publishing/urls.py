"""Addresses of publishing."""

from django.urls import URLPattern, URLResolver, path

from publishing.views import connections, posts, practice, practice_api, public_media, schedule, voice

urlpatterns: list[URLPattern | URLResolver] = [
    path("connections/", connections.index, name="connections"),
    path("connections/practice/", connections.practice, name="connect_practice"),
    path("connections/bluesky/", connections.bluesky, name="connect_bluesky"),
    path("connections/mastodon/", connections.mastodon, name="connect_mastodon"),
    path("connections/mastodon/back/", connections.mastodon_back, name="mastodon_back"),
    path("connections/<uuid:pk>/check/", connections.check, name="connection_check"),
    path("connections/<uuid:pk>/remove/", connections.remove, name="connection_remove"),
    path("practice/", practice.timeline, name="practice"),
    path("practice/media/<uuid:pk>/", practice.media, name="practice_media"),
    path("practice/api/account", practice_api.account),
    path("practice/api/media", practice_api.media),
    path("practice/api/posts", practice_api.posts),
    path("practice/api/posts/<str:post>", practice_api.post),
    path("practice/api/posts/<str:post>/metrics", practice_api.metrics),
    path("public/media/<str:signed>/<str:name>", public_media.media, name="public_media"),
    path("posts/", posts.index, name="posts"),
    path("posts/<uuid:key>/", posts.detail, name="post"),
    path("brand/voice/posts/", voice.choose, name="voice_from_posts"),
    path("posts/<uuid:key>/voice/", voice.use, name="post_voice"),
    path("posts/<uuid:key>/cancel/", posts.cancel, name="post_cancel"),
    path("posts/<uuid:key>/move/", posts.move, name="post_move"),
    path("posts/<uuid:key>/look/", posts.look, name="post_look"),
    path("posts/<uuid:key>/seen/", posts.seen, name="post_seen"),
    path("posts/<uuid:key>/retry/", posts.retry, name="post_retry"),
    path("pieces/<uuid:key>/schedule/", schedule.schedule, name="schedule"),
    path("pieces/<uuid:key>/publish/", schedule.publish_now, name="publish_now"),
]
