"""Commands on folders: make, name, remove, and put assets into them."""

import uuid
from collections.abc import Collection as Keys
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.db.utils import IntegrityError
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Membership, User
from content.models import Collection, ContentAsset
from content.queries import assets_of

MOST = 200


class NameTaken(Exception):
    """There is a folder of that name."""

    def __init__(self) -> None:
        super().__init__(_("There is a folder of this name already. Choose another name."))


class TooManyCollections(Exception):
    """More folders than a list can show."""

    def __init__(self) -> None:
        super().__init__(_("There are %(most)s folders already. Remove one first, or use tags.") % {"most": MOST})


class OtherClient(Exception):
    """The folder is of another client than the asset."""

    def __init__(self) -> None:
        super().__init__(_("This folder belongs to another client. Choose one of the asset’s own client, or yours."))


@dataclass(frozen=True)
class Moved:
    """What was put into a folder, and how many stayed because they belong to another client than it does."""

    assets: list[ContentAsset]
    stayed: int


def create(name: str, *, by: Membership) -> Collection:
    """Make a folder: the member's client's, that of the client they look at, or the house's own.

    Raise NameTaken, TooManyCollections.
    """
    if Collection.objects.visible_to(by).count() >= MOST:
        raise TooManyCollections
    row = Collection(organization_id=by.organization_id, client_id=by.client_for(None), name=name)
    _save(row)
    audit.record("collection.created", row, organization_id=row.organization_id, by=by)
    return row


def rename(row: Collection, name: str, *, by: Membership) -> Collection:
    """Give a folder another name; raise NameTaken."""
    before, row.name = row.name, name
    if before != name:
        _save(row)
        audit.record("collection.renamed", row, organization_id=row.organization_id, by=by, before=before)
    return row


def _save(row: Collection) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise NameTaken from error


def remove(row: Collection, *, by: Membership | User) -> None:
    """Remove a folder; what lay in it stays in the library."""
    audit.record("collection.removed", row, organization_id=row.organization_id, by=by)
    row.delete()


def put(keys: Keys[uuid.UUID], collection: Collection | None, *, by: Membership) -> Moved:
    """Put assets into a folder, or into none. A client's folder takes only that client's."""
    chosen = assets_of(by).filter(pk__in=keys)
    fitting = chosen.filter(client_id=collection.client_id) if collection and collection.client_id else chosen
    apart = fitting.filter(~Q(collection=collection) | Q(collection=None))
    apart = apart if collection else chosen.exclude(collection=None)
    rows = list(apart.select_for_update(of=("self",)).defer("text", "search", "waveform", "media_info"))
    ContentAsset.objects.filter(pk__in=[row.pk for row in rows]).update(collection=collection)
    for row in rows:
        if collection:
            audit.record("asset.filed", row, organization_id=row.organization_id, by=by, folder=collection.name)
        else:
            audit.record("asset.unfiled", row, organization_id=row.organization_id, by=by)
    return Moved(rows, chosen.count() - fitting.count())


def check(asset: ContentAsset, client_id: uuid.UUID | None) -> None:
    """Refuse a folder of another client than the asset will have; raise OtherClient."""
    folder = asset.collection
    if folder is not None and folder.client_id not in {None, client_id}:
        raise OtherClient
