"""The token address of services that an app signs in to: client credentials, and refresh tokens good for one use."""

import base64
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from tests.peers.wire import Request, Response

CLIENT, SECRET = "kesar-music", "music-secret-7d2c"
LIVES = timedelta(hours=1)


class Tokens:
    """Tokens of one app; `renews`: whether an answer holds a refresh token. `asked`: the grants, in order."""

    def __init__(self, now: Callable[[], datetime], *, renews: bool = False) -> None:
        self.now, self.renews = now, renews
        self._ids = itertools.count(1)
        self.valid: dict[str, datetime] = {}
        self.refresh: set[str] = set()
        self.asked: list[str] = []

    def give(self, request: Request) -> Response:
        """The answer of the token address."""
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return Response(400, {"error": "invalid_client", "error_description": "Invalid client"})
        self.asked.append(form["grant_type"])
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refresh:
                return Response(400, {"error": "invalid_grant", "error_description": "Invalid refresh token"})
            self.refresh.discard(form["refresh_token"])
        elif form["grant_type"] != "client_credentials":
            return Response(400, {"error": "unsupported_grant_type"})
        access, refresh = f"app-token-{next(self._ids)}", f"app-refresh-{next(self._ids)}"
        self.valid[access] = self.now() + LIVES
        more = {"refresh_token": refresh} if self.renews else {}
        self.refresh |= {refresh} if self.renews else set()
        fields = {"access_token": access, "token_type": "Bearer", "expires_in": int(LIVES.total_seconds())}
        return Response(200, fields | more)

    def knows(self, request: Request, scheme: str = "Bearer") -> bool:
        """Whether a request is signed with a token that is still good, spelled as this service wants it."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return kind == scheme and self.valid.get(token, self.now()) > self.now()
