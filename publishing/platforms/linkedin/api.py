"""Calls to LinkedIn's REST API: its headers, its URNs in addresses, its lists in queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from publishing.platforms.base import SignInAgain, Token, TokenExpired
from publishing.platforms.linkedin.refusals import SIGN_IN
from publishing.platforms.wire import Answer, Wire

PROTOCOL: Final = "2.0.0"


def encoded(urn: str) -> str:
    """A URN as it stands in a path or a query: no sign of it left bare."""
    return quote(urn, safe="")


def listed(urns: Sequence[str]) -> str:
    """Rest.li's list of URNs."""
    return f"List({','.join(map(encoded, urns))})"


@dataclass(frozen=True)
class Api:
    """The API at `url`, in one version of it."""

    wire: Wire
    url: str
    version: str

    def call(
        self, method: str, path: str, token: Token, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> Answer:
        """An answer that worked; `path` begins below /rest and is encoded already."""
        spoken = {"LinkedIn-Version": self.version, "X-Restli-Protocol-Version": PROTOCOL, **(headers or {})}
        return self._called(method, f"{self.url}/rest/{path}", token, headers=spoken, **request)

    def whoami(self, token: Token) -> dict[str, Any]:
        """The person behind a token (OpenID Connect), without a version."""
        return self._called("GET", f"{self.url}/v2/userinfo", token).fields()

    def _called(self, method: str, url: str, token: Token, **request: Any) -> Answer:
        try:
            return self.wire.call(method, url, token=token.access, hide=token.secrets, **request)
        except TokenExpired as expired:
            if token.refresh:
                raise
            raise SignInAgain(f"{SIGN_IN}{expired}") from None
