"""Commands on an organisation's own library: keep, remove, put into a piece."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import Membership, Organization
from content.libraries import filling, shelf
from content.models import GeneratedContent, LibraryItem, LibraryKind, LibraryUse, PublishedItem
from content.services import pieces
from trenddrop.core import limits, platforms

MOST = 2000  # of an organisation


class TooManyItems(Exception):
    """The library is full."""

    def __init__(self) -> None:
        told = _("A library holds at most %(most)s items. Nothing was saved; remove some first.")
        super().__init__(told % {"most": MOST})


class HaveIt(Exception):
    """The library has these very words already."""

    def __init__(self, item: LibraryItem) -> None:
        self.item = item
        super().__init__(_("“%(name)s” says exactly this already. Nothing was saved.") % {"name": item.name})


class Unfilled(Exception):
    """Placeholders have no value; `names` are to be asked for."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        told = _("Say what stands for: %(names)s. Nothing was changed.")
        super().__init__(told % {"names": ", ".join(f"{{{name}}}" for name in names)})


@dataclass(frozen=True)
class Used:
    """The piece with the item in it; hashtags the platform has no room for; a version saved by somebody meanwhile."""

    edited: pieces.Edited
    left_out: list[str]


def save(
    item: LibraryItem, *, fields: Sequence[str], by: Membership, changes: Mapping[str, Any] | None = None
) -> LibraryItem:
    """Keep a new or changed item. Raises TooManyItems, HaveIt, LimitReached."""
    is_new = item.created_at is None
    item.name = (item.name or shelf.words_of(item)).split("\n")[0].strip()[:80]
    if is_new:
        item.organization_id, item.created_by = by.organization_id, by.user
        _require_room(item)
    same = _same(item).exclude(pk=item.pk).first()
    if same:
        raise HaveIt(same)
    if not is_new and {"body", "hashtags", "kind"} & set(fields):
        item.performance, item.measured_posts = None, 0
    item.save()
    told = {"changes": dict(changes)} if changes and not is_new else {"fields": list(fields)}
    _record("library.created" if is_new else "library.changed", item, by, **told)
    return item


def _require_room(item: LibraryItem) -> None:
    limits.require(item.organization_id, "library_items")
    Organization.objects.select_for_update(no_key=True).only("pk").get(pk=item.organization_id)
    if LibraryItem.objects.filter(organization=item.organization_id).count() >= MOST:
        raise TooManyItems


def _same(item: LibraryItem) -> Any:
    own = LibraryItem.objects.filter(organization=item.organization_id, client=item.client_id, kind=item.kind)
    return own.filter(platform=item.platform, body=item.body, hashtags=item.hashtags)


def delete(item: LibraryItem, *, by: Membership) -> None:
    """Remove an item; pieces keep its words, and what others took of it stays with them."""
    _record("library.deleted", item, by)
    item.delete()


# Into a piece


def use(
    item: LibraryItem,
    piece: GeneratedContent,
    *,
    by: Membership,
    now: dt.datetime,
    values: Mapping[str, str] | None = None,
    base: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Used:
    """Put an item into a piece, on top of `changes` that are not saved yet; what was said before stays as a version.

    `values` fill placeholders beside what is known. Raises Unfilled, BadTemplate.
    """
    given = dict(changes or {})
    for name, value in given.items():
        setattr(piece, name, value)
    words = filled(item, piece, values=values, now=now)
    own, left_out = _put_in(item, piece, words)
    edited = pieces.edit(piece, by=by, base=base, **given | own)
    _count(item, edited.piece, words, now=now)
    _record("library.used", item, by, piece=str(edited.piece))
    return Used(edited, left_out)


def filled(
    item: LibraryItem | PublishedItem, piece: GeneratedContent, *, values: Mapping[str, str] | None, now: dt.datetime
) -> str:
    """Return an item's words for a piece. Raises Unfilled, BadTemplate."""
    if item.kind == LibraryKind.HASHTAGS:
        return " ".join(item.hashtags)
    names = filling.names(item.body)
    known = shelf.values_for(piece, names, now=now) if names else {}
    found = filling.fill(item.body, known | dict(values or {}))
    if found.missing:
        raise Unfilled(found.missing)
    return found.text


def _put_in(item: LibraryItem, piece: GeneratedContent, words: str) -> tuple[dict[str, Any], list[str]]:
    """Return what changes in the piece, and the hashtags that found no room."""
    if item.kind == LibraryKind.CALL_TO_ACTION:
        return {"call_to_action": words[:200]}, []
    if item.kind == LibraryKind.CAPTION:
        return {"text": words}, []
    if item.kind == LibraryKind.HOOK:
        return {"text": _opened_with(words, piece)}, []
    tags = platforms.unique_hashtags([*piece.hashtags, *item.hashtags])
    room = platforms.rules(piece.platform).hashtag_limit or len(tags)
    return {"hashtags": tags[:room]}, tags[room:]


def _opened_with(words: str, piece: GeneratedContent) -> str:
    """Return the text behind a hook; one from the library that stands there gives its place up."""
    text = piece.text.strip()
    hooks = LibraryUse.objects.filter(piece=piece, item__kind=LibraryKind.HOOK).exclude(words="")
    for before in hooks.values_list("words", flat=True):
        text = text.removeprefix(before).lstrip()
    return f"{words}\n\n{text.removeprefix(words).lstrip()}".strip()


def _count(item: LibraryItem, piece: GeneratedContent, words: str, *, now: dt.datetime) -> None:
    shared = {"organization_id": piece.organization_id, "item": item, "piece": piece}
    row, is_new = LibraryUse.objects.get_or_create(**shared, defaults={"words": words})
    if not is_new:
        LibraryUse.objects.filter(pk=row.pk).update(words=words)
    LibraryItem.objects.filter(pk=item.pk).update(usage_count=F("usage_count") + int(is_new), last_used_at=now)
    if is_new and item.taken_from_id:
        PublishedItem.objects.filter(pk=item.taken_from_id).update(usage_count=F("usage_count") + 1)


def told(left_out: Sequence[str], platform: str) -> str:
    """Say which hashtags found no room; "" when all did."""
    if not left_out:
        return ""
    words = ngettext(
        "%(platform)s takes no more: %(tags)s was left out.",
        "%(platform)s takes no more: %(tags)s were left out.",
        len(left_out),
    )
    tags = ", ".join(f"#{tag}" for tag in left_out)
    return words % {"platform": platforms.rules(platform).name, "tags": tags}


def _record(action: str, item: LibraryItem, by: Membership, **more: Any) -> None:
    audit.record(action, item, organization_id=item.organization_id, by=by, kind=str(item.get_kind_display()), **more)
