"""What a trend source is: what to ask, and what its answer says. No network, no models."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeAlias, runtime_checkable

from trends.normalise import Kind, normalise

MAX_ITEMS = 1000
TITLE_LIMIT = 300
USER_AGENT = "TrendDrop/0.1 (self-hosted trend collection; set a contact in the source's settings)"

Config: TypeAlias = Mapping[str, Any]


class BadFeed(Exception):
    """The answer can't be used; the message says why, for the health page."""


class BadFile(BadFeed):
    """A file that was given can't be used as it is; `faults` says why, each with its line."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(self.faults))


class NotYet(Exception):
    """The source has not published this yet: no failure, ask again later."""


class BadConfig(ValueError):
    """A source's settings can't be used; the message says which and what would do."""


class Counting(StrEnum):
    """What a source's count counts, and so how two readings make an hourly figure."""

    LEVEL = "level"  # how much right now: each reading stands for its hour
    TOTAL = "total"  # everything since the topic began
    DAY = "day"  # everything since midnight UTC


@dataclass(frozen=True, slots=True)
class Item:
    """One topic as one source tells it. Counts are whole numbers of 0 and more; None is "not said".

    `observed_at` is the hour the numbers are about (None: now); `history` holds earlier hours with their counts;
    `names` are the topic's other forms; `context` is what is said about it, for matching and never for naming.
    """

    title: str
    kind: Kind
    url: str = ""
    language: str = ""
    region: str = ""
    count: int | None = None
    rank: int | None = None
    traffic: int | None = None
    engagement: float | None = None
    published_at: dt.datetime | None = None
    observed_at: dt.datetime | None = None
    names: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    history: tuple[tuple[dt.datetime, int], ...] = ()

    @property
    def key(self) -> str:
        """The normalised name under which forms of this topic meet."""
        return normalise(self.title, self.kind)


class Items(list[Item]):
    """The items of one answer, with notes for the health page on what was left out or put right."""

    def __init__(self, items: Iterable[Item] = (), *, notes: Iterable[str] = ()) -> None:
        super().__init__(items)
        self.notes: list[str] = list(notes)


@dataclass(frozen=True, slots=True)
class Request:
    """One GET to make, or a POST of `body`; conditional headers are the caller's. Headers may hold a key: never shown.

    `cost` is what it takes of the day's quota, in the source's own units.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    cost: int = 1


@dataclass(frozen=True, slots=True)
class Credential:
    """What a source signs in with: what to give, the pattern it must match, and whether it does without."""

    help: str
    pattern: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """What a source gave for a credential, for a while."""

    value: str = field(repr=False)
    lasts: dt.timedelta


@dataclass(frozen=True, slots=True)
class Quota:
    """Units a platform allows all feeds of one kind together each day, and where its day ends."""

    per_day: int
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a source: its default, what it means, and the pattern its value must match."""

    name: str
    default: str
    help: str
    pattern: str = r".{0,200}"


class Source(Protocol):
    """A feed's manners. Instances hold no state: one serves every configuration."""

    key: ClassVar[str]
    label: ClassVar[str]
    platform: ClassVar[str]  # the network a topic of this source belongs to, "" for general
    interval: ClassVar[dt.timedelta]
    counting: ClassVar[Counting]
    options: ClassVar[tuple[Option, ...]]
    not_yet: ClassVar[frozenset[int]] = frozenset()  # statuses that mean "not published yet"
    floor: ClassVar[dt.timedelta] = dt.timedelta(minutes=5)  # never asked more often, whatever its pace
    spacing: ClassVar[dt.timedelta] = dt.timedelta(0)  # between two requests of all feeds of this kind
    spacing_signed_in: ClassVar[dt.timedelta | None] = None  # the same where credentials are given, if it differs
    quota: ClassVar[Quota | None] = None
    credential: ClassVar[Credential | None] = None
    stale_after: ClassVar[dt.timedelta | None] = None  # entries dated earlier are told again, not new
    is_imported: ClassVar[bool] = False  # never asked: an operator gives files

    def request(self, config: Config, now: dt.datetime, key: str = "", /) -> list[Request]:
        """Return what to fetch, signed with a key or token where it takes one; raises BadConfig."""

    def parse(self, content: bytes, *, config: Config, now: dt.datetime) -> Items:
        """Return the items of one answer; raises BadFeed or NotYet, nothing else, whatever the bytes."""

    def more(self, _content: bytes, _request: Request, /) -> Request | None:
        """Return the request for the next page of an answer that was parsed, None after the last."""
        return None

    def sign_in(self, _config: Config, _credential: str, /) -> Request | None:
        """Return what to ask for a token, None when the credential itself is the key; raises BadConfig."""
        return None

    def token(self, _content: bytes, /) -> Token:
        """Return the token that `sign_in` was answered; raises BadFeed."""
        raise BadFeed("This source gives no tokens.")

    def why_refused(self, _status: int, _content: bytes, /) -> str:
        """Return what an error answer means when the source says more than its status, else ""."""
        return ""


@runtime_checkable
class LocalSource(Protocol):
    """A source that asks no network: it counts what the installation has itself."""

    def gather(self, *, now: dt.datetime) -> Items:
        """Return what there is, which may be nothing with notes; raises BadFeed or NotYet."""


def settle(config: Config, options: Iterable[Option]) -> dict[str, str]:
    """Return the options' values, defaults filled in and checked; empty values mean the default.

    Raises BadConfig; names that no option has are left aside, because sources share their columns.
    """
    settled = {}
    for option in options:
        value = str(config.get(option.name) or option.default)
        if not re.fullmatch(option.pattern, value):
            raise BadConfig(f"“{value[:80]}” won't do for {option.name}: {option.help}.")
        settled[option.name] = value
    return settled


def fits(value: str, pattern: str) -> bool:
    """Say whether the whole of a value is of a pattern."""
    return re.fullmatch(pattern, value) is not None


def base_url(default: str) -> Option:
    """The option that points a source at another server: a mirror, an own instance, a test."""
    return Option(
        "base_url", default, "an http or https address without a path at its end", r"https?://[^\s?#]+[^\s?#/]"
    )


def checked_credential(credential: str, wanted: Credential | None, *, label: str) -> str:
    """Return a credential fit for use, "" for none; raises BadConfig, which never holds the credential."""
    if wanted is None or (not credential and not wanted.required):
        return ""
    if not credential:
        raise BadConfig(f"{label} asks for a key: {wanted.help}. Set it in the source's credentials.")
    if not re.fullmatch(wanted.pattern, credential):
        raise BadConfig(f"The credentials of {label} are not as they should be: {wanted.help}.")
    return credential


LANGUAGE = Option("language", "en", "a language code such as en or hi", r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
COUNTRY = Option("region", "US", "a two-letter country code such as IN", r"[A-Za-z]{2}")


def headers(accept: str, *, user_agent: str = USER_AGENT) -> dict[str, str]:
    """Return the headers of a polite request."""
    return {"Accept": accept, "User-Agent": user_agent}


Read: TypeAlias = Callable[[Any, int], Item | None]


def collect(entries: Iterable[Any], read: Read, *, add_counts: bool = False) -> Items:
    """Read entries into items by rank: unusable ones are counted and left out, doubles merged, the rest capped.

    `read(entry, rank)` returns an item, None to pass over silently, or raises BadFeed for an unusable entry.
    """
    kept: dict[tuple[str, Kind], Item] = {}
    refused: dict[str, int] = {}
    seen = doubles = 0
    for rank, entry in enumerate(entries, start=1):
        if rank > MAX_ITEMS:
            break
        seen = rank
        try:
            item = read(entry, rank)
        except BadFeed as error:
            refused[str(error)] = refused.get(str(error), 0) + 1
            continue
        if item is None or not item.key:
            continue
        place = (item.key, item.kind)
        doubles += place in kept
        kept[place] = _merged(kept[place], item, add_counts=add_counts) if place in kept else item
    if seen and not kept and refused:
        raise BadFeed(f"None of its {seen} entries could be used: {next(iter(refused))}")
    return Items(kept.values(), notes=_notes(refused, doubles=doubles, capped=seen == MAX_ITEMS < rank))


def _notes(refused: Mapping[str, int], *, doubles: int, capped: bool) -> list[str]:
    notes = [f"Left out {number}: {reason}" for reason, number in refused.items()]
    if doubles:
        notes.append(f"{doubles} named a topic that was there already and were merged.")
    if capped:
        notes.append(f"The feed is longer than {MAX_ITEMS:,} entries: the rest was left out.")
    return notes


def _merged(first: Item, again: Item, *, add_counts: bool) -> Item:
    same = bool(first.url) and first.url == again.url
    names = dict.fromkeys((*first.names, again.title, *again.names))
    names.pop(first.title, None)
    return replace(
        first,
        count=_joined(first.count, again.count, add=add_counts and not same),
        traffic=_joined(first.traffic, again.traffic, add=False),
        published_at=min((at for at in (first.published_at, again.published_at) if at), default=None),
        names=tuple(names),
        context=tuple(dict.fromkeys((*first.context, *again.context))),
        tags=tuple(dict.fromkeys((*first.tags, *again.tags))),
    )


def _joined(first: int | None, again: int | None, *, add: bool) -> int | None:
    known = [number for number in (first, again) if number is not None]
    if not known:
        return None
    return sum(known) if add else max(known)
