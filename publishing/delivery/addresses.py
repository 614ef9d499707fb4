"""Public addresses of a post's files, for platforms that fetch them themselves: signed, for a few hours.

Files on this machine, and all files where MEDIA_PUBLIC_URL is set (some platforms fetch from a verified domain only and
follow no redirect), are served by our own page. Others in a bucket get the address their storage signs.
"""

import datetime as dt
import hashlib
import mimetypes
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage
from django.urls import reverse
from django.utils import timezone

from publishing.platforms.base import Media

SALT = "publishing.addresses"
LASTS = dt.timedelta(hours=12)
# Pictures made smaller for one post; nothing names them, so they are cleared by age.
FOLDER = "outgoing"
KEPT = dt.timedelta(days=2)


class NoSuchAddress(LookupError):
    """The address is not one of ours, or its hours are over."""


@dataclass(frozen=True)
class Place:
    """What an address leads to: a file's name in the storage, and its type."""

    name: str
    mime: str


def with_address(media: Media, name: str, *, storage: Storage) -> Media:
    """The file with its public address, kept in the storage first when it has no `name` there.

    Unchanged where nobody outside could reach it.
    """
    if not _reachable(storage):
        return media
    return replace(media, url=address(Place(name or _keep(media, storage), media.mime), storage=storage))


def address(place: Place, *, storage: Storage) -> str:
    """Where the file can be fetched by anybody who has the address, until LASTS is over."""
    if _signs_itself(storage):
        return str(storage.url(place.name, expire=int(LASTS.total_seconds())))  # type: ignore[call-arg]
    signed = signing.dumps([place.name, place.mime], salt=SALT)
    extension = mimetypes.guess_extension(place.mime) or ".bin"
    return _base() + reverse("public_media", args=[signed, f"media{extension}"])


def opened(signed: str) -> Place:
    """What a signed part of an address means; raise NoSuchAddress."""
    try:
        name, mime = signing.loads(signed, salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NoSuchAddress from error
    return Place(str(name), str(mime))


def _base() -> str:
    given = str(settings.MEDIA_PUBLIC_URL or settings.SITE_URL).rstrip("/")
    return given if settings.MEDIA_PUBLIC_URL or given.startswith("https://") else ""


def _signs_itself(storage: Storage) -> bool:
    return not settings.MEDIA_PUBLIC_URL and not isinstance(storage, FileSystemStorage)


def _reachable(storage: Storage) -> bool:
    return _signs_itself(storage) or bool(_base())


def _keep(media: Media, storage: Storage) -> str:
    """Put the bytes where the address can find them; the same bytes are kept once, while they outlast an address."""
    with media.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = f"{FOLDER}/{digest}{Path(media.path).suffix}"
        if not (storage.exists(name) and storage.get_modified_time(name) > timezone.now() - KEPT + LASTS):
            file.seek(0)
            return storage.save(name, File(file))
    return name


def clear(*, now: dt.datetime, storage: Storage) -> int:
    """Remove the pictures kept for posts long gone; return how many."""
    try:
        _folders, names = storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    old = [f"{FOLDER}/{name}" for name in names if storage.get_modified_time(f"{FOLDER}/{name}") < now - KEPT]
    for name in old:
        storage.delete(name)
    return len(old)
