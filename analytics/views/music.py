"""Clips and streams: social and music in one view."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from accounts.queries import key_of
from analytics import lift, tables
from analytics.queries import music as query
from analytics.queries import narrowing
from analytics.queries.narrowing import Account
from analytics.screens import music as screen
from analytics.views.overview import asked, frame

WINDOWS = (3, 7, 14, 28)


@require_safe
@requires("analytics.view")
def page(request: MemberRequest) -> HttpResponse:
    """Show whether clips lifted the streams."""
    accounts = narrowing.accounts_of(request.membership)
    wish = asked(request, accounts)
    artists = query.followed(accounts)
    posting = [each for each in accounts if each.connection_id and not each.is_music]
    artist = _artist(request, artists) or query.most_told(artists, wish.span)
    chosen = _chosen(request, posting, artist)
    window = _window(request.GET.get("window", ""))
    found = query.of_member(request.membership, wish, artist, chosen, window=window) if artist else None
    if found and (file := tables.asked(request, screen.tables(found))):
        return file
    kept = "".join(f"&clips={each.pk}" for each in chosen) if len(chosen) < len(posting) else ""
    shown: dict[str, Any] = {
        "found": found,
        "artist": artist,
        "artists": artists,
        "posting": posting,
        "chosen": {each.pk for each in chosen},
        "window": window,
        "windows": WINDOWS,
        "chart": screen.chart(found) if found else None,
        "said": screen.said(found) if found else [],
        "limits": screen.limits(found) if found else [],
    }
    framed = dict(frame(request, wish, accounts))
    more = f"artist={artist.pk if artist else ''}&window={window}{kept}"
    framed["csv"] = f"{request.path}?{wish.query}&{more}&csv="
    return render(request, "analytics/music.html", shown | framed)


def _artist(request: MemberRequest, artists: list[Account]) -> Account | None:
    text = request.GET.get("artist", "")
    if not text:
        return None
    key = key_of(text)
    found = next((each for each in artists if key and each.pk == key), None)
    if found is None:
        raise Http404(_("There is nothing here by that name."))
    return found


def _chosen(request: MemberRequest, posting: list[Account], artist: Account | None) -> list[Account]:
    """The accounts whose posts are clips: those that are named, else those of the artist's client, if any; else all."""
    wanted: set[uuid.UUID | None] = {key_of(text) for text in request.GET.getlist("clips") if text}
    if not wanted:
        of_client = artist.client_id if artist else None
        return [each for each in posting if of_client and each.client_id == of_client] or posting
    found = [each for each in posting if each.pk in wanted]
    if len(found) < len(wanted):
        raise Http404(_("There is nothing here by that name."))
    return found


def _window(text: str) -> int:
    return int(text) if text.isdecimal() and int(text) in WINDOWS else lift.WINDOW
