"""Platforms, accounts and posts for programs."""

from rest_framework.routers import BaseRouter

from publishing.api import connections, posts

RESOURCES = {
    "platforms": connections.PlatformViewSet,
    "connections": connections.ConnectionViewSet,
    "posts": posts.PostViewSet,
}


def register(router: BaseRouter) -> None:
    """Name the addresses."""
    for name, view in RESOURCES.items():
        router.register(name, view, basename=f"api-{name}")
