"""Commands on reports: raise one, decide it."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit, flagging, tenancy
from accounts.models import Flag, Membership, Notification, User
from accounts.notifications import notify, words


class AlreadyReported(Exception):
    """The same person reported the same thing, and nobody decided yet."""

    def __init__(self) -> None:
        super().__init__(_("You have reported this already. An operator will look at it, and you will hear."))


class AlreadyDecided(Exception):
    """Another operator was faster."""

    def __init__(self) -> None:
        super().__init__(_("Another operator has decided this report. Nothing was changed."))


def raise_flag(row: models.Model, *, reason: str, note: str, by: Membership) -> Flag:
    """Report something to the operators."""
    flag = Flag(
        organization_id=by.organization_id,
        resource_type=row._meta.label_lower,
        resource_id=str(row.pk),
        resource_name=str(row)[:200],
        reason=reason,
        note=note,
        reported_by=by.user,
    )
    try:
        with transaction.atomic():
            flag.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyReported from error
    audit.record("flag.raised", flag, organization_id=by.organization_id, by=by, reason=reason)
    return flag


def decide(flag: Flag, *, uphold: bool, note: str, by: User, now: datetime) -> int:
    """Decide every open report on the same thing; upheld, it is taken out of sight. Return how many were decided."""
    same = Flag.objects.filter(
        resource_type=flag.resource_type, resource_id=flag.resource_id, status=Flag.Status.OPEN
    ).select_related("reported_by")
    status = Flag.Status.UPHELD if uphold else Flag.Status.DISMISSED
    with tenancy.operator():
        waiting = list(same.select_for_update(of=("self",)))
        if not any(each.pk == flag.pk for each in waiting):
            raise AlreadyDecided
        same.update(status=status, decided_by=by, decided_at=now, decision_note=note)
        adapter = flagging.of_type(flag.resource_type)
        if uphold and adapter is not None and adapter.hide(flag.resource_id):
            _tell_owner(adapter.owned(flag.resource_id), waiting, note=note)
        for each in waiting:
            _tell(each, uphold=uphold, note=note, by=by)
    return len(waiting)


def _tell_owner(owned: flagging.Owned | None, reports: Sequence[Flag], *, note: str) -> None:
    """Say to whose it was that it is gone, and why; who reported it, and in which words, is not told."""
    if owned is None:
        return
    said = {report.reported_by_id for report in reports}
    notify(
        [person for person in owned.people if person.pk not in said],
        Notification.Kind.REPORT,
        organization_id=owned.organization_id,
        title=words(_("“%(what)s” was taken out of sight after a report."), what=owned.name),
        message=cast(Promise, _why([report.reason for report in reports], note)),
        link=owned.link,
    )


def _reasons(reasons: Sequence[str], note: str) -> str:
    labels = dict(Flag.Reason.choices)
    named = "; ".join(dict.fromkeys(str(labels[each]) for each in reasons if each in labels))
    why = gettext("Reason: %(reasons)s.") % {"reasons": named} if named else ""
    return f"{why} {note}".strip()


_why = lazy(_reasons, str)  # said in each reader's language


def _tell(flag: Flag, *, uphold: bool, note: str, by: User) -> None:
    audit.record(
        "flag.upheld" if uphold else "flag.dismissed", flag, organization_id=flag.organization_id, by=by, note=note
    )
    if flag.reported_by is None:
        return
    title = (
        _("“%(what)s”, which you reported, was taken out of sight.")
        if uphold
        else _("“%(what)s”, which you reported, stays as it is.")
    )
    notify(
        [flag.reported_by],
        Notification.Kind.REPORT,
        organization_id=flag.organization_id,
        title=words(title, what=flag),
        message=note or _("Thank you for looking out."),
    )
