"""Pictures and clips of templates at the operators' desk."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from trenddrop.core import serving

KINDS = {"preview": "image/jpeg", "file": "video/mp4"}


def picture(row: Any, opts: Any) -> str:
    """Return the picture as markup; a dash where none was drawn."""
    if not row.pk or not row.preview:
        return "–"
    return format_html('<img src="{}" alt="" width="240">', _address(opts, "preview", row))


def clip(row: Any, opts: Any) -> str:
    """Return the clip as markup; a dash where there is none."""
    if not row.pk or not row.file:
        return "–"
    return format_html('<video src="{}" width="240" controls preload="metadata"></video>', _address(opts, "file", row))


def _address(opts: Any, field: str, row: Any) -> str:
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{field}", args=[row.pk])


def addresses(desk: Any) -> list[URLPattern]:
    """Return the addresses of a model's pictures and clips, for operators who may see its rows."""
    opts = desk.opts
    return [
        path(
            f"<uuid:pk>/{field}/",
            desk.admin_site.admin_view(partial(_serve, desk, field)),
            name=f"{opts.app_label}_{opts.model_name}_{field}",
        )
        for field in KINDS
    ]


def _serve(desk: Any, field: str, request: HttpRequest, pk: Any) -> HttpResponseBase:
    if not desk.has_view_permission(request):
        raise PermissionDenied
    file = getattr(get_object_or_404(desk.get_queryset(request), pk=pk), field)
    if not file:
        raise Http404
    response = serving.answer(request, serving.in_storage(file.storage, file.name))
    response["Content-Type"] = KINDS[field]
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
