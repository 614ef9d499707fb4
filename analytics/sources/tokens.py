"""Tokens of the installation's own apps: asked for rarely, shared by all workers, kept locked, renewed in time."""

import base64
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from django.core.cache import cache

from analytics.sources.base import CONFIG, UNKNOWN_APP
from publishing.platforms.base import Clock, PlatformError, Rejected, Sleep, TryLater
from publishing.platforms.wire import Answer, Wire
from trenddrop.core.crypto import SecretUnreadable, keyring

EARLY: Final = timedelta(minutes=2)
USUAL_LIFE: Final = 3600
ASKING: Final = 20
LOOKS: Final = 10


@dataclass(frozen=True)
class Kept:
    """One token, and what renews it."""

    access: str = field(repr=False)
    until: float
    refresh: str = field(default="", repr=False)


@dataclass(frozen=True)
class AppTokens:
    """Client credentials at one address. `renews`: whether its answers hold a refresh token, good for one use."""

    wire: Wire
    clock: Clock
    sleep: Sleep
    url: str
    client_id: str
    client_secret: str = field(repr=False)
    renews: bool = False

    def get(self) -> str:
        """A token that is good for a while yet."""
        kept = self._read()
        if kept and kept.until > self._now() + EARLY.total_seconds():
            return kept.access
        if not cache.add(f"{self._place}:asking", 1, ASKING):
            # Another worker is asking; what it gets is good for all.
            for _look in range(LOOKS):
                self.sleep(0.5)
                if (fresh := self._read()) and fresh != kept:
                    return fresh.access
        try:
            return self._ask(kept).access
        finally:
            cache.delete(f"{self._place}:asking")

    def drop(self) -> None:
        """Forget a token that was refused."""
        cache.delete(self._place)

    def _ask(self, kept: Kept | None) -> Kept:
        if self.renews and kept and kept.refresh:
            try:
                return self._keep(self._asked({"grant_type": "refresh_token", "refresh_token": kept.refresh}))
            except Rejected:
                # Spent by another worker, or too old: begin anew.
                self.drop()
        return self._keep(self._asked({"grant_type": "client_credentials"}))

    def _asked(self, body: Mapping[str, str]) -> dict[str, Any]:
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Accept": "application/json; charset=utf-8"}
        wire = replace(self.wire, refusal=self._refusal)
        hide = (self.client_secret, basic, body.get("refresh_token", ""))
        return wire.call("POST", self.url, data=dict(body), headers=headers, hide=hide).fields()

    def _refusal(self, answer: Answer) -> PlatformError:
        told = answer.fields()
        said = str(told.get("error_description") or told.get("error") or told.get("message") or f"HTTP {answer.status}")
        message = f"{self.wire.name} does not accept this installation's app. Whoever runs it must look. It says: "
        return Rejected(message + said[:200], code=CONFIG)

    def _keep(self, told: Mapping[str, Any]) -> Kept:
        access, seconds = str(told.get("access_token") or ""), told.get("expires_in")
        if not access:
            raise TryLater(f"{self.wire.name}'s sign-in answer was incomplete. {self.wire.again}")
        lives = seconds if isinstance(seconds, int) and seconds > 0 else USUAL_LIFE
        refresh = str(told.get("refresh_token") or "") if self.renews else ""
        kept = Kept(access, self._now() + lives, refresh)
        text = json.dumps([kept.access, kept.until, kept.refresh])
        # A refresh token outlives its access token.
        cache.set(self._place, keyring().lock(text, place=self._place), lives * (12 if refresh else 1))
        return kept

    def _read(self) -> Kept | None:
        stored = cache.get(self._place)
        if not isinstance(stored, str):
            return None
        try:
            access, until, refresh = json.loads(keyring().open(stored, place=self._place))
        except (SecretUnreadable, ValueError):
            return None
        return Kept(str(access), float(until), str(refresh))

    @property
    def _place(self) -> str:
        return f"music:{self.url}:{self.client_id}"

    def _now(self) -> float:
        return self.clock().timestamp()


@dataclass(frozen=True)
class AppApi:
    """Calls signed with the app's token, which is asked for anew once when it is refused."""

    wire: Wire
    tokens: AppTokens
    scheme: str = "Bearer"

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, *, takes: Container[int] = (), accept: str = ""
    ) -> Answer:
        """An answer that worked."""
        try:
            return self._get(url, params, takes, accept)
        except Rejected as error:
            if error.code != UNKNOWN_APP:
                raise
        self.tokens.drop()
        return self._get(url, params, takes, accept)

    def _get(self, url: str, params: Mapping[str, Any] | None, takes: Container[int], accept: str) -> Answer:
        token = self.tokens.get()
        headers = {"Authorization": f"{self.scheme} {token}", **({"Accept": accept} if accept else {})}
        # An address that was handed to us (the next page) has its query already.
        more: dict[str, Any] = {} if params is None else {"params": dict(params)}
        return self.wire.call("GET", url, hide=(token,), headers=headers, takes=takes, **more)
