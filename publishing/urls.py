"""Addresses of publishing."""

from django.urls import URLPattern, URLResolver, path

from publishing.views import posts, schedule

urlpatterns: list[URLPattern | URLResolver] = [
    path("posts/", posts.index, name="posts"),
    path("posts/<uuid:key>/", posts.detail, name="post"),
    path("posts/<uuid:key>/cancel/", posts.cancel, name="post_cancel"),
    path("posts/<uuid:key>/move/", posts.move, name="post_move"),
    path("posts/<uuid:key>/look/", posts.look, name="post_look"),
    path("posts/<uuid:key>/seen/", posts.seen, name="post_seen"),
    path("posts/<uuid:key>/retry/", posts.retry, name="post_retry"),
    path("pieces/<uuid:key>/schedule/", schedule.schedule, name="schedule"),
    path("pieces/<uuid:key>/publish/", schedule.publish_now, name="publish_now"),
]
