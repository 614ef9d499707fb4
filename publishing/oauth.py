"""The way out to a Mastodon server and back: state and PKCE verifier stay in the person's session, once and briefly."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from accounts.models import Membership
from publishing.delivery.adapters import adapter
from publishing.models import MastodonApp
from publishing.platforms.base import Connected
from publishing.platforms.mastodon import Mastodon
from publishing.platforms.mastodon.apps import App, instance_of

KEY = "mastodon_sign_in"
MINUTES = 15


class NotAllowed(Exception):
    """The person said no at their server."""

    def __init__(self) -> None:
        super().__init__(_("Your server says that you did not allow it. Nothing was changed; you can start again."))


class SignInLost(Exception):
    """The answer fits no sign-in that was begun here."""

    def __init__(self) -> None:
        super().__init__(_("This sign-in was not begun here, or too long ago. Start it again."))


@dataclass(frozen=True)
class Started:
    """A sign-in on its way: where the browser goes."""

    url: str
    instance: str


def mastodon() -> Mastodon:
    """Return the adapter, with its sign-in."""
    found = adapter("mastodon")
    if not isinstance(found, Mastodon):
        raise SignInLost
    return found


def begin(typed: str, *, redirect_uri: str, by: Membership, session: SessionBase, now: dt.datetime) -> Started:
    """Introduce ourselves to the server when it does not know us, and say where to send the browser.

    Raises the adapters' errors. Call outside a transaction.
    """
    app = app_for(instance_of(typed), redirect_uri)
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    session[KEY] = {
        "state": state,
        "verifier": verifier,
        "instance": app.instance,
        "redirect_uri": redirect_uri,
        "for": place_of(by),
        "until": (now + dt.timedelta(minutes=MINUTES)).isoformat(),
    }
    return Started(mastodon().authorize_url(app, state=state, verifier=verifier), app.instance)


def place_of(by: Membership) -> str:
    """Name the person, organisation and client that an account is connected for: a switch on the way loses it."""
    return f"{by.pk}/{by.works_for_id or ''}"


def app_for(instance: str, redirect_uri: str) -> App:
    """Return our registration with a server, made on the first occasion."""
    row = MastodonApp.objects.filter(instance=instance, redirect_uri=redirect_uri).first()
    if row is None:
        app = mastodon().register_app(instance, redirect_uri)
        MastodonApp.objects.filter(instance=instance).delete()
        row = MastodonApp(instance=app.instance, client_key=app.client_id, redirect_uri=redirect_uri)
        row.client_secret = app.client_secret
        row.save()
    return App(row.instance, row.client_key, row.client_secret.open(), row.redirect_uri)


def finish(
    *, code: str, state: str, by: Membership, session: SessionBase, now: dt.datetime, error: str = ""
) -> tuple[Connected, str]:
    """Trade the code for a token; each begun sign-in ends once. Returns it with the server's address."""
    begun = session.pop(KEY, None)
    if not begun or not secrets.compare_digest(begun["state"].encode(), state.encode()):
        raise SignInLost
    if now > dt.datetime.fromisoformat(begun["until"]) or begun["for"] != place_of(by):
        raise SignInLost
    if error == "access_denied":
        raise NotAllowed
    if not code:
        raise SignInLost
    app = app_for(begun["instance"], begun["redirect_uri"])
    return mastodon().exchange(app, code=code, verifier=begun["verifier"]), app.instance
