"""Which name stands for which: what merging and operators decided, asked for in one statement."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q

from trends.models import TopicAlias
from trends.normalise import Kind, normalise


@dataclass(frozen=True)
class Meanings:
    """For keys that stand for others: for which; for keys of topics: which names were taken out of them."""

    canonical: dict[str, str] = field(default_factory=dict)
    apart: dict[str, set[str]] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """Return the key under which a name's topic is kept."""
        return self.canonical.get(key, key)

    def may_name(self, name: str, key: str) -> bool:
        """Say whether a name may be one of a topic's: not when an operator took it out."""
        kept_out = self.apart.get(key)
        return not kept_out or kept_out.isdisjoint(keys_of(name))


def keys_of(name: str) -> set[str]:
    """Return the keys a name may be kept under, whatever its kind."""
    return {normalise(name, Kind.KEYWORD), normalise(name, Kind.HEADLINE)}


def meanings_of(keys: Collection[str]) -> Meanings:
    """Return what is known of these keys."""
    canonical: dict[str, str] = {}
    apart: dict[str, set[str]] = defaultdict(set)
    named = Q(normalized__in=keys) | Q(canonical__in=keys, is_apart=True)
    for key, stands_for, is_apart in TopicAlias.objects.filter(named).values_list(
        "normalized", "canonical", "is_apart"
    ):
        if is_apart:
            apart[stands_for].add(key)
            apart[key].add(stands_for)
        else:
            canonical[key] = stands_for
    if canonical:
        _add_apart(set(canonical.values()) - set(keys), apart)
    return Meanings(canonical, dict(apart))


def _add_apart(keys: Collection[str], apart: dict[str, set[str]]) -> None:
    rows = TopicAlias.objects.filter(canonical__in=keys, is_apart=True)
    for key, stands_for in rows.values_list("normalized", "canonical"):
        apart[stands_for].add(key)
