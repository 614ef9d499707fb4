"""Consent at TikTok, and its tokens: a day for the access, a year for the refresh, which may change at each use."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import Clock, Rejected, SignInAgain, Token
from publishing.platforms.signing_in import Scope, Way
from publishing.platforms.tiktok.refusals import sign_in_meaning
from publishing.platforms.wire import Wire, hidden

SCOPES: Final = (
    Scope("user.info.basic", _("to know which account this is")),
    Scope("video.publish", _("to post at the time you planned")),
    Scope("video.upload", _("to send drafts to your inbox, where you ask for that"), needed=False),
    Scope("user.info.profile", _("to show the account's name and address"), needed=False),
    Scope("user.info.stats", _("to follow how many followers you have"), needed=False),
    Scope("video.list", _("to read the numbers of your posts, and to find a post whose answer was lost"), needed=False),
)


def challenge(verifier: str) -> str:
    """TikTok's own PKCE: the SHA-256 in hexadecimal, where everybody else takes base64url."""
    return hashlib.sha256(verifier.encode()).hexdigest()


@dataclass(frozen=True)
class Login:
    """The app of this installation at TikTok."""

    wire: Wire
    clock: Clock
    key: str
    secret: str
    url: str
    web: str

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        query = {
            "client_key": self.key,
            "scope": ",".join(scope.name for scope in SCOPES),
            "response_type": "code",
            "redirect_uri": way.redirect_uri,
            "state": way.state,
            "code_challenge": challenge(way.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.web}/v2/auth/authorize/?{urlencode(query)}"

    def exchange(self, way: Way, code: str) -> tuple[Token, datetime]:
        """The token for a code, and until when it can be renewed; Rejected when the code is no good."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": way.redirect_uri,
            "code_verifier": way.verifier,
        }
        try:
            return self._token(form, hide=(code, way.verifier))
        except SignInAgain as error:
            raise Rejected(f"TikTok did not let us in; start it again. {error}", code="sign_in") from None

    def refresh(self, token: Token) -> Token:
        """A new pair; the refresh token may be a new one."""
        if not token.refresh:
            raise SignInAgain("TikTok's sign-in ran out. Posts are kept; connect the account again.")
        form = {"grant_type": "refresh_token", "refresh_token": token.refresh}
        made, _until = self._token(form, hide=token.secrets, before=token)
        return made

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        form = {**self._app, "token": token.access}
        self.wire.call(
            "POST", f"{self.url}/v2/oauth/revoke/", data=form, hide=(self.secret, *token.secrets), takes={200}
        )

    @property
    def _app(self) -> dict[str, str]:
        return {"client_key": self.key, "client_secret": self.secret}

    def _token(
        self, form: Mapping[str, str], *, hide: tuple[str, ...], before: Token | None = None
    ) -> tuple[Token, datetime]:
        secrets = (self.secret, *hide)
        address = f"{self.url}/v2/oauth/token/"
        fields = self.wire.call("POST", address, data={**self._app, **form}, hide=secrets).fields()
        if not fields.get("access_token"):
            raise hidden(sign_in_meaning(fields), secrets)
        return self._read(fields, before)

    def _read(self, fields: Mapping[str, Any], before: Token | None) -> tuple[Token, datetime]:
        now = self.clock()
        known = before.extra if before else {}
        until = now + timedelta(seconds=int(fields.get("refresh_expires_in") or 31_536_000))
        extra = {
            "ends_at": until.isoformat(),
            "open_id": str(fields.get("open_id") or known.get("open_id", "")),
            "scope": str(fields.get("scope") or known.get("scope", "")),
        }
        token = Token(
            access=str(fields["access_token"]),
            refresh=str(fields.get("refresh_token") or (before.refresh if before else "")),
            expires_at=now + timedelta(seconds=int(fields.get("expires_in") or 86400)),
            extra={**known, **extra},
        )
        return token, until
