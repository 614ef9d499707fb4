"""What a platform tells of an account's days: two protocols, and what comes out of them.

Names of figures are those of the platform's document (analytics.documents): the adapter translates, nobody else knows
what the platform calls them. A figure that is not told is absent, and stands in `missing` with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from publishing.platforms.base import SignInAgain, Token


class Missing(StrEnum):
    """Why a figure is null."""

    NOT_OFFERED = "not_offered"  # the platform's API has no such figure
    NO_ACCESS = "no_access"  # a scope, a review or a kind of account is wanting
    TOO_FEW = "too_few"  # the platform keeps it back below so many followers or views
    NOT_YET = "not_yet"  # the platform tells it some days late
    NO_ANSWER = "no_answer"  # it was asked for and did not come
    BY_HAND = "by_hand"  # only people can bring it: from a dashboard without an API


@dataclass(frozen=True)
class DayFigures:
    """One day of an account, by the platform's own calendar; `settled` no: it may still be corrected."""

    day: date
    figures: Mapping[str, Any]
    missing: Mapping[str, Missing] = field(default_factory=dict)
    settled: bool = True


@dataclass(frozen=True)
class Audience:
    """Who people are: `kind` country, city, age or gender; shares 0 to 1; `of` followers, viewers or listeners."""

    kind: str
    shares: Mapping[str, float]
    of: str = "followers"
    counted: int | None = None


@dataclass(frozen=True)
class Found:
    """An account of a platform that can be counted without a sign-in, as its page names it."""

    id: str
    name: str
    url: str
    picture: str = ""
    followers: int | None = None


class AccountGone(Exception):
    """The platform knows this account no longer (deleted, renamed, suspended): stop asking, keep what was counted."""


@runtime_checkable
class CountsDays(Protocol):
    """A platform that tells what an account's days held. Both may raise the adapters' errors, and AccountGone."""

    @property
    def history(self) -> timedelta:
        """How far back `past_days` reaches; nought where the platform tells only how things stand."""

    @property
    def day_zone(self) -> str:
        """The zone the platform cuts its days by: "UTC", "America/Los_Angeles" …; "" where only we take the day."""

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures:
        """How the account stands now, as the figures of `today`."""

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]:
        """Days that are over, first to last; a day the platform does not tell is left out."""


@runtime_checkable
class KnowsAudience(Protocol):
    """A platform that tells who the people are."""

    def audience(self, account: str, *, token: Token | None) -> Sequence[Audience]:
        """The latest it tells; empty below the size it speaks about."""


@runtime_checkable
class FindsAccounts(Protocol):
    """A platform whose accounts are found by their address, without a sign-in."""

    def find(self, address: str) -> Found | None:
        """The account behind a link or an id; None when there is none. Raises Rejected with what is wrong with it."""


@runtime_checkable
class Watches(Protocol):
    """A platform whose days also hold what people chose to watch: charts of countries, playlists by their links."""

    def watching(self, chosen: Mapping[str, Any]) -> CountsDays:
        """The same platform, looking there: `countries` (ISO, of charts) and `playlists` (links) of an account."""


def required(token: Token | None) -> Token:
    """The token, where a platform tells nothing without one."""
    if token is None:
        raise SignInAgain("This platform tells its numbers only of connected accounts. Connect the account first.")
    return token
