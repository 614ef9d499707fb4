"""Commands on the blocklist, which belongs to the installation: operators give them, in the admin."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from trends import tasks
from trends.blocklist import closed_of
from trends.collection import blocking
from trends.models import BlockedTerm, TrendTopic

AT_ONCE = 5000  # live topics that are asked while the operator waits; more are asked by a task
SHORTEST = {"word": 2, "name": 1, "part": 4}


class CantBlock(Exception):
    """The term can't be added; the message says why."""


@dataclass(frozen=True)
class Applied:
    """What a change did: topics that went and that came back; `later` when a task is still at it."""

    gone: int = 0
    back: int = 0
    later: bool = False

    def __str__(self) -> str:
        if self.later:
            return _("It is being applied to all live topics now; that takes a minute or two.")
        return _("%(gone)s topics are held back now, %(back)s came back.") % {"gone": self.gone, "back": self.back}


def fault_of(term: str, match: str) -> str:
    """Return why a term won't do, "" when it will."""
    closed = closed_of(term)
    if not closed:
        return _("This shows nothing. Write a word, a phrase or an emoji.")
    if closed.isascii() and len(closed) < SHORTEST.get(match, 1):
        return _("“%(term)s” is too short for that: it would hold back half of all topics.") % {"term": term}
    return ""


def is_known(term: str, match: str, *, but: BlockedTerm) -> bool:
    """Say whether another row blocks this term already."""
    return BlockedTerm.objects.filter(normalized=closed_of(term), match=match).exclude(pk=but.pk).exists()


def add(row: BlockedTerm, *, by: User | None, now: dt.datetime) -> Applied:
    """Block a term from now on; raises CantBlock."""
    if fault := fault_of(row.term, row.match):
        raise CantBlock(fault)
    row.normalized, row.created_by = closed_of(row.term), by
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise CantBlock(_("This term is blocked already.")) from error
    return apply(now=now)


def change(row: BlockedTerm, *, now: dt.datetime) -> Applied:
    """Save a term that was changed; raises CantBlock."""
    if fault := fault_of(row.term, row.match):
        raise CantBlock(fault)
    row.normalized = closed_of(row.term)
    row.save()
    return apply(now=now)


def switch(keys: Sequence[UUID | str], *, on: bool, now: dt.datetime) -> Applied:
    """Switch terms on or off; what only they held back comes back."""
    BlockedTerm.objects.filter(pk__in=keys).update(is_active=on, updated_at=now)
    return apply(now=now)


def remove(row: BlockedTerm, *, now: dt.datetime) -> Applied:
    """Remove a term; those that came with the product are switched off instead, or they would come again."""
    BlockedTerm.objects.filter(pk=row.pk).update(is_active=False, updated_at=now)
    if not row.is_default:
        _let_go(row, now=now)
        row.delete()
    return apply(now=now)


def apply(*, now: dt.datetime) -> Applied:
    """Ask the terms for every live topic: at once where that is quick, else by a task."""
    if TrendTopic.objects.live()[: AT_ONCE + 1].count() > AT_ONCE:
        tasks.apply_blocklist.delay_on_commit()  # type: ignore[attr-defined]
        return Applied(later=True)
    return Applied(*blocking.apply_everywhere(now=now))


def _let_go(row: BlockedTerm, *, now: dt.datetime) -> None:
    """Free what a term holds before it is gone, so that nothing seems blocked by hand; the others are asked after."""
    TrendTopic.objects.filter(blocked_by=row).update(is_blocked=False, blocked_by=None, updated_at=now)
