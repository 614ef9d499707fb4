"""Weekly slots of an account, its queue, and putting pieces and posts into it."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, admit, requires
from accounts.models import BrandProfile
from content.models import GeneratedContent
from publishing import good_times as good
from publishing import holding, queries
from publishing.forms.posts import WhenForm
from publishing.forms.slots import PresetForm, RemoveForm, SlotForm, SlotsForm, ZoneForm
from publishing.models import PlatformConnection, PostingSlot, ScheduledPost
from publishing.screens.queue import week_of
from publishing.services import posts, queue, slots
from publishing.walltime import UnknownZone

SHOWN_IN_IT = 20


def _account(request: MemberRequest, pk: UUID) -> PlatformConnection:
    rows = PlatformConnection.objects.visible_to(request.membership).exclude(status=PlatformConnection.Status.REMOVED)
    return get_object_or_404(rows.select_related("client"), pk=pk)


def _zones(request: MemberRequest, connection: PlatformConnection) -> list[str]:
    own = PostingSlot.objects.filter(connection=connection).values_list("timezone", flat=True).first()
    return [own or "", request.membership.organization.timezone, request.user.timezone]


def _brands(request: MemberRequest, connection: PlatformConnection) -> Any:
    rows = BrandProfile.objects.visible_to(request.membership)
    return rows.filter(client_id=connection.client_id) if connection.client_id else rows


@require_safe
@requires("connections.view")
def week(request: MemberRequest, pk: UUID) -> HttpResponse:
    """An account's week of slots, and what is queued in it."""
    return _show(request, _account(request, pk))


def _show(request: MemberRequest, connection: PlatformConnection, *, status: int = 200, **more: Any) -> HttpResponse:
    zones = _zones(request, connection)
    hold = holding.over_account(connection)
    context = {
        "connection": connection,
        "week": week_of(connection, by=request.membership, now=timezone.now()),
        "holds": [hold] if hold else [],
        "form": SlotsForm(zones=zones, brands=_brands(request, connection), initial={"at": dt.time(9)}),
        "preset_form": PresetForm(zones=zones),
        "zone_form": ZoneForm(zones=zones),
        **more,
    }
    return render(request, "publishing/slots/week.html", context, status=status)


@require_POST
@requires("posts.schedule")
def add(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Add slots on some days."""
    connection = _account(request, pk)
    form = SlotsForm(request.POST, zones=_zones(request, connection), brands=_brands(request, connection))
    if not form.is_valid():
        return _show(request, connection, status=422, form=form)
    chosen = form.cleaned_data
    try:
        made = slots.add(
            connection,
            weekdays=chosen["weekdays"],
            at=chosen["at"],
            zone=chosen["timezone"],
            by=request.membership,
            brand=chosen.get("brand"),
        )
    except slots.CannotSlot as error:
        form.add_error(None, str(error))
        return _show(request, connection, status=422, form=form)
    messages.success(request, _added(len(made)))
    return redirect("connection_slots", connection.pk)


@require_POST
@requires("posts.schedule")
def preset(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Add a usual week."""
    connection = _account(request, pk)
    form = PresetForm(request.POST, zones=_zones(request, connection))
    if not form.is_valid():
        return _show(request, connection, status=422, preset_form=form)
    chosen = form.cleaned_data
    try:
        made = slots.use_preset(connection, chosen["preset"], zone=chosen["timezone"], by=request.membership)
    except slots.CannotSlot as error:
        form.add_error(None, str(error))
        return _show(request, connection, status=422, preset_form=form)
    messages.success(request, _added(len(made)))
    return redirect("connection_slots", connection.pk)


def _added(count: int) -> str:
    if not count:
        return _("Those slots are there already.")
    return ngettext("%(count)s slot added.", "%(count)s slots added.", count) % {"count": count}


@require_POST
@requires("posts.schedule")
def zone(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let all slots follow another clock."""
    connection = _account(request, pk)
    form = ZoneForm(request.POST, zones=_zones(request, connection))
    if not form.is_valid():
        return _show(request, connection, status=422, zone_form=form)
    slots.set_zone(connection, zone=form.cleaned_data["timezone"], by=request.membership)
    messages.success(request, _("The slots follow that clock now. What is planned keeps its time and its zone."))
    return redirect("connection_slots", connection.pk)


def _slot(request: MemberRequest, key: UUID) -> PostingSlot:
    rows = PostingSlot.objects.visible_to(request.membership).select_related("connection", "brand")
    return get_object_or_404(rows, pk=key)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("connections.view")
def slot(request: MemberRequest, key: UUID) -> HttpResponse:
    """Change one slot, or remove it."""
    found = _slot(request, key)
    brands = _brands(request, found.connection)
    if request.method != "POST":
        return _one(request, found, SlotForm(instance=found, brands=brands))
    admit(request, "posts.schedule")
    form = SlotForm(request.POST, instance=_slot(request, key), brands=brands)
    if not form.is_valid():
        return _one(request, found, form, status=422)
    fields = {name: form.cleaned_data[name] for name in ("weekday", "at", "brand", "is_active")}
    try:
        slots.change(found, zone=form.cleaned_data["timezone"], by=request.membership, **fields)
    except slots.CannotSlot as error:
        form.add_error(None, str(error))
        return _one(request, _slot(request, key), form, status=422)
    messages.success(request, _("Changed. What is queued in it keeps its time."))
    return redirect("connection_slots", found.connection_id)


def _one(request: MemberRequest, found: PostingSlot, form: SlotForm, *, status: int = 200) -> HttpResponse:
    queued = slots.queued_in(found, now=timezone.now()).select_related("connection")[:SHOWN_IN_IT]
    context = {"slot": found, "form": form, "remove_form": RemoveForm(), "queued": queued}
    return render(request, "publishing/slots/slot.html", context, status=status)


@require_POST
@requires("posts.schedule")
def remove(request: MemberRequest, key: UUID) -> HttpResponse:
    """Remove a slot, and say what became of what was queued in it."""
    found = _slot(request, key)
    account, form = found.connection_id, RemoveForm(request.POST)
    fate: slots.Fate = "move" if form.is_valid() and form.cleaned_data["posts"] == "move" else "keep"
    done = slots.remove(found, by=request.membership, now=timezone.now(), posts_in_it=fate)
    messages.success(request, _("The slot is removed."))
    if done.kept:
        messages.info(request, _("%(count)s posts keep their times.") % {"count": done.kept})
    if done.moved:
        messages.info(request, _("%(count)s posts moved to the next free slots.") % {"count": len(done.moved)})
    if done.unmoved:
        messages.warning(
            request, _("No other slot was free for %(count)s posts: they keep their times.") % {"count": done.unmoved}
        )
    return redirect("connection_slots", account)


# The queue


@require_POST
@requires("posts.schedule")
def order(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let a queued post change places with the one before or after it that can stand in its slot."""
    connection = _account(request, pk)
    now, later = timezone.now(), request.POST.get("to") == "later"
    rows = queue.queued(connection, by=request.membership, now=now)
    keys, asked = [post.pk for post in rows], request.POST.get("post", "")
    place = next((number for number, key in enumerate(keys) if str(key) == asked), None)
    beyond = None if place is None else place + (1 if later else -1)
    if place is None or beyond is None or not 0 <= beyond < len(keys):
        messages.error(request, str(queue.QueueChanged()))
        return redirect("connection_slots", connection.pk)
    other = queue.beside(rows, place, later=later)
    other = beyond if other is None else other  # then it is told why not
    keys[place], keys[other] = keys[other], keys[place]
    try:
        queue.reorder(connection, order=keys, by=request.membership, now=now)
    except (posts.CannotPlan, posts.CannotChange) as error:
        messages.error(request, str(error))
    return redirect("connection_slots", connection.pk)


def _piece(request: MemberRequest, key: UUID) -> GeneratedContent:
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None)
    return get_object_or_404(rows.select_related("asset"), pk=key)


@require_POST
@requires("posts.schedule")
def queue_add(request: MemberRequest, key: UUID) -> HttpResponse:
    """Plan a piece for the next free slot of the chosen account."""
    piece = _piece(request, key)
    chosen = _chosen(request, piece)
    if chosen is None:
        messages.error(request, _("That account is not here. Choose one of these."))
        return _back(request, "schedule", piece.pk)
    try:
        post = queue.add(piece, connection=chosen, by=request.membership, now=timezone.now())
    except queue.NoSlot as error:
        messages.error(request, str(error))
        return _back(request, "connection_slots", chosen.pk)
    except posts.CannotPlan as error:
        messages.error(request, str(error))
        return _back(request, "schedule", piece.pk)
    messages.success(request, _queued(post))
    return _back(request, "post", post.pk)


def _queued(post: ScheduledPost) -> str:
    shown = dateformat.format(timezone.localtime(post.scheduled_for), "D j M, H:i")
    return post.time_note or _("Queued for %(when)s.") % {"when": shown}


def _chosen(request: MemberRequest, piece: GeneratedContent) -> PlatformConnection | None:
    asked = request.POST.get("connection") or request.GET.get("connection", "")
    accounts = queries.connections_for(piece, request.membership)
    return next((each for each in accounts if str(each.pk) == asked), None)


def _back(request: MemberRequest, name: str, key: Any) -> HttpResponse:
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = redirect(name, key)["Location"]
        return answer
    return redirect(name, key)


@require_POST
@requires("posts.schedule")
def to_slot(request: MemberRequest, key: UUID) -> HttpResponse:
    """Move a post to its account's next free slot."""
    rows = ScheduledPost.objects.visible_to(request.membership).select_related("connection", "piece__asset")
    post = get_object_or_404(rows, pk=key)
    try:
        messages.success(request, _queued(queue.place(post, by=request.membership, now=timezone.now())))
    except (posts.CannotPlan, posts.CannotChange) as error:
        messages.error(request, str(error))
    return redirect("post", post.pk)


# Good times


@require_http_methods(["GET", "HEAD", "POST"])
@requires("posts.view")
def good_times(request: MemberRequest, key: UUID) -> HttpResponse:
    """Propose hours that did well for the chosen account, with the reason; plan the piece for one of them."""
    piece = _piece(request, key)
    chosen = _chosen(request, piece)
    if chosen is None and request.method != "POST":
        chosen = queries.connections_for(piece, request.membership).first()
    if request.method == "POST":
        admit(request, "posts.schedule")
        return _use(request, piece, chosen)
    context: dict[str, Any] = {"piece": piece, "connection": chosen, "proposals": _proposals(request, chosen)}
    is_part = bool(request.headers.get("HX-Request"))
    template = "publishing/slots/good_times.html" if is_part else "publishing/slots/good_times_page.html"
    context["connections"] = [] if is_part else list(queries.connections_for(piece, request.membership))
    return render(request, template, context)


def _proposals(request: MemberRequest, chosen: PlatformConnection | None) -> list[good.Good]:
    return good.propose(chosen, now=timezone.now(), zone=request.user.timezone) if chosen else []


def _use(request: MemberRequest, piece: GeneratedContent, chosen: PlatformConnection | None) -> HttpResponse:
    form = WhenForm(request.POST, zones=[request.user.timezone])
    if chosen is None or not form.is_valid():
        messages.error(request, _("Choose one of the proposed times."))
        return _back(request, "schedule", piece.pk)
    at, zone_name = form.cleaned_data["local_time"], form.cleaned_data["timezone"]
    known = next((each for each in _proposals(request, chosen) if each.asked == at and each.zone == zone_name), None)
    marks = posts.Marks(is_optimised=True, time_score=known.score) if known and not known.is_thin else posts.Marks()
    try:
        post = posts.schedule(
            piece,
            connection=chosen,
            at_local=at,
            zone=zone_name,
            by=request.membership,
            now=timezone.now(),
            marks=marks,
        )
    except (posts.CannotPlan, UnknownZone) as error:
        messages.error(request, str(error))
        return _back(request, "schedule", piece.pk)
    messages.success(request, post.time_note or _("Planned. It goes out by itself; you may close the browser."))
    return _back(request, "post", post.pk)
