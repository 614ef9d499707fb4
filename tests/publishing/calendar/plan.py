"""Kesar's plan, and how it is looked at."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import Membership
from publishing.models import (
    PlatformConnection,
    ScheduledPost,
)
from publishing.screens.calendar.page import Sheet, sheet
from publishing.screens.calendar.wanted import Wanted
from publishing.walltime import resolve
from tests.cast import Cast
from tests.publishing.conftest import make_piece, make_post

Status = ScheduledPost.Status
NOW = dt.datetime(2026, 11, 10, 6, 0, tzinfo=dt.UTC)
INDIA = "Asia/Kolkata"
Enter = Callable[[Membership], Client]


@dataclass
class Plan:
    """Kesar's account, and posts on it."""

    cast: Cast
    account: PlatformConnection

    def post(self, at: str, *, zone: str = INDIA, **fields: Any) -> ScheduledPost:
        """Plan a post for what the clock of `zone` shows."""
        moment = resolve(dt.datetime.fromisoformat(at), zone)
        piece = fields.pop("piece", None) or make_piece(self.cast.kesar, title=fields.pop("title", "Monsoon skin"))
        local = f"{moment.local:%Y-%m-%dT%H:%M}"
        told: dict[str, Any] = {"timezone": zone, "local_time": local, "client_id": piece.client_id}
        return make_post(piece, fields.pop("account", self.account), at=moment.instant, **(told | fields))

    def sheet(self, **asked: str) -> Sheet:
        """Look at the calendar as Asha."""
        return self.sheet_of(self.cast.asha, **asked)

    def sheet_of(self, member: Membership, **asked: str) -> Sheet:
        """Look at the calendar as somebody."""
        return sheet(member, wanted(**asked), now=NOW)


def wanted(**asked: str) -> Wanted:
    return Wanted.read({"day": "2026-11-10", **asked}, zone=asked.pop("zone", INDIA), now=NOW)
