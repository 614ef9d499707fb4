"""Who asks, and what of the numbers they may see: every tool goes through here, so that none reaches further."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from accounts.models import BrandProfile, ClientAccount, Membership
from accounts.queries import brands_of
from analytics.documents import DOCUMENTS
from analytics.queries import narrowing, overview
from analytics.queries.narrowing import Account, Wish
from analytics.queries.overview import Overview
from analytics.span import DAY, LONGEST, Span, of_days
from trenddrop.core.catalogue import badge

Period = Literal[
    "yesterday", "last_7_days", "last_14_days", "last_28_days", "last_90_days", "last_180_days", "last_365_days",
    "this_week", "last_week", "this_month", "last_month", "this_year", "last_year",
]  # fmt: skip

Row = TypeVar("Row")


class Nowhere(LookupError):
    """Something was named that this member does not have; the message says so to whoever asked."""


class Whose(BaseModel):
    """What a tool is narrowed to. Names are the member's own, as they write them."""

    model_config = ConfigDict(extra="forbid")

    platform: str = Field(default="", max_length=40, description="instagram, youtube, spotify … Empty for all.")
    account: str = Field(default="", max_length=120, description="An account's name. Empty for all.")
    client: str = Field(default="", max_length=120, description="A client's name. Empty for all.")
    brand: str = Field(default="", max_length=120, description="A brand's name. Empty for all.")

    @property
    def told(self) -> dict[str, str]:
        """What was asked for, without what was left as it is, as JSON."""
        return {name: str(value) for name, value in self.model_dump(exclude_defaults=True).items()}


class Asked(Whose):
    """What a tool is asked for: days, and what they are narrowed to."""

    period: Period = "last_28_days"
    from_date: dt.date | None = Field(default=None, description="With to_date: other days than a period has.")
    to_date: dt.date | None = None


@dataclass
class Reader:
    """A member at a moment; `is_own`: looking at nothing that is a client's. Call its tools in the member's scope."""

    membership: Membership
    now: dt.datetime
    accounts: Sequence[Account]
    is_own: bool = False
    _overviews: dict[Wish, Overview] = field(default_factory=dict)
    _clients: list[ClientAccount] | None = None
    _brands: list[BrandProfile] | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's."""
        return ZoneInfo(self.membership.organization.timezone)

    @property
    def today(self) -> dt.date:
        """The day it is for the organisation."""
        return self.now.astimezone(self.zone).date()

    @property
    def clients(self) -> list[ClientAccount]:
        """The clients a member may see."""
        if self._clients is None:
            rows = ClientAccount.objects.visible_to(self.membership)
            only = self.membership.narrowed_to
            self._clients = list(rows.filter(pk=only) if only else rows)
        return self._clients

    @property
    def brands(self) -> list[BrandProfile]:
        """The brands a member may see."""
        if self._brands is None:
            self._brands = list(brands_of(self.membership))
        return self._brands

    def wish(self, asked: Whose) -> Wish:
        """Return what was asked for as the queries take it; raise Nowhere for what is not this member's."""
        platform = self.platform(asked.platform)
        there = [each for each in self.accounts if platform in {"", each.platform}]
        return Wish(
            span=span_of(asked if isinstance(asked, Asked) else Asked(), today=self.today),
            today=self.today,
            platform=platform,
            account=_named(asked.account, [(each.name, each) for each in there], "account"),
            client=_named(asked.client, [(each.name, each) for each in self.clients], "client"),
            brand=_named(asked.brand, [(each.name, each) for each in self.brands], "brand"),
            is_own=self.is_own,
        )

    def platform(self, text: str) -> str:
        """Return the key of a platform that has numbers here; raise Nowhere."""
        if not text:
            return ""
        wanted = _squeezed(text)
        known = {each.platform for each in self.accounts}
        for key in sorted(known):
            if wanted in {_squeezed(key), _squeezed(str(badge(key).name))}:
                return key
        named = next((key for key in DOCUMENTS if wanted in {_squeezed(key), _squeezed(str(badge(key).name))}), "")
        raise Nowhere(
            f"No {badge(named).name} account is counted here." if named else "There is no such platform here."
        )

    def overview(self, wish: Wish) -> Overview:
        """Return the overview of a wish, asked for once."""
        if wish not in self._overviews:
            self._overviews[wish] = overview.of_member(self.membership, wish, self.accounts)
        return self._overviews[wish]

    def connections(self, wish: Wish) -> list[uuid.UUID]:
        """The accounts that post, among what was asked for."""
        return [each.connection_id for each in self.accounts if each.connection_id and wish.takes(each)]

    def edges(self, span: Span) -> tuple[dt.datetime, dt.datetime]:
        """The first moment of a span, and the first one after it."""
        midnight = dt.time(tzinfo=self.zone)
        return dt.datetime.combine(span.first, midnight), dt.datetime.combine(span.last + DAY, midnight)

    def read_names(self) -> None:
        """Read the names of clients and brands now, within the scope."""
        self._clients, self._brands = self.clients, self.brands


def of_member(membership: Membership, *, now: dt.datetime) -> Reader:
    """Return the reader of a member. Call in the member's scope."""
    return Reader(membership, now, narrowing.accounts_of(membership))


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _named(text: str, rows: Sequence[tuple[str, Row]], kind: str) -> Row | None:
    """Return the one of this name; raise Nowhere for none or several."""
    if not text:
        return None
    wanted = _squeezed(text)
    found = [row for name, row in rows if _squeezed(name) == wanted]
    found = found or [row for name, row in rows if wanted and wanted in _squeezed(name)]
    if not found:
        raise Nowhere(f"There is no such {kind} here.")
    if len(found) > 1:
        places = sorted({str(badge(row.platform).name) for row in found if isinstance(row, Account)})
        also = f" ({', '.join(places)})" if len(places) > 1 else ""
        raise Nowhere(f"Several are called that{also}; say which {kind}.")
    return found[0]


def span_of(asked: Asked, *, today: dt.date) -> Span:
    """Return the days that were asked for; raise Nowhere for days that cannot be."""
    if asked.from_date and asked.to_date:
        first, last = asked.from_date, min(asked.to_date, today)
        if first > last or (last - first).days >= LONGEST:
            raise Nowhere("Such days cannot be looked up: at most two years, and none to come.")
        return Span(first, last)
    yesterday = today - DAY
    if asked.period.startswith("last_") and asked.period.endswith("_days"):
        return of_days(int(asked.period.split("_")[1]), today=today)
    monday, month, year = today - today.weekday() * DAY, today.replace(day=1), today.replace(month=1, day=1)
    spans = {
        "yesterday": (yesterday, yesterday),
        "this_week": (monday, yesterday),
        "last_week": (monday - 7 * DAY, monday - DAY),
        "this_month": (month, yesterday),
        "last_month": ((month - DAY).replace(day=1), month - DAY),
        "this_year": (year, yesterday),
        "last_year": ((year - DAY).replace(month=1, day=1), year - DAY),
    }
    first, last = spans[asked.period]
    return Span(first, last) if first <= last else Span(today, today)
