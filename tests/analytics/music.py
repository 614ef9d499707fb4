"""What tests of music sources share: a clock that tests move, and naps that nobody takes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.peers.app_tokens import CLIENT, SECRET

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
APP = {"client_id": CLIENT, "client_secret": SECRET}


@dataclass
class House:
    """What a source is built with."""

    client: httpx.Client
    now: datetime = NOW
    naps: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)

    def build(self, kind: Callable[..., Any], **told: str) -> Any:
        return kind(client=self.client, clock=self.clock, sleep=self.naps.append, **told)


@pytest.fixture
def house() -> Iterator[House]:
    with httpx.Client(timeout=15, trust_env=False) as client:
        yield House(client)
