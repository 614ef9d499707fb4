"""Signing in at LinkedIn: as a person, or for the pages that person administers. No PKCE there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import Clock, Rejected, SignInAgain, Token, TryLater
from publishing.platforms.linkedin.refusals import token_refusal
from publishing.platforms.signing_in import Door, Scope, Way
from publishing.platforms.wire import Wire

PERSON: Final = "person"
PAGE: Final = "page"
PERSON_RIGHTS: Final = (
    Scope("openid", _("to know which account this is")),
    Scope("profile", _("to show its name and picture here")),
    Scope("w_member_social", _("to post what you planned, to comment under it, and to take it down when you ask")),
)
PAGE_RIGHTS: Final = (
    Scope("rw_organization_admin", _("to know which pages you run, and how many follow them")),
    Scope(
        "w_organization_social", _("to post what you planned, to comment under it, and to take it down when you ask")
    ),
    Scope("r_organization_social", _("to find a post again when an answer was lost, and to read its numbers")),
)
MORE: Final = _("LinkedIn allows it to reviewed apps only; yours is one.")


@dataclass(frozen=True)
class SignIn:
    """The app of this installation's operator; `more`: scopes LinkedIn granted it on review."""

    wire: Wire
    clock: Clock
    web: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    more: tuple[str, ...] = ()

    @property
    def doors(self) -> tuple[Door, ...]:
        """A person's own account, or pages."""
        missing = self.missing
        mine = (*PERSON_RIGHTS, *(Scope(name, MORE, needed=False) for name in self.more))
        return (
            Door(PERSON, _("Your own account"), _("Posts appear under your name."), mine, missing),
            Door(PAGE, _("Pages you run"), _("Posts appear under the page's name."), PAGE_RIGHTS, missing),
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings that are empty."""
        given = {"LINKEDIN_CLIENT_ID": self.client_id, "LINKEDIN_CLIENT_SECRET": self.client_secret}
        return tuple(name for name, value in given.items() if not value)

    def rights(self, door: str) -> tuple[Scope, ...]:
        """What is asked for behind a door."""
        return tuple(next((one for one in self.doors if one.name == door), self.doors[0]).scopes)

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": way.redirect_uri,
            "state": way.state,
            "scope": " ".join(scope.name for scope in self.rights(way.door)),
        }
        return f"{self.web}/oauth/v2/authorization?{urlencode(query)}"

    def exchange(self, way: Way, code: str) -> Token:
        """The token for the code; `extra` has scope and ends_at."""
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": way.redirect_uri}
        try:
            fields = self._token(body, hide=(code,))
        except SignInAgain as error:
            raise Rejected(f"The sign-in was not completed; start it again. {error}", code="sign_in") from None
        return self._read(fields, {})

    def refresh(self, token: Token) -> Token:
        """The next token where the app was given refresh tokens, else the same until its end."""
        if token.refresh:
            body = {"grant_type": "refresh_token", "refresh_token": token.refresh}
            return self._read(self._token(body, hide=token.secrets), token.extra, refresh=token.refresh)
        return token

    def revoke(self, token: Token) -> None:
        """Give the authorisation back."""
        body = {"token": token.access, **self._app}
        url = f"{self.web}/oauth/v2/revoke"
        wire = replace(self.wire, refusal=token_refusal)
        wire.call("POST", url, data=body, hide=(*token.secrets, self.client_secret), takes={200})

    @property
    def _app(self) -> dict[str, str]:
        return {"client_id": self.client_id, "client_secret": self.client_secret}

    def _token(self, body: Mapping[str, str], *, hide: tuple[str, ...]) -> dict[str, Any]:
        wire = replace(self.wire, refusal=token_refusal)
        url = f"{self.web}/oauth/v2/accessToken"
        return wire.call("POST", url, data={**body, **self._app}, hide=(*hide, self.client_secret)).fields()

    def _read(self, fields: Mapping[str, Any], extra: Mapping[str, str], *, refresh: str = "") -> Token:
        access, now = str(fields.get("access_token") or ""), self.clock()
        if not access:
            raise TryLater("LinkedIn's sign-in answer was incomplete. Nothing was changed; try again.")
        expires = now + timedelta(seconds=int(fields.get("expires_in") or 0))
        renewable = fields.get("refresh_token_expires_in")
        ends = now + timedelta(seconds=int(renewable)) if renewable else expires
        scope = str(fields.get("scope") or extra.get("scope") or "").replace(",", " ")
        found = {**extra, "scope": scope, "ends_at": ends.isoformat()}
        return Token(access, str(fields.get("refresh_token") or refresh), expires, found)
