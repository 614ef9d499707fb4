"""A platform with consent in the browser, small and real: one person opens several pages; tokens end and renew.

It speaks HTTP to `PagesServer`, which knows PKCE, gives each code once, and revokes.
"""

import hashlib
import itertools
import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import httpx

from publishing.platforms.base import (
    Allowance,
    Capability,
    Clock,
    Connected,
    PlatformError,
    PostCounts,
    Profile,
    Published,
    PublishKit,
    Quota,
    Record,
    Rejected,
    SignInAgain,
    Sleep,
    Step,
    Token,
    TokenExpired,
)
from publishing.platforms.signing_in import Door, Scope, Way
from publishing.platforms.wire import Answer, Wire
from tests.peers.wire import Request, Response, Server

SCOPES = (Scope("pages_post", "to post what you planned"), Scope("pages_read", "to read numbers", needed=False))
LIFE = timedelta(days=60)


def s256(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class PagesServer(Server):
    """The platform: `pages` of the one person who signs in, `granted` rights, tokens by page."""

    def __init__(self) -> None:
        self.pages = {"p1": "Kesar Naturals"}
        self.granted = "pages_post pages_read"
        self.codes: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.revoked: list[str] = []
        self.renewals = 0
        self.lives = LIFE
        self.used = 3
        self._numbers = itertools.count(1)
        self._guard = threading.Lock()
        super().__init__(self._answer)

    def consent(self, challenge: str) -> str:
        """The person says yes; the code that the browser carries back."""
        code = f"code-{next(self._numbers)}"
        self.codes[code] = challenge
        return code

    def _answer(self, request: Request) -> Response:
        sent = dict(parse_qsl(request.body.decode()))
        if request.path == "/token":
            with self._guard:
                return self._trade(sent)
        page = self.tokens.get(request.bearer)
        if page is None:
            return Response(401, {"error": "revoked"})
        if request.path == "/revoke":
            self.revoked.append(page)
            del self.tokens[request.bearer]
            return Response(200, {"ok": True})
        if request.path == "/limits":
            return Response(200, {"used": self.used, "total": 25})
        return Response(200, {"id": page, "name": self.pages.get(page, "gone"), "handle": f"@{page}"})

    def _trade(self, sent: dict[str, str]) -> Response:
        if sent["grant_type"] == "refresh":
            page = self.tokens.pop(sent["token"], None)
            self.renewals += 1
            return Response(200, {"token": self._token(page)}) if page else Response(400, {"error": "revoked"})
        challenge = self.codes.pop(sent["code"], None)
        if challenge is None or s256(sent["verifier"]) != challenge or sent["secret"] != "app-secret-9":
            return Response(400, {"error": "invalid_grant"})
        pages = [{"id": key, "name": name, "token": self._token(key)} for key, name in self.pages.items()]
        return Response(200, {"pages": pages, "scope": self.granted})

    def _token(self, page: str) -> str:
        token = f"page-token-{next(self._numbers)}"
        self.tokens[token] = page
        return token


def refusal(answer: Answer) -> PlatformError:
    word = str(answer.fields().get("error"))
    errors = {"revoked": SignInAgain("Pages no longer accepts this sign-in."), "expired": TokenExpired("It ran out.")}
    return errors.get(word) or Rejected(f"Pages says no: {word}", code=word)


class Pages:
    """The adapter."""

    key: ClassVar[str] = "facebook"
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.PUBLISH})
    safe_resend: ClassVar[timedelta] = timedelta()
    quotas: ClassVar[tuple[Quota, ...]] = ()
    settings: ClassVar[Mapping[str, str]] = {"url": "PAGES_URL", "app_id": "PAGES_APP_ID"}
    version: ClassVar[str] = "v26.0"
    until_reviewed: ClassVar[str] = "Pages shows our posts to nobody but you until it has looked at us."
    scopes: ClassVar[Sequence[Scope]] = SCOPES

    def __init__(self, *, client: httpx.Client, clock: Clock, sleep: Sleep, url: str = "", app_id: str = "") -> None:
        self._wire, self._clock, self._url, self._app_id = Wire(client, "Pages", clock, refusal), clock, url, app_id

    @property
    def missing(self) -> Sequence[str]:
        return () if self._app_id else ("PAGES_APP_ID", "PAGES_APP_SECRET")

    def authorize_url(self, way: Way) -> str:
        asked = {
            "client_id": self._app_id,
            "redirect_uri": way.redirect_uri,
            "state": way.state,
            "scope": " ".join(scope.name for scope in SCOPES),
            "code_challenge": s256(way.verifier),
            "door": way.door,
        }
        return f"{self._url}/dialog?{urlencode(asked)}"

    def exchange(self, way: Way, *, code: str) -> Sequence[Connected]:
        body = {"grant_type": "code", "code": code, "verifier": way.verifier, "secret": "app-secret-9"}
        fields = self._wire.call("POST", f"{self._url}/token", data=body, hide=("app-secret-9", code)).fields()
        ends = self._clock() + LIFE
        return [
            Connected(
                Token(page["token"], expires_at=ends, extra={"grant": "person-1"}),
                Profile(page["id"], f"@{page['id']}", page["name"], f"{self._url}/{page['id']}"),
                scopes=fields["scope"].split(),
                kind="page",
            )
            for page in fields["pages"]
        ]

    def revoke(self, token: Token) -> None:
        self._wire.call("POST", f"{self._url}/revoke", token=token.access)

    def refresh(self, token: Token) -> Token:
        body = {"grant_type": "refresh", "token": token.access}
        fields = self._wire.call("POST", f"{self._url}/token", data=body, hide=token.secrets).fields()
        return Token(fields["token"], "", self._clock() + LIFE, token.extra)

    def profile(self, token: Token) -> Profile:
        page = self._wire.call("GET", f"{self._url}/me", token=token.access).fields()
        return Profile(page["id"], page["handle"], page["name"], "")

    def allowances(self, token: Token) -> Sequence[Allowance]:
        told = self._wire.call("GET", f"{self._url}/limits", token=token.access).fields()
        return [Allowance("posts", told["used"], told["total"])]

    def publish(self, kit: PublishKit, *, token: Token, record: Record, resume: Step | None = None) -> Published:
        raise NotImplementedError

    def find_published(
        self, kit: PublishKit, *, token: Token, since: datetime, resume: Step | None = None
    ) -> Published | None:
        raise NotImplementedError

    def metrics(self, ids: Sequence[str], *, token: Token) -> dict[str, PostCounts]:
        return {}

    def delete(self, platform_id: str, *, token: Token) -> None:
        raise NotImplementedError


class TwoDoors(Pages):
    """The same with a door for persons and one for pages, of which the second is not set up."""

    @property
    def doors(self) -> Sequence[Door]:
        person = Door("person", "As a person", "Posts stand on your own profile.", SCOPES[:1])
        page = Door("page", "As a page", "", SCOPES, () if self._app_id == "both" else ("PAGES_PAGE_ID",))
        return [person, page]


def settings_of(server: PagesServer, **more: Any) -> dict[str, Any]:
    """The settings that tell the adapter where its platform is."""
    path = "tests.publishing.pages_platform.Pages"
    told = {"PUBLISHING_PLATFORMS": {"facebook": path}, "PAGES_URL": server.url, "PAGES_APP_ID": "app-1"}
    return {**told, "PRIVATE_ADDRESSES_ALLOWED": ["127.0.0.1"], **more}
