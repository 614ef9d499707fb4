"""Commands on files of an account's days: look at, take in, take back, put aside."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from analytics.collection.reckoning import ENTERED, RECKONED, reckon
from analytics.collection.writing import OWN_KEYS, Brought, Origin, told_of, write_days
from analytics.documents import DOCUMENTS, files
from analytics.models import DailyMetrics, MetricImport, TrackedAccount
from publishing.platforms.counting import DayFigures, Missing

Status = MetricImport.Status
PREVIEWED = 14
BACK = ["document", "missing", "origin", "entered_by", "source_file", "is_settled", "updated_at"]


class CannotImport(Exception):
    """The file cannot be taken in or back; the message says why."""


@dataclass(frozen=True)
class Cell:
    """A figure of a day, before and after; `before` None: not given."""

    key: str
    before: Any
    after: Any

    @property
    def is_new(self) -> bool:
        """Whether it says something that was not there, or is another number."""
        return bool(self.before != self.after)


@dataclass(frozen=True)
class Look:
    """What a day of the file would do."""

    date: dt.date
    is_new: bool
    cells: Sequence[Cell]

    @property
    def changes(self) -> bool:
        """Whether anything becomes different."""
        return any(cell.is_new for cell in self.cells)


@dataclass(frozen=True)
class Preview:
    """What the whole file would do."""

    looks: Sequence[Look]
    new: int
    changed: int
    same: int


def bring(account: TrackedAccount, data: bytes, *, name: str, by: Membership, now: dt.datetime) -> MetricImport:
    """Read a file and keep what it says; no day is touched yet. Raise CannotRead."""
    read = files.read(data, DOCUMENTS[account.platform], today=now.date() + dt.timedelta(days=1))
    days = [row.date for row in read.rows]
    row = MetricImport.objects.create(
        organization_id=account.organization_id,
        client_id=account.client_id,
        account=account,
        file_name=name.rpartition("/")[2][:200] or "days.csv",
        recognised=read.recognised,
        columns={"known": dict(read.columns), "unknown": list(read.unknown), "encoding": read.encoding},
        rows=[{"date": str(each.date), "line": each.line, "figures": dict(each.figures)} for each in read.rows],
        errors=[list(error) for error in read.errors],
        row_count=len(days),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        status=Status.CHECKED if days else Status.REFUSED,
        brought_by=by.user,
    )
    audit.record("counted.file_brought", row, organization_id=row.organization_id, by=by, rows=row.row_count)
    return row


def preview(file: MetricImport) -> Preview:
    """Return what a file that was looked at would change."""
    account = _account(file)
    there = {row.date: told_of(row) for row in account.days.filter(date__in=[day for day, _figures in _days(file)])}
    looks = [
        Look(day, day not in there, [Cell(key, there.get(day, {}).get(key), value) for key, value in figures.items()])
        for day, figures in _days(file)
    ]
    new = sum(look.is_new for look in looks)
    changed = sum(look.changes and not look.is_new for look in looks)
    return Preview(looks, new, changed, len(looks) - new - changed)


def _days(file: MetricImport) -> list[tuple[dt.date, Mapping[str, Any]]]:
    return sorted((dt.date.fromisoformat(row["date"]), row["figures"]) for row in file.rows)


def _account(file: MetricImport) -> TrackedAccount:
    if file.account is None:
        raise CannotImport(_("The account of this file is gone."))
    return file.account


def take_in(file: MetricImport, *, by: Membership, now: dt.datetime) -> MetricImport:
    """Write its days over those that are there, all or none. Raise CannotImport."""
    with transaction.atomic():
        file = _held(file, Status.CHECKED, _("This file was taken in already, or put aside. Nothing was changed."))
        account = _account(file)
        looks = [look for look in preview(file).looks if look.changes]
        there = {row.date: row for row in account.days.filter(date__in=[look.date for look in looks])}
        wrote = {look.date: {cell.key: cell.after for cell in look.cells if cell.is_new} for look in looks}
        file.replaced = [
            {"date": str(day), "wrote": figures, "was": _was(there.get(day))} for day, figures in wrote.items()
        ]
        days = [DayFigures(day, figures) for day, figures in wrote.items()]
        write_days(account, days, Brought(Origin.CSV, by=by.user, file=file), now=now)
        file.rows, file.status = [], Status.DONE
        file.save(update_fields=["rows", "replaced", "status", "updated_at"])
        audit.record("counted.file_taken_in", file, organization_id=file.organization_id, by=by, days=len(days))
    return file


def _was(row: DailyMetrics | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "figures": told_of(row),
        "entered": row.document.get(ENTERED, []),
        "missing": row.missing,
        "origin": row.origin,
        "entered_by": str(row.entered_by_id or ""),
        "source_file": str(row.source_file_id or ""),
    }


def _held(file: MetricImport, status: str, otherwise: str) -> MetricImport:
    found = MetricImport.objects.select_for_update(of=("self",)).select_related("account").filter(pk=file.pk).first()
    if found is None or found.status != status:
        raise CannotImport(otherwise)
    return found


@dataclass(frozen=True)
class TakenBack:
    """How many days are as they were, and how many were left because somebody brought another file since."""

    days: int
    kept: int


def take_back(file: MetricImport, *, by: Membership, now: dt.datetime) -> TakenBack:
    """Put its days back as they were, but for figures that became something else since. Raise CannotImport."""
    with transaction.atomic():
        file = _held(file, Status.DONE, _("Only a file that was taken in can be taken back."))
        account = _account(file)
        TrackedAccount.objects.select_for_update().get(pk=account.pk)
        items = {dt.date.fromisoformat(item["date"]): item for item in file.replaced}
        rows = list(account.days.filter(date__in=items))
        ours = [row for row in rows if row.source_file_id in {file.pk, None}]
        gone = [row for row in ours if not _put_back(row, items[row.date], now=now)]
        DailyMetrics.objects.filter(pk__in=[row.pk for row in gone]).delete()
        DailyMetrics.objects.bulk_update([row for row in ours if row not in gone], BACK, batch_size=200)
        reckon(account, list(items), now=now)
        file.status, file.replaced = Status.UNDONE, []
        file.save(update_fields=["status", "replaced", "updated_at"])
        audit.record("counted.file_taken_back", file, organization_id=file.organization_id, by=by, days=len(ours))
    return TakenBack(len(ours), len(rows) - len(ours))


def _put_back(row: DailyMetrics, item: Mapping[str, Any], *, now: dt.datetime) -> bool:
    """Undo what the file wrote on a day; say whether anything of the day remains."""
    was, figures, missing = item["was"] or {}, told_of(row), dict(row.missing)
    entered = set(row.document.get(ENTERED, []))
    for key, value in item["wrote"].items():
        if figures.get(key) != value:
            continue
        entered.discard(key)
        if key in was.get("figures", {}):
            figures[key] = was["figures"][key]
            entered |= {key} & set(was["entered"])
        else:
            del figures[key]
            missing[key] = was.get("missing", {}).get(key) or _usual(row.platform, key)
    own = {key: value for key, value in row.document.items() if key in OWN_KEYS - {ENTERED, RECKONED}}
    row.document = figures | own | ({ENTERED: sorted(entered)} if entered else {})
    row.missing, row.updated_at = missing, now
    if was and row.origin == Origin.CSV:
        row.origin = was["origin"]
    row.entered_by_id = was.get("entered_by") or None
    row.source_file_id = was.get("source_file") or None
    return bool(was or figures)


def _usual(platform: str, key: str) -> str:
    found = DOCUMENTS[platform].field(key)
    return ((found.usually if found else None) or Missing.NO_ANSWER).value


def put_aside(file: MetricImport, *, by: Membership) -> None:
    """Forget a file that was not taken in, or was taken back. Raise CannotImport."""
    if file.status == Status.DONE:
        raise CannotImport(_("Take it back first: its days came from it."))
    audit.record("counted.file_dropped", file, organization_id=file.organization_id, by=by)
    file.delete()
