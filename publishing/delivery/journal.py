"""What hands have to write, written together: steps reached, posts that stand.

A worker's hands write through one thread and one transaction (`shared`); whoever works alone writes at once (`alone`).
"""

from collections.abc import Callable, Sequence

from django.db import connection as database

from accounts import tenancy
from publishing.delivery import claiming, outcomes
from publishing.delivery.claiming import Reached
from publishing.delivery.desk import Desk
from publishing.delivery.outcomes import Stood
from trenddrop.core.together import Together

Entry = Reached | Stood
Journal = Callable[[Entry], bool]


def write(entries: Sequence[Entry]) -> list[bool]:
    """Commit the entries; says of each whether its worker still held the post (or ended a doubt)."""
    steps = [entry for entry in entries if isinstance(entry, Reached)]
    stood = [entry for entry in entries if isinstance(entry, Stood)]
    whose = {entry.attempt.organization_id for entry in entries}
    with tenancy.of_organization(whose.pop()) if len(whose) == 1 else tenancy.operator():
        told = [*claiming.write_steps(steps), *outcomes.write_live(stood, leased=True)]
    said = {id(entry): is_mine for entry, is_mine in zip([*steps, *stood], told, strict=True)}
    return [said[id(entry)] for entry in entries]


def alone(entry: Entry) -> bool:
    """Commit one entry."""
    return write([entry])[0]


def shared(desk: Desk) -> Together[Entry, bool]:
    """Return a journal for the hands of one worker, to be used as a context; who writes alone does it at the desk."""
    return Together(_write_with_a_good_connection, leave=_leave, alone=desk)


def _write_with_a_good_connection(entries: Sequence[Entry]) -> list[bool]:
    database.close_if_unusable_or_obsolete()
    return write(entries)


def _leave() -> None:
    database.close()  # of the thread that runs this
