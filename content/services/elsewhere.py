"""Commands on files finished elsewhere: bring one back with the tool's name, choose which take is sent."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from content.intake import receiving
from content.models import EditTool, GeneratedContent, PieceFile
from content.services import uploads
from content.signals import piece_changed
from content.tasks import look_through
from trenddrop.core import limits, media
from trenddrop.core.sniff import Sniffed, sniff_file

TOOLS = tuple(tool.value for tool in EditTool if tool != EditTool.BUILT_IN)
POSTER_WIDTH = 480
PIECE = 1024**2


class NotFinished(Exception):
    """The file is nothing this piece can send; the message says why."""


class NoSuchTake(Exception):
    """The piece has no such file."""

    def __init__(self) -> None:
        super().__init__(_("This piece has no such file. Nothing was changed."))


class NoSuchPicture(Exception):
    """The carousel has no picture of that number."""

    def __init__(self) -> None:
        super().__init__(_("This piece has no picture of that number. Nothing was kept."))


class AlreadySent(Exception):
    """The take is the one that is sent already."""

    def __init__(self) -> None:
        super().__init__(_("This file is the one that is sent already."))


@dataclass(frozen=True)
class Brought:
    """A file on its way back: its bytes, its name, the tool it was finished in, which picture of a carousel it is."""

    file: File[bytes]
    name: str
    tool: str
    slide: int = 0
    alt_text: str = ""


@dataclass(frozen=True)
class _Looked:
    """A file that was looked at: where it lies, what it is, its facts, a still of it."""

    path: Path
    kind: Sniffed
    facts: dict[str, Any]
    poster: Path | None


def bring(piece: GeneratedContent, brought: Brought, *, by: Membership) -> PieceFile:
    """Keep a finished file as the piece's next take, which is sent from now on; every earlier one stays.

    Reads and stores outside any transaction. Raises NotFinished, NoSuchPicture, LimitReached, MediaError,
    UnsupportedFile, EmptyFile, TooLarge, DiskFull.
    """
    size = _require_room(brought, by)
    with tenancy.of_member(by):
        parent = _current(piece, brought.slide)
    with tempfile.TemporaryDirectory(prefix="brought-", dir=_uploads()) as folder:
        looked = _look(brought, Path(folder), piece, size)
        row = _row(piece, brought, looked, parent, by)
        _store(row, looked)
    with _or_removed(row), tenancy.of_member(by):
        limits.require(by.organization_id, "storage_bytes", amount=size)  # others may have come meanwhile
        _keep(row)
        piece_changed.send(sender=GeneratedContent, piece=piece, by=by)
        audit.record(
            "piece.brought", piece, organization_id=piece.organization_id, by=by, tool=row.get_edit_tool_display(),
            number=row.number,
        )  # fmt: skip
        if looked.kind.kind == "video":
            told = {"take_id": str(row.pk), "organization_id": str(row.organization_id)}
            transaction.on_commit(lambda: look_through.delay(**told), robust=True)
    return row


def _uploads() -> Path:
    folder = Path(settings.UPLOAD_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _require_room(brought: Brought, by: Membership) -> int:
    size = brought.file.size
    if not size:
        raise uploads.EmptyFile
    if size > settings.UPLOAD_MAX_BYTES:
        raise uploads.too_large(size)
    if not receiving.has_room(_uploads(), 2 * size):
        raise receiving.DiskFull
    with tenancy.of_member(by):
        limits.require(by.organization_id, "storage_bytes", amount=size)
    return size


def _current(piece: GeneratedContent, slide: int) -> PieceFile | None:
    """Return what the new file takes the place of. Raises NoSuchPicture."""
    rows = PieceFile.objects.filter(piece=piece, is_current=True)
    if slide and not rows.filter(slide=slide).exists():
        raise NoSuchPicture
    return rows.filter(slide=slide).first() or rows.order_by("slide").first()


def _look(brought: Brought, folder: Path, piece: GeneratedContent, size: int) -> _Looked:
    """Copy it to disk and look at it as at anything that comes from outside. Raises NotFinished, MediaError."""
    path = folder / "brought"
    with path.open("wb") as target:
        shutil.copyfileobj(brought.file, target, PIECE)
    if path.stat().st_size != size:
        raise NotFinished(_("The file did not arrive whole. Nothing was kept; send it again."))
    kind = sniff_file(path, receiving.clean_name(brought.name))
    _require_kind(kind, brought.slide, piece)
    info = media.probe(path)
    if info.kind not in {"video", "image"}:
        raise NotFinished(_("There is no picture in this file. Export the video, not its sound."))
    facts = asdict(info) | {
        "has_audio": info.has_audio, "has_video": info.has_video, "kind": info.kind, "mime": kind.mime,
    }  # fmt: skip
    times = media.choose_frame_times(info, 1) if info.kind == "video" else [0.0]
    (poster,) = media.poster_frames(path, times, folder, width=POSTER_WIDTH)
    return _Looked(path, kind, facts, poster)


def _require_kind(kind: Sniffed, slide: int, piece: GeneratedContent) -> None:
    kinds = GeneratedContent.Kind
    of_pictures = bool(slide) or piece.kind in {kinds.CAROUSEL, kinds.IMAGE}
    if of_pictures and kind.kind != "image":
        raise NotFinished(_("This is a picture’s place. Bring a PNG or JPEG."))
    if piece.kind == kinds.SHORT_VIDEO and kind.kind != "video":
        raise NotFinished(_("This piece is a video. Bring the finished video, as MP4 if you can."))
    if kind.kind not in {"video", "image"}:
        raise NotFinished(_("Bring a video or a picture. Nothing was kept."))
    if piece.kind == kinds.CAROUSEL and not slide:
        raise NotFinished(_("Say which picture of the carousel this is."))


def _row(
    piece: GeneratedContent, brought: Brought, looked: _Looked, parent: PieceFile | None, by: Membership
) -> PieceFile:
    row = PieceFile(organization_id=piece.organization_id, piece=piece, number=0, slide=brought.slide)
    row.pk = row.pk or uuid.uuid4()
    row.origin, row.edit_tool = PieceFile.Origin.BROUGHT, brought.tool
    row.parent, row.brought_by = parent, by.user
    row.media_info = looked.facts
    row.alt_text = (brought.alt_text or (parent.alt_text if parent else ""))[:1000]
    row.recipe = {"name": receiving.clean_name(brought.name)}
    return row


def _store(row: PieceFile, looked: _Looked) -> None:
    with looked.path.open("rb") as content:
        row.file.save(f"{row.edit_tool}.{looked.kind.extension}", File(content), save=False)
    if looked.poster is not None:
        with looked.poster.open("rb") as content:
            row.poster.save("poster.jpg", File(content), save=False)


@contextmanager
def _or_removed(row: PieceFile) -> Iterator[None]:
    """Remove the stored files again when their row cannot be written."""
    kept = False
    try:
        yield
        kept = True
    finally:
        if not kept:
            for file in (row.file, row.poster):
                if file:
                    file.storage.delete(str(file.name))


def _keep(row: PieceFile) -> None:
    """Number the take and make it current, while nobody else can."""
    piece = GeneratedContent.objects.select_for_update(of=("self",)).get(pk=row.piece_id)
    last = PieceFile.objects.filter(piece=piece).aggregate(last=Max("number"))["last"] or 0
    row.number = last + 1
    _make_room(piece, row.slide)
    row.save(force_insert=True)
    _send(piece)


def _make_room(piece: GeneratedContent, slide: int) -> None:
    """Let what stood in a picture's place go out of it; a single file takes the place of everything."""
    rows = PieceFile.objects.filter(piece=piece, is_current=True)
    if slide:
        rows = rows.filter(Q(slide=slide) | Q(slide=0))
    rows.update(is_current=False)


def _send(piece: GeneratedContent) -> None:
    """Let the piece send its current files, the first as its own. Call with the piece held."""
    first = PieceFile.objects.filter(piece=piece, is_current=True).order_by("slide").first()
    if first is None:
        return
    changes = {
        "file": first.file.name,
        "media_info": first.media_info,
        "duration": first.media_info.get("duration"),
        "edit_tool": first.edit_tool,
        "include_media": True,
    }
    GeneratedContent.objects.filter(pk=piece.pk).update(**changes)


def choose(piece: GeneratedContent, take: uuid.UUID, *, by: Membership) -> PieceFile:
    """Send another of the piece's files: an earlier one, or one of a tool. Raises NoSuchTake, AlreadySent."""
    held = GeneratedContent.objects.select_for_update(of=("self",)).get(pk=piece.pk)
    row = PieceFile.objects.filter(piece=held, pk=take).first()
    if row is None:
        raise NoSuchTake
    if row.is_current:
        raise AlreadySent
    _make_room(held, row.slide)
    PieceFile.objects.filter(pk=row.pk).update(is_current=True)
    if row.slide:
        _fill(held, row)
    _send(held)
    piece_changed.send(sender=GeneratedContent, piece=held, by=by)
    audit.record("piece.take_chosen", held, organization_id=held.organization_id, by=by, number=row.number)
    row.is_current = True
    return row


def _fill(piece: GeneratedContent, row: PieceFile) -> None:
    """Let the other pictures of a carousel's take stand again where nothing has taken their place."""
    taken = PieceFile.objects.filter(piece=piece, is_current=True).values_list("slide", flat=True)
    others = PieceFile.objects.filter(piece=piece, number=row.number).exclude(slide__in=list(taken))
    others.update(is_current=True)
