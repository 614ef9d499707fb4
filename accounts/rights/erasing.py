"""Erasure: who was asked to be erased, and that it is still wanted."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import DataRequest, Organization, User
from accounts.rights.erasing_organizations import erase_organization
from accounts.rights.erasing_people import erase_person
from accounts.rights.format import RightsError

Beat = Callable[[int], None]


class NoLongerWanted(RightsError):
    """The account or organisation was restored in time."""

    def __init__(self) -> None:
        super().__init__(_("It was restored before the time was up. Nothing was erased."))


def erase(request: DataRequest, *, beat: Beat) -> dict[str, Any]:
    """Carry out an erasure that is due; return what was removed and what stays."""
    now = timezone.now()
    with tenancy.operator():
        if not _is_due(request, now):
            raise NoLongerWanted
    if request.subject == "person":
        return erase_person(request.user_id, beat=beat)
    return erase_organization(request.organization_id, beat=beat)


def _is_due(request: DataRequest, now: dt.datetime) -> bool:
    if request.subject == "person":
        people = User.objects.filter(status=User.Status.DELETED, erase_after__lte=now)
        return people.filter(pk=request.user_id or "").exists()
    organizations = Organization.objects.filter(deleted_at__isnull=False, erase_after__lte=now)
    return organizations.filter(pk=request.organization_id or "").exists()
