"""Commands on numbers of posts that people bring: by hand, or from a file."""

import datetime as dt
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership
from analytics import figures, post_files
from analytics.catalogue import COLUMNS, METRICS, Unit
from analytics.collection import posts
from analytics.models import MeasuredPost, PostMetrics
from analytics.post_files import PostRow
from trenddrop.core import claims

MOST = 10**15
Origin = MeasuredPost.Origin
REPLACED = [*sorted(COLUMNS), "more", "origin", "hour", "updated_at"]


class CannotEnter(Exception):
    """Nothing was written; `field` names what is wrong."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Entry:
    """What is said of a post as of a moment."""

    row: MeasuredPost
    at: dt.datetime
    counts: Mapping[str, float | int]


@dataclass(frozen=True)
class Brought:
    """What came of a file: posts whose numbers were written, and what was wrong by line."""

    written: int
    errors: Sequence[tuple[int, str, str]]


def enter(
    row: MeasuredPost,
    *,
    counts: Mapping[str, float | int | None],
    by: Membership,
    now: dt.datetime,
    at: dt.datetime | None = None,
) -> MeasuredPost:
    """Write down what a platform shows of a post. The same moment again is a correction. Raises CannotEnter."""
    given = {key: value for key, value in counts.items() if value is not None}
    entry = Entry(row, at or now, given)
    _require_sense(entry, now=now)
    with transaction.atomic():
        _write([entry], origin=Origin.HAND, now=now)
        audit.record(
            "numbers.entered", row.post, organization_id=row.organization_id, by=by, metrics=", ".join(sorted(given))
        )
    return row


def bring(data: bytes, *, by: Membership, now: dt.datetime, today: dt.date, zone: dt.tzinfo) -> Brought:
    """Write down a file of posts' numbers: lines that make sense; the others are told. Raises CannotRead."""
    read = post_files.read(data, today=today)
    found = _posts(read.rows, by)
    entries: dict[tuple[uuid.UUID, dt.datetime], Entry] = {}
    for line in read.rows:
        row = found.get(line.post or line.url)
        if row is None:
            read.say(line.line, "post", _("is no post of yours that went live"))
            continue
        at = now if line.day is None else min(now, dt.datetime.combine(line.day, dt.time(23, 59), tzinfo=zone))
        entry = Entry(row, at, line.counts)
        try:
            _require_sense(entry, now=now)
        except CannotEnter as error:
            read.say(line.line, error.field, str(error))
        else:
            entries[row.pk, at] = entry
    with transaction.atomic():
        _write(sorted(entries.values(), key=lambda each: each.at), origin=Origin.CSV, now=now)
        written = len({each.row.pk for each in entries.values()})
        if written:
            audit.record("numbers.brought", by.organization, organization_id=by.organization_id, by=by, count=written)
    return Brought(written, sorted(read.errors))


def _posts(rows: Sequence[PostRow], by: Membership) -> dict[uuid.UUID | str, MeasuredPost]:
    mine = MeasuredPost.objects.visible_to(by).select_related("post")
    by_key = mine.filter(post__in=[row.post for row in rows if row.post])
    by_url = mine.filter(post__url__in=[row.url for row in rows if row.url and not row.post])
    return {**{row.post_id: row for row in by_key}, **{row.post.url: row for row in by_url}}


def _require_sense(entry: Entry, *, now: dt.datetime) -> None:
    if not entry.counts:
        raise CannotEnter(_("No number was given."))
    if entry.at < entry.row.published_at:
        raise CannotEnter(_("The post was not live then."), field="at")
    if entry.at > now:
        raise CannotEnter(_("That moment is still to come."), field="at")
    for key, value in entry.counts.items():
        metric = METRICS.get(key)
        if metric is None or metric.is_derived:
            raise CannotEnter(_("Nobody counts “%(name)s”.") % {"name": key}, field=key)
        if not math.isfinite(value) or not 0 <= value <= MOST:
            raise CannotEnter(_("%(name)s cannot be that.") % {"name": metric.name}, field=key)
        if metric.unit == Unit.SHARE and value > 1 and key != "average_viewed":
            raise CannotEnter(_("%(name)s cannot be more than all of it.") % {"name": metric.name}, field=key)


def _write(entries: Sequence[Entry], *, origin: MeasuredPost.Origin, now: dt.datetime) -> None:
    """Snapshots in one statement, then every post's row and figures; the latest moment of a post is what stands."""
    if not entries:
        return
    split = [posts.split(entry.counts) for entry in entries]
    shots = [
        posts.snapshot(entry.row, values, at=entry.at, origin=origin, is_simulated=entry.row.is_simulated)
        for entry, values in zip(entries, split, strict=True)
    ]
    PostMetrics.objects.bulk_create(
        shots, update_conflicts=True, unique_fields=["post", "taken_at"], update_fields=REPLACED
    )
    rows: dict[uuid.UUID, MeasuredPost] = {}
    for entry, values in zip(entries, split, strict=True):
        row = rows.setdefault(entry.row.pk, entry.row)
        if row.last_at is None or entry.at >= row.last_at:
            for name, value in {**posts.latest(row, values, at=entry.at), **_stands(entry, origin)}.items():
                setattr(row, name, value)
    changed = [{name: getattr(row, name) for name in (*_STANDS, *sorted(COLUMNS))} for row in rows.values()]
    claims.write_all(list(rows.values()), changed)
    figures.refresh(list(rows.values()), now=now)


_STANDS = ("last_at", "origin", "more", "figures", "error")


def _stands(entry: Entry, origin: MeasuredPost.Origin) -> dict[str, Any]:
    return {"last_at": entry.at, "origin": origin, "error": ""}
