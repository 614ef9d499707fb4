"""The door for files: a tus 1.0 server (https://tus.io/protocols/resumable-upload), and a form without a script."""

import base64
import hashlib
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts import tenancy
from accounts.access import MemberRequest, refuse_stranger, requires
from accounts.models import Membership
from content.forms.uploads import DiskHandler
from content.intake import receiving
from content.intake.receiving import Body
from content.models import ContentAsset, Upload
from content.services import uploads
from trenddrop.core.limits import LimitReached
from trenddrop.core.sniff import UnsupportedFile

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512, "md5": hashlib.md5}
PIECE_TYPE = "application/offset+octet-stream"
SILENCE = 30.0  # seconds without a byte after which a dead connection lets its upload go


class BadRequest(Exception):
    """The request is not what the protocol asks for."""


STATUS: dict[type[Exception], int] = {
    BadRequest: 400,
    uploads.EmptyFile: 400,
    uploads.UnknownBrand: 400,
    PermissionDenied: 403,
    Http404: 404,
    uploads.OffsetMismatch: 409,
    receiving.PartGone: 410,
    uploads.TooLarge: 413,
    LimitReached: 413,
    UnsupportedFile: 415,
    receiving.InUse: 423,
    uploads.ChecksumMismatch: 460,
    receiving.DiskFull: 507,
}
KNOWN = tuple(STATUS)


def tus(view: View[P]) -> View[P]:
    """Speak the protocol around a view: its version, its status codes, and sentences as plain text."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            response: HttpResponseBase = plain(401, _("Sign in again, then go on. What had arrived is kept."))
        elif request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            response = plain(412, f"This server speaks tus {VERSION}.")
            response["Tus-Version"] = VERSION
        else:
            response = _answer(view, request, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    return cast(View[P], answer)


def _answer(view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
    try:
        return view(request, *args, **kwargs)
    except KNOWN as error:
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        receiving.drain(body_of(request))
        words = _("This upload is not here any more. Choose the file again.") if status == 404 else str(error)
        return plain(status, words)


def plain(status: int, words: str) -> HttpResponse:
    """Answer in words for people."""
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def method_of(request: HttpRequest) -> str:
    """Return the method, also where a proxy lets only GET and POST through."""
    return (request.headers.get("X-HTTP-Method-Override") or request.method or "").upper()


@tus
@requires("content.edit", scoped=False)
def tus_create(request: MemberRequest) -> HttpResponse:
    """POST announces a file, and may bring its first bytes; OPTIONS says what this server can."""
    if method_of(request) == "OPTIONS":
        return options()
    if method_of(request) != "POST":
        return HttpResponseNotAllowed(["POST", "OPTIONS"])
    given = read_metadata(request.headers.get("Upload-Metadata", ""))
    upload = uploads.create(
        name=given.get("filename") or given.get("name") or "file",
        declared_type=given.get("filetype") or given.get("type") or "",
        brand=given.get("brand", ""),
        length=read_number(request, "Upload-Length"),
        metadata=request.headers.get("Upload-Metadata", "")[:4000],
        by=request.membership,
    )
    if request.headers.get("Content-Type", "") == PIECE_TYPE:
        upload = uploads.append(upload.pk, body_of(request), at=0, by=request.membership, checksum=checksum_of(request))
    response = state_of(upload, HttpResponse(status=201))
    response["Location"] = reverse("upload_part", args=[upload.pk])
    return tell_same(upload, request.membership, response)


@tus
@requires("content.edit", scoped=False)
def tus_part(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """HEAD asks where an upload stands, PATCH goes on with it, DELETE gives it up."""
    match method_of(request):
        case "HEAD":
            return tus_head(request, pk)
        case "PATCH":
            return tus_append(request, pk)
        case "DELETE":
            uploads.give_up(pk, by=request.membership)
            return HttpResponse(status=204)
        case "OPTIONS":
            return options()
    return HttpResponseNotAllowed(["HEAD", "PATCH", "DELETE", "OPTIONS"])


def tus_head(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Say how far the upload is; the last byte's asset is made here when the server stopped before it could."""
    with tenancy.of_member(request.membership):
        upload = uploads.find(pk, by=request.membership)
    uploads.finish_if_whole(upload, by=request.membership)
    response = state_of(upload, HttpResponse(status=200))
    response["Upload-Length"] = str(upload.length)
    if upload.metadata:
        response["Upload-Metadata"] = upload.metadata
    return response


def tus_append(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the bytes that come."""
    if request.headers.get("Content-Type", "") != PIECE_TYPE:
        raise UnsupportedFile(f"Send the bytes as {PIECE_TYPE}.")
    upload = uploads.append(
        pk,
        body_of(request),
        at=read_number(request, "Upload-Offset"),
        by=request.membership,
        checksum=checksum_of(request),
    )
    return tell_same(upload, request.membership, state_of(upload, HttpResponse(status=204)))


def tell_same(upload: Upload, member: Membership, response: HttpResponse) -> HttpResponse:
    """Say which asset has the same bytes as the one that was just made."""
    twin = uploads.twin_of(upload, by=member) if upload.asset_id else None
    if twin is not None:
        response["TrendDrop-Same"] = reverse("studio", args=[twin.pk])
        response["TrendDrop-Same-Title"] = quote(twin.title)
    return response


def options() -> HttpResponse:
    """Say what this server can."""
    response = HttpResponse(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Max-Size"] = str(settings.UPLOAD_MAX_BYTES)
    response["Tus-Checksum-Algorithm"] = ",".join(HASHES)
    return response


def state_of(upload: Upload, response: HttpResponse) -> HttpResponse:
    """Say where the upload stands: its offset, and until when it is kept or what became of it."""
    response["Upload-Offset"] = str(upload.offset)
    if upload.asset_id:
        response["Content-Location"] = response["TrendDrop-Asset"] = reverse("studio", args=[upload.asset_id])
    else:
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def body_of(request: HttpRequest) -> Body:
    """Return the request's bytes as they come; a silent connection ends after a while."""
    socket = request.META.get("gunicorn.socket")
    if socket is not None:
        socket.settimeout(SILENCE)
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower() and request.META.get("wsgi.input_terminated"):
        return Body(read=request.META["wsgi.input"].read, length=None)
    length = request.META.get("CONTENT_LENGTH") or "0"
    return Body(read=request.read, length=int(length) if length.isdecimal() else 0)


def read_number(request: HttpRequest, header: str) -> int:
    """Return a header's whole number; raise BadRequest."""
    written = request.headers.get(header, "")
    if not written.isascii() or not written.isdecimal() or len(written) > 18:
        raise BadRequest(f"{header} must be a whole number.")
    return int(written)


def read_metadata(header: str) -> dict[str, str]:
    """Read `key base64, key base64`; raise BadRequest."""
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8", "replace").replace("\x00", "")
        except ValueError as error:
            raise BadRequest(f"Upload-Metadata: {key} is not base64.") from error
    return found


def checksum_of(request: HttpRequest) -> uploads.Checksum | None:
    """Return what the piece must come to, if it says so; raise BadRequest."""
    header = request.headers.get("Upload-Checksum", "")
    if not header:
        return None
    name, _space, value = header.partition(" ")
    try:
        return uploads.Checksum(HASHES[name](usedforsecurity=False), base64.b64decode(value, validate=True))
    except (KeyError, ValueError) as error:
        raise BadRequest(f"Upload-Checksum must be one of {', '.join(HASHES)}, a space, and base64.") from error


# Without a script


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """A form that sends files; strangers are sent away before a byte is read, bytes go to disk, not to memory."""
    if not request.user.is_authenticated:
        return refuse_stranger(request)
    if request.method == "POST":
        request.upload_handlers = [DiskHandler(request)]
    return csrf_protect(upload_form)(request)


@requires("content.edit", scoped=False)
def upload_form(request: MemberRequest) -> HttpResponse:
    """Take each file of the form; one that is refused does not stop the others."""
    if request.method != "POST":
        return _show_form(request, [])
    made, refused = [], []
    for file in request.FILES.getlist("file"):
        try:
            made.append(_take(request, file))
        except KNOWN as error:
            refused.append(f"{receiving.clean_name(file.name or '')}: {error}")
    if any(getattr(handler, "stopped", False) for handler in request.upload_handlers):
        refused.append(str(uploads.too_large(settings.UPLOAD_MAX_BYTES + 1)))
    if not made:
        return _show_form(request, refused or [_("No file came. Choose one, then press Upload.")])
    for words in refused:
        messages.error(request, words)
    messages.success(request, _("Uploaded, now being understood."))
    if len(made) > 1:
        _warn_of_twins(request, made)
    return redirect("studio", made[0].pk) if len(made) == 1 else redirect("library")


def _warn_of_twins(request: MemberRequest, made: list[ContentAsset]) -> None:
    """Name files that are here twice; for a single one its own page says so."""
    with tenancy.of_member(request.membership):
        found = [(asset, uploads.first_twin(asset, by=request.membership)) for asset in made]
    for asset, twin in found:
        if twin is not None:
            words = _("“%(new)s” has the same content as “%(old)s”, which is here already.")
            messages.warning(request, words % {"new": asset.title, "old": twin.title})


def _take(request: MemberRequest, file: UploadedFile[bytes]) -> ContentAsset:
    body = Body(read=file.read, length=file.size)
    return uploads.take_file(body, name=file.name or "", by=request.membership, brand=request.POST.get("brand", ""))


def _show_form(request: MemberRequest, errors: list[str]) -> HttpResponse:
    with tenancy.of_member(request.membership):
        context = {"upload_limit": settings.UPLOAD_MAX_BYTES, "error": " ".join(errors)}
        return render(request, "content/upload.html", context, status=422 if errors else 200)


upload.permission = "content.edit"  # type: ignore[attr-defined]
