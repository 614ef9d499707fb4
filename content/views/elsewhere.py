"""A piece finished elsewhere: its kit, the file that comes back, and which of its files is sent."""

import uuid
from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, refuse_stranger, requires
from content.forms.elsewhere import BroughtForm
from content.forms.uploads import DiskHandler
from content.intake import receiving
from content.models import GeneratedContent, PieceFile
from content.pipeline import kitting
from content.screens import elsewhere as screen
from content.services import elsewhere, uploads
from content.views.pieces import visible
from trenddrop.core import zipping
from trenddrop.core.limits import LimitReached
from trenddrop.core.media import MediaError
from trenddrop.core.sniff import UnsupportedFile

REFUSED = (
    elsewhere.NotFinished, elsewhere.NoSuchPicture, LimitReached, MediaError, UnsupportedFile, uploads.EmptyFile,
    uploads.TooLarge, receiving.DiskFull,
)  # fmt: skip


@require_safe
@requires("content.view")
def page(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The three steps, and every file the piece was given."""
    return _page(request, visible(request, pk))


def _page(request: MemberRequest, piece: GeneratedContent, form: BroughtForm | None = None) -> HttpResponse:
    takes = screen.shown(screen.takes_of(request.membership, piece))
    context = {
        "piece": piece,
        "asset": piece.asset,
        "takes": takes,
        "form": form or BroughtForm(slides=screen.slides_of(takes)),
        "has_original": bool(piece.asset.file),
        "are_waiting": any(take.is_waiting for take in takes),
    }
    return render(request, "content/elsewhere.html", context, status=422 if form else 200)


@require_safe
@requires("content.view")
def kit(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The kit as a zip, sent as it is packed; `?original` takes the recording along."""
    piece = visible(request, pk)
    response = StreamingHttpResponse(
        packed(piece, with_original="original" in request.GET), content_type="application/zip"
    )
    name = receiving.clean_name(f"{piece.title or piece.asset.title}-{piece.platform}.zip")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def packed(piece: GeneratedContent, *, with_original: bool) -> Iterator[bytes]:
    """Read what the kit is made of now, and pack it while it is sent."""
    found = list(kitting.entries(kitting.packing_of(piece), with_original=with_original))
    return zipping.streamed(found)


@csrf_exempt
@require_POST
def bring(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Take the finished file; strangers are sent away before a byte is read, bytes go to disk, not to memory."""
    if not request.user.is_authenticated:
        return refuse_stranger(request)
    request.upload_handlers = [DiskHandler(request)]
    return csrf_protect(bring_form)(request, pk)


@requires("content.edit", scoped=False)
def bring_form(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Look at the file, and keep it as the piece's next take."""
    with tenancy.of_member(request.membership):
        piece = visible(request, pk)
        slides = screen.slides_of(screen.shown(screen.takes_of(request.membership, piece)))
    form = BroughtForm(request.POST, request.FILES, slides=slides)
    if any(getattr(handler, "stopped", False) for handler in request.upload_handlers):
        form.add_error("file", str(uploads.too_large(settings.UPLOAD_MAX_BYTES + 1)))
    if form.is_valid():
        given = form.cleaned_data
        brought = elsewhere.Brought(
            given["file"], given["file"].name or "", given["tool"], given.get("slide") or 0, given["alt_text"]
        )
        try:
            row = elsewhere.bring(piece, brought, by=request.membership)
        except REFUSED as error:
            form.add_error("file", str(error))
        else:
            told = _("Kept as take %(number)s from %(tool)s, and sent from now on.")
            messages.success(request, told % {"number": row.number, "tool": row.get_edit_tool_display()})
            return redirect("piece_elsewhere", pk=piece.pk)
    with tenancy.of_member(request.membership):
        return _page(request, piece, form)


bring.permission = "content.edit"  # type: ignore[attr-defined]


@require_POST
@requires("content.edit")
def choose(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send another of the piece's files."""
    take = get_object_or_404(PieceFile.objects.visible_to(request.membership), pk=pk)
    piece = visible(request, take.piece_id)
    try:
        row = elsewhere.choose(piece, take.pk, by=request.membership)
    except (elsewhere.NoSuchTake, elsewhere.AlreadySent) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Take %(number)s is sent from now on.") % {"number": row.number})
    return redirect("piece_elsewhere", pk=piece.pk)
