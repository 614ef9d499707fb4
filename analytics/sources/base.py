"""What a music source is, and what all of them do alike: figures that may be absent, lists that must end."""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Final, Protocol, Self, runtime_checkable

import httpx

from publishing.platforms.base import Clock, PlatformError, Rejected, Token
from publishing.platforms.counting import AccountGone, DayFigures, Found, Missing
from publishing.platforms.wire import Answer, Wire

LATER: Final = "Nothing is lost; we ask again later."
AGAIN: Final = "We ask again."
GONE: Final = "not_found"
CONFIG: Final = "config"
UNKNOWN_APP: Final = "401"
MOST_TOP: Final = 10
MOST_WATCHED: Final = 20


@runtime_checkable
class Source(Protocol):
    """A service whose accounts are counted by their address; CountsDays, FindsAccounts and Watches in one."""

    @property
    def key(self) -> str: ...

    @property
    def history(self) -> timedelta: ...

    @property
    def day_zone(self) -> str: ...

    @property
    def unset(self) -> Sequence[str]:
        """The settings an operator has yet to fill in; nothing can be asked before."""

    def find(self, address: str) -> Found | None: ...

    def day(self, account: str, *, token: Token | None, today: date) -> DayFigures: ...

    def past_days(self, account: str, *, token: Token | None, first: date, last: date) -> Sequence[DayFigures]: ...

    def watching(self, chosen: Mapping[str, Any]) -> Self: ...


@dataclass(frozen=True)
class Watched:
    """What people chose to watch: countries in small letters, none when none were chosen, and playlists' links."""

    countries: tuple[str, ...] = ()
    playlists: tuple[str, ...] = ()

    @classmethod
    def of(cls, chosen: Mapping[str, Any]) -> Self:
        """Read a tracked account's settings; what is no country or no text is left out."""
        typed = [str(one).strip().lower() for one in _listed(chosen.get("countries"))]
        countries = [one for one in typed if re.fullmatch("[a-z]{2}", one)]
        playlists = [str(one).strip() for one in _listed(chosen.get("playlists"))]
        return cls(_first(countries), _first(playlists))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _first(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))[:MOST_WATCHED]


class OnlyToday:
    """What tells how things stand and nothing of the past; its day is ours."""

    settings: ClassVar[Mapping[str, str]] = {}
    history: ClassVar[timedelta] = timedelta(0)
    day_zone: ClassVar[str] = ""
    watched: Watched = Watched()

    def watching(self, chosen: Mapping[str, Any]) -> Self:
        """The same, looking at these countries and playlists."""
        other = copy.copy(self)
        other.watched = Watched.of(chosen)
        return other

    def past_days(
        self,
        account: str,  # noqa: ARG002 (nobody can be asked)
        *,
        token: Token | None,  # noqa: ARG002
        first: date,  # noqa: ARG002
        last: date,  # noqa: ARG002
    ) -> Sequence[DayFigures]:
        """Nothing: it tells only how things stand."""
        return ()


class Figures:
    """A day as it is gathered: what is told, and why the rest is not."""

    def __init__(self, missing: Mapping[str, Missing]) -> None:
        self.told: dict[str, Any] = {}
        self._missing = dict(missing)

    def tell(self, key: str, value: Any, *, without: Missing = Missing.NO_ANSWER) -> None:
        """Keep a value; one that is None is missing for that reason."""
        if value is None:
            self._missing[key] = without
        else:
            self.told[key] = value

    def day(self, today: date, *, settled: bool = True) -> DayFigures:
        """The day."""
        missing = {key: why for key, why in self._missing.items() if key not in self.told}
        return DayFigures(today, self.told, missing, settled)


def wire_of(client: httpx.Client, name: str, clock: Clock, refusal: Any, *, busy: Any = None) -> Wire:
    """Calls whose messages speak of numbers and not of posts."""
    return Wire(client, name, clock, refusal, busy, later=LATER, again=AGAIN)


def count(value: Any) -> int | None:
    """A number as platforms write it; None for what is none (a null, a word, a negative sign of “unknown”)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    return value if isinstance(value, int) and value >= 0 else None


def share(value: Any) -> float | None:
    """A number between nought and one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None


def fields(value: Any) -> dict[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def words(value: Any, *, limit: int = 200) -> str:
    """A text of theirs as we keep it."""
    return str(value)[:limit] if isinstance(value, str) else ""


def total(values: Iterable[int | None]) -> int | None:
    """The sum of what is told; None when nothing is."""
    told = [value for value in values if value is not None]
    return sum(told) if told else None


def tell_playlists(day: Figures, watched: Sequence[Mapping[str, Any]], *, editorial: str = "") -> None:
    """Keep what watched playlists told: each `placed` yes, no, or None where nobody may look.

    `editorial`: the figure that lists the service's own among them.
    """
    if not watched:
        return
    looked = [one for one in watched if one["placed"] is not None]
    placed = [one for one in looked if one["placed"]]
    day.tell("playlists_watched", list(watched))
    day.tell("playlist_placements", len(placed) if looked else None, without=Missing.NO_ACCESS)
    day.tell("playlists_found", placed if looked else None, without=Missing.NO_ACCESS)
    if editorial:
        day.tell(editorial, [one for one in placed if one["editorial"]] or None, without=Missing.BY_HAND)


def playlist(
    id: str,  # noqa: A002
    *,
    title: str,
    url: str,
    position: int | None,
    followers: int | None = None,
    editorial: bool = False,
) -> dict[str, Any]:
    """A watched playlist; `position` nought: the artist does not stand in it, None: nobody may look."""
    told: dict[str, Any] = {"id": id, "title": title or id, "url": url, "editorial": editorial}
    told |= {"placed": None if position is None else position > 0}
    told |= {"followers": followers} if followers is not None else {}
    return told | ({"position": position} if position else {})


def gone(name: str, error: Rejected) -> AccountGone | Rejected:
    """What a refusal means for an account that was there before."""
    if error.code != GONE:
        return error
    return AccountGone(f"{name} no longer knows this account: it was deleted, renamed or made private.")


def refused(name: str, answer: Answer, told: str) -> PlatformError:
    """The error for a 4xx answer of a service asked with the installation's own app."""
    if answer.status in {404, 410}:
        return Rejected(f"{name} does not have this. {told}".strip(), code=GONE)
    if answer.status == 401:
        return Rejected(f"{name} does not accept this installation's app. {told}".strip(), code=UNKNOWN_APP)
    return Rejected(f"{name} does not answer this: {told or answer.status}", code=str(answer.status))


def until(pages: Iterator[list[dict[str, Any]]], *, most: int) -> tuple[list[dict[str, Any]], bool]:
    """The records of up to `most` pages, and whether that was all of them."""
    found: list[dict[str, Any]] = []
    for number, page in enumerate(pages, start=1):
        found += page
        if number == most:
            return found, next(pages, None) is None
    return found, True
