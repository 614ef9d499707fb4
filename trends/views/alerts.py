"""Watches, what they told, and the log of their webhooks."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, tenancy
from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from trenddrop.core.limits import LimitReached
from trends.collection import watching
from trends.forms.alerts import WatchForm
from trends.models import TrendAlert, WatchFollower
from trends.queries import alerts as questions
from trends.services import alerts as commands
from trends.watch_rules import RISING

SHOWN = 20
PAGE = 50
ON_PAGE = 100


@require_safe
@requires("trends.view")
def watches(request: MemberRequest) -> HttpResponse:
    """Every watch, with when it fired last."""
    rows = list(questions.watches_of(request.membership)[:ON_PAGE])
    return render(request, "trends/alerts_watches.html", {"rows": rows, "most": commands.MOST})


@require_safe
@requires("trends.view")
def alerts(request: MemberRequest) -> HttpResponse:
    """What fired, the latest first, with how the topics stand now."""
    rows = questions.alerts_of(request.membership)
    chosen = _chosen(request)
    page = Paginator(rows.filter(alert=chosen) if chosen else rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "chosen": chosen, "has_watches": bool(page.object_list) or _any_watch(request)}
    return render(request, "trends/alerts.html", context)


def _any_watch(request: MemberRequest) -> bool:
    return TrendAlert.objects.visible_to(request.membership).exists()


def _chosen(request: MemberRequest) -> TrendAlert | None:
    """Return the watch that the address narrows to, if it is one of theirs."""
    try:
        key = uuid.UUID(request.GET.get("watch", ""))
    except ValueError:
        return None
    return TrendAlert.objects.visible_to(request.membership).filter(pk=key).first()


def _watch(request: MemberRequest, pk: uuid.UUID) -> TrendAlert:
    return get_object_or_404(questions.watches_of(request.membership), pk=pk)


@require_safe
@requires("trends.view")
def watch(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """One watch: what it looks for, what it told, what was sent."""
    return _page(request, _watch(request, pk))


def _page(request: MemberRequest, row: TrendAlert, **more: Any) -> HttpResponse:
    followers = list(WatchFollower.objects.filter(alert=row).select_related("membership__user"))
    context = {
        "watch": row,
        "fired": list(questions.alerts_of(request.membership).filter(alert=row)[:SHOWN]),
        "deliveries": list(questions.deliveries_of(row).defer("body")[:SHOWN]) if row.webhook_url else [],
        "people": [each.membership.user for each in followers],
        "follows": any(each.membership_id == request.membership.pk for each in followers),
        "is_mine": row.created_by_id == request.membership.user_id,
        "has_webhook": TrendAlert.Channel.WEBHOOK in row.channels,
    }
    answer = render(request, "trends/alerts_watch.html", context | more)
    if "secret" in more:
        answer["Cache-Control"] = "no-store"
    return answer


# Making and changing


@require_http_methods(["GET", "HEAD", "POST"])
@requires("trends.manage")
def watch_new(request: MemberRequest) -> HttpResponse:
    """A further watch; `?topic=` begins it with that topic's name."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    row = TrendAlert(organization=request.membership.organization, brand=brand)
    row.statuses, row.channels = [str(each) for each in RISING], ["app", "mail"]
    topic = questions.name_of_topic(request.GET.get("topic", ""))
    if topic:
        row.name, row.keywords = topic.title[:120], [" ".join(topic.title.replace(",", " ").split())[:100]]
    return _edit(request, row, is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("trends.manage")
def watch_edit(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """What a watch looks for, and whom it tells."""
    return _edit(request, _watch(request, pk), is_new=False)


def _edit(request: MemberRequest, row: TrendAlert, *, is_new: bool) -> HttpResponse:
    name, form = row.name, _form(request, row, is_new=is_new)
    context = {"form": form, "watch": row, "is_new": is_new, "kept_name": name}
    if request.method != "POST":
        return render(request, "trends/alerts_edit.html", context)
    is_valid = form.is_valid()
    if "preview" in request.POST:
        context |= _previewed(form)
        return render(request, "trends/alerts_edit.html", context)
    secret = _save(request, form) if is_valid else None
    if secret is None:
        return render(request, "trends/alerts_edit.html", context, status=422)
    messages.success(request, _("“%(name)s” is saved.") % {"name": form.instance.name})
    if secret:
        return _page(request, _watch(request, form.instance.pk), secret=secret)
    return redirect("watch", pk=form.instance.pk)


def _form(request: MemberRequest, row: TrendAlert, *, is_new: bool) -> WatchForm:
    following = [] if is_new else WatchFollower.objects.filter(alert=row).values_list("membership_id", flat=True)
    countries = [*questions.countries(), row.brand.country]
    initial, data = {"people": [str(key) for key in following]}, request.POST if request.method == "POST" else None
    return WatchForm(data, instance=row, initial=initial, by=request.membership, countries=countries)


def _save(request: MemberRequest, form: WatchForm) -> str | None:
    """Save what the form says; return a new secret, "" without one, None where it can't be saved."""
    changes = {name: change for name, change in audit.changes(form).items() if name not in {"people", "tell_existing"}}
    fields = set(form.changed_data) if form.instance.created_at else set(form.fields)
    try:
        return commands.save(
            form.save(commit=False),
            fields=fields,
            people=form.cleaned_data["people"],
            tell_existing=form.cleaned_data["tell_existing"],
            changes=changes,
            by=request.membership,
        )
    except (commands.TooManyWatches, LimitReached) as error:
        form.add_error(None, str(error))
        return None


@require_POST
@requires("trends.manage")
def watch_preview(request: MemberRequest) -> HttpResponse:
    """Which live topics a watch would tell of now: the part of the form that htmx swaps."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    row = TrendAlert(organization=request.membership.organization, brand=brand)
    form = _form(request, row, is_new=True)
    form.is_valid()
    return render(request, "trends/partials/alerts_preview.html", _previewed(form))


def _previewed(form: WatchForm) -> dict[str, Any]:
    """Return what the watch of a form would tell of; what of it can't be read yet says so."""
    wrong = {"brand", "keywords", "minimum_relevance", "minimum_score", "statuses", "regions"} & set(form.errors)
    return {"preview": None if wrong else watching.preview(form.instance), "asked": True}


# Buttons


@require_POST
@requires("trends.manage")
def watch_switch(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Switch a watch on or off."""
    row, is_active = _watch(request, pk), request.POST.get("on") == "1"
    commands.switch(row, is_active=is_active, by=request.membership)
    told = _("“%(name)s” is on.") if is_active else _("“%(name)s” is off. What comes meanwhile is not told.")
    messages.success(request, told % {"name": row.name})
    return redirect(_back(request, row))


def _back(request: MemberRequest, row: TrendAlert) -> str:
    """Return where a button stood: the list, or the watch's page."""
    return reverse("watches") if request.POST.get("from") == "list" else reverse("watch", args=[row.pk])


@require_POST
@requires("trends.manage")
def watch_delete(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove a watch."""
    row = _watch(request, pk)
    commands.delete(row, by=request.membership)
    messages.success(request, _("“%(name)s” is removed, with what it told.") % {"name": row.name})
    return redirect("watches")


@require_POST
@requires("trends.view")
def watch_follow(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Hear of a watch too, or no longer."""
    row, wants = _watch(request, pk), request.POST.get("on") == "1"
    commands.follow(row, wants=wants, by=request.membership)
    messages.success(request, _("You are told too.") if wants else _("You are no longer told."))
    return redirect("watch", pk=row.pk)


@require_POST
@requires("trends.manage")
def watch_secret(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Make a new secret, and show it once."""
    row = _watch(request, pk)
    try:
        secret = commands.rotate_secret(row, by=request.membership)
    except commands.NoWebhook as error:
        messages.error(request, str(error))
        return redirect("watch", pk=row.pk)
    return _page(request, row, secret=secret)


@require_POST
@requires("trends.manage")
def watch_resume(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send to a paused webhook again."""
    row = _watch(request, pk)
    commands.resume_webhook(row, by=request.membership)
    messages.success(request, _("Alerts are sent to the webhook again."))
    return redirect("watch", pk=row.pk)


@require_POST
@requires("trends.manage", scoped=False)
def watch_test(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a test message now."""
    with tenancy.of_member(request.membership):
        row = _watch(request, pk)
    try:
        sent = commands.send_test(row, by=request.membership)
    except commands.NoWebhook as error:
        messages.error(request, str(error))
        return redirect("watch", pk=row.pk)
    made = sent.tried[-1]
    told = {"status": made["status"] or _("no answer"), "said": made["said"]}
    if sent.status == sent.Status.DELIVERED:
        messages.success(request, _("The webhook took the test (%(status)s).") % told)
    else:
        messages.error(request, _("The webhook did not take the test (%(status)s). %(said)s") % told)
    return redirect("watch", pk=row.pk)
