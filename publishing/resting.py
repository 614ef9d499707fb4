"""Why nothing is sent to an account now, and the words in which its posts say so: while they wait, and when missed."""

from dataclasses import dataclass
from enum import StrEnum, auto

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from publishing.models import Platform, PlatformConnection
from publishing.platforms.assisted import BY_HAND
from trenddrop.core.catalogue import badge

Status = PlatformConnection.Status
BY_PLAN = "paused_by_plan"  # in an account's extra: what it was before
BY_OPERATOR = "paused_by_operator"  # in an account's extra: only an operator resumes it


class Rest(StrEnum):
    """What keeps an account's posts back."""

    SIGNED_OUT = auto()
    PAUSED = auto()
    STOPPED = auto()
    NO_PLACE = auto()
    UNASKED = auto()
    UNASKED_NO_PLACE = auto()
    SWITCHED_OFF = auto()
    GONE = auto()


@dataclass(frozen=True)
class Words:
    """What a post says: in one sentence, what to do about it, as the next line of its story, and when it was missed."""

    say: Promise
    do: Promise
    until: Promise
    missed: Promise


WORDS = {
    Rest.SIGNED_OUT: Words(
        _("It waits: the account must be connected again."),
        _("Connect the account again before the post's time, and it goes out then."),
        _("Waits until the account is connected again"),
        _("The account had to be connected again."),
    ),
    Rest.PAUSED: Words(
        _("It waits: the account is paused."),
        _("Resume the account before the post's time, and it goes out then."),
        _("Waits until the account is resumed"),
        _("The account was paused."),
    ),
    Rest.STOPPED: Words(
        _("It waits: an operator paused the account."),
        _("Only an operator can resume the account. Ask the operator of this site, or plan it for another account."),
        _("Waits until an operator resumes the account"),
        _("An operator paused the account."),
    ),
    Rest.NO_PLACE: Words(
        _("It waits: your plan has no place for the account."),
        _("Choose a larger plan, or pause another account and resume this one, before the post's time."),
        _("Waits until the plan has a place for the account"),
        _("The account was paused: your plan had no place for it."),
    ),
    Rest.UNASKED: Words(
        _("It waits for you to post it, but the account is paused: we do not ask again."),
        _("Resume the account and we ask again, or post it now. Unless somebody does, it counts as missed in the end."),
        _("We ask again once the account is resumed"),
        _("The account was paused."),
    ),
    Rest.UNASKED_NO_PLACE: Words(
        _("It waits for you to post it, but your plan has no place for the account: we do not ask again."),
        _("Choose a larger plan, or pause another account and resume this one; then we ask again."),
        _("We ask again once the plan has a place for the account"),
        _("The account was paused: your plan had no place for it."),
    ),
    Rest.SWITCHED_OFF: Words(
        _("It waits: %(name)s is switched off here for now."),
        _("There is nothing for you to do: it goes out as soon as it is switched on again, unless that is too late."),
        _("Waits until %(name)s is switched on again"),
        _("%(name)s was switched off here."),
    ),
    Rest.GONE: Words(
        _("It is not sent: the account was disconnected."),
        _("Cancel it, and plan the piece for another account."),
        _("The account was disconnected"),
        _("The account was disconnected."),
    ),
}


UNASKED = {Rest.PAUSED: Rest.UNASKED, Rest.NO_PLACE: Rest.UNASKED_NO_PLACE}  # where a person was asked already


def of_asked(connection: PlatformConnection) -> Rest | None:
    """Return why a person who was asked to post there is not asked again."""
    if connection.status == Status.PAUSED:
        paused = _paused(connection)
        return UNASKED.get(paused, paused)
    return Rest.GONE if connection.status == Status.REMOVED else None


def _paused(connection: PlatformConnection) -> Rest:
    if BY_OPERATOR in connection.extra:
        return Rest.STOPPED
    return Rest.NO_PLACE if BY_PLAN in connection.extra else Rest.PAUSED


def of(connection: PlatformConnection, *, is_off: bool) -> Rest | None:
    """Return why nothing goes out to an account, or nobody is asked to post there; `is_off`: its platform."""
    if connection.status == Status.PAUSED:
        return _paused(connection)
    if connection.status == Status.REMOVED:
        return Rest.GONE
    if connection.kind == BY_HAND:  # a person posts there, whatever we could do
        return None
    if connection.status == Status.NEEDS_RECONNECT:
        return Rest.SIGNED_OUT
    return Rest.SWITCHED_OFF if is_off else None


def off() -> Exists:
    """Return the condition, on posts, that operators have switched their platform off."""
    return Exists(Platform.objects.filter(key=OuterRef("connection__platform"), is_enabled=False))


def is_off(connection: PlatformConnection) -> bool:
    """Say whether operators have switched the account's platform off; one question."""
    return Platform.objects.filter(key=connection.platform, is_enabled=False).exists()


def words(rest: Rest, connection: PlatformConnection) -> dict[str, str]:
    """Return the Words as text, by their names."""
    name = {"name": badge(connection.platform).name}
    return {key: str(text) % name for key, text in vars(WORDS[rest]).items()}
