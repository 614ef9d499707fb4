"""Consent at Google, and its tokens: an hour for the access; the refresh lives until it is taken back."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import Clock, Rejected, SignInAgain, Token, TryLater
from publishing.platforms.signing_in import Scope, Way
from publishing.platforms.wire import Wire

PREFIX: Final = "https://www.googleapis.com/auth/"
SCOPES: Final = (
    Scope(f"{PREFIX}youtube.upload", _("to upload your videos and their thumbnails")),
    Scope(
        f"{PREFIX}youtube.force-ssl",
        _("to publish them at their time, and for playlists and the first comment"),
    ),
    Scope(f"{PREFIX}youtube.readonly", _("to know which channel this is, and to look whether a video stands")),
    Scope(f"{PREFIX}yt-analytics.readonly", _("to read how your videos do"), needed=False),
)


def challenge(verifier: str) -> str:
    """The PKCE S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Login:
    """The app of this installation at Google."""

    wire: Wire
    clock: Clock
    client_id: str
    client_secret: str
    auth_url: str
    token_url: str

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        query = {
            "client_id": self.client_id,
            "redirect_uri": way.redirect_uri,
            "response_type": "code",
            "scope": " ".join(scope.name for scope in SCOPES),
            "state": way.state,
            "code_challenge": challenge(way.verifier),
            "code_challenge_method": "S256",
            # Without these Google gives no refresh token the second time.
            "access_type": "offline",
            "prompt": "consent",
            "include_granted_scopes": "true",
        }
        return f"{self.auth_url}/o/oauth2/v2/auth?{urlencode(query)}"

    def exchange(self, way: Way, code: str) -> Token:
        """The token for a code; Rejected when the code is no good."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": way.redirect_uri,
            "code_verifier": way.verifier,
        }
        try:
            token = self._token(form, hide=(code, way.verifier))
        except SignInAgain as error:
            raise Rejected(f"Google did not let us in; start it again. {error}", code="sign_in") from None
        if not token.refresh:
            raise Rejected("Google gave no lasting right. Remove the app in your Google account, then connect again.")
        return token

    def refresh(self, token: Token) -> Token:
        """A new access token; the refresh token stays."""
        if not token.refresh:
            raise SignInAgain("Google's sign-in ran out. Posts are kept; connect the channel again.")
        return self._token(
            {"grant_type": "refresh_token", "refresh_token": token.refresh}, hide=token.secrets, before=token
        )

    def revoke(self, token: Token) -> None:
        """Give the authorisation back; ending the refresh token ends all."""
        form = {"token": token.refresh or token.access}
        try:
            self.wire.call("POST", f"{self.token_url}/revoke", data=form, hide=token.secrets, takes={200})
        except SignInAgain:
            # It was taken back already.
            return

    def _token(self, form: Mapping[str, str], *, hide: tuple[str, ...], before: Token | None = None) -> Token:
        body = {"client_id": self.client_id, "client_secret": self.client_secret, **form}
        fields = self.wire.call("POST", f"{self.token_url}/token", data=body, hide=(self.client_secret, *hide)).fields()
        if not fields.get("access_token"):
            raise TryLater("Google's sign-in answer was incomplete. Nothing was changed; try again.")
        return self._read(fields, before)

    def _read(self, fields: Mapping[str, Any], before: Token | None) -> Token:
        known = dict(before.extra) if before else {}
        return Token(
            access=str(fields["access_token"]),
            refresh=str(fields.get("refresh_token") or (before.refresh if before else "")),
            expires_at=self.clock() + timedelta(seconds=int(fields.get("expires_in") or 3599)),
            extra={**known, "scope": str(fields.get("scope") or known.get("scope", ""))},
        )
