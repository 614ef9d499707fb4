"""How sites and pieces are found in search."""

import zoneinfo
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.queries import key_of
from analytics import search_files, span, tables
from analytics.collection import search as collection
from analytics.forms.search import FileForm, PieceForm, SiteForm
from analytics.models import SearchProperty, SeoMetrics
from analytics.queries import search
from analytics.screens import search as screens
from analytics.services import search as commands
from analytics.services import search_sign_in
from analytics.sources.search_console import SCOPES
from content.models import GeneratedContent


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """One site's clicks, keywords and pages against the days before; sites to add, files to bring."""
    return _index(request, SiteForm(), FileForm())


def _index(request: MemberRequest, site_form: SiteForm, file_form: FileForm, *, site: object = None) -> HttpResponse:
    sites = search.sites(request.membership)
    wanted = site or key_of(request.GET.get("site", ""))
    chosen = next((each for each in sites if each.pk == wanted), sites[0] if sites else None)
    zone = zoneinfo.ZoneInfo(request.membership.organization.timezone)
    days = span.asked(request.GET.dict(), today=timezone.now().astimezone(zone).date())
    order = request.GET.get("sort", "") if request.GET.get("sort") in search.ORDERS else search.ORDERS[0]
    found = screens.shown(chosen, days, order=order) if chosen else None
    if found and (file := tables.asked(request, screens.tables(found, days) if "csv" in request.GET else ())):
        return file
    context = {
        "sites": sites,
        "found": found,
        "site": chosen,
        "days": days,
        "periods": span.PERIODS,
        "order": order,
        "shown": search.SHOWN,
        "pieces": screens.pieces(request.membership, [chosen] if chosen else None),
        "site_form": site_form,
        "file_form": file_form,
        "missing": collection.console().missing,
    }
    status = 422 if site_form.is_bound or file_form.is_bound else 200
    return render(request, "analytics/search/index.html", context, status=status)


@require_POST
@requires("analytics.edit")
def add(request: MemberRequest) -> HttpResponse:
    """Add a site."""
    form = SiteForm(request.POST)
    if form.is_valid():
        try:
            row = commands.add_site(form.cleaned_data["url"], by=request.membership)
        except commands.CannotSearch as error:
            form.add_error("url", str(error))
        else:
            messages.success(request, _("The site is here. Connect Search Console, or bring its files."))
            return _to(row)
    return _index(request, form, FileForm())


def _to(site: SearchProperty) -> HttpResponse:
    return redirect(f"{reverse('numbers_search')}?site={site.pk}")


def _site(request: MemberRequest, key: UUID) -> SearchProperty:
    return get_object_or_404(SearchProperty.objects.visible_to(request.membership), pk=key)


@require_POST
@requires("analytics.edit")
def bring(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take an export of Search Console in."""
    site, form = _site(request, key), FileForm(request.POST, request.FILES)
    if form.is_valid():
        given, data = form.cleaned_data, form.cleaned_data["file"].read(search_files.MOST_BYTES + 1)
        try:
            read, kept = commands.bring(
                site, data, by=request.membership, now=timezone.now(), first=given["first"], last=given["last"]
            )
        except (search_files.CannotRead, commands.CannotSearch) as error:
            form.add_error("file", str(error))
        else:
            words = ngettext("%(n)s row was kept.", "%(n)s rows were kept.", kept) % {"n": kept}
            if read.passed_over:
                more = ngettext(
                    "%(n)s line could not be read and was left out.",
                    "%(n)s lines could not be read and were left out.",
                    read.passed_over,
                )
                words = f"{words} {more % {'n': read.passed_over}}"
            messages.success(request, words)
            return _to(site)
    return _index(request, SiteForm(), form, site=site.pk)


@require_POST
@requires("analytics.edit", scoped=False)
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Remove a site and its numbers, and give its sign-in back."""
    with tenancy.of_member(request.membership):
        site = _site(request, key)
    search_sign_in.give_back(site)
    with tenancy.of_member(request.membership):
        commands.remove_site(_site(request, key), by=request.membership)
    messages.info(request, _("The site and its search numbers are gone. What is known of your pieces stays."))
    return redirect("numbers_search")


@require_POST
@requires("analytics.edit", scoped=False)
def connect(request: MemberRequest) -> HttpResponse:
    """Go to Google, to let Search Console be read."""
    try:
        return redirect(search_sign_in.begin(by=request.membership, now=timezone.now()))
    except commands.CannotSearch as error:
        messages.error(request, str(error))
        return redirect("numbers_search")


@require_safe
@requires("analytics.edit", scoped=False)
def back(request: MemberRequest) -> HttpResponse:
    """Take the person back from Google."""
    code, state, error = (request.GET.get(name, "") for name in ("code", "state", "error"))
    try:
        row = search_sign_in.finish(code=code, state=state, error=error, by=request.membership, now=timezone.now())
    except commands.CannotSearch as refused:
        messages.error(request, str(refused))
        return redirect("numbers_search")
    return redirect("numbers_search_choose", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def choose(request: MemberRequest, key: UUID) -> HttpResponse:
    """Say which of the sites are to be read."""
    now, error = timezone.now(), ""
    try:
        _row, sites = search_sign_in.offered(key, by=request.membership, now=now)
        if request.method == "POST":
            found = search_sign_in.choose(key, request.POST.getlist("sites"), by=request.membership, now=now)
            words = _("Connected. The last three months are being read; the numbers stand here within the hour.")
            messages.success(request, words)
            return _to(found[0])
    except search_sign_in.SignInLost as lost:
        raise Http404(str(lost)) from lost
    except commands.CannotSearch as refused:
        error = str(refused)
    context = {"sites": sites, "error": error, "key": key, "scopes": SCOPES}
    return render(request, "analytics/search/choose.html", context, status=422 if error else 200)


@require_safe
@requires("analytics.view")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """One piece: keywords and places, visits, and what people noted."""
    return _one(request, _piece(request, key), None)


@require_POST
@requires("analytics.edit")
def note(request: MemberRequest, key: UUID) -> HttpResponse:
    """Note what a piece is to be found for, and how it is found."""
    piece = _piece(request, key)
    row = SeoMetrics.objects.visible_to(request.membership).filter(piece=piece).first()
    form = PieceForm(request.POST, row=row)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in NOTED}
        try:
            commands.note_piece(piece, by=request.membership, now=timezone.now(), places=form.places, **given)
        except commands.CannotSearch as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Noted."))
            return redirect("numbers_search_of", key)
    return _one(request, piece, form)


NOTED = ("page", "target_keywords", "organic_traffic", "backlinks", "authority_impact")


def _piece(request: MemberRequest, key: UUID) -> GeneratedContent:
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None).select_related("asset")
    return get_object_or_404(rows, pk=key)


def _one(request: MemberRequest, piece: GeneratedContent, form: PieceForm | None) -> HttpResponse:
    rows = SeoMetrics.objects.visible_to(request.membership).select_related("property")
    row = rows.filter(piece=piece).first()
    initial = {name: getattr(row, name) for name in NOTED} if row else {}
    initial["target_keywords"] = "\n".join(row.target_keywords) if row else ""
    zone = zoneinfo.ZoneInfo(request.membership.organization.timezone)
    days = span.asked(request.GET.dict(), today=timezone.now().astimezone(zone).date())
    found = (
        search.level(row.property, days, search.QUERY, page=row.page, most=search.SHOWN)
        if row and row.property
        else None
    )
    context = {
        "piece": piece,
        "row": row,
        "form": form or PieceForm(initial=initial, row=row),
        "rankings": screens.rankings(row),
        "found": found,
        "days": days,
    }
    return render(request, "analytics/search/one.html", context, status=422 if form is not None else 200)
