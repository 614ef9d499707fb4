"""What makes a watch, whoever gives it: people in a form, programs through the API."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from trenddrop.core import http
from trends.models import TrendAlert, TrendTopic
from trends.watchwords import read

MOST, LONGEST = 20, 100
LIVE = [each for each in TrendTopic.Status.choices if each[0] != TrendTopic.Status.EXPIRED]
RISING = [TrendTopic.Status.EMERGING, TrendTopic.Status.TRENDING]
NO_ADDRESS = _("Give the address as https://example.com/hooks/trends.")


def check_keywords(keywords: list[str]) -> list[str]:
    """Return keywords without repeats of the same meaning; raise ValidationError."""
    found: dict[tuple[str, bool], str] = {}
    for typed in keywords:
        word = read(typed)
        if not word.key:
            raise ValidationError(_("“%(word)s” has no word in it."), params={"word": typed[:LONGEST]})
        found.setdefault((word.key, word.leaves_out), f"{'-' if word.leaves_out else ''}{word.text}")
    if len(found) > MOST or any(len(word) > LONGEST for word in found.values()):
        told = _("At most %(most)s keywords, each at most %(longest)s characters. Remove some.")
        raise ValidationError(told, params={"most": MOST, "longest": LONGEST})
    return list(found.values())


def check_address(url: str) -> str:
    """Return a webhook's address; raise ValidationError where it can't be one. Names are looked up when used."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in settings.PRIVATE_ADDRESSES_ALLOWED:
        return url
    if parts.scheme != "https" or not host or parts.username or parts.password:
        raise ValidationError(NO_ADDRESS)
    if host == "localhost" or not _is_public(host):
        raise ValidationError(_("This address leads into a private network. Use a public address."))
    return url


def _is_public(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return http.is_public(host)


def check_whole(values: dict[str, Any]) -> None:
    """Raise ValidationError where the parts of a watch do not make one: nothing to meet, or nowhere to tell."""
    keywords = values.get("keywords") or []
    if not any(not read(word).leaves_out for word in keywords) and not values.get("minimum_relevance"):
        raise ValidationError({"keywords": _("Give at least one keyword to look for, or a minimum relevance above 0.")})
    channels = values.get("channels") or []
    if not channels:
        raise ValidationError({"channels": _("Choose at least one way to be told.")})
    if TrendAlert.Channel.WEBHOOK in channels and not values.get("webhook_url"):
        raise ValidationError({"webhook_url": NO_ADDRESS})
