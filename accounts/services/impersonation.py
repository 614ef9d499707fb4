"""Commands on looking through somebody's eyes: recorded in every organisation that it opens."""

from django.utils.translation import gettext_lazy as _

from accounts import audit, queries, tenancy
from accounts.models import Organization, User


class NotAllowed(Exception):
    """This person's place cannot be taken."""

    def __init__(self) -> None:
        super().__init__(_("Only superusers look through the eyes of active people, never of operators."))


def may_start(operator: User, person: User) -> bool:
    """Say whether an operator may take a person's place."""
    is_ordinary = person.is_active and not person.is_staff and not person.is_superuser
    return operator.is_superuser and operator.is_active and is_ordinary


def start(person: User, *, reason: str, by: User) -> None:
    """Write down that an operator takes somebody's place, and why."""
    if not may_start(by, person) or not reason.strip():
        raise NotAllowed
    _record("impersonation.started", person, by=by, reason=reason.strip()[:300])


def stop(person: User, *, by: User) -> None:
    """Write down that it is over."""
    _record("impersonation.stopped", person, by=by)


def _record(action: str, person: User, *, by: User, **more: str) -> None:
    with tenancy.operator():
        theirs = queries.working_memberships().filter(user=person).values("organization_id")
        for organization in Organization.objects.filter(pk__in=theirs).order_by("pk"):
            told = {"operator": str(by), "person": str(person), **more}
            audit.record(action, person, organization_id=organization.pk, by=by, **told)
