"""Packing what is sent: the words as snapshotted, the file on a local path, pictures made to fit."""

import io
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.files.storage import Storage, default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from content.models import ContentAsset, GeneratedContent, PosterFrame, Thumbnail
from content.pieces.composing import SentMedia, facts_from, original_of
from publishing.delivery import addresses
from publishing.models import ScheduledPost
from publishing.platforms.base import Media, PublishKit, Rejected
from trenddrop.core.platforms import MediaRules, options, rules

QUALITIES = (90, 82, 74, 66)
SHRINK = 0.8
SMALLEST_SIDE = 320
AS_JPEG = "image/jpeg"
# A big picture takes a quarter of a gigabyte while it is made smaller, and many hands may come with one.
DECODING = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Contents:
    """What one post is made of, read from the tables; file names are those of the storage."""

    kit: PublishKit
    platform: str
    file: str = ""
    mime: str = ""
    facts: SentMedia | None = None
    alt: str = ""
    thumbnail: str = ""
    more: "tuple[Contents, ...]" = ()
    deleted: bool = False


def contents(post: ScheduledPost) -> Contents:
    """Read what the post is made of. Call inside the organisation's scope."""
    piece = post.piece
    deleted = piece.deleted_at is not None or piece.asset.deleted_at is not None
    found = Contents(kit=kit_of(post), platform=post.connection.platform, deleted=deleted)
    wanted, own = post.metadata.get("include_media", True), post.metadata.get("file", "")
    facts = facts_from(piece.asset, post.metadata["media_info"]) if own else original_of(piece.asset)
    if facts is None or not wanted:
        return found
    return replace(
        found,
        file=own or piece.asset.file.name or "",
        mime=post.metadata["mime"] if own else piece.asset.mime_type,
        facts=facts,
        alt=post.metadata.get("alt_text", ""),
        thumbnail=_cover(piece, post) or _thumbnail(piece.asset, post.metadata.get("thumbnail", "")),
        more=tuple(_page(found, piece, one) for one in post.metadata.get("more", ())),
    )


def has_poster(post: ScheduledPost) -> bool:
    """Say whether a still or a cover was chosen, which stands in a table of its own."""
    return bool(post.metadata.get("cover") or post.metadata.get("thumbnail"))


def _page(found: Contents, piece: GeneratedContent, named: Mapping[str, Any]) -> Contents:
    """Return one more picture of the post, as it was remembered when it was planned."""
    facts = facts_from(piece.asset, named["media_info"])
    return replace(found, file=named["file"], mime=named["mime"], alt=named["alt_text"], facts=facts)


def kit_of(post: ScheduledPost) -> PublishKit:
    """Return the words of the post, without files."""
    platform, parts = post.connection.platform, post.metadata.get("parts") or [post.text]
    return PublishKit(
        key=str(post.idempotency_key),
        text=parts[0],
        title=post.title,
        description=post.text,
        hashtags=tuple(post.hashtags),
        language=post.metadata.get("language", ""),
        extra={
            "platform": platform,
            "ai_label": bool(post.metadata.get("ai_label")),
            "category": post.metadata.get("category", ""),
            **({"cover_at": post.metadata["cover_at"]} if "cover_at" in post.metadata else {}),
        },
        parts=tuple(parts[1:]),
        options=options.kept(platform, post.metadata.get("options", {})),
    )


def described(found: Contents) -> PublishKit:
    """Return the kit with its files named but not laid ready: enough to recognise the post on the platform."""
    facts = found.facts
    if facts is None:
        return found.kit
    return replace(found.kit, media=tuple(_named(one) for one in (found, *_most(found))))


def _named(found: Contents) -> Media:
    facts = found.facts
    if facts is None:
        raise ValueError("nothing to attach")
    return Media(Path(found.file), found.mime, found.alt, facts.width, facts.height, facts.duration, facts.size)


def _most(found: Contents) -> "tuple[Contents, ...]":
    """Return the further pictures the platform still takes."""
    return found.more[: max(0, rules(found.platform).media.max_images - 1)]


def _cover(piece: GeneratedContent, post: ScheduledPost) -> str:
    """Return the cover that was made for the piece, where one was chosen."""
    key = post.metadata.get("cover", "")
    if not key or piece.asset.kind != ContentAsset.Kind.VIDEO:
        return ""
    cover = Thumbnail.objects.filter(piece=piece, pk=key).first()
    return (cover.image.name or "") if cover else ""


def _thumbnail(asset: ContentAsset, frame_id: str) -> str:
    if not frame_id or asset.kind != ContentAsset.Kind.VIDEO:
        return ""
    frame = PosterFrame.objects.filter(asset=asset, pk=frame_id).first()
    return (frame.image.name or "") if frame else ""


@contextmanager
def packed(found: Contents, *, storage: Storage = default_storage) -> Iterator[PublishKit]:
    """Lay the files ready for the time of the call; Rejected when one is gone, was deleted, or cannot be read."""
    # Sending what somebody threw away would be a surprise; what cannot be restored is told as gone, below.
    if found.deleted and (not found.file or storage.exists(found.file)):
        message = _("What this post was made of was deleted, so it was not sent. Restore it, and try again.")
        raise Rejected(message, code="deleted")
    if found.facts is None:
        yield found.kit
        return
    with tempfile.TemporaryDirectory(prefix="trenddrop-post-") as folder:
        places = [Path(folder) / str(number) for number in range(1 + len(_most(found)))]
        for place in places:
            place.mkdir()
        pages = zip((found, *_most(found)), places, strict=True)
        media = tuple(_attachment(one, place, storage) for one, place in pages)
        thumbnail = _poster(found, Path(folder), storage)
        yield replace(found.kit, media=media, thumbnail=thumbnail)


def _attachment(found: Contents, folder: Path, storage: Storage) -> Media:
    facts = found.facts
    if facts is None:
        raise ValueError("nothing to attach")
    path = _local(found.file, folder, storage)
    if facts.kind == ContentAsset.Kind.IMAGE:
        picture = _picture(path, found.mime, found.alt, folder, rules(found.platform).media)
        return addresses.with_address(picture, found.file if picture.path == path else "", storage=storage)
    size = path.stat().st_size
    video = Media(path, found.mime, found.alt, facts.width, facts.height, facts.duration, size)
    return addresses.with_address(video, found.file, storage=storage)


def _poster(found: Contents, folder: Path, storage: Storage) -> Media | None:
    if not found.thumbnail or not storage.exists(found.thumbnail):
        return None
    path = _local(found.thumbnail, folder, storage)
    picture = _picture(path, AS_JPEG, "", folder, rules(found.platform).media)
    return addresses.with_address(picture, found.thumbnail if picture.path == path else "", storage=storage)


def _local(name: str, folder: Path, storage: Storage) -> Path:
    """Return a path of the stored file, copied piece by piece when the storage is not this machine's disk."""
    try:
        try:
            path = Path(storage.path(name))
        except NotImplementedError:
            path = folder / Path(name).name
            with storage.open(name) as stored, path.open("wb") as copy:
                shutil.copyfileobj(stored, copy)
        path.stat()
    except FileNotFoundError as error:
        raise Rejected(
            _("The file of this post was deleted. The words are kept; add the file again."), code="media_missing"
        ) from error
    return path


def _picture(path: Path, mime: str, alt: str, folder: Path, limits: MediaRules) -> Media:
    """Return the picture, as a smaller JPEG when the platform would not take it as it is."""
    try:
        with DECODING, Image.open(path) as image:
            width, height = ImageOps.exif_transpose(image).size
            if _is_taken(mime, limits) and not _is_too_big(path, (width, height), limits):
                return Media(path, mime, alt, width, height, None, path.stat().st_size)
            return _smaller(image, alt, folder / f"{path.stem}-small.jpg", limits)
    except (OSError, Image.DecompressionBombError, ValueError) as error:
        message = _("The picture of this post cannot be read. The words are kept; choose another picture.")
        raise Rejected(message, code="media_unreadable") from error


def _is_taken(mime: str, limits: MediaRules) -> bool:
    return limits.image_types is None or mime in limits.image_types


def _is_too_big(path: Path, sides: tuple[int, int], limits: MediaRules) -> bool:
    heavy = limits.max_image_bytes is not None and path.stat().st_size > limits.max_image_bytes
    return heavy or any(side > most for side, most in zip(sides, _box(sides, limits), strict=True))


def _box(sides: tuple[int, int], limits: MediaRules) -> tuple[int, int]:
    """Return how wide and how high a picture may be, lying or standing as it is."""
    most = max(sides) if limits.max_side is None else limits.max_side
    long, short = limits.image_box or (most, most)
    wide, high = (long, short) if sides[0] >= sides[1] else (short, long)
    return min(wide, most), min(high, most)


def _smaller(image: Image.Image, alt: str, path: Path, limits: MediaRules) -> Media:
    """Write the picture as JPEG inside the limits: first less quality, then fewer pixels."""
    picture = _on_white(ImageOps.exif_transpose(image))
    picture.thumbnail(_box(picture.size, limits))
    most = limits.max_image_bytes
    while True:
        for quality in QUALITIES:
            content = io.BytesIO()
            picture.save(content, "JPEG", quality=quality, optimize=True)
            if most is None or content.tell() <= most or max(picture.size) <= SMALLEST_SIDE:
                path.write_bytes(content.getvalue())
                return Media(path, AS_JPEG, alt, *picture.size, None, content.tell())
        picture.thumbnail((int(picture.width * SHRINK), int(picture.height * SHRINK)))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"RGB", "L"}:
        return image.copy()
    layers = image.convert("RGBA")
    ground = Image.new("RGBA", layers.size, "white")
    return Image.alpha_composite(ground, layers).convert("RGB")
