"""Commands on uploads: announce, append, give up, and make an asset of what is whole."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import audit, queries, tenancy
from accounts.models import BrandProfile, Membership
from content import search
from content.intake import receiving, sameness
from content.intake.receiving import Body, Part
from content.models import ContentAsset, Upload
from content.models.assets import asset_file
from content.queries import assets_of
from content.services import pipeline
from trenddrop.core import limits
from trenddrop.core.display import file_size
from trenddrop.core.sniff import Sniffed, UnsupportedFile, sniff, sniff_file


class EmptyFile(Exception):
    """A file of no bytes."""

    def __init__(self) -> None:
        super().__init__(_("The file is empty. Nothing was kept; choose one that has something in it."))


class TooLarge(Exception):
    """More bytes than this server takes, or than were announced."""


class OffsetMismatch(Exception):
    """The other side goes on at a place that is not where the upload stands."""


class ChecksumMismatch(Exception):
    """The piece that arrived is not the piece that was sent; it was dropped."""


class UnknownBrand(Exception):
    """The brand the upload is for cannot be seen by its member."""

    def __init__(self) -> None:
        super().__init__(
            _("That brand is not here any more. Load the page again and choose another. Nothing was sent.")
        )


@dataclass(frozen=True)
class Checksum:
    """A hash that was begun, and what it must come to."""

    hash: receiving.Hash
    expected: bytes


def find(upload_id: uuid.UUID, *, by: Membership) -> Upload:
    """Return the member's own upload; anybody else's does not exist (Http404). Call in the member's scope."""
    upload = get_object_or_404(Upload.objects.visible_to(by), pk=upload_id, user_id=by.user_id)
    if upload.is_expired(timezone.now()):
        raise receiving.PartGone
    return upload


def create(
    *,
    name: str,
    length: int,
    by: Membership,
    declared_type: str = "",
    brand: str = "",
    metadata: str = "",
    client_id: uuid.UUID | None = None,
) -> Upload:
    """Announce a file of `length` bytes; `client_id`: whose work it is, where no brand says it.

    Raise EmptyFile, TooLarge, LimitReached, DiskFull, UnknownBrand.
    """
    if length <= 0:
        raise EmptyFile
    if length > settings.UPLOAD_MAX_BYTES:
        raise too_large(length)
    if not receiving.has_room(Path(settings.UPLOAD_ROOT), length):
        raise receiving.DiskFull
    with tenancy.of_member(by):
        ask_for_place(by)
        limits.require(by.organization_id, "storage_bytes", amount=length)
        chosen = find_brand(brand, by=by)
        upload = Upload.objects.create(
            organization_id=by.organization_id,
            user_id=by.user_id,
            client_id=by.client_for(chosen, otherwise=client_id),
            brand=chosen,
            name=receiving.clean_name(name),
            declared_type=declared_type[:100],
            length=length,
            metadata=metadata,
            expires_at=timezone.now() + settings.UPLOAD_KEEP,
        )
        receiving.open_part(upload.path)
    return upload


def ask_for_place(by: Membership) -> None:
    """Ask for one more asset beside the uploads on their way, which keep their places; raise LimitReached.

    Nobody else begins one until the transaction ends.
    """
    limits.ask(by.organization_id, "uploads")
    limits.ask(by.organization_id, "uploads", amount=1 + _on_their_way(by))


def too_large(length: int) -> TooLarge:
    """Say how big it is and how big it may be."""
    language = get_language() or "en"
    return TooLarge(
        _("The file is too large (%(size)s). This server takes up to %(limit)s each. Nothing was kept.")
        % {"size": file_size(length, language), "limit": file_size(settings.UPLOAD_MAX_BYTES, language)}
    )


def find_brand(key: str, *, by: Membership) -> BrandProfile | None:
    """Return the brand of this key, None for no key; raise UnknownBrand. Call in the member's scope."""
    if not key:
        return None
    try:
        return queries.brands_of(by).get(pk=uuid.UUID(key))
    except (ValueError, BrandProfile.DoesNotExist) as error:
        raise UnknownBrand from error


def append(upload_id: uuid.UUID, body: Body, *, at: int, by: Membership, checksum: Checksum | None = None) -> Upload:
    """Write what comes at `at`, as far as it comes, and make the asset when the file is whole.

    No transaction is open while bytes arrive. Raise OffsetMismatch, TooLarge, InUse, PartGone, DiskFull,
    LimitReached, ChecksumMismatch, UnsupportedFile (then nothing is kept), Http404.
    """
    with tenancy.of_member(by):
        upload = find(upload_id, by=by)
    if upload.asset_id:
        _check_place(upload, body, at)
        return upload
    try:
        return _append(upload, body, at=at, by=by, checksum=checksum)
    except receiving.PartGone:  # also where another writer has just made the asset of it
        with tenancy.of_member(by):
            upload = find(upload_id, by=by)
        if not upload.asset_id:
            raise
        _check_place(upload, body, at)
        return upload


def _append(upload: Upload, body: Body, *, at: int, by: Membership, checksum: Checksum | None) -> Upload:
    with receiving.hold(upload.path) as part:
        with tenancy.of_member(by):
            upload = find(upload.pk, by=by)
            _check_place(upload, body, at)
            if upload.asset_id:
                return upload
            _require_room(by)
        part.begin(upload.offset)
        try:
            _receive(upload, part, body, by=by, checksum=checksum)
        except UnsupportedFile:
            discard(upload, by=by)
            raise
        if upload.is_complete:
            finish(upload, by=by)
    return upload


def _check_place(upload: Upload, body: Body, at: int) -> None:
    if at != upload.offset:
        raise OffsetMismatch(_("The upload stands at byte %(offset)s. Go on from there.") % {"offset": upload.offset})
    if body.length is not None and body.length > upload.length - upload.offset:
        raise TooLarge(_("More bytes came than the file was announced with. They were not kept."))


def _on_their_way(by: Membership) -> int:
    with tenancy.of_organization(by.organization_id):  # a client's member asks for the whole organisation
        rows = Upload.objects.filter(organization_id=by.organization_id, asset=None)
        return rows.filter(expires_at__gt=timezone.now()).count()


def _require_room(by: Membership) -> None:
    """Ask whether what was announced, and counted then, still has its place."""
    limits.require(by.organization_id, "storage_bytes", amount=0)


def _receive(upload: Upload, part: Part, body: Body, *, by: Membership, checksum: Checksum | None) -> None:
    began = upload.offset
    looked = began >= min(receiving.HEAD, upload.length)

    def look() -> None:
        nonlocal looked
        if not looked and part.reached >= min(receiving.HEAD, upload.length):
            sniff(part.head(), upload.name)
            looked = True

    def checkpoint() -> None:
        if checksum is None:
            _save_offset(upload, part.reached, by=by)
            with tenancy.of_member(by):
                _require_room(by)

    try:
        receiving.copy_body(
            body,
            part,
            most=upload.length - began,
            digest=checksum.hash if checksum else None,
            look=look,
            checkpoint=checkpoint,
        )
        if checksum and checksum.hash.digest() != checksum.expected:
            raise ChecksumMismatch(_("This piece arrived damaged and was dropped. It is sent again."))
        checksum = None
    finally:
        part.sync()
        _save_offset(upload, began if checksum else part.reached, by=by)


def _save_offset(upload: Upload, offset: int, *, by: Membership) -> None:
    upload.offset = offset
    upload.expires_at = timezone.now() + settings.UPLOAD_KEEP
    with tenancy.of_member(by):
        Upload.objects.visible_to(by).filter(pk=upload.pk).update(offset=offset, expires_at=upload.expires_at)


def discard(upload: Upload, *, by: Membership) -> None:
    """Remove an upload and what had arrived; an asset made of it stays."""
    with tenancy.of_member(by):
        Upload.objects.visible_to(by).filter(pk=upload.pk).delete()
    if not upload.asset_id:
        upload.path.unlink(missing_ok=True)


def give_up(upload_id: uuid.UUID, *, by: Membership) -> None:
    """Remove an upload on its owner's wish; raise InUse while bytes arrive, Http404."""
    with tenancy.of_member(by):
        upload = find(upload_id, by=by)
    if upload.asset_id or not upload.path.exists():
        return discard(upload, by=by)
    with receiving.hold(upload.path):
        return discard(upload, by=by)


def finish_if_whole(upload: Upload, *, by: Membership) -> None:
    """Make the asset of an upload whose last byte came just before the server stopped."""
    if upload.asset_id or not upload.is_complete:
        return
    try:
        with receiving.hold(upload.path):
            finish(upload, by=by)
    except (receiving.InUse, receiving.PartGone):
        return


def finish(upload: Upload, *, by: Membership) -> ContentAsset:
    """Make the asset of a whole upload, exactly once, and start its pipeline; raise UnsupportedFile.

    The asset has the upload's own key: a repeat finds it, and its file has one possible place.
    """
    try:
        sniffed = sniff_file(upload.path, upload.name)
    except UnsupportedFile:
        discard(upload, by=by)
        raise
    content_hash = sameness.of_file(upload.path) if upload.length <= sameness.AT_ONCE else ""
    with tenancy.of_member(by):
        row = Upload.objects.visible_to(by).select_for_update().filter(pk=upload.pk).first()
        if row is None:
            raise Http404
        asset = row.asset or _make_asset(row, sniffed, content_hash, by=by)
        Upload.objects.visible_to(by).filter(pk=upload.pk).update(asset=asset)
    if asset.file:
        upload.path.unlink(missing_ok=True)
    upload.asset = asset
    return asset


def _make_asset(upload: Upload, sniffed: Sniffed, content_hash: str, *, by: Membership) -> ContentAsset:
    asset = ContentAsset(
        pk=upload.pk,
        organization_id=upload.organization_id,
        client_id=upload.client_id,
        brand_id=upload.brand_id,
        created_by_id=upload.user_id,
        kind=receiving.KINDS.get(sniffed.kind, ContentAsset.Kind.DOCUMENT),
        title=receiving.title_of(upload.name),
        original_name=upload.name,
        size=upload.length,
        mime_type=sniffed.mime,
        content_hash=content_hash,
    )
    limits.count(upload.organization_id, "uploads")
    with _placed(upload, asset, sniffed):
        asset.save(force_insert=True)
        search.index(asset)
        audit.record(
            "asset.uploaded", asset, organization_id=asset.organization_id, by=by, name=upload.name, size=upload.length
        )
        pipeline.start(asset, by=by)
    return asset


@contextmanager
def _placed(upload: Upload, asset: ContentAsset, sniffed: Sniffed) -> Iterator[None]:
    """Let the file stand at the asset's place, unless its row cannot be written: then no file stays there."""
    if not isinstance(default_storage, FileSystemStorage):  # the pipeline's first step sends it there
        yield
        return
    asset.file.name = asset_file(asset, f"original.{sniffed.extension}")
    place = Path(default_storage.path(asset.file.name))
    receiving.place(upload.path, place)
    try:
        yield
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def twin_of(upload: Upload, *, by: Membership) -> ContentAsset | None:
    """Return the first other asset with the bytes of the one an upload became."""
    with tenancy.of_member(by):
        asset = upload.asset_id and assets_of(by).filter(pk=upload.asset_id).first()
        return first_twin(asset, by=by) if asset else None


def first_twin(asset: ContentAsset, *, by: Membership) -> ContentAsset | None:
    """Return the first other asset with the same bytes or words. Call in the member's scope."""
    return sameness.twins(asset, assets_of(by)).only("title").first()


def take_file(
    body: Body, *, name: str, by: Membership, brand: str = "", client_id: uuid.UUID | None = None
) -> ContentAsset:
    """Make an asset of a file that a form brought; raise what `create` and `append` raise."""
    upload = create(name=name, length=body.length or 0, by=by, brand=brand, client_id=client_id)
    upload = append(upload.pk, body, at=0, by=by)
    if upload.asset is None:
        raise receiving.PartGone
    return upload.asset


def move(brand: BrandProfile) -> None:
    """Make what is on its way for a brand the work of the client it belongs to."""
    rows = Upload.objects.filter(organization_id=brand.organization_id, brand=brand, asset=None)
    rows.update(client_id=brand.client_id)
