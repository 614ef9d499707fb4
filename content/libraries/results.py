"""What became of posts that were written with a library's items, or made with templates.

A use counts while its words still stand in the piece; a template's always. Figures of the shared library take in
several organisations, so that nobody reads another's results off them.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import fmean, median
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts import tenancy
from content.libraries.shelf import AS_USUAL, FEWEST
from content.models import LibraryItem, LibraryKind, LibraryUse, PublishedItem, Template, TemplateUse

FEWEST_SHARED, FEWEST_ORGANIZATIONS = 10, 3
AT_ONCE = 1000
Results = dict[uuid.UUID, list[tuple[uuid.UUID, float]]]


def measured(*, now: dt.datetime) -> int:
    """Work out every item's result anew; returns how many changed. A repeat changes nothing."""
    with tenancy.operator():
        items, templates, shared = _collected()
        own = _write_own(LibraryItem, items, now) + _write_own(Template, templates, now)
        return own + _write_shared(shared, now) + _add_stars()


def uses_that_stand() -> QuerySet[LibraryUse]:
    """Return the uses whose words are still in the piece, of posts that may be learned from."""
    kind = LibraryKind
    stands = (
        Q(item__kind=kind.HOOK, piece__text__contains=F("words"))
        | Q(item__kind=kind.CALL_TO_ACTION, piece__call_to_action=F("words"))
        | Q(item__kind=kind.HASHTAGS, piece__hashtags__overlap=F("item__hashtags"))
        | Q(item__kind=kind.CAPTION)
    )
    return LibraryUse.objects.filter(stands, piece__feedback__is_left_out=False)


def _collected() -> tuple[Results, Results, Results]:
    """Return (organisation, engagement) of each item, each template, and each published one with all its copies."""
    shared: Results = defaultdict(list)
    originals = dict(
        PublishedItem.objects.filter(of_item__isnull=False).order_by("created_at").values_list("of_item", "pk")
    )
    told = ("organization_id", "piece__feedback__engagement")
    items = uses_that_stand().values_list("item_id", "item__taken_from_id", *told)
    made = TemplateUse.objects.filter(piece__feedback__is_left_out=False)
    templates = made.values_list("template_id", "template__taken_from_id", *told)
    return _by_row(items, shared, originals), _by_row(templates, shared, originals), shared


def _by_row(rows: Any, shared: Results, originals: Mapping[Any, uuid.UUID]) -> Results:
    """Return each row's results, and add them to those of the published one it came from or became."""
    own: Results = defaultdict(list)
    for row, taken_from, organization, engagement in rows.iterator(AT_ONCE):
        own[row].append((organization, engagement))
        if published := taken_from or originals.get(row):
            shared[published].append((organization, engagement))
    return own


def _write_own(table: Any, results: Results, now: dt.datetime) -> int:
    changed = []
    rows = table.objects.filter(Q(pk__in=list(results)) | Q(measured_posts__gt=0))
    for row in rows.only("pk", "performance", "measured_posts").iterator(AT_ONCE):
        found = [engagement for _organization, engagement in results.get(row.pk, [])]
        result = (round(median(found), 3) if len(found) >= FEWEST else None, len(found))
        if result != (row.performance, row.measured_posts):
            row.performance, row.measured_posts = result
            row.updated_at = now
            changed.append(row)
    table.objects.bulk_update(changed, ["performance", "measured_posts", "updated_at"], AT_ONCE)
    return len(changed)


def _write_shared(results: Mapping[uuid.UUID, list[tuple[uuid.UUID, float]]], now: dt.datetime) -> int:
    fields = ["average_engagement", "success_rate", "measured_posts"]
    changed = []
    rows = PublishedItem.objects.filter(Q(pk__in=list(results)) | Q(measured_posts__gt=0))
    for row in rows.only("pk", *fields).iterator(AT_ONCE):
        result = shared_result(results.get(row.pk, []))
        if result != tuple(getattr(row, name) for name in fields):
            row.average_engagement, row.success_rate, row.measured_posts = result
            row.updated_at = now
            changed.append(row)
    PublishedItem.objects.bulk_update(changed, [*fields, "updated_at"], AT_ONCE)
    return len(changed)


def shared_result(found: Iterable[tuple[uuid.UUID, float]]) -> tuple[float | None, float | None, int]:
    """Return mean engagement, share above the account's median, and posts; nothing while it is of too few."""
    rows = list(found)
    if len(rows) < FEWEST_SHARED or len({organization for organization, _engagement in rows}) < FEWEST_ORGANIZATIONS:
        return None, None, 0
    values = [engagement for _organization, engagement in rows]
    above = sum(value > AS_USUAL for value in values) / len(values)
    return round(fmean(values), 3), round(above, 3), len(values)


def _add_stars() -> int:
    """Put right what people who left had given."""
    sums = {"total": Coalesce(Sum("ratings__stars"), 0), "people": Count("ratings")}
    changed = []
    wrong = PublishedItem.objects.annotate(**sums).exclude(rating_sum=F("total"), rating_count=F("people"))
    for row in wrong:
        row.rating_sum, row.rating_count = row.total, row.people  # type: ignore[attr-defined]
        changed.append(row)
    PublishedItem.objects.bulk_update(changed, ["rating_sum", "rating_count"], AT_ONCE)
    return len(changed)
