"""Commands on files of an account's days: look at, take in, take back, put aside."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
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
        _hold_account(file)
        file = _held(file, Status.CHECKED, _("This file was taken in already, or put aside. Nothing was changed."))
        account = _account(file)
        looks = [look for look in preview(file).looks if look.changes]
        there = {row.date: row for row in account.days.filter(date__in=[look.date for look in looks])}
        wrote = {look.date: {cell.key: cell.after for cell in look.cells if cell.is_new} for look in looks}
        file.replaced = [
            {"date": str(day), "wrote": figures, "was": _as_it_is(there[day]) if day in there else None}
            for day, figures in wrote.items()
        ]
        days = [DayFigures(day, figures) for day, figures in wrote.items()]
        write_days(account, days, Brought(Origin.CSV, by=by.user, file=file), now=now)
        file.rows, file.status = [], Status.DONE
        file.save(update_fields=["rows", "replaced", "status", "updated_at"])
        audit.record("counted.file_taken_in", file, organization_id=file.organization_id, by=by, days=len(days))
    return file


def _as_it_is(row: DailyMetrics) -> dict[str, Any]:
    return {
        "figures": told_of(row),
        "entered": row.document.get(ENTERED, []),
        "missing": row.missing,
        "origin": row.origin,
        "entered_by": str(row.entered_by_id or ""),
        "source_file": str(row.source_file_id or ""),
    }


def _hold_account(file: MetricImport) -> None:
    """Let nobody else write days of the file's account meanwhile; before any of its files is held."""
    TrackedAccount.objects.select_for_update(of=("self",)).filter(imports=file).first()


def _held(file: MetricImport, status: str, otherwise: str) -> MetricImport:
    found = MetricImport.objects.select_for_update(of=("self",)).select_related("account").filter(pk=file.pk).first()
    if found is None or found.status != status:
        raise CannotImport(otherwise)
    return found


@dataclass(frozen=True)
class TakenBack:
    """How many days are as they were, and on how many a figure was left because somebody brought another file since."""

    days: int
    kept: int


def take_back(file: MetricImport, *, by: Membership, now: dt.datetime) -> TakenBack:
    """Put its days back as they were, but for figures that became something else since. Raise CannotImport."""
    with transaction.atomic():
        _hold_account(file)
        file = _held(file, Status.DONE, _("Only a file that was taken in can be taken back."))
        account = _account(file)
        items = {dt.date.fromisoformat(item["date"]): item for item in file.replaced}
        left = _left_of(file, account)
        rows = list(account.days.filter(date__in=items))
        stands = {row.pk: _undone(_as_it_is(row), items[row.date], left[row.date], file, account) for row in rows}
        DailyMetrics.objects.filter(pk__in=[key for key, found in stands.items() if found is None]).delete()
        _put_back([(row, found) for row in rows if (found := stands[row.pk]) is not None], now=now)
        reckon(account, list(items), now=now)
        whole = sum(left[row.date] == items[row.date]["wrote"].keys() for row in rows)
        file.status, file.replaced = Status.UNDONE, []
        file.save(update_fields=["status", "replaced", "updated_at"])
        audit.record("counted.file_taken_back", file, organization_id=file.organization_id, by=by, days=whole)
    return TakenBack(whole, len(rows) - whole)


def _left_of(file: MetricImport, account: TrackedAccount) -> dict[dt.date, set[str]]:
    """Return by day which figures of a file none wrote over since; those that did are told what was before it.

    Else a file that is taken back later would bring back what was taken back before it.
    """
    mine = {item["date"]: item for item in file.replaced}
    left = {date: set(item["wrote"]) for date, item in mine.items()}
    done = account.imports.filter(status=Status.DONE, updated_at__gt=file.updated_at)
    for later in done.order_by("updated_at"):
        both = [item for item in later.replaced if item["date"] in mine]
        for item in both:
            date = item["date"]
            item["was"] = item["was"] and _undone(item["was"], mine[date], left[date], file, account)
            left[date] -= item["wrote"].keys()
        if both:
            later.save(update_fields=["replaced"])  # `updated_at` stays: by it is known which was taken in when
    return {dt.date.fromisoformat(date): keys for date, keys in left.items()}


def _undone(
    stands: Mapping[str, Any],
    item: Mapping[str, Any],
    keys: Collection[str],
    file: MetricImport,
    account: TrackedAccount,
) -> dict[str, Any] | None:
    """A day as it stands without what the file wrote of it (`keys` of that); None where nothing of the day remains."""
    was, figures, missing = item["was"] or {}, dict(stands["figures"]), dict(stands["missing"])
    entered = set(stands["entered"])
    for key in keys:
        if figures.get(key) != item["wrote"][key]:
            continue
        entered.discard(key)
        if key in was.get("figures", {}):
            figures[key] = was["figures"][key]
            entered |= {key} & set(was["entered"])
        else:
            figures.pop(key, None)
            missing[key] = was.get("missing", {}).get(key) or _usual(account.platform, key)
    found = {**stands, "figures": figures, "missing": missing, "entered": sorted(entered)}
    if found["source_file"] == str(file.pk):
        found |= {name: was.get(name, "") for name in ("entered_by", "source_file")}
        found["origin"] = was["origin"] if was and found["origin"] == Origin.CSV else found["origin"]
    return found if was or figures else None


def _put_back(found: Sequence[tuple[DailyMetrics, Mapping[str, Any]]], *, now: dt.datetime) -> None:
    """Write days as they are to stand; who entered them, and what they came from, only while those are there."""
    users = User.objects.filter(pk__in={day["entered_by"] for _row, day in found} - {""})
    files = MetricImport.objects.filter(pk__in={day["source_file"] for _row, day in found} - {""}, status=Status.DONE)
    there = {str(key) for rows in (users, files) for key in rows.values_list("pk", flat=True)}
    for row, day in found:
        own = {key: value for key, value in row.document.items() if key in OWN_KEYS - {ENTERED, RECKONED}}
        row.document = day["figures"] | own | ({ENTERED: day["entered"]} if day["entered"] else {})
        row.missing, row.origin, row.updated_at = day["missing"], day["origin"], now
        row.entered_by_id = day["entered_by"] if day["entered_by"] in there else None
        row.source_file_id = day["source_file"] if day["source_file"] in there else None
    DailyMetrics.objects.bulk_update([row for row, _day in found], BACK, batch_size=200)


def _usual(platform: str, key: str) -> str:
    found = DOCUMENTS[platform].field(key)
    return ((found.usually if found else None) or Missing.NO_ANSWER).value


def put_aside(file: MetricImport, *, by: Membership) -> None:
    """Forget a file that was not taken in, or was taken back. Raise CannotImport."""
    if file.status == Status.DONE:
        raise CannotImport(_("Take it back first: its days came from it."))
    audit.record("counted.file_dropped", file, organization_id=file.organization_id, by=by)
    file.delete()
