"""The Studio: one asset, from what is said to what is sent."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from content import queries
from content.forms.pieces import PieceForm
from content.forms.transcripts import PlaceForm, SubtitlesForm
from content.models import ContentAsset, GeneratedContent, PipelineStep, TrendMatch
from content.pieces.composing import composed
from content.screens import spending, studio, timeline, transcripts, understood
from content.services import pipeline
from content.transcripts import spoken
from content.views import piece_making
from trenddrop.core.platforms import rules
from trenddrop.core.platforms.threads import THREADED
from trenddrop.core.speech import subtitles

ROOM_FOR_ARTICLE = 2500  # of a platform's own count
FILE = {"fetch", "probe"}  # steps without which there is no material to add words to
WRITTEN = {
    "vtt": (subtitles.to_vtt, "text/vtt"),
    "srt": (subtitles.to_srt, "application/x-subrip"),
    "txt": (subtitles.to_txt, "text/plain"),
}
WORKING = {ContentAsset.Status.PENDING, ContentAsset.Status.PROCESSING}


@require_safe
@requires("content.view")
def page(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Everything about one asset; htmx takes the parts it asked for out of it."""
    return show(request, visible(request, pk))


def show(request: MemberRequest, asset: ContentAsset, *, status: int = 200, **more: Any) -> HttpResponse:
    """Render the page; `more` holds forms that could not be taken."""
    pieces = list(studio.pieces_of(asset))
    place = PlaceForm(request.GET)
    context = around(asset, at=place.second, page=place.number) | {"pieces": studio.tabs(asset, pieces)} | more
    asked = request.GET.get("piece")
    chosen = next((piece for piece in pieces if asked in {str(piece.pk), piece.platform}), None)
    if pieces:
        context |= of_piece(asset, chosen or pieces[0])
    return render(request, "content/studio.html", context, status=status)


def visible(request: MemberRequest, pk: uuid.UUID) -> ContentAsset:
    """Return an asset the member may see, with what is known of it."""
    rows = studio.with_parts(queries.with_twins(queries.assets_of(request.membership), request.membership))
    parts = rows.select_related("transcript", "analysis", "brand").defer("transcript__recognised")
    return get_object_or_404(parts, pk=pk)


def around(asset: ContentAsset, *, at: float | None = None, page: int = 1) -> dict[str, Any]:
    """Return what the page shows of the asset itself; of a long transcript the part in which second `at` is."""
    steps = studio.steps_of(asset)
    matches = list(TrendMatch.objects.filter(asset=asset).select_related("topic").defer("topic__embedding"))
    transcript, analysis = getattr(asset, "transcript", None), getattr(asset, "analysis", None)
    matching = next((step for step in steps if step.name == "match" and step.status == PipelineStep.Status.DONE), None)
    args, said = [asset.pk], spoken.lines(transcript, matches)
    return {
        "asset": asset,
        "media_url": reverse("file", args=args) if asset.file else "",
        "poster_url": reverse("thumbnail", args=args) if asset.thumbnail else "",
        "captions_url": reverse("captions", args=args) if transcript and transcript.words else "",
        "transcript_url": reverse("transcript", args=args) if transcript and transcript.words else "",
        "is_stale": spoken.is_stale(transcript, steps),
        "mime_type": asset.mime_type,
        "steps": studio.shown_steps(steps),
        "working": asset.status in WORKING,
        "transcript": transcript,
        "is_readable": asset.kind == ContentAsset.Kind.DOCUMENT
        or not any(step.status == PipelineStep.Status.FAILED and step.name in FILE for step in steps),
        "words": spoken.as_text(said) or asset.text,
        "subtitles_form": SubtitlesForm(),
        "text_form": None,
        "subtitles_url": reverse("asset_subtitles", args=args),
        "text_url": reverse("asset_text", args=args),
        "analysis": analysis,
        "names": understood.names(analysis),
        "scores": understood.scores(analysis),
        "fits": understood.fits(analysis),
        "moods": understood.moods(analysis),
        "matches": studio.shown_matches(matches),
        "topics_seen": matching.data.get("topics", 0) if matching else 0,
        "matched_at": matching.finished_at if matching else None,
        "cancel_url": reverse("asset_cancel", args=args),
        "retry_url": reverse("asset_retry", args=args),
        "rematch_url": reverse("asset_match", args=args),
    } | _shown_of(transcripts.part(said, at=at, number=page), studio.moments(analysis, asset.duration))


def _shown_of(part: transcripts.Part, moments: list[studio.ShownMoment]) -> dict[str, Any]:
    unsure = any(word.unsure for line in part.lines for word in line.words)
    told = {"part": part, "lines": part.lines, "has_unsure": unsure}
    return told | {"moments": moments, "moment_marks": timeline.marks(moments)}


def of_piece(asset: ContentAsset, piece: GeneratedContent, form: PieceForm | None = None) -> dict[str, Any]:
    """Return what the page shows of one piece."""
    piece.asset = asset
    return {
        "piece": piece,
        "form": form or PieceForm(instance=piece),
        "counters": studio.counters(piece),
        "preview_text": composed(piece),
        "save_url": reverse("piece", args=[piece.pk]),
        "rewrite_url": reverse("piece_rewrite", args=[piece.pk]),
        "versions": studio.versions_of(piece),
        "cost": spending.expected(asset, piece.kind),
        "can_be_thread": piece.platform in THREADED,
        "can_be_article": rules(piece.platform).text_limit >= ROOM_FOR_ARTICLE,
        "frames": studio.frames_of(asset),
        "thumb_url": reverse("frame", args=[piece.thumbnail_id]) if piece.thumbnail_id else "",
        "handle": asset.brand.name if asset.brand else "",
    } | piece_making.shown(piece)


@require_safe
@requires("content.view")
def captions(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The words as WebVTT, or as SRT or plain text for whoever asks with ?as=srt or ?as=txt."""
    asset = visible(request, pk)
    wanted = request.GET.get("as", "")
    written, kind = WRITTEN.get(wanted, WRITTEN["vtt"])
    words, speaking = spoken.parts_of(getattr(asset, "transcript", None))
    return HttpResponse(written(words, speaking), content_type=f"{kind}; charset=utf-8")


@require_POST
@requires("content.edit")
def cancel(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop the rest."""
    asset = visible(request, pk)
    try:
        pipeline.cancel(asset, by=request.membership)
        messages.info(request, _("Stopping. What is finished is kept."))
    except pipeline.NotRunning as error:
        messages.warning(request, str(error))
    return redirect("studio", pk=pk)


@require_POST
@requires("content.edit")
def retry(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Go on from where it stopped."""
    asset = visible(request, pk)
    try:
        pipeline.retry(asset, by=request.membership)
    except pipeline.NothingToRetry as error:
        messages.warning(request, str(error))
    return redirect("studio", pk=pk)


@require_POST
@requires("content.edit")
def match_again(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Compare with the topics of now; pieces that people edited stay as they are."""
    asset = visible(request, pk)
    try:
        pipeline.again(asset, "match", by=request.membership)
    except pipeline.StillRunning as error:
        messages.warning(request, str(error))
    return redirect("studio", pk=pk)
