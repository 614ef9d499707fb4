"""Conversions: the funnel, who earned what, one journey; entering, bringing, giving back."""

import datetime as dt
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from accounts.models import Membership
from accounts.queries import key_of
from analytics import span, tables
from analytics.attribution import DAY, MODELS
from analytics.forms.conversions import ConversionForm, FileForm, RefundForm
from analytics.models import Conversion, ConversionCredit, ConversionSite
from analytics.queries import conversions as queries
from analytics.queries.conversions import GROUPS, Wish
from analytics.screens import conversions as screens
from analytics.services import conversions as commands
from analytics.services.conversions import CannotConvert, Entry
from trenddrop.core import csvs

PAGE = 50
SHOWN = 40  # of who earned: the rest when asked for, and in the file


def wish_of(request: HttpRequest, member: Membership) -> Wish:
    """Return what the address asks for; today is in it, for people look whether it works."""
    zone = ZoneInfo(member.organization.timezone)
    tomorrow = timezone.now().astimezone(zone).date() + DAY
    asked = Wish(span.asked(request.GET.dict(), today=tomorrow), zone)
    site = key_of(request.GET.get("site", ""))
    if site and queries.sites(member).filter(pk=site).exists():
        asked = replace(asked, site=site)
    kind = request.GET.get("type", "")
    return replace(asked, type=kind) if kind in Conversion.Type.values else asked


@require_safe
@requires("analytics.view")
def page(request: MemberRequest) -> HttpResponse:
    """Show how many came how far, and who earned it under the chosen model."""
    member = request.membership
    wish, sites = wish_of(request, member), list(queries.sites(member))
    by = request.GET.get("by", "")
    by = by if by in GROUPS else "post"
    model = request.GET.get("model", "")
    model = model if model in MODELS else next((each.attribution for each in sites if each.pk == wish.site), "last")
    found = queries.funnel(member, wish)
    is_example = bool(sites) and all(each.is_example for each in sites if wish.site in {None, each.pk})
    rows, steps = queries.conversions(member, wish), screens.steps(found)
    most = queries.MOST_ROWS if "csv" in request.GET or "all" in request.GET else SHOWN
    earned = queries.earned(member, wish, by=by, model=model, most=most + 1)
    types, waits = queries.by_type(rows), queries.waits(queries.kept(rows))
    touches = queries.touchpoints(queries.kept(rows))
    if request.GET.get("csv") == "conversions":
        made = [screens.list_table(member, wish)]
    else:
        made = [
            screens.funnel_table(steps), screens.earned_table(earned[:most], by=by), screens.types_table(types),
            screens.waits_table(waits), screens.touches_table(touches),
        ]  # fmt: skip
    context = {
        "wish": wish, "periods": span.PERIODS, "sites": sites, "steps": steps,
        "hints": screens.hints(found, is_example=is_example), "is_example": is_example,
        "by": by, "groups": screens.GROUP_NAMES.items(), "model": model, "models": screens.MODEL_NAMES.items(),
        "lines": screens.lines(earned[:most], by=by, model=model), "more": most == SHOWN < len(earned),
        "types": types, "kinds": Conversion.Type.choices,
        "waits": screens.shares(list(zip(screens.WAIT_NAMES, waits, strict=True))) if sum(waits) else [],
        "touches": screens.shares(touches), "keep": _kept(wish, by=by, model=model), **_latest(request, rows),
    }  # fmt: skip
    return tables.asked(request, made) or render(request, "analytics/conversions/page.html", context)


def _kept(wish: Wish, *, by: str, model: str) -> str:
    """What an address keeps when one thing is changed: it comes first, what is changed after it."""
    parts = [wish.span.query, f"by={by}", f"model={model}"]
    parts += [f"site={wish.site}"] if wish.site else []
    return "&".join([*parts, f"type={wish.type}"] if wish.type else parts)


def _latest(request: HttpRequest, rows: object) -> dict[str, object]:
    number = request.GET.get("page", "")
    at = min(int(number), 400) if number.isascii() and number.isdecimal() and int(number) else 1
    listed = rows.select_related("site").defer("told").order_by("-at", "-pk")  # type: ignore[attr-defined]
    found = list(listed[(at - 1) * PAGE : at * PAGE + 1])
    return {"rows": found[:PAGE], "next_page": at + 1 if len(found) > PAGE else None, "previous_page": at - 1}


def _row(request: MemberRequest, key: UUID) -> Conversion:
    rows = Conversion.objects.visible_to(request.membership).select_related("site")
    return get_object_or_404(rows, pk=key)


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """Show one journey, touch by touch, and what each model makes of it."""
    return _one(request, _row(request, key))


def _one(request: MemberRequest, row: Conversion, form: RefundForm | None = None) -> HttpResponse:
    posts = queries.touched_posts(row, request.membership)
    earned: dict[str, list[ConversionCredit]] = {model: [] for model in MODELS}
    for each in row.credits.select_related("post__connection").order_by("-share", "pk"):
        earned[each.model].append(each)
    context = {
        "row": row,
        "journey": [
            {**each, "post": posts.get(str(each.get("post", ""))), "when": dt.datetime.fromisoformat(each["at"])}
            for each in row.touchpoints
        ],
        "credits": [(screens.MODEL_NAMES[name], name == row.site.attribution, found) for name, found in earned.items()],
        "net": None if row.value is None else row.value - row.refunded,
        "took": row.first_touch_at and row.at - row.first_touch_at,
        "form": form or RefundForm(),
    }  # fmt: skip
    return render(request, "analytics/conversions/one.html", context, status=422 if form else 200)


@require_POST
@requires("analytics.edit")
def give_back(request: MemberRequest, key: UUID) -> HttpResponse:
    """Note what was given back."""
    row, form = _row(request, key), RefundForm(request.POST)
    if form.is_valid():
        try:
            commands.refund(row, amount=form.cleaned_data["amount"], by=request.membership, now=timezone.now())
        except CannotConvert as error:
            form.add_error("amount", str(error))
        else:
            messages.success(request, _("Noted."))
            return redirect("numbers_conversion", key)
    return _one(request, row, form)


@require_POST
@requires("conversions.manage")
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Remove a mistake."""
    commands.remove(_row(request, key), by=request.membership)
    messages.success(request, _("The conversion is removed."))
    return redirect("numbers_conversions")


def site_or_404(request: MemberRequest, key: UUID) -> ConversionSite:
    """Return the member's site."""
    return get_object_or_404(ConversionSite.objects.visible_to(request.membership), pk=key)


@require_POST
@requires("analytics.edit")
def enter(request: MemberRequest, key: UUID) -> HttpResponse:
    """Enter one by hand."""
    site = site_or_404(request, key)
    form = ConversionForm(request.POST, member=request.membership, site=site)
    if form.is_valid():
        try:
            row = commands.enter(site, Entry(**form.cleaned_data), by=request.membership, now=timezone.now())
        except CannotConvert as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The conversion is noted."))
            return redirect("numbers_conversion", row.pk)
    return by_hand_page(request, site, form=form)


@require_POST
@requires("analytics.edit")
def bring(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take conversions from a file."""
    site, form = site_or_404(request, key), FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            count = commands.bring(site, form.cleaned_data["file"], by=request.membership, now=timezone.now())
        except csvs.CannotRead as error:
            form.add_error("file", str(error))
        else:
            told = ngettext("%(n)s new conversion is being added.", "%(n)s new conversions are being added.", count)
            messages.success(request, told % {"n": count})
            return redirect("numbers_conversions")
    return by_hand_page(request, site, file_form=form)


def by_hand_page(
    request: MemberRequest,
    site: ConversionSite,
    *,
    form: ConversionForm | None = None,
    file_form: FileForm | None = None,
) -> HttpResponse:
    """The page for what no machine tells."""
    context = {
        "site": site,
        "form": form or ConversionForm(member=request.membership, site=site),
        "file_form": file_form or FileForm(),
    }
    return render(request, "analytics/conversions/by_hand.html", context, status=422 if form or file_form else 200)


@require_safe
@requires("analytics.edit")
def by_hand(request: MemberRequest, key: UUID) -> HttpResponse:
    """Enter one, or bring a file."""
    return by_hand_page(request, site_or_404(request, key))
