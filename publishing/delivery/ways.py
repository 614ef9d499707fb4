"""How accounts of a platform are connected here: what is typed, what is consented to, what an operator must set."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from publishing import oauth
from publishing.delivery import health
from publishing.delivery.adapters import adapter
from publishing.platforms import platform_keys
from publishing.platforms.assisted import ByHand
from publishing.platforms.signing_in import Door, EntersIn, Entry, Registers, Scope, SignsIn


class How(StrEnum):
    """The kinds of ways in."""

    SIGN_IN = "sign_in"
    ENTRIES = "entries"
    BY_HAND = "by_hand"
    OWN = "own"  # by a page and command of their own (the practice network)


@dataclass(frozen=True)
class Ways:
    """The way into one platform; without doors its `scopes` are those of the only one."""

    how: How
    entries: Sequence[Entry] = ()
    doors: Sequence[Door] = ()
    scopes: Sequence[Scope] = ()
    missing: Sequence[str] = ()


def into(key: str) -> Ways:
    """Return the way into a platform."""
    found = adapter(key) if key in platform_keys() else ByHand(key)
    if isinstance(found, ByHand):
        return Ways(How.BY_HAND, found.entries)
    if isinstance(found, EntersIn):
        return Ways(How.ENTRIES, found.entries)
    if isinstance(found, Registers):
        return Ways(How.SIGN_IN, [found.server_entry], scopes=found.scopes)
    if isinstance(found, SignsIn):
        doors = oauth.doors_of(found)
        return Ways(How.SIGN_IN, (), doors, () if doors else found.scopes, health.missing_settings(found))
    return Ways(How.OWN)
