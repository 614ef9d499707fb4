"""What every stand-in of a gateway has: a clock, ids, what it told, and the keys it was asked with."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.peers.wire import Request, Response, Server


@dataclass(frozen=True)
class Delivery:
    """One webhook as it goes over the wire."""

    body: bytes
    headers: Mapping[str, str]
    kind: str = ""


class GatewayServer(Server):
    """A gateway at the wire. `told`: every event it made, oldest first, to be delivered by the test."""

    keys_answer_again = True

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.ids = itertools.count(1)
        self.told: list[dict[str, Any]] = []
        self.answers: dict[tuple[str, str], tuple[bytes, Response]] = {}
        super().__init__(self._once)

    def name(self, prefix: str) -> str:
        """A new id."""
        return f"{prefix}{next(self.ids):08d}"

    def stamp(self) -> int:
        return int(self.now().timestamp())

    def key_of(self, request: Request) -> str:
        """The key a request carries, if this gateway knows such keys there."""
        raise NotImplementedError

    def answer(self, request: Request) -> Response:
        raise NotImplementedError

    def other_body(self) -> Response:
        """What a key used for something else gets."""
        raise NotImplementedError

    def _once(self, request: Request) -> Response:
        key = self.key_of(request) if request.method == "POST" else ""
        if not key:
            return self.answer(request)
        body, before = self.answers.get((request.path, key), (b"", None))
        if before is not None:
            return before if body == request.body else self.other_body()
        made = self.answer(request)
        if made.status < 400 or made.status >= 500:
            self.answers[request.path, key] = (request.body, made)
        return made

    def delivery(self, event: dict[str, Any]) -> Delivery:
        """An event, signed."""
        raise NotImplementedError

    def signed(self, body: bytes) -> Delivery:
        """Bytes as this gateway would send them."""
        raise NotImplementedError

    def deliveries(self) -> list[Delivery]:
        return [self.delivery(event) for event in self.told]
