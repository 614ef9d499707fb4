"""The inbox of approvals: what waits for whom, several at once, and how it went lately."""

import uuid
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from publishing.screens import inbox
from publishing.services.approvals import deciding

MOST_AT_ONCE = 50


@require_safe
@requires("approvals.view")
def index(request: MemberRequest) -> HttpResponse:
    """What waits for me, for others, what came back and what was decided."""
    now, member, wanted = timezone.now(), request.membership, _wanted(request)
    page = inbox.page_of(member, wanted, inbox.Cursor.read(request.GET.get("at", "")), now=now)
    context = {
        "now": now,
        "view": wanted.view,
        "wanted": wanted,
        "rows": page.rows,
        "counts": inbox.counts(member, now=now),
        "clients": inbox.clients_of(member),
        "filters": _rest(wanted),
        "next_url": f"?view={wanted.view}{_rest(wanted)}&{urlencode({'at': str(page.after)})}" if page.after else "",
        "begins": "at" not in request.GET,
        "none_title": inbox.view_name(wanted.view),
        "is_filtered": bool(_rest(wanted)),
    }
    return render(request, "publishing/approvals/inbox.html", context)


def _wanted(request: MemberRequest) -> inbox.Wanted:
    asked = request.GET
    view = asked.get("view", "mine")
    return inbox.Wanted(
        view=view if view in inbox.VIEWS else "mine",
        client=_key(asked.get("client", "")),
        overdue=asked.get("late") == "1",
        words=asked.get("q", "").strip()[:100],
    )


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _rest(wanted: inbox.Wanted) -> str:
    """The filter beside the view, as the end of an address."""
    asked = {"client": wanted.client or "", "late": "1" if wanted.overdue else "", "q": wanted.words}
    found = urlencode({name: value for name, value in asked.items() if value})
    return f"&{found}" if found else ""


@require_safe
@requires("approvals.view")
def figures(request: MemberRequest) -> HttpResponse:
    """How it went in the last thirty days."""
    context = {"figures": inbox.figures(request.membership, now=timezone.now())}
    is_part = bool(request.headers.get("HX-Request"))
    template = "publishing/approvals/partials/figures.html" if is_part else "publishing/approvals/figures.html"
    return render(request, template, context)


@require_POST
@requires("approvals.decide")
def bulk(request: MemberRequest) -> HttpResponse:
    """Show again what would be approved; then approve what still stands as it was shown."""
    chosen = request.POST.getlist("chosen")[:MOST_AT_ONCE]
    seen = dict(each.partition(":")[::2] for each in chosen)
    keys = [key for key in map(_key, seen) if key]
    rows = inbox.chosen(request.membership, keys, now=timezone.now())
    if not rows:
        messages.warning(request, _("Nothing of that waits for you any more. Nothing was approved."))
        return redirect("approvals")
    if request.POST.get("sure") != "1":
        left_out = len(set(keys)) - len(rows)
        context = {
            "rows": rows,
            "left_out": left_out,
            "asked_to_look": "sure" in request.POST or "check" in request.POST,
        }
        return render(request, "publishing/approvals/bulk.html", context)
    _tell(request, list(_approve(request, rows, seen)))
    return redirect("approvals")


def _approve(
    request: MemberRequest, rows: Iterable[inbox.Row], seen: dict[str, str]
) -> Iterable[tuple[inbox.Row, str]]:
    """Approve each by itself: one that changed, or that somebody decided meanwhile, keeps none of the others back."""
    now = timezone.now()
    for row in rows:
        try:
            with transaction.atomic():
                deciding.approve(row.request, by=request.membership, seen=seen[str(row.request.pk)], now=now)
            yield row, ""
        except deciding.CannotDecide as error:
            yield row, str(error)


def _tell(request: MemberRequest, ended: list[tuple[Any, str]]) -> None:
    done = sum(not why for _row, why in ended)
    if done:
        words = ngettext("%(n)s piece is approved.", "%(n)s pieces are approved.", done)
        messages.success(request, words % {"n": done})
    for row, why in ended:
        if why:
            messages.error(request, f"{row.piece}: {why}")
