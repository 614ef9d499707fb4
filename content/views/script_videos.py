"""From a script to a video: a page to choose on, and the jobs."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, requires
from content.forms.script_videos import Offered, ScriptVideoForm
from content.models import Script
from content.pipeline.generate import platforms_of
from content.services import repurposing, script_videos, scripts
from content.views import scripts as script_view
from trenddrop.core.limits import LimitReached

REFUSED = (
    scripts.NotApproved, scripts.NothingToSay, script_videos.NotUsable, repurposing.NothingToMake,
    repurposing.WrongSettings, repurposing.BrandOfAnother, repurposing.TooManyJobs, LimitReached,
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.edit")
def script_video(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose voice, pictures, music, formats; each format becomes a job."""
    script = script_view.visible(request, pk)
    form = _form(request, script, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, script, form)
    try:
        jobs = script_videos.ask(script, form.wish(), by=request.membership)
    except REFUSED as error:
        form.add_error(None, str(error))
        return _page(request, script, form)
    messages.success(request, _("The video is being made. You may leave this page."))
    return redirect("repurposing_job", pk=jobs[0].pk) if len(jobs) == 1 else redirect("repurposing")


@require_safe
@requires("content.edit")
def price(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """What is chosen costs at most, while it is chosen."""
    script = script_view.visible(request, pk)
    form = _form(request, script, request.GET)
    return render(request, "content/partials/price.html", _priced(script, form))


def _priced(script: Script, form: ScriptVideoForm) -> dict[str, Any]:
    """What is chosen costs at most; None where it cannot be made."""
    address = reverse("script_video_price", args=[script.pk])
    if not form.is_bound:
        return {"price_url": address, "price": script_videos.price(script, form.usual())}
    return {"price_url": address, "price": script_videos.price(script, form.wish()) if form.is_valid() else None}


def _form(request: MemberRequest, script: Script, data: QueryDict | None = None) -> ScriptVideoForm:
    by = request.membership
    offered = Offered(
        voices=list(script_videos.usable_voices(script)[:10]),
        pictures=script_videos.choices("pictures", script, by),
        music=script_videos.choices("music", script, by),
    )
    brand = script.prompt.brand
    usual = [key for key in platforms_of(brand) if key in {"tiktok", "instagram", "youtube"}] or ["instagram"]
    return ScriptVideoForm(data, offered=offered, scenes=len(script.scenes), initial={"platforms": usual})


def _page(request: MemberRequest, script: Script, form: ScriptVideoForm) -> HttpResponse:
    scenes = list(zip(script.scenes, form.shown, strict=True))
    context = {"script": script, "form": form, "scenes": scenes, **_priced(script, form)}
    return render(request, "content/script_video.html", context, status=422 if form.is_bound else 200)
