"""Commands on plans brought as files: bring, look at, let in, stop; and the work on one, resumed where it stood.

Each batch of rows is one transaction with its count, written by whoever holds the claim: a row lands once, or not.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, queries, tenancy
from accounts.models import ClientAccount, Membership, Notification
from accounts.notifications import notify, words
from accounts.permissions import may
from publishing import sheets, tasks
from publishing.delivery import importing
from publishing.models import PlanImport, ScheduledPost
from publishing.services import posts
from publishing.services.landing import Meant, Reader, RowRefused, land
from publishing.sheets import Row
from publishing.walltime import UnknownZone, zone_of
from trenddrop.core import claims, csvs
from trenddrop.core.limits import LimitReached

PREVIEWED = 12
BATCH = 50
MOST_TRIES, PATIENCE = 5, dt.timedelta(days=1)  # workers may die more often; then it goes on where it stood
SHOWN = 100  # refusals kept on the row itself once all stand in the file
GIVEN_UP = gettext_lazy(
    "It was tried %(n)s times and failed each time. What was planned by then is kept; bring the missing rows again in"
    " a file of their own."
)
Status = PlanImport.Status
Clock = Callable[[], dt.datetime]


class CannotBring(Exception):
    """The plan cannot be brought; the message says why and what to do."""


class NotWaiting(CannotBring):
    """It was let in, or is over."""

    def __init__(self) -> None:
        super().__init__(_("This file was brought in already. Nothing was changed."))


@dataclass(frozen=True)
class Look:
    """What a row would become: `meant`, or the reasons why it would come back."""

    row: Row
    meant: Meant | None
    reasons: Sequence[str] = ()


def bring(
    data: bytes, *, name: str, zone: str, by: Membership, as_drafts: bool = False, client: ClientAccount | None = None
) -> PlanImport:
    """Keep a file that can be read, and plan nothing yet. Raise CannotRead, UnknownZone."""
    zone_of(zone)
    sheets.read(data)
    plan = PlanImport(
        organization_id=by.organization_id,
        client_id=by.client_id or (client.pk if client else by.narrowed_to),
        name=name.rpartition("/")[2][:200] or "plan.csv",
        as_drafts=as_drafts,
        timezone=zone,
        asked_by=by.user,
    )
    plan.file.save(f"{plan.pk}.csv", ContentFile(data), save=False)
    plan.save(force_insert=True)
    audit.record("plan.brought", plan, organization_id=plan.organization_id, by=by)
    return plan


def sheet_of(plan: PlanImport) -> sheets.Sheet:
    """Read the kept file; raise CannotRead."""
    try:
        with plan.file.open("rb") as file:
            return sheets.read(file.read())
    except FileNotFoundError as error:
        raise sheets.CannotRead(_("The file is gone. Bring it again; nothing of it was planned.")) from error


def look(plan: PlanImport, sheet: sheets.Sheet, *, by: Membership, now: dt.datetime) -> list[Look]:
    """Return what the first rows would become; nothing is written."""
    reader, found = Reader(plan, by, now), []
    for row in sheet.rows[:PREVIEWED]:
        try:
            found.append(Look(row, reader.read(row)))
        except RowRefused as error:
            found.append(Look(row, None, error.reasons))
    return found


def let_in(plan: PlanImport, *, by: Membership) -> PlanImport:
    """Have its rows planned by a worker. Raise NotWaiting, CannotRead."""
    count = len(sheet_of(plan).rows)
    waiting = PlanImport.objects.filter(pk=plan.pk, status=Status.QUEUED, rows=None)
    if not waiting.update(rows=count, updated_at=timezone.now()):
        raise NotWaiting
    plan.refresh_from_db()
    audit.record("plan.let_in", plan, organization_id=plan.organization_id, by=by, rows=count)
    key, organization = str(plan.pk), str(plan.organization_id)
    transaction.on_commit(lambda: tasks.read_plan.delay(key=key, organization_id=organization), robust=True)
    return plan


def drop(plan: PlanImport, *, by: Membership) -> None:
    """Forget a file that is not wanted after all, or stop one: what landed stays. Raise NotWaiting."""
    if PlanImport.objects.filter(pk=plan.pk, status=Status.QUEUED, rows=None).delete()[0]:
        transaction.on_commit(lambda: plan.file.delete(save=False), robust=True)
        audit.record("plan.dropped", plan, organization_id=plan.organization_id, by=by)
        return
    under_way = PlanImport.objects.filter(pk=plan.pk, status__in=[Status.QUEUED, Status.READING])
    told = {"error": _("It was stopped. What was planned by then is kept."), "finished_at": timezone.now()}
    if not under_way.update(status=Status.FAILED, fence=F("fence") + 1, lease_until=None, **told):
        raise NotWaiting
    plan.refresh_from_db()
    audit.record("plan.stopped", plan, organization_id=plan.organization_id, by=by, landed=plan.landed)


# The work


def run(key: uuid.UUID, *, organization_id: uuid.UUID, clock: Clock = timezone.now) -> PlanImport | None:
    """Land what is left of a plan; None when another worker has it, or it is done."""
    plan = importing.claim(key, organization_id=organization_id, now=clock())
    if plan is None:
        return None
    by = _member_of(plan)
    if by is None:
        return _end(plan, clock(), error=gettext_lazy("Whoever brought it may not plan posts any more."))
    with translation.override(by.user.language or "en"):
        if plan.fence > MOST_TRIES and clock() - plan.updated_at > PATIENCE:  # and nothing landed all that time
            return _end(plan, clock(), error=GIVEN_UP % {"n": plan.fence - 1})
        try:
            sheet = sheet_of(plan)
        except (sheets.CannotRead, OSError) as error:
            return _end(plan, clock(), error=str(error))
        rest = sheet.rows[plan.read :]
        for first in range(0, len(rest), BATCH):
            if not _batch(plan, rest[first : first + BATCH], by=by, now=clock()):
                return plan
        return _finish(plan, sheet, now=clock())


def _member_of(plan: PlanImport) -> Membership | None:
    with tenancy.of_organization(plan.organization_id):
        rows = queries.working_memberships().select_related("user", "organization")
        found = rows.filter(organization_id=plan.organization_id, user_id=plan.asked_by_id).first()  # type: ignore[misc]
    return found if found is not None and may(found, "posts.schedule") else None


def _batch(plan: PlanImport, rows: Sequence[Row], *, by: Membership, now: dt.datetime) -> bool:
    """Land some rows and count them, all of it or nothing; False when somebody else holds the plan by now."""
    with tenancy.of_member(by):
        held = PlanImport.objects.select_for_update(of=("self",)).filter(pk=plan.pk, fence=plan.fence)
        if not held.exists():
            return False
        reader, landed = Reader(plan, by, now), 0
        refusals = list(plan.refusals)
        for row in rows:
            reasons = _landed(row, reader)
            landed += not reasons
            refusals += [{"row": row.number, "reasons": reasons}] if reasons else []
        changes: dict[str, Any] = {
            "read": plan.read + len(rows),
            "landed": plan.landed + landed,
            "refused": plan.refused + len(rows) - landed,
            "refusals": refusals,
            "lease_until": now + importing.LEASE,
            "updated_at": now,
        }
        return claims.write_fenced(plan, **changes)


def _landed(row: Row, reader: Reader) -> list[str]:
    """Land a row; return the reasons why it cannot be, or nothing."""
    try:
        with transaction.atomic():
            land(row, reader)
    except RowRefused as error:
        return error.reasons
    except (posts.CannotPlan, UnknownZone, LimitReached) as error:
        return [str(error)]
    return []


def _finish(plan: PlanImport, sheet: sheets.Sheet, *, now: dt.datetime) -> PlanImport:
    """Give back what could not land, and tell who brought it."""
    refused = {one["row"]: one["reasons"] for one in plan.refusals}
    if refused:
        lines = [csvs.line(["row", "reasons", *sheet.header])]
        lines += [
            csvs.line([row.number, " ".join(refused[row.number]), *row.raw])
            for row in sheet.rows
            if row.number in refused
        ]
        plan.refused_file.save(
            f"{plan.pk}-refused.csv", ContentFile("\ufeff".encode() + "".join(lines).encode()), save=False
        )
    return _end(plan, now, status=Status.DONE, refused_file=plan.refused_file.name, refusals=plan.refusals[:SHOWN])


def _end(plan: PlanImport, now: dt.datetime, **changes: Any) -> PlanImport:
    changes = {"status": Status.FAILED} | changes
    if "error" in changes:
        changes["error"] = str(changes["error"])
    with tenancy.of_organization(plan.organization_id):
        if not claims.write_fenced(plan, lease_until=None, finished_at=now, updated_at=now, **changes):
            return plan
        audit.record(
            "plan.landed", plan, organization_id=plan.organization_id, by=None, landed=plan.landed, refused=plan.refused
        )
        _tell(plan)
    return plan


def _tell(plan: PlanImport) -> None:
    if plan.asked_by is None:
        return
    title = gettext_lazy("“%(name)s”: %(landed)s planned, %(refused)s came back.")
    notify(
        [plan.asked_by],
        Notification.Kind.CONTENT_READY,
        organization_id=plan.organization_id,
        title=words(title, name=plan.name, landed=plan.landed, refused=plan.refused),
        message=plan.error,
        link=f"/posts/plans/{plan.pk}/",
    )


def landed_of(plan: PlanImport, *, by: Membership) -> int:
    """Count the posts that came of it and still stand."""
    rows = ScheduledPost.objects.visible_to(by).filter(plan_import=plan)
    return rows.exclude(status=ScheduledPost.Status.CANCELLED).count()
