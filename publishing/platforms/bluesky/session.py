"""Sign-in with an app password, the rotating session, and where the account's repository really is."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from publishing.platforms.base import PlatformError, SignInAgain, Token, TokenExpired, TryLater
from publishing.platforms.signing_in import Entry
from publishing.platforms.wire import Wire, origin

ENTRIES: Final = (
    Entry("handle", _("Handle"), placeholder="you.bsky.social"),
    Entry(
        "app_password",
        _("App password"),
        _("Made in Bluesky under Settings, Privacy and security, App passwords. Not your main password."),
        secret=True,
    ),
    Entry("server", _("Server"), _("Only for accounts on a server of their own."), required=False),
)

WRONG = "Bluesky does not know this handle with this app password. Check both; nothing was changed."
# Pasted handles bring these along.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))


@dataclass(frozen=True)
class Sessions:
    """Sessions at `service`, the entry server; the account's own server is read from its identity document."""

    wire: Wire
    service: str

    def sign_in(self, identifier: str, password: str, *, service: str = "") -> Token:
        """A token for a handle (or mail address) and its app password; SignInAgain when they are wrong."""
        base = origin(service or self.service)
        body = {"identifier": handle_of(identifier), "password": password.strip()}
        try:
            answer = self.wire.call(
                "POST", f"{base}/xrpc/com.atproto.server.createSession", json=body, hide=(password, password.strip())
            )
        except SignInAgain as error:
            raise SignInAgain(f"{WRONG} ({error})" if "code by mail" not in str(error) else str(error)) from None
        return _token(answer.fields(), pds=base)

    def refresh(self, token: Token) -> Token:
        """The next token; both its secrets are new and the old ones spent. SignInAgain only on a real no."""
        url = f"{token.extra['pds']}/xrpc/com.atproto.server.refreshSession"
        try:
            answer = self.wire.call("POST", url, token=token.refresh, hide=token.secrets)
        except TokenExpired:
            raise SignInAgain(
                "The session at Bluesky ended: it was not used for long, or the password was changed. "
                "Posts are kept; connect the account again."
            ) from None
        return _token(answer.fields(), pds=token.extra["pds"])

    def account(self, token: Token) -> Mapping[str, Any]:
        """`did` and `handle` as the account's server has them now."""
        url = f"{token.extra['pds']}/xrpc/com.atproto.server.getSession"
        return self.wire.call("GET", url, token=token.access, hide=token.secrets).fields()


def handle_of(typed: str) -> str:
    """A handle as typed or pasted, without @, blanks and invisible marks."""
    return typed.translate(INVISIBLE).strip().removeprefix("@").lower()


def _token(session: Mapping[str, Any], *, pds: str) -> Token:
    access, refresh = str(session.get("accessJwt") or ""), str(session.get("refreshJwt") or "")
    if not (access and refresh and session.get("did")):
        raise TryLater("Bluesky's sign-in answer was incomplete. Nothing was changed; try again.")
    if session.get("active") is False:
        raise SignInAgain(
            f"This Bluesky account is {session.get('status') or 'not active'}. Reactivate it, then connect."
        )
    claims = _claims(access)
    extra = {
        "did": str(session["did"]),
        "handle": str(session.get("handle") or session["did"]),
        "pds": _home(session.get("didDoc")) or pds,
        "scope": str(claims.get("scope") or ""),
    }
    expires = claims.get("exp")
    return Token(access, refresh, datetime.fromtimestamp(expires, UTC) if isinstance(expires, int) else None, extra)


def _home(document: Any) -> str:
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if str(service.get("id", "")).endswith("#atproto_pds"):
            try:
                return origin(str(service.get("serviceEndpoint")))
            except PlatformError:
                return ""
    return ""


def _claims(jwt: str) -> dict[str, Any]:
    try:
        payload = jwt.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}
