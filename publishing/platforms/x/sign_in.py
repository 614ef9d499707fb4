"""Signing in at X: authorization code with PKCE S256, and refresh tokens that are spent by their use."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import Clock, Rejected, SignInAgain, Token, TryLater
from publishing.platforms.pkce import challenge
from publishing.platforms.signing_in import Scope, Way
from publishing.platforms.wire import Wire
from publishing.platforms.x.refusals import token_refusal

RIGHTS: Final = (
    Scope("tweet.read", _("to find a post again when an answer was lost, and to read its numbers")),
    Scope("tweet.write", _("to post what you planned, and to take it down when you ask")),
    Scope("users.read", _("to know which account this is, and how many follow it")),
    Scope("media.write", _("to upload the pictures and videos of your posts")),
    Scope("offline.access", _("to post at the hour you chose, while you are away")),
)


@dataclass(frozen=True)
class SignIn:
    """The app of this installation's operator; one without a secret is a public client."""

    wire: Wire
    clock: Clock
    api: str
    web: str
    client_id: str
    client_secret: str = field(default="", repr=False)

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": way.redirect_uri,
            "scope": " ".join(scope.name for scope in RIGHTS),
            "state": way.state,
            "code_challenge": challenge(way.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.web}/i/oauth2/authorize?{urlencode(query)}"

    def exchange(self, way: Way, code: str) -> tuple[Token, list[str]]:
        """The token for the code (good for 30 s) and the scopes that were granted."""
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": way.redirect_uri,
            "code_verifier": way.verifier,
        }
        try:
            fields = self._token(body, hide=(code, way.verifier))
        except SignInAgain as error:
            raise Rejected(f"The sign-in was not completed; start it again. {error}", code="sign_in") from None
        return self._read(fields, {}), str(fields.get("scope") or "").split()

    def refresh(self, token: Token) -> Token:
        """The next token; the old refresh token is spent. SignInAgain only on a real no."""
        body = {"grant_type": "refresh_token", "refresh_token": token.refresh}
        return self._read(self._token(body, hide=token.secrets), token.extra)

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        body = {"token": token.refresh or token.access, **self._public()}
        url = f"{self.api}/2/oauth2/revoke"
        replace(self.wire, refusal=token_refusal).call(
            "POST", url, data=body, headers=self._basic(), hide=(*token.secrets, self.client_secret)
        )

    def _token(self, body: Mapping[str, str], *, hide: tuple[str, ...]) -> dict[str, Any]:
        wire = replace(self.wire, refusal=token_refusal)
        return wire.call(
            "POST",
            f"{self.api}/2/oauth2/token",
            data={**body, **self._public()},
            headers=self._basic(),
            hide=(*hide, self.client_secret),
        ).fields()

    def _public(self) -> dict[str, str]:
        return {} if self.client_secret else {"client_id": self.client_id}

    def _basic(self) -> dict[str, str]:
        if not self.client_secret:
            return {}
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def _read(self, fields: Mapping[str, Any], extra: Mapping[str, str]) -> Token:
        access, seconds = str(fields.get("access_token") or ""), fields.get("expires_in")
        if not access:
            raise TryLater("X's sign-in answer was incomplete. Nothing was changed; try again.")
        expires: datetime | None = self.clock() + timedelta(seconds=seconds) if isinstance(seconds, int) else None
        return Token(access, str(fields.get("refresh_token") or ""), expires, dict(extra))
