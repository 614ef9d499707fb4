"""Commands on how a person wants to be told."""

import uuid
from collections.abc import Mapping

from django.core import signing
from django.db import transaction

from accounts import tenancy, unsubscribe
from accounts.models import Notification, NotificationPreference, User
from accounts.notifications import DEFAULTS, Kind, Mail, Reach, reaches_of

UNDO_SALT = "accounts.unsubscribe.undo"
UNDO_LASTS = 7 * 24 * 3600


class NothingToUndo(Exception):
    """What was to be restored was not written here, or too long ago."""


def save(person: User, wanted: Mapping[Kind, Reach], *, digest_hour: int) -> None:
    """Keep how each kind reaches a person; what is fixed stays, and what waits follows the new wish."""
    with transaction.atomic():
        _write(person, wanted)
        person.digest_hour = digest_hour
        User.objects.filter(pk=person.pk).update(digest_hour=digest_hour)


def stop(person: User, what: str) -> str:
    """Stop the mails that an unsubscribe link names; returns what undoes it."""
    now = reaches_of(person)
    stopped = {kind: reach for kind, reach in now.items() if _is_meant(kind, reach, what)}
    _write(person, {kind: Reach(Mail.OFF, reach.in_app) for kind, reach in stopped.items()})
    earlier = {kind.value: reach.mail.value for kind, reach in stopped.items()}
    return signing.dumps([person.pk.hex, earlier], salt=UNDO_SALT)


def _is_meant(kind: Kind, reach: Reach, what: str) -> bool:
    if DEFAULTS[kind].is_fixed or reach.mail == Mail.OFF:
        return False
    return what in {unsubscribe.ALL, kind} or (what == unsubscribe.DIGEST and reach.mail == Mail.DAILY)


def undo(person: User, token: str) -> None:
    """Bring back what `stop` switched off; raise NothingToUndo."""
    try:
        key, earlier = signing.loads(token, salt=UNDO_SALT, max_age=UNDO_LASTS)
    except signing.BadSignature as error:
        raise NothingToUndo from error
    if uuid.UUID(hex=key) != person.pk:
        raise NothingToUndo
    now = reaches_of(person)
    _write(person, {Kind(kind): Reach(Mail(way), now[Kind(kind)].in_app) for kind, way in earlier.items()})


def take_mail_again(person: User) -> None:
    """Try an address again that mail came back from."""
    User.objects.filter(pk=person.pk).update(bounced_address="")
    person.bounced_address = ""


def _write(person: User, wanted: Mapping[Kind, Reach]) -> None:
    rows = [
        NotificationPreference(user=person, kind=kind, mail=reach.mail, in_app=reach.in_app)
        for kind, reach in wanted.items()
        if not DEFAULTS[kind].is_fixed
    ]
    with tenancy.operator():
        NotificationPreference.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["mail", "in_app", "updated_at"]
        )
        _withdraw(person, [row.kind for row in rows if row.mail != Mail.NOW], "mail_wanted")
        _withdraw(person, [row.kind for row in rows if row.mail != Mail.DAILY], "in_digest")


def _withdraw(person: User, kinds: list[str], column: str) -> None:
    """Take back what waits for a mail that is no longer wanted."""
    waiting = Notification.objects.filter(user=person, kind__in=kinds, mailed_at=None, mail_began_at=None)
    waiting.filter(**{column: True}).update(**{column: False})
