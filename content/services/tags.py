"""Commands on tags: give, take away, rename everywhere."""

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence

from accounts import audit
from accounts.models import Membership
from content import search
from content.models import ContentAsset
from content.queries import assets_of
from content.tags import MOST, distinct

Change = Callable[[Sequence[str]], list[str]]


def give(keys: Collection[uuid.UUID], tags: Iterable[str], *, by: Membership) -> list[ContentAsset]:
    """Give assets tags beside those they have, up to MOST each; return those that changed."""
    more = distinct(tags)
    return _change(keys, lambda had: distinct([*had, *more])[:MOST], by=by)


def take(keys: Collection[uuid.UUID], tags: Iterable[str], *, by: Membership) -> list[ContentAsset]:
    """Take tags from assets; return those that changed."""
    gone = {tag.casefold() for tag in distinct(tags)}
    return _change(keys, lambda had: [tag for tag in had if tag.casefold() not in gone], by=by)


def rename(tag: str, to: str, *, by: Membership) -> list[ContentAsset]:
    """Write a tag another way on every asset that has it, or take it away everywhere (""); return those."""
    having = assets_of(by).filter(tags__contains=[tag]).values_list("pk", flat=True)
    return _change(list(having), lambda had: distinct(to if each == tag else each for each in had), by=by)


def _change(keys: Collection[uuid.UUID], change: Change, *, by: Membership) -> list[ContentAsset]:
    rows = assets_of(by).filter(pk__in=keys).select_for_update(of=("self",)).only("organization_id", "title", "tags")
    changed = []
    for row in rows.order_by("pk"):
        before, row.tags = row.tags, change(row.tags)
        if before != row.tags:
            changed.append(row)
    ContentAsset.objects.bulk_update(changed, ["tags"], batch_size=500)
    search.index_all([row.pk for row in changed])
    for row in changed:
        audit.record("asset.tagged", row, organization_id=row.organization_id, by=by, tags=", ".join(row.tags))
    return changed
