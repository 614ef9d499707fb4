"""Addresses of pages and parts that other features, some of them above us, may have: known only by their names."""

from typing import Any

from django.urls import NoReverseMatch, reverse


def slot(name: str, *args: Any) -> str:
    """Return the address of a page by its name; "" where this release has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def slots(*names: str) -> dict[str, str]:
    """Return the addresses of several pages that take nothing."""
    return {name: slot(name) for name in names}
