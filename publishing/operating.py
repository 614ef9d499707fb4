"""What operators say of platforms: whether they are on, reviewed, ending; and the limits that differ here."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import structlog
from django.utils.translation import gettext as _

from publishing.models import Platform
from trenddrop.core.platforms import RULES, MediaRules, PlatformKey

log = structlog.get_logger(__name__)

SECONDS = 30.0
FIXED: Final = frozenset({"key", "name", "source", "text_unit", "checked"})
NOTHING: Final = object()
_known: dict[str, Any] = {}
_reading = threading.Lock()


def of(key: str) -> Platform:
    """Return a platform's row; where there is none, one that says nothing (not saved)."""
    return Platform.objects.filter(key=key).first() or Platform(key=key)


def all_of_them() -> dict[str, Platform]:
    """Return every row by its platform's key."""
    return {row.key: row for row in Platform.objects.all()}


def complete() -> None:
    """Make a row for each platform that has none yet."""
    missing = {str(key) for key in RULES} - set(Platform.objects.values_list("key", flat=True))
    Platform.objects.bulk_create([Platform(key=key) for key in sorted(missing)], ignore_conflicts=True)


def overrides(key: str) -> Mapping[str, Any]:
    """Return the limits that operators replaced (settings.PLATFORM_RULES_OVERRIDES); half a minute old at most."""
    now = time.monotonic()
    with _reading:  # a worker's hands all find them old at the same moment; one of them asks
        if now >= _known.get("until", 0.0):
            rows = Platform.objects.exclude(overrides={}).values_list("key", "overrides")
            _known.update(until=now + SECONDS, rows={name: _usable(name, given) for name, given in rows})
    found: Mapping[str, Any] = _known["rows"].get(key, {})
    return found


def _usable(key: str, given: Any) -> dict[str, Any]:
    """What stands in the table may be older than the fields: then the usual limits hold."""
    try:
        return changed(key, given)
    except ValueError as error:
        log.warning("limits of an operator not used", platform=key, reason=str(error))
        return {}


def changed(key: str, given: Any) -> dict[str, Any]:
    """Return what was given as fields of PlatformRules, those of its media inside; ValueError where one is none."""
    usual = RULES[PlatformKey(key)]
    found = _listed(given)
    if "media" in found:
        found["media"] = _replaced(usual.media, found["media"])
    _replaced(usual, found)
    return found


def _listed(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(_("This is no list of limits by name."))
    return dict(given)


def _replaced(usual: Any, given: Any) -> Any:
    for name, value in _listed(given).items():
        before = getattr(usual, name, NOTHING)
        is_limit = before is None or isinstance(before, bool | int | float | str | MediaRules)
        if before is NOTHING or name in FIXED or not is_limit:
            raise ValueError(_("“%(name)s” is no limit that can differ.") % {"name": name})
        if not _fits(before, value):
            raise ValueError(_("“%(name)s” cannot be %(value)s.") % {"name": name, "value": value})
    return replace(usual, **given)


def _fits(before: Any, value: Any) -> bool:
    """Say whether a limit can have a value: a number is one, and not below nought; None is unlimited."""
    if isinstance(before, bool | str | MediaRules):
        return isinstance(value, type(before))
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and value >= 0)


def forget() -> None:
    """Read the limits anew at the next question."""
    _known.clear()
