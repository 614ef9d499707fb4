"""Commands on covers: make several to choose from, choose one, go back to a plain frame."""

import io
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import ClientAccount, Membership
from content.models import BrandTemplate, ContentAnalysis, ContentAsset, GeneratedContent, PosterFrame, Thumbnail
from content.signals import piece_changed
from trenddrop.core import covers, media, platforms
from trenddrop.core.colours import is_colour

COLOUR = "#0b6e5f"
WIDE, TALL, UPRIGHT = (1280, 720), (1080, 1920), (1080, 1350)
MOST_WORDS, MOST_LETTERS = 7, 80
SECONDS = 20  # for a sharp still; the small one that is there already serves as well
SHARP = 1920


class NoPicture(Exception):
    """There is nothing to make a cover of."""

    def __init__(self) -> None:
        super().__init__(_("There is no picture to make a cover of. Upload a video or an image first."))


class CannotWrite(Exception):
    """The words are in a script that no font here holds, or the picture is gone."""


class NoSuchCover(Exception):
    """The piece has no such cover."""

    def __init__(self) -> None:
        super().__init__(_("This cover is not one of this piece. Nothing was changed."))


def make(
    piece: GeneratedContent,
    *,
    words: str,
    by: Membership,
    frame: PosterFrame | None = None,
    layouts: Sequence[str] = tuple(covers.LAYOUTS),
    colour: str = "",
) -> list[Thumbnail]:
    """Draw a cover in each layout; the first is chosen where none was. Draws outside any transaction.

    Raises NoPicture and CannotWrite; nothing is kept then.
    """
    with tenancy.of_member(by):
        frame = frame or _frame_of(piece)
        colour = colour if is_colour(colour) else colour_of(piece)
    if frame is None:
        raise NoPicture
    size = size_of(piece)
    with tempfile.TemporaryDirectory(prefix="trenddrop-cover-") as folder:
        drawn = _draw(_still(piece.asset, frame, Path(folder)), words, layouts, colour, size)
    with tenancy.of_member(by):
        return _keep(piece, frame, words, drawn, colour=colour, by=by)


def _draw(
    still: bytes, words: str, layouts: Sequence[str], colour: str, size: tuple[int, int]
) -> list[tuple[str, bytes]]:
    try:
        return [
            (layout, covers.draw(io.BytesIO(still), words, covers.Style(layout, colour), size=size))
            for layout in layouts
        ]
    except covers.NoLetters as error:
        raise CannotWrite(_("There is no font here for these words. Use other words.")) from error
    except OSError as error:
        raise CannotWrite(_("The picture cannot be read. Choose another one.")) from error


def _keep(
    piece: GeneratedContent,
    frame: PosterFrame,
    words: str,
    drawn: Sequence[tuple[str, bytes]],
    *,
    colour: str,
    by: Membership,
) -> list[Thumbnail]:
    width, height = size_of(piece)
    made = []
    for layout, content in drawn:
        row = Thumbnail(organization_id=piece.organization_id, piece=piece, frame=frame, words=words)
        row.style, row.width, row.height = {"layout": layout, "colour": colour}, width, height
        row.image.save(f"{row.pk}.jpg", ContentFile(content), save=True)
        made.append(row)
    is_first = GeneratedContent.objects.filter(pk=piece.pk, cover=None).update(cover=made[0])
    if is_first:
        piece_changed.send(sender=GeneratedContent, piece=piece, by=by)
    audit.record("piece.covered", piece, organization_id=piece.organization_id, by=by, count=len(made))
    return made


def choose(piece: GeneratedContent, cover: Thumbnail | None, *, by: Membership) -> None:
    """Send this cover along; None sends the plain frame. Raises NoSuchCover."""
    held = _held(piece)
    if cover is not None and not Thumbnail.objects.filter(pk=cover.pk, piece=held).exists():
        raise NoSuchCover
    GeneratedContent.objects.filter(pk=held.pk).update(cover=cover, edited_by=by.user)
    piece_changed.send(sender=GeneratedContent, piece=piece, by=by)
    audit.record("piece.cover_chosen", piece, organization_id=piece.organization_id, by=by)


def drop(piece: GeneratedContent, *, by: Membership) -> int:
    """Remove every cover but the chosen one, with its picture; return how many went.

    A post that was planned with one of them goes out with the plain still.
    """
    chosen = _held(piece).cover_id
    there = Thumbnail.objects.filter(piece=piece).select_for_update(of=("self",))
    rows = [row for row in there if row.pk != chosen]
    if not rows:
        return 0
    Thumbnail.objects.filter(pk__in=[row.pk for row in rows]).delete()
    files = [(row.image.storage, str(row.image.name)) for row in rows]
    transaction.on_commit(partial(_remove, files))
    audit.record("piece.covers_dropped", piece, organization_id=piece.organization_id, by=by, count=len(rows))
    return len(rows)


def _held(piece: GeneratedContent) -> GeneratedContent:
    """Return the piece as it stands now, held until the transaction ends: another tab may choose meanwhile."""
    return GeneratedContent.objects.select_for_update(of=("self",)).only("cover").get(pk=piece.pk)


def _remove(files: Sequence[tuple[Storage, str]]) -> None:
    for storage, name in files:
        storage.delete(name)


def _frame_of(piece: GeneratedContent) -> PosterFrame | None:
    frames = PosterFrame.objects.filter(asset_id=piece.asset_id)
    chosen = frames.filter(pk=piece.thumbnail_id).first() if piece.thumbnail_id else None
    return chosen or frames.order_by("at").first()


def colour_of(piece: GeneratedContent) -> str:
    """Return the colour of whom the piece is for; ours where nobody gave one. Call in the organisation's scope."""
    own = BrandTemplate.objects.filter(brand=piece.brand_id).values_list("colour", flat=True).first()
    if own:
        return own
    client = ClientAccount.objects.filter(pk=piece.client_id).only("brand_colors").first() if piece.client_id else None
    given = [colour for colour in (client.brand_colors if client else []) if is_colour(str(colour).lower())]
    return str(given[0]).lower() if given else COLOUR


def size_of(piece: GeneratedContent) -> tuple[int, int]:
    """Return the sides a cover has there, in pixels."""
    if platforms.rules(piece.platform).media.vertical:
        return TALL
    info = piece.asset.media_info
    is_tall = (info.get("height") or 0) > (info.get("width") or 0)
    return UPRIGHT if is_tall and piece.platform != "youtube" else WIDE


def suggestion(piece: GeneratedContent) -> str:
    """Return a few words to begin with: the best hook, else the title, else how the text begins."""
    analysis = ContentAnalysis.objects.filter(asset_id=piece.asset_id).only("hooks").first()
    hooks = [hook["text"] for hook in analysis.hooks] if analysis else []
    short = next((hook for hook in hooks if len(hook.split()) <= MOST_WORDS), "")
    words = (short or piece.title or piece.asset.title or piece.text).split()
    return " ".join(words[:MOST_WORDS])[:MOST_LETTERS].rstrip(" ,;:–-")


def _still(asset: ContentAsset, frame: PosterFrame, folder: Path) -> bytes:
    """Return a sharp still of the frame's moment; the small one where that takes too long or cannot be had."""
    is_here = asset.file and isinstance(asset.file.storage, FileSystemStorage)
    if is_here:
        try:
            return _sharp(Path(asset.file.path), frame.at, folder)
        except (media.MediaError, OSError):
            pass  # the frame was read once; what happened to the original since is told elsewhere
    try:
        with frame.image.open("rb") as stored:
            return bytes(stored.read())
    except OSError as error:
        raise CannotWrite(_("The picture cannot be read. Choose another one.")) from error


def _sharp(path: Path, at: float, folder: Path) -> bytes:
    if media.is_image(path):
        return media.shrink_picture(path, folder / "still.jpg", width=SHARP).read_bytes()
    out = folder / "still.jpg"
    media.run_ffmpeg(media.still_args(path, at, out, width=SHARP), timeout=SECONDS)
    return out.read_bytes()
