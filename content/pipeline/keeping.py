"""Keeping what a maker made: its files stored, a full piece for each platform, or a new take of one that is there."""

import datetime as dt
import mimetypes
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from typing import Any

from django.core.files import File
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from billing import credits as ledger
from content import credits as costs
from content.looks import KINDS_OF, Look, note_uses
from content.models import (
    ContentAsset,
    GeneratedContent,
    Generation,
    PieceFile,
    PieceVersion,
    RepurposingJob,
    VoiceClone,
)
from content.pieces.composing import OWN
from content.pipeline.foretelling import foretell
from content.pipeline.makers import CannotMake, Keeps, Made, MadeFile, Stopped
from content.signals import piece_changed
from trenddrop.core import limits, media
from trenddrop.core.platforms import rules

Kind = GeneratedContent.Kind
FACTS = {Kind.CAROUSEL: "image", Kind.IMAGE: "image"}


def keep(job: RepurposingJob, made: Made | Keeps, look: Look) -> list[GeneratedContent]:
    """Keep one thing made, unless somebody stopped the job or removed its original meanwhile. Raises Stopped.

    Files are stored outside any transaction, and removed again when the rows cannot be written.
    """
    if isinstance(made, Keeps):
        with _saving(job, []):
            made.keep(job)
        return []
    if target := job.config.get("piece"):
        return [_retake(job, key, made, is_first=not n) for n, key in enumerate(_of_part(job, uuid.UUID(str(target))))]
    with tenancy.of_organization(job.organization_id):
        there = set(GeneratedContent.objects.filter(job=job, part=made.part).values_list("platform", flat=True))
    return [_piece(job, made, platform, look) for platform in made.platforms if platform not in there]


def _piece(job: RepurposingJob, made: Made, platform: str, look: Look) -> GeneratedContent:
    piece = GeneratedContent(organization_id=job.organization_id, job=job, is_main=False, part=made.part)
    piece.asset_id, piece.script_id = job.asset_id, job.script_id
    piece.platform, piece.kind = platform, made.kind
    rows = [_stored(job, piece, made, file, number=1) for file in made.files]
    with _saving(job, rows) as asset:
        piece.client_id, piece.brand_id = asset.client_id, job.brand_id
        _word(piece, made, asset)
        if rows:
            _send(piece, rows[0])
        foretell(piece)
        piece.save(force_insert=True)
        PieceFile.objects.bulk_create(rows)
        _version(piece, made)
        note_uses(piece, look, KINDS_OF.get(job.kind, ()), now=timezone.now())
        _book(job, piece, made, rows)
        audit.record("piece.made", piece, organization_id=piece.organization_id, by=None, job=str(job.pk))
    return piece


def same_part(piece: GeneratedContent) -> QuerySet[GeneratedContent]:
    """Return the other platforms' pieces of the same part of a job that still send what was made here.

    Call in the organisation's scope.
    """
    rows = GeneratedContent.objects.filter(job=piece.job_id, part=piece.part, kind=piece.kind, deleted_at=None)
    made_here = PieceFile.objects.filter(piece=OuterRef("pk"), is_current=True, origin=PieceFile.Origin.RENDERED)
    others = rows.exclude(pk=piece.pk).filter(Exists(made_here)).order_by("platform", "pk")
    return others if piece.job_id else others.none()


def _of_part(job: RepurposingJob, key: uuid.UUID) -> list[uuid.UUID]:
    """Return the pieces that a job makes anew and that it has not given a take yet. Raises Stopped."""
    with tenancy.of_organization(job.organization_id):
        piece = GeneratedContent.objects.filter(pk=key, deleted_at=None, asset_id=job.asset_id).first()
        if piece is None:
            raise Stopped
        done = set(PieceFile.objects.filter(job=job).values_list("piece", flat=True))
        return [each.pk for each in (piece, *same_part(piece)) if each.pk not in done]


def _retake(job: RepurposingJob, key: uuid.UUID, made: Made, *, is_first: bool) -> GeneratedContent:
    """Give a piece a new take: the files change, its words stay, every earlier take is kept."""
    with tenancy.of_organization(job.organization_id):
        piece = GeneratedContent.objects.filter(pk=key, deleted_at=None, asset_id=job.asset_id).first()
        if piece is None:
            raise Stopped
        number = (PieceFile.objects.filter(piece=piece).aggregate(last=Max("number"))["last"] or 0) + 1
    rows = [_stored(job, piece, made, file, number=number) for file in made.files]
    if not rows:
        raise CannotMake("There is nothing new to show for this piece.")
    with _saving(job, rows):
        add_take(piece, rows)
        GeneratedContent.objects.filter(pk=piece.pk).update(
            starts_at=made.starts_at, ends_at=made.ends_at, format=made.format or piece.format
        )
        if is_first:
            _book(job, piece, made, rows)
        piece_changed.send(sender=GeneratedContent, piece=piece, by=None)
        audit.record("piece.retaken", piece, organization_id=piece.organization_id, by=None, job=str(job.pk))
    return piece


def add_take(piece: GeneratedContent, rows: Sequence[PieceFile]) -> None:
    """Make unsaved rows, whose files are stored, the piece's current files. Call in the organisation's scope."""
    PieceFile.objects.filter(piece=piece, is_current=True).update(is_current=False)
    PieceFile.objects.bulk_create(rows)
    first = min(rows, key=lambda row: row.slide)
    GeneratedContent.objects.filter(pk=piece.pk).update(
        file=first.file.name,
        media_info=first.media_info,
        duration=first.media_info.get("duration"),
        edit_tool=first.edit_tool,
        updated_at=timezone.now(),
    )


@contextmanager
def _saving(job: RepurposingJob, rows: Sequence[PieceFile]) -> Iterator[ContentAsset]:
    """Enter the organisation's scope while the job is ours and its original there; on any end but good, no file stays.

    Raises Stopped, CannotMake.
    """
    with ExitStack() as undo:
        for row in rows:
            undo.callback(remove, row)
        with tenancy.of_organization(job.organization_id):
            _require_consent(rows)
            held = RepurposingJob.objects.filter(pk=job.pk, fence=job.fence).select_for_update(of=("self",))
            asset = ContentAsset.objects.filter(pk=job.asset_id, deleted_at=None).first()
            brands = list(held.values_list("brand", flat=True))
            if not brands or asset is None:
                raise Stopped
            job.brand_id = brands[0]  # it may have changed hands with its original since
            yield asset
        undo.pop_all()


def _require_consent(rows: Sequence[PieceFile]) -> None:
    """Hold the voices heard in these files: nobody takes a consent back before they are kept. Raises CannotMake."""
    named = {uuid.UUID(row.recipe["voice"]) for row in rows if row.recipe.get("voice")}
    voices = VoiceClone.objects.filter(pk__in=named, revoked_at=None).order_by("pk")
    if named and len(voices.select_for_update(of=("self",), no_key=True)) < len(named):
        raise CannotMake(_("This voice-over is gone, or its voice may not speak any more. Choose another."))


def remove(row: PieceFile) -> None:
    """Remove a take's stored files."""
    for kept in (row.file, row.poster):
        if kept:
            kept.storage.delete(str(kept.name))


def _stored(job: RepurposingJob, piece: GeneratedContent, made: Made, file: MadeFile, *, number: int) -> PieceFile:
    """Store a file and its poster; the row is not saved."""
    row = PieceFile(organization_id=job.organization_id, piece=piece, job=job, number=number, slide=file.slide)
    row.origin, row.recipe, row.report = (
        PieceFile.Origin.RENDERED,
        dict(file.recipe),
        [dict(one) for one in file.report],
    )
    row.alt_text = (file.alt_text or made.alt_text)[:1000]
    row.media_info = facts(file)
    with file.path.open("rb") as content:
        row.file.save(f"{piece.platform}{file.path.suffix}", File(content), save=False)
    if file.poster is not None:
        with file.poster.open("rb") as content:
            row.poster.save(f"poster{file.poster.suffix}", File(content), save=False)
    return row


def facts(file: MadeFile) -> dict[str, Any]:
    """Return what a made file is, as an asset's media_info, with its type. Raises MediaError."""
    mime = mimetypes.guess_type(file.path.name)[0] or "application/octet-stream"
    info = media.probe(file.path)
    more = {"has_audio": info.has_audio, "has_video": info.has_video, OWN: mime}
    return asdict(info) | more


def _word(piece: GeneratedContent, made: Made, asset: ContentAsset) -> None:
    piece.title, piece.text = made.title[:300], made.text
    piece.hashtags, piece.call_to_action = [tag[:100] for tag in made.hashtags], made.call_to_action[:200]
    piece.alt_text = made.alt_text[:1000]
    piece.made_by, piece.is_fallback, piece.fallback_reason = made.made_by, made.is_fallback, made.fallback_reason
    piece.language = (made.language or asset.language)[:8]
    piece.starts_at, piece.ends_at, piece.format = made.starts_at, made.ends_at, made.format
    piece.ai_label = made.ai_label
    piece.include_media = bool(made.files)


def _send(piece: GeneratedContent, first: PieceFile) -> None:
    piece.file, piece.media_info = first.file.name, first.media_info
    piece.duration = first.media_info.get("duration")


def _version(piece: GeneratedContent, made: Made) -> None:
    PieceVersion.objects.create(
        organization_id=piece.organization_id,
        piece=piece,
        number=piece.version,
        title=piece.title,
        text=piece.text,
        hashtags=piece.hashtags,
        call_to_action=piece.call_to_action,
        alt_text=piece.alt_text,
        made_by=made.made_by,
        model=made.model,
        tokens=made.tokens,
        steered_by=list(made.steered_by),
        note=made.prompt_note[:500],
    )


def _book(job: RepurposingJob, piece: GeneratedContent, made: Made, rows: Sequence[PieceFile]) -> None:
    """Book what a part took: a model's words each time, the render once, with the first piece that shows it."""
    is_first = not made.platforms or piece.platform == made.platforms[0]
    others = GeneratedContent.objects.filter(job=job, part=made.part).exclude(pk=piece.pk).exclude(file="")
    left = job.left()
    used = _asked(job, piece, made, most=left) if is_first else 0
    used += 0 if others.exists() else _rendered(job, made, rows, most=left - used)
    if used:
        RepurposingJob.objects.filter(pk=job.pk).update(credits_used=F("credits_used") + used)


def _asked(job: RepurposingJob, piece: GeneratedContent, made: Made, *, most: int) -> int:
    if made.asked is None:
        return 0
    expected = replace(made.expected, credits=min(made.expected.credits, most))
    subject = costs.Subject(
        organization_id=job.organization_id,
        client_id=piece.client_id,
        purpose=Generation.Purpose.PIECE,
        of=piece.pk,
        version=piece.version,
        about=f"{rules(piece.platform).name}, {piece.title or made.kind}",
    )
    kept = costs.count(subject, expected, made.asked, by=job.asked_by, held_as=job.held_as)
    return kept.credits if kept else 0


def _rendered(job: RepurposingJob, made: Made, rows: Sequence[PieceFile], *, most: int) -> int:
    """Book the seconds of finished video, at most what was told before.

    What the last credits no longer paid for is kept, and costs nothing.
    """
    amount = min(most, sum(costs.of_rendering(float(row.media_info.get("duration") or 0)) for row in rows))
    if not amount:
        return 0
    words = f"{job.get_kind_display()}: {job.asset.title}"[:120]
    try:
        told: dict[str, Any] = {"reason": words, "reference": f"job:{job.pk}:{made.part}", "by": job.asked_by}
        ledger.draw(job.organization_id, amount, held_as=job.held_as, **told)
    except limits.LimitReached:
        return 0
    return amount


def let_go(job: RepurposingJob, *, now: dt.datetime) -> None:
    """Free what a job held and did not take: it is over."""
    ledger.let_go(job.organization_id, held_as=job.held_as, now=now)


def stored_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration as JSON keeps it, without what was not said."""
    return {name: value for name, value in config.items() if value not in (None, "", [])}
