"""The sign-in of Instagram and of Threads by themselves: a code, a short token, a long one that renews itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from publishing.platforms.base import Clock, Token
from publishing.platforms.meta.graph import Fields, Graph
from publishing.platforms.meta.login import answer_with_token, names
from publishing.platforms.signing_in import Scope, Way

LASTS = timedelta(days=60)


@dataclass(frozen=True)
class OwnLogin:
    """`api` trades the code, `graph` makes the token long; `prefix` begins the names of the grants (ig, th).

    `app`: the settings that hold the app's id and secret, with their values. `extra`: what every token carries.
    """

    graph: Graph
    api: Graph
    web: str
    prefix: str
    app: Mapping[str, str]
    scopes: Sequence[Scope]
    clock: Clock
    extra: Mapping[str, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings an operator must fill in first."""
        return tuple(name for name, value in self.app.items() if not value)

    @property
    def _id_and_secret(self) -> tuple[str, str]:
        app_id, secret = self.app.values()
        return app_id, secret

    def authorize_url(self, way: Way) -> str:
        """Where to send the browser."""
        query = {
            "client_id": self._id_and_secret[0],
            "redirect_uri": way.redirect_uri,
            "response_type": "code",
            "scope": names(self.scopes),
            "state": way.state,
        }
        return f"{self.web}/oauth/authorize?{urlencode(query)}"

    def token(self, way: Way, *, code: str) -> tuple[Token, list[str]]:
        """The long-lived token for a code, and what was granted where that is told."""
        app_id, secret = self._id_and_secret
        body = {
            "client_id": app_id,
            "client_secret": secret,
            "grant_type": "authorization_code",
            "redirect_uri": way.redirect_uri,
            "code": code.removesuffix("#_"),
        }
        hide = (secret, body["code"])
        short = answer_with_token(self.api, "POST", "oauth/access_token", hide=hide, data=body)
        query = {
            "grant_type": f"{self.prefix}_exchange_token",
            "client_secret": secret,
            "access_token": str(short["access_token"]),
        }
        long = answer_with_token(self.graph, "GET", "access_token", hide=query.values(), params=query)
        return self._kept(long), granted(short)

    def refresh(self, token: Token) -> Token:
        """The token made good for another sixty days; Meta takes one that is a day old or more."""
        query = {"grant_type": f"{self.prefix}_refresh_token", "access_token": token.access}
        answer = self.graph.plain("GET", "refresh_access_token", hide=(token.access,), params=query)
        return replace(self._kept(answer), extra=token.extra) if answer.get("access_token") else token

    def _kept(self, answer: Fields) -> Token:
        """A long-lived token; it renews itself, so it is its own refresh token."""
        access, lasts = str(answer["access_token"]), timedelta(seconds=int(answer.get("expires_in") or 0)) or LASTS
        ends: datetime = self.clock() + lasts
        return Token(access, refresh=access, expires_at=ends, extra=self.extra)


def granted(answer: Fields) -> list[str]:
    """The scopes in an answer of the sign-in: a list, or words with commas."""
    told = answer.get("permissions") or ""
    return [str(one) for one in told] if isinstance(told, list) else [one for one in str(told).split(",") if one]
