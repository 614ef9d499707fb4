"""Signing in at Pinterest, and what its refusals mean."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from publishing.platforms import granting
from publishing.platforms.base import Clock, PlatformError, Rejected, SignInAgain, Token, TryLater
from publishing.platforms.signing_in import Scope, Way
from publishing.platforms.wire import Answer, Wire

NOT_PERMITTED: Final = "29"
SPENT: Final = "283"
SCOPES: Final = (
    Scope("user_accounts:read", _("to know which account this is, and how many follow it")),
    Scope("boards:read", _("to find the board you name")),
    Scope("boards:write", _("to put pins on your boards")),
    Scope("pins:read", _("to find a pin again when an answer was lost, and to read its numbers")),
    Scope("pins:write", _("to make the pins you planned, and to take them down when you ask")),
)


def refusal(answer: Answer) -> PlatformError:
    """The error for a 4xx answer `{"code", "message"}`."""
    fields = answer.fields()
    code, words = str(fields.get("code", answer.status)), str(fields.get("message") or f"HTTP {answer.status}")
    if answer.status == 403 and code == NOT_PERMITTED:
        message = (
            f"Pinterest lets this installation’s app make no pins yet ({words}). Its operator asks for access there."
        )
        return Rejected(message, code="config")
    if answer.status in {401, 403}:
        return SignInAgain(f"Pinterest no longer accepts this sign-in ({words}). Posts are kept; connect it again.")
    return Rejected(f"Pinterest does not take this: {words}", code=str(answer.status))


def token_refusal(answer: Answer) -> PlatformError:
    """The error of the token address, `{"code", "message"}` or as OAuth has it: only a refused grant ends a sign-in."""
    fields = answer.fields()
    code, words = granting.told(fields)
    words = str(fields.get("message") or words or f"HTTP {answer.status}")
    if code in granting.APP or answer.status in {401, 403}:
        message = (
            f"Pinterest does not know this installation’s app (PINTEREST_APP_ID, PINTEREST_APP_SECRET): {words} Its"
            " operator must look."
        )
        return Rejected(message, code="config")
    if granting.is_over(code, words) or str(fields.get("code")) == SPENT or granting.speaks_of_the_grant(words):
        return SignInAgain(f"Pinterest no longer accepts this sign-in ({words}). Posts are kept; connect it again.")
    return TryLater(f"Pinterest's sign-in gave no clear answer ({words}). Nothing was changed; we try again.")


@dataclass(frozen=True)
class Login:
    """The app of this installation's operator."""

    wire: Wire
    clock: Clock
    api: str
    web: str
    app_id: str
    app_secret: str = field(default="", repr=False)

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings that are empty."""
        given = {"PINTEREST_APP_ID": self.app_id, "PINTEREST_APP_SECRET": self.app_secret}
        return tuple(name for name, value in given.items() if not value)

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        query = {
            "client_id": self.app_id,
            "redirect_uri": way.redirect_uri,
            "response_type": "code",
            "scope": ",".join(scope.name for scope in SCOPES),
            "state": way.state,
        }
        return f"{self.web}/oauth/?{urlencode(query)}"

    def exchange(self, way: Way, code: str) -> Token:
        """The token for the code; `extra` has scope and ends_at."""
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": way.redirect_uri}
        try:
            return self._read(self._token(body, hide=(code,)), Token(""))
        except SignInAgain as error:
            raise Rejected(f"The sign-in was not completed; start it again. {error}", code="sign_in") from None

    def refresh(self, token: Token) -> Token:
        """The next token; the refresh token may change with it."""
        if not token.refresh:
            raise SignInAgain("Pinterest’s sign-in ended and cannot be renewed. Connect it again.")
        body = {"grant_type": "refresh_token", "refresh_token": token.refresh}
        return self._read(self._token(body, hide=token.secrets), token)

    def _token(self, body: Mapping[str, str], *, hide: tuple[str, ...]) -> dict[str, Any]:
        basic = base64.b64encode(f"{self.app_id}:{self.app_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        secrets = (*hide, self.app_secret, basic)
        url = f"{self.api}/v5/oauth/token"
        return self.wire.call("POST", url, data=dict(body), headers=headers, hide=secrets).fields()

    def _read(self, fields: Mapping[str, Any], before: Token) -> Token:
        access, now = str(fields.get("access_token") or ""), self.clock()
        if not access:
            raise TryLater("Pinterest's sign-in answer was incomplete. Nothing was changed; try again.")
        expires = now + timedelta(seconds=int(fields.get("expires_in") or 0))
        renewable = fields.get("refresh_token_expires_in")
        ends = {"ends_at": (now + timedelta(seconds=int(renewable))).isoformat()} if renewable else {}
        scope = str(fields.get("scope") or before.extra.get("scope") or "").replace(",", " ")
        refresh = str(fields.get("refresh_token") or before.refresh)
        return Token(access, refresh, expires, {**before.extra, "scope": scope, **ends})
