"""Making more of an original: the plan, its one click, jobs with their progress and results."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from content import queries
from content.forms.repurposing import AnewForm, JobForm
from content.looks import FILMS_OF
from content.models import ContentAsset, RepurposingJob, RepurposingStrategy
from content.pipeline.generate import PLATFORMS
from content.pipeline.makers.kinds import DEFAULTS
from content.screens import repurposing as shown
from content.services import repurposing as commands
from content.views.pieces import visible as visible_piece
from trenddrop.core.limits import LimitReached

LONGEST = 12 * 3600  # seconds of a recording
REFUSED = (
    commands.NothingToMake, commands.WrongSettings, commands.BrandOfAnother, commands.TooManyJobs,
    commands.NotOfAJob, LimitReached,
)  # fmt: skip


def visible(request: MemberRequest, pk: uuid.UUID) -> RepurposingJob:
    """Return a job the member may see."""
    return get_object_or_404(shown.jobs_of(request.membership), pk=pk)


def _asset(request: MemberRequest, pk: uuid.UUID) -> ContentAsset:
    films = [f"brand__{each}" for each in FILMS_OF]
    rows = queries.assets_of(request.membership).select_related("brand", *films)
    wanted = rows.annotate(wanted=F("brand__preferred_platforms"))
    return get_object_or_404(wanted, pk=pk)


@require_safe
@requires("content.view")
def make_more(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """What could be made of an asset, what is being made, and a form to choose by hand."""
    return _page(request, _asset(request, pk))


def _page(request: MemberRequest, asset: ContentAsset, form: JobForm | None = None) -> HttpResponse:
    plan = shown.plan_of(asset, request.membership)
    jobs = list(shown.jobs_of(request.membership).filter(asset=asset)[: shown.JOBS])
    usual = {
        "platforms": getattr(asset, "wanted", None) or PLATFORMS,
        "kind": "shorts" if asset.kind == "video" else "social",
    }
    usual |= {name: second for name in ("start", "end") if (second := _second(request.GET.get(name, ""))) is not None}
    context: dict[str, Any] = {
        "asset": asset,
        "plan": plan,
        "lines": shown.lines_of(plan, request.membership.organization.timezone) if plan else [],
        "jobs": jobs,
        **_watched(request, jobs),
        "form": form or JobForm(asset=asset, initial=usual),
        "price_url": _price_url(asset),
        "price": _price(asset, form) if form else _usual_price(asset, usual),
    }
    return render(request, "content/make_more.html", context, status=422 if form else 200)


def _price_url(asset: ContentAsset) -> str:
    return reverse("make_more_price", args=[asset.pk])


def _usual_price(asset: ContentAsset, usual: Mapping[str, Any]) -> int:
    """What is chosen before anybody chose costs at most."""
    config = {name: usual[name] for name in ("start", "end") if name in usual and name in DEFAULTS[usual["kind"]]}
    return commands.price(asset, kind=usual["kind"], platforms=usual["platforms"], config=config)


def _price(asset: ContentAsset, form: JobForm) -> int | None:
    """What is chosen costs at most; None where it cannot be made."""
    if form.errors:
        return None
    given = form.cleaned_data
    try:
        order: Any = {"platforms": given["platforms"], "format": given["format"], "config": form.config()}
        return commands.price(asset, kind=given["kind"], **order)
    except commands.WrongSettings:
        return None


@require_safe
@requires("content.edit")
def price(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """What is chosen by hand costs at most, while it is chosen."""
    asset = _asset(request, pk)
    context = {"price_url": _price_url(asset), "price": _price(asset, JobForm(request.GET, asset=asset))}
    return render(request, "content/partials/price.html", context)


def _second(told: str) -> float | None:
    """Read a second from an address; None for anything else."""
    try:
        second = float(told)
    except ValueError:
        return None
    return round(second, 3) if 0 <= second <= LONGEST else None


@require_POST
@requires("content.edit")
def plan(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Have a plan made."""
    asset = _asset(request, pk)
    try:
        made = commands.plan(asset, by=request.membership, now=timezone.now())
        if not made.lines:
            messages.warning(request, " ".join(made.notes))
    except REFUSED as error:
        messages.error(request, str(error))
    return redirect("make_more", pk=pk)


@require_POST
@requires("content.edit")
def plan_make(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Make what a plan says: all of it, or the lines that are ticked."""
    rows = RepurposingStrategy.objects.visible_to(request.membership).filter(asset__deleted_at=None)
    row = get_object_or_404(rows.select_related("asset"), pk=pk)
    try:
        jobs = commands.make(row, by=request.membership, keys=set(request.POST.getlist("line")))
        told = ngettext("%(count)s job is on its way.", "%(count)s jobs are on their way.", len(jobs))
        messages.info(request, told % {"count": len(jobs)})
    except REFUSED as error:
        messages.error(request, str(error))
    return redirect("make_more", pk=row.asset_id)


@require_POST
@requires("content.edit")
def ask(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Queue a job put together by hand."""
    asset = _asset(request, pk)
    form = JobForm(request.POST, asset=asset)
    if not form.is_valid():
        return _page(request, asset, form)
    given = form.cleaned_data
    try:
        order: Any = {"platforms": given["platforms"], "format": given["format"], "config": form.config()}
        job = commands.ask(asset, kind=given["kind"], by=request.membership, **order)
    except REFUSED as error:
        form.add_error(None, str(error))
        return _page(request, asset, form)
    return redirect("repurposing_job", pk=job.pk)


@require_safe
@requires("content.view")
def jobs(request: MemberRequest) -> HttpResponse:
    """Every job, the latest first."""
    page = Paginator(shown.jobs_of(request.membership), shown.JOBS).get_page(request.GET.get("page"))
    found = list(page.object_list)
    return render(request, "content/jobs.html", {"jobs": found, "page": page, **_watched(request, found)})


def _watched(request: MemberRequest, jobs: Sequence[RepurposingJob]) -> dict[str, Any]:
    """Return what a list of jobs needs to look again by itself."""
    mark = shown.mark_of(jobs)
    return {"are_open": shown.are_open(jobs), "mark": mark, "is_known": request.GET.get("mark") == mark}


@require_safe
@requires("content.view")
def job(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One job: how far it is, and what came of it."""
    return _job(request, visible(request, pk))


def _job(request: MemberRequest, row: RepurposingJob, **more: Any) -> HttpResponse:
    parts = shown.parts_of(row, request.membership)
    mark = f"{row.status}-{sum(len(part.pieces) + len(part.takes) for part in parts)}"
    context: dict[str, Any] = {
        "job": row,
        "asset": row.asset,
        "is_open": row.status in shown.OPEN,
        "parts": [(part, _form(part, row.kind)) for part in parts],
        "made_for": getattr(row, "brand_name", None),
        "mark": mark,
        "is_known": request.GET.get("mark") == mark,
    }
    return render(request, "content/job.html", context | more)


def _form(part: shown.ShownPart, kind: str) -> AnewForm | None:
    if not part.can_be_made_anew:
        return None
    recipe, piece = part.recipe, part.first
    usual = {"start": piece.starts_at, "end": piece.ends_at, "headline": recipe.get("title")}
    usual |= {name: recipe.get(name) for name in ("style", "layout")}
    usual |= {"without_gaps": len(recipe.get("spans", ())) > 1, "cards": True}
    return AnewForm(kind=kind, initial=usual, auto_id=f"part{part.part}_%s")


@require_POST
@requires("content.edit")
def stop(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop it; what is finished is kept."""
    row = visible(request, pk)
    try:
        commands.cancel(row, by=request.membership)
        messages.info(request, _("Stopped. What was finished is kept."))
    except commands.NotUnderWay as error:
        messages.warning(request, str(error))
    return redirect("repurposing_job", pk=pk)


@require_POST
@requires("content.edit")
def retry(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Go on where it failed or was stopped."""
    row = visible(request, pk)
    try:
        commands.retry(row, by=request.membership)
    except (commands.NotEnded, *REFUSED) as error:
        messages.warning(request, str(error))
    return redirect("repurposing_job", pk=pk)


@require_POST
@requires("content.edit")
def sooner(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Let it be done before the others that wait."""
    row = visible(request, pk)
    try:
        commands.prioritise(row, priority=1, by=request.membership)
        messages.info(request, _("It is done next."))
    except commands.NotUnderWay as error:
        messages.warning(request, str(error))
    return redirect("repurposing_job", pk=pk)


@require_POST
@requires("content.edit")
def anew(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Have a clip made anew with another range, style or picture; every earlier file is kept."""
    piece = visible_piece(request, pk)
    form = AnewForm(request.POST, kind=piece.job.kind if piece.job else "")
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("repurposing_job", pk=piece.job_id) if piece.job_id else redirect("studio", pk=piece.asset_id)
    try:
        job = commands.anew(piece, by=request.membership, changes=form.picture())
    except REFUSED as error:
        messages.error(request, str(error))
        return redirect("studio", pk=piece.asset_id)
    return redirect("repurposing_job", pk=job.pk)
