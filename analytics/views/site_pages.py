"""Websites that tell of conversions, as members see them: set up, keys, domains, consent, webhooks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, requires
from analytics.forms.conversions import SiteForm, WebhookForm
from analytics.models import ConversionSite
from analytics.queries import conversions as queries
from analytics.services import sites as commands
from analytics.views.conversions import site_or_404

LATELY = timedelta(days=2)
SHOPS = {"stripe": "Stripe", "shopify": "Shopify"}


@require_safe
@requires("analytics.view")
def index(request: MemberRequest) -> HttpResponse:
    """Every website, and when it was last heard from."""
    now = timezone.now()
    rows = [
        {"row": each, "is_quiet": each.last_seen_at is not None and each.last_seen_at < now - LATELY}
        for each in queries.sites(request.membership).select_related("client")
    ]
    return render(request, "analytics/conversions/sites.html", {"sites": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires("conversions.manage")
def new(request: MemberRequest) -> HttpResponse:
    """Set a website up; its secret is shown this once."""
    start = ConversionSite(organization_id=request.membership.organization_id)
    form = SiteForm(request.POST if request.method == "POST" else None, instance=start, member=request.membership)
    if form.is_valid():
        try:
            site, secret = commands.add(by=request.membership, **form.cleaned_data)
        except commands.CannotSetUp as error:
            form.add_error("domains", str(error))
        else:
            return _page(request, site, secret=secret)
    return render(request, "analytics/conversions/site_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@requires("conversions.manage")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """One website: what to copy where, and what it does."""
    return _page(request, site_or_404(request, key))


def _page(
    request: MemberRequest, site: ConversionSite, *, form: SiteForm | None = None, secret: str = ""
) -> HttpResponse:
    base = settings.SITE_URL.rstrip("/")
    shops = [
        {
            "key": shop,
            "name": name,
            "address": base + reverse(f"site_{shop}", args=[site.public_key]),
            "is_set": bool(getattr(site, f"{shop}_secret")),
            "form": WebhookForm(auto_id=f"{shop}_%s"),
        }
        for shop, name in SHOPS.items()
    ]
    messages_ = site.messages.exclude(error="").filter(applied_at=None).order_by("-received_at")
    context: dict[str, Any] = {
        "site": site,
        "secret": secret,
        "form": form or SiteForm(instance=site, member=request.membership),
        "script": base + reverse("site_script", args=[site.public_key]),
        "events": base + reverse("site_events", args=[site.public_key]),
        "shops": shops,
        "waiting": list(messages_[:5]),
        "days": list(site.days.order_by("-date")[:1]),
        "steps": _steps(site),
    }
    return render(request, "analytics/conversions/site.html", context, status=422 if form else 200)


def _steps(site: ConversionSite) -> dict[str, bool]:
    return {
        "heard": site.last_seen_at is not None,
        "agreed": site.touches.exists(),
        "converted": site.conversions.exists(),
    }


@require_POST
@requires("conversions.manage")
def change(request: MemberRequest, key: UUID) -> HttpResponse:
    """Change a website, or let it rest and work again (`rest`, `work`)."""
    site = site_or_404(request, key)
    if "rest" in request.POST or "work" in request.POST:
        commands.change(site, {"is_active": "work" in request.POST}, by=request.membership)
        return redirect("numbers_site", key)
    form = SiteForm(request.POST, instance=site, member=request.membership)
    if form.is_valid():
        try:
            commands.change(site, form.cleaned_data, by=request.membership)
        except commands.CannotSetUp as error:
            form.add_error("domains", str(error))
        else:
            messages.success(request, _("Saved. What is known is reckoned anew where that changes it."))
            return redirect("numbers_site", key)
    return _page(request, site, form=form)


@never_cache
@require_POST
@requires("conversions.manage")
def rotate(request: MemberRequest, key: UUID) -> HttpResponse:
    """Give it another secret, and show it this once."""
    site = site_or_404(request, key)
    return _page(request, site, secret=commands.rotate_secret(site, by=request.membership))


@require_POST
@requires("conversions.manage")
def webhook(request: MemberRequest, key: UUID, shop: str) -> HttpResponse:
    """Keep the secret of a shop's webhook."""
    site, form = site_or_404(request, key), WebhookForm(request.POST)
    if shop not in SHOPS:
        raise Http404
    try:
        commands.set_webhook_secret(site, shop, form.data.get("secret", ""), by=request.membership)
    except commands.CannotSetUp as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("numbers_site", key)


@require_POST
@requires("conversions.manage")
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Remove it with all it counted, when its name is typed."""
    site = site_or_404(request, key)
    if request.POST.get("name", "").strip() != site.name:
        messages.error(request, _("Type the website’s name to remove it. Nothing was changed."))
        return redirect("numbers_site", key)
    commands.remove(site, by=request.membership)
    messages.success(request, _("The website is removed."))
    return redirect("numbers_sites")
