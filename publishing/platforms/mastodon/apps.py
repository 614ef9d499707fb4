"""Our application at one server, and the sign-in through it (OAuth code with PKCE S256)."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import Connected, Profile, Rejected, SignInAgain, Token, TryLater
from publishing.platforms.signing_in import App, Scope, Way
from publishing.platforms.wire import Wire, origin

RIGHTS: Final = (
    Scope("read:accounts", _("to see whose account it is, and its followers' number")),
    Scope("read:statuses", _("to find a post again whose answer got lost, and to read its numbers")),
    Scope("write:statuses", _("to post what you planned, and to take a post down when you ask for it")),
    Scope("write:media", _("to attach your pictures and videos")),
)
SCOPES: Final = " ".join(scope.name for scope in RIGHTS)


def instance_of(typed: str) -> str:
    """`https://host` of `mastodon.social`, a web address or `@ben@mastodon.social`; Rejected when it is none."""
    bare = typed.strip()
    if "://" not in bare and "@" in bare:
        bare = bare.rsplit("@", 1)[-1]
    return origin(bare)


def challenge(verifier: str) -> str:
    """The PKCE S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Registry:
    """Registration and sign-in at any server."""

    wire: Wire
    client_name: str
    website: str

    def register(self, instance: str, redirect_uri: str) -> App:
        """Introduce ourselves to a server; anybody may, so nothing needs to be configured."""
        base = instance_of(instance)
        body = {"client_name": self.client_name, "redirect_uris": redirect_uri, "scopes": SCOPES}
        if self.website:
            body["website"] = self.website
        try:
            fields = self.wire.call("POST", f"{base}/api/v1/apps", data=body).fields()
        except SignInAgain as error:
            raise Rejected(f"{base} does not let applications sign in: {error}", code="closed") from None
        if not fields.get("client_id") or not fields.get("client_secret"):
            raise Rejected(f"{base} does not answer like a Mastodon server. Check the address.", code="address")
        return App(base, str(fields["client_id"]), str(fields["client_secret"]), redirect_uri)

    def authorize_url(self, app: App, *, state: str, verifier: str) -> str:
        """Where to send the browser; the server returns it to `redirect_uri` with `code` and `state`."""
        query = {
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "response_type": "code",
            "scope": SCOPES,
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{app.server}/oauth/authorize?{urlencode(query)}"

    def exchange(self, app: App, *, code: str, verifier: str) -> tuple[Token, Sequence[str]]:
        """The account's token for the code, which neither expires nor rotates, and the rights it has."""
        body = {
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "redirect_uri": app.redirect_uri,
            "code": code,
            "code_verifier": verifier,
            "scope": SCOPES,
        }
        hide = (app.client_secret, code, verifier)
        try:
            fields = self.wire.call("POST", f"{app.server}/oauth/token", data=body, hide=hide).fields()
        except Rejected as error:
            raise SignInAgain(f"The sign-in was not completed; start it again. {error}") from None
        if not fields.get("access_token"):
            raise TryLater("The server's sign-in answer was incomplete. Nothing was changed; try again.")
        granted = str(fields.get("scope") or SCOPES).split()
        return Token(str(fields["access_token"]), extra={"instance": app.server}), granted

    def revoke(self, app: App, token: Token) -> None:
        """Give the authorisation back."""
        body = {"client_id": app.client_id, "client_secret": app.client_secret, "token": token.access}
        self.wire.call("POST", f"{app.server}/oauth/revoke", data=body, hide=(app.client_secret, token.access))


@dataclass(frozen=True)
class AtServer:
    """The sign-in at one server, through our application there."""

    registry: Registry
    app: App
    opened: Callable[[Token], tuple[Token, Profile]]
    scopes: ClassVar[Sequence[Scope]] = RIGHTS
    missing: ClassVar[Sequence[str]] = ()

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        return self.registry.authorize_url(self.app, state=way.state, verifier=way.verifier)

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        """The account the code was given for."""
        token, granted = self.registry.exchange(self.app, code=code, verifier=way.verifier)
        token, profile = self.opened(token)
        return [Connected(token, profile, granted, service=self.app.server)]

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        self.registry.revoke(self.app, token)
