"""The quality desk: its list, one look, and asking for one from a piece."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries
from accounts.access import MemberRequest, requires
from accounts.models import ClientAccount, Membership
from accounts.permissions import may
from content.models import GeneratedContent
from publishing import outgoing
from publishing.delivery import clocks
from publishing.forms.desk import AnswerForm, AskForm, AssignForm, FinishForm, HurryForm, LookForm
from publishing.models import QARequest
from publishing.screens import desk as screen
from publishing.services import desk as commands

Status = QARequest.Status
VIEWS = {
    "open": gettext_lazy("Open"),
    "mine": gettext_lazy("Mine"),
    "free": gettext_lazy("Not taken"),
    "late": gettext_lazy("Late"),
    "waiting": gettext_lazy("Asked back"),
    "done": gettext_lazy("Done"),
}


@require_safe
@requires("desk.work")
def index(request: MemberRequest) -> HttpResponse:
    """Who waits how long, by urgency and clock."""
    now, wanted = timezone.now(), _wanted(request)
    rows, after = screen.page_of(request.membership, wanted, screen.Cursor.read(request.GET.get("at", "")), now=now)
    context = {
        "wanted": wanted,
        "rows": rows,
        "views": list(VIEWS.items()),
        "counts": screen.counts(request.membership, wanted, now=now),
        "month": screen.month(request.membership, now=now),
        "loads": screen.loads(request.membership, clocks.workers(request.membership.organization_id)),
        "last_done": screen.last_done(request.membership),
        "kinds": QARequest.Kind.choices,
        "clients": _clients(request.membership),
        "filters": _rest(wanted),
        "next_url": f"?view={wanted.view}{_rest(wanted)}&{urlencode({'at': str(after)})}" if after else "",
        "previous_url": f"?view={wanted.view}{_rest(wanted)}" if request.GET.get("at") else "",
        "now": now,
    }
    return render(request, "publishing/desk/index.html", context)


def _wanted(request: MemberRequest) -> screen.Wanted:
    asked = request.GET
    view, kind = asked.get("view", "open"), asked.get("kind", "")
    return screen.Wanted(
        view=view if view in VIEWS else "open",
        kind=kind if kind in QARequest.Kind.values else "",
        client=queries.key_of(asked.get("client", "")),
    )


def _rest(wanted: screen.Wanted) -> str:
    """The filter beside the view, as the end of an address."""
    asked = {"kind": wanted.kind, "client": str(wanted.client or "")}
    found = urlencode({name: value for name, value in asked.items() if value})
    return f"&{found}" if found else ""


def _clients(membership: Membership) -> list[ClientAccount]:
    rows = ClientAccount.objects.visible_to(membership).filter(deleted_at=None)
    return list(rows.order_by("name")[:200])


@require_POST
@requires("desk.work")
def take_next(request: MemberRequest) -> HttpResponse:
    """Take what is most urgent of all that is free."""
    row = commands.take_next(by=request.membership, now=timezone.now())
    if row is None:
        messages.info(request, _("Nothing is free: the desk is done."))
        return redirect("desk")
    messages.success(request, _("Yours now."))
    return redirect("desk_look", row.pk)


@require_safe
@requires("content.view")
def look(request: MemberRequest, key: UUID) -> HttpResponse:
    """One look: the piece, what is asked, and what can be done."""
    return _show(request, _row(request, key))


def _row(request: MemberRequest, key: UUID) -> QARequest:
    related = ("piece__asset", "piece__thumbnail", "assignee", "requested_by", "client")
    return get_object_or_404(screen.looks_of(request.membership).select_related(*related), pk=key)


def _show(request: MemberRequest, row: QARequest, *, status: int = 200, **forms_: forms.Form) -> HttpResponse:
    now, me = timezone.now(), request.membership
    members = _members(me)
    chosen = next((each for each in members if each.user_id == row.assignee_id), None)
    sent = outgoing.outgoing(row.piece)
    context = {
        "look": row,
        "clock": screen.clock_of(row, now=now),
        "is_mine": row.assignee_id == me.user_id,
        "may_take": screen.row_of(row, me, now=now).may_take,
        "is_living": row.status in clocks.LIVING,
        "may_ask_for": may(me, "approvals.request"),
        "sent": sent,
        "parts": sent.metadata.get("parts") or [sent.text],
        "assign_form": AssignForm(members=members, initial={"to": chosen, "seen": row.assignee_id or ""}),
        "hurry_form": HurryForm(initial={"priority": row.priority}),
        "ask_form": AskForm(),
        "answer_form": AnswerForm(),
        "finish_form": FinishForm(),
        "now": now,
        **forms_,
    }
    return render(request, "publishing/desk/look.html", context, status=status)


def _members(by: Membership) -> QuerySet[Membership]:
    keys = [each.pk for each in clocks.workers(by.organization_id)]
    rows = Membership.objects.filter(organization_id=by.organization_id, pk__in=keys)
    return rows.select_related("user").order_by("user__full_name")


Command = Callable[[QARequest], QARequest]


def _do(request: MemberRequest, row: QARequest, command: Command, said: str) -> HttpResponse:
    """Do it, or say why not; then show where it stands."""
    try:
        command(row)
    except commands.DeskRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("desk_look", row.pk)


@require_POST
@requires("desk.work")
def take(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take it in hand."""
    by, now = request.membership, timezone.now()
    return _do(request, _row(request, key), lambda row: commands.take(row, by=by, now=now), _("Yours now."))


@require_POST
@requires("desk.work")
def assign(request: MemberRequest, key: UUID) -> HttpResponse:
    """Give it to somebody, or back to the desk."""
    row, by = _row(request, key), request.membership
    form = AssignForm(request.POST, members=_members(by))
    if not form.is_valid():
        return _show(request, row, status=422, assign_form=form)
    to = form.cleaned_data["to"]
    row.assignee_id = queries.key_of(form.cleaned_data["seen"])  # as the person saw it, so that nobody's move is undone
    said = _("Given to %(who)s.") % {"who": to.user} if to else _("Given back to the desk.")
    return _do(request, row, lambda seen: commands.assign(seen, to=to, by=by), said)


@require_POST
@requires("desk.work")
def ask(request: MemberRequest, key: UUID) -> HttpResponse:
    """Ask back; the clock stands."""
    row, form, by, now = _row(request, key), AskForm(request.POST), request.membership, timezone.now()
    if not form.is_valid():
        return _show(request, row, status=422, ask_form=form)
    question = form.cleaned_data["question"]
    said = _("Asked. The clock stands until they answer.")
    return _do(request, row, lambda seen: commands.ask(seen, question=question, by=by, now=now), said)


@require_POST
@requires("approvals.request")
def answer(request: MemberRequest, key: UUID) -> HttpResponse:
    """Answer; the clock goes on."""
    row, form, by, now = _row(request, key), AnswerForm(request.POST), request.membership, timezone.now()
    if not form.is_valid():
        return _show(request, row, status=422, answer_form=form)
    words = form.cleaned_data["words"]
    return _do(
        request, row, lambda seen: commands.answer(seen, words=words, by=by, now=now), _("Answered. The clock goes on.")
    )


@require_POST
@requires("desk.work")
def finish(request: MemberRequest, key: UUID) -> HttpResponse:
    """Say how good it is, and why."""
    row, form, by, now = _row(request, key), FinishForm(request.POST), request.membership, timezone.now()
    if not form.is_valid():
        return _show(request, row, status=422, finish_form=form)
    given = form.cleaned_data
    return _do(request, row, lambda seen: commands.finish(seen, **given, by=by, now=now), _("Done, and told."))


@require_POST
@requires("desk.work")
def hurry(request: MemberRequest, key: UUID) -> HttpResponse:
    """Make it more or less urgent."""
    row, form, by = _row(request, key), HurryForm(request.POST), request.membership
    if not form.is_valid():
        return _show(request, row, status=422, hurry_form=form)
    priority = form.cleaned_data["priority"]
    return _do(request, row, lambda seen: commands.hurry(seen, priority=priority, by=by), _("Noted."))


@require_POST
@requires("approvals.request")
def cancel(request: MemberRequest, key: UUID) -> HttpResponse:
    """Nobody needs to look any more."""
    by = request.membership
    return _do(request, _row(request, key), lambda row: commands.cancel(row, by=by), _("Cancelled."))


# From the piece


@require_http_methods(["GET", "HEAD", "POST"])
@requires("approvals.request")
def request_look(request: MemberRequest, key: UUID) -> HttpResponse:
    """What the desk says of a piece, and asking for a look: a part of the Studio's page, or a page of its own."""
    if request.membership.client_id:
        raise PermissionDenied(str(commands.OnlyTheHouse()))
    piece = _piece(request, key)
    members = _members(request.membership)
    if request.method != "POST":
        return _of_piece(request, piece, LookForm(members=members))
    form = LookForm(request.POST, members=members)
    if form.is_valid():
        try:
            commands.request_look(piece, **form.cleaned_data, by=request.membership, now=timezone.now())
        except commands.DeskRefused as error:
            form.add_error(None, str(error))
        else:
            return _asked(request, piece)
    return _of_piece(request, piece, form, status=422)


def _piece(request: MemberRequest, key: UUID) -> GeneratedContent:
    rows = GeneratedContent.objects.visible_to(request.membership).filter(deleted_at=None)
    return get_object_or_404(rows.select_related("asset"), pk=key)


def _asked(request: MemberRequest, piece: GeneratedContent) -> HttpResponse:
    said = _("On the desk. You hear when it was looked at.")
    if request.headers.get("HX-Request"):
        return _of_piece(request, piece, LookForm(members=_members(request.membership)), said=said)
    messages.success(request, said)
    return redirect("desk_request", piece.pk)


def _of_piece(
    request: MemberRequest, piece: GeneratedContent, form: LookForm, *, status: int = 200, said: str = ""
) -> HttpResponse:
    now = timezone.now()
    rows = screen.of_piece(piece.pk, request.membership)
    context = {
        "piece": piece,
        "asset": piece.asset,
        "form": form,
        "rows": [screen.row_of(each, request.membership, now=now) for each in rows],
        "said": said,
        "now": now,
    }
    name = "partials/of_piece" if request.headers.get("HX-Request") else "request"
    return render(request, f"publishing/desk/{name}.html", context, status=status)
