"""The way out to Google for Search Console and back: state and verifier sealed for minutes, used once."""

import datetime as dt
import hashlib
import json
import secrets
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from analytics.collection import search
from analytics.models import SearchProperty
from analytics.services.search import CannotSearch, add_site
from analytics.sources.search_console import SearchConsole
from publishing.models import SignInChoice
from publishing.platforms.base import PlatformError, Rejected, Token
from publishing.platforms.signing_in import Way
from trenddrop.core.crypto import SecretUnreadable

PLATFORM = "search_console"
LIVES = dt.timedelta(minutes=15)


class SignInLost(CannotSearch):
    """The answer fits no sign-in that was begun here."""

    def __init__(self) -> None:
        super().__init__(_("This sign-in was not begun here, or too long ago. Start it again."))


def redirect_uri() -> str:
    """The one address Google sends people back to; it must stand in the operator's app there, to the letter."""
    return f"{settings.SITE_URL}{reverse('numbers_search_back')}"


def begin(*, by: Membership, now: dt.datetime, found: SearchConsole | None = None) -> str:
    """Keep what only we may know, and return where to send the browser; raises CannotSearch. Outside a transaction."""
    found = found or search.console()
    if missing := found.missing:
        words = _("Search Console is not set up here: %(settings)s must be set first. Files can be brought meanwhile.")
        raise CannotSearch(words % {"settings": ", ".join(missing)})
    way = Way(secrets.token_urlsafe(24), secrets.token_urlsafe(48), redirect_uri())
    with tenancy.of_member(by):
        _mine(by).filter(expires_at__lte=now).delete()
        row = _row(by, now=now)
        row.state_hash = _hash(way.state)
        row.way = json.dumps({"verifier": way.verifier, "back": way.redirect_uri})
        row.save()
    return found.authorize_url(way)


def finish(
    *, code: str, state: str, by: Membership, now: dt.datetime, error: str = "", found: SearchConsole | None = None
) -> SignInChoice:
    """Trade the code, and seal what it opened until the person has chosen sites; raises CannotSearch.

    Call outside a transaction.
    """
    kept = _take(state, by=by, now=now)
    if error or not code:
        raise CannotSearch(_("Google says that you did not allow it. Nothing was changed; you can start again."))
    found = found or search.console()
    try:
        token = found.exchange(Way(state, kept["verifier"], kept["back"]), code=code)
        sites = found.sites(token)
    except PlatformError as problem:
        raise CannotSearch(str(problem)) from problem
    if not sites:
        raise CannotSearch(_("This Google account may read no site in Search Console. Add one there first."))
    with tenancy.of_member(by):
        row = _row(by, now=now)
        row.accounts = json.dumps({"token": search.sealed(token), "sites": sites})
        row.save()
    return row


def offered(key: uuid.UUID, *, by: Membership, now: dt.datetime) -> tuple[SignInChoice, list[str]]:
    """Return what the person may choose from; raises SignInLost. Call in the member's scope."""
    row = _mine(by).filter(pk=key, state_hash=None, expires_at__gt=now).first()
    if row is None:
        raise SignInLost
    return row, [str(each) for each in json.loads(row.accounts.open())["sites"]]


def choose(key: uuid.UUID, sites: Collection[str], *, by: Membership, now: dt.datetime) -> list[SearchProperty]:
    """Read the numbers of these sites from now on; what was sealed is gone then. Raises CannotSearch."""
    row, may = offered(key, by=by, now=now)
    chosen = [each for each in may if each in set(sites)]
    if not chosen:
        raise CannotSearch(_("Choose at least one site."))
    with transaction.atomic():
        token = json.loads(row.accounts.open())["token"]
        found = [_connected(each, token, by=by, now=now) for each in chosen]
        row.delete()
    return found


def _connected(url: str, token: str, *, by: Membership, now: dt.datetime) -> SearchProperty:
    row = SearchProperty.objects.visible_to(by).filter(url=url).first() or add_site(url, by=by)
    row.credentials = token
    row.next_at, row.error = now, ""
    row.save()
    audit.record("search.connected", row, organization_id=by.organization_id, by=by)
    return row


def give_back(site: SearchProperty, *, found: SearchConsole | None = None) -> None:
    """Give the authorisation of a site back, unless another site lives on it. Call outside a transaction."""
    token = _token_of(site)
    if token is None or not token.refresh:
        return
    with tenancy.of_organization(site.organization_id):
        others = SearchProperty.objects.filter(organization=site.organization_id).exclude(pk=site.pk)
        is_shared = any((other := _token_of(each)) and other.refresh == token.refresh for each in others)
    if is_shared:
        return
    try:
        (found or search.console()).revoke(token)
    except PlatformError:
        return  # it ends by itself, or was taken back already


def _token_of(site: SearchProperty) -> Token | None:
    try:
        text = site.credentials.open()
        return search.opened(text) if text else None
    except (SecretUnreadable, PlatformError, Rejected):
        return None


def _row(by: Membership, *, now: dt.datetime) -> SignInChoice:
    return SignInChoice(
        organization_id=by.organization_id,
        client_id=by.works_for_id,
        user_id=by.user_id,
        platform=PLATFORM,
        expires_at=now + LIVES,
    )


def _mine(by: Membership) -> QuerySet[SignInChoice]:
    rows = SignInChoice.objects.visible_to(by).filter(user_id=by.user_id, platform=PLATFORM)
    return rows.filter(client_id=by.works_for_id)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _take(state: str, *, by: Membership, now: dt.datetime) -> dict[str, str]:
    """Return what was kept under a state, which nobody can bring again."""
    with tenancy.of_member(by):
        row = _mine(by).select_for_update().filter(state_hash=_hash(state)).first() if state else None
        kept: dict[str, str] = json.loads(row.way.open()) if row and row.expires_at > now else {}
        if row:
            row.delete()
    if not kept:
        raise SignInLost
    return kept
