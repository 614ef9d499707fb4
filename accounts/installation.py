"""Settings of the whole installation that operators change in the admin, without a restart.

    if setting("signups_open"): ...

Each is declared here with its kind, default and meaning. Values are kept in the database; every process holds them
in memory, and asks Redis for their version before it believes itself.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import SystemSetting
from trenddrop.core import rates

logger = logging.getLogger(__name__)

MOST_AGE = 60.0  # seconds after which values are read again, whatever Redis says
AGE_WITHOUT_REDIS = 5.0
ANNOUNCEMENT = 300


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValidationError(_("Write true or false."))
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > ANNOUNCEMENT:
        raise ValidationError(_("Write a text in quotes, of at most %(n)s characters.") % {"n": ANNOUNCEMENT})
    return value.strip()


def _factor(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.1 <= value <= 100:
        raise ValidationError(_("Write a number from 0.1 to 100."))
    return float(value)


def _trend_tuning(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValidationError(_('Write names with their numbers, as in {"alarm_burst": 4}.'))
    try:
        import_string(settings.TREND_TUNING)(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    return value


def _sums(value: Any) -> dict[str, float]:
    """Amounts by currency: what is not named is nought."""
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and len(name) == 3 and name.isupper() and not isinstance(amount, bool)
        and isinstance(amount, int | float) and 0 <= amount <= 10**9
        for name, amount in value.items()
    ):  # fmt: skip
        raise ValidationError(_('Write currencies with their sums, as in {"INR": 10000, "USD": 100}.'))
    return value


def _seller(value: Any) -> Any:
    return _checked(settings.BILLING_SELLER_CHECK, value)


def _exchange_rates(value: Any) -> Any:
    return _checked(settings.BILLING_FX_CHECK, value)


def _checked(path: str, value: Any) -> Any:
    try:
        return import_string(path)(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


@dataclass(frozen=True)
class Known:
    """A setting there is: what it means, what holds until somebody sets it, and which values it takes."""

    default: Any
    read: Callable[[Any], Any]
    description: StrOrPromise
    is_public: bool = False


KNOWN: Mapping[str, Known] = {
    "signups_open": Known(
        True, _yes_or_no, gettext_lazy("Whether strangers may sign up. People who are invited always may."), True
    ),
    "announcement": Known(
        "", _text, gettext_lazy("A sentence at the top of every page, such as a planned pause. Empty: none."), True
    ),
    "rate_multiplier": Known(
        1.0, _factor, gettext_lazy("All limits of pages times this: 2 allows twice as much, 0.5 half.")
    ),
    "trend_tuning": Known(
        {}, _trend_tuning, gettext_lazy("Numbers of the trend detection that differ from their defaults, by name.")
    ),
    "refunds_by_one": Known(
        {"INR": 10000, "USD": 100},
        _sums,
        gettext_lazy("Refunds of one payment up to this sum go out at once; above it a second operator has to agree."),
    ),
    "billing_seller": Known(
        {},
        _seller,
        gettext_lazy("Who sells, as invoices name it: name, address, GSTIN, LUT, SAC; over the environment."),
    ),
    "billing_fx": Known(
        {},
        _exchange_rates,
        gettext_lazy("Rupees for one unit of each currency of invoices, and where that comes from."),
    ),
    "impersonation_allowed": Known(
        True, _yes_or_no, gettext_lazy("Whether superusers may look through the eyes of a person, for support.")
    ),
}


@dataclass
class _Memory:
    version: int = -1
    read_at: float = 0.0
    values: Mapping[str, Any] = ()  # type: ignore[assignment]


_memory = _Memory()


def setting(key: str) -> Any:
    """Return a setting's value, or its default; a key that is not declared is a mistake of ours."""
    known = KNOWN[key]
    return _values().get(key, known.default)


def public() -> dict[str, Any]:
    """Return what anybody may read."""
    values = _values()
    return {key: values.get(key, known.default) for key, known in KNOWN.items() if known.is_public}


def changed() -> None:
    """Make every process read again; call after the change is committed."""
    try:
        rates.connection(settings.REDIS_URL).incr(_place())
    except redis.RedisError as error:
        logger.warning("other processes see the new settings within %s s: Redis is away (%s)", MOST_AGE, error)
    _memory.version = -1


def start_with_defaults() -> None:
    """Hold that nothing is set (tests begin so)."""
    _memory.version, _memory.read_at, _memory.values = 0, float("inf"), {}


def _values() -> Mapping[str, Any]:
    version, most = _version(), MOST_AGE
    if version is None:
        version, most = max(_memory.version, 0), AGE_WITHOUT_REDIS
    if version != _memory.version or time.monotonic() - _memory.read_at > most:
        # The version was read before the rows: a change in between is read again, never missed.
        values = dict(SystemSetting.objects.filter(key__in=KNOWN).values_list("key", "value"))
        _memory.version, _memory.read_at, _memory.values = version, time.monotonic(), values
    return _memory.values


def _version() -> int | None:
    if time.monotonic() < _Away.until:
        return None
    try:
        return int(rates.connection(settings.REDIS_URL).get(_place()) or 0)
    except redis.RedisError:
        _Away.until = time.monotonic() + rates.REST
        return None


class _Away:
    until = 0.0


def _place() -> str:
    return f"{settings.REDIS_PREFIX}:installation"
