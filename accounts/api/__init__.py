"""People, organisations and brands for programs."""

from rest_framework.routers import BaseRouter


def register(router: BaseRouter) -> None:
    """Name the addresses."""
