"""Who tells of an account's days: its platform with its sign-in, or a public source with its address."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from functools import cache

import httpx
from django.utils.translation import gettext as _

from analytics import sources
from analytics.documents import DOCUMENTS
from analytics.models import TrackedAccount
from analytics.sources.addresses import service_of
from publishing.delivery import adapters
from publishing.platforms.base import Rejected, Token
from publishing.platforms.counting import Audience, CountsDays, DayFigures, FindsAccounts, Found, KnowsAudience, Watches
from publishing.services import reading
from trenddrop.core.catalogue import badge

UTC = zoneinfo.ZoneInfo("UTC")
Way = TrackedAccount.Way


@cache
def _client() -> httpx.Client:
    return sources.http_client()


def source(platform: str) -> CountsDays | None:
    """Return what counts the accounts of a platform by their address; None where nothing does, or it is not set up."""
    if platform not in sources.source_keys():
        return None
    found = sources.source(platform, client=_client())
    return None if found.unset else found


def ways(platform: str) -> frozenset[str]:
    """Return how accounts of a platform can be counted here."""
    found = {Way.HAND.value}
    if platform in sources.source_keys():
        found.add(Way.PUBLIC.value)
    return frozenset(found) if platform in DOCUMENTS else frozenset()


def find(platform: str, address: str) -> Found | None:
    """Return the account behind a link or an id; raises the adapters' errors. Call outside a transaction."""
    if platform not in sources.source_keys():
        raise Rejected("Accounts of this platform are not found by their address.", code="platform")
    if (other := service_of(address)) and other != platform:
        raise Rejected(_("This is a link of %(name)s. Choose %(name)s above it.") % {"name": badge(other).name})
    found = sources.source(platform, client=_client())
    if found.unset:
        told = {"name": badge(platform).name, "names": ", ".join(found.unset)}
        words = _(
            "%(name)s is not set up here: whoever runs this installation has to fill in %(names)s. Until then add the "
            "account by hand, and bring what its dashboard exports as a file."
        )
        raise Rejected(words % told, code="config")
    return found.find(address) if isinstance(found, FindsAccounts) else None


@dataclass(frozen=True)
class Asker:
    """Somebody who can be asked for one account's days."""

    counter: CountsDays
    token: Token | None
    account: TrackedAccount

    @property
    def _named(self) -> str:
        """What the platform calls it; that of a connection stays right also where another client's row has the name."""
        connection = self.account.connection if self.account.way == Way.CONNECTION else None
        return connection.account_id if connection else self.account.external_id

    @property
    def history(self) -> dt.timedelta:
        """How far back it tells."""
        return self.counter.history

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone its days are cut by; the organisation's own where the platform has none."""
        return zone_of(self.counter.day_zone or self.account.organization.timezone)

    def today(self, now: dt.datetime) -> dt.date:
        """Return the day that is running there."""
        return now.astimezone(self.zone).date()

    def day(self, today: dt.date) -> DayFigures:
        """Return how it stands now."""
        return self.counter.day(self._named, token=self.token, today=today)

    def past_days(self, first: dt.date, last: dt.date) -> list[DayFigures]:
        """Return days that are over."""
        told = self.counter.past_days(self._named, token=self.token, first=first, last=last)
        return [each for each in told if first <= each.day <= last]

    def audience(self) -> list[Audience] | None:
        """Return who the people are; None where nobody tells."""
        if not isinstance(self.counter, KnowsAudience):
            return None
        return list(self.counter.audience(self._named, token=self.token))


def asker(account: TrackedAccount, *, now: dt.datetime) -> Asker:
    """Return who tells of an account; raises the adapters' errors. Call outside a transaction."""
    if account.way == Way.CONNECTION and account.connection is not None:
        counter, token = reading.day_counter(account.connection, now=now)
        return Asker(counter, token, account)
    found = source(account.platform) if account.way == Way.PUBLIC else None
    if found is None:
        raise Rejected("Nobody here can be asked for this account’s days.", code="platform")
    if account.settings and isinstance(found, Watches):
        found = found.watching(account.settings)
    return Asker(found, None, account)


def close() -> None:
    """Close the client's connections; the next call opens new ones."""
    if _client.cache_info().currsize:
        _client().close()
        _client.cache_clear()
    adapters.close()


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """Return a zone, UTC where the name means none."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return UTC
