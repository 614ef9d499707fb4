"""The inbox of approvals: what waits for whom, several at once, and how it went lately."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from publishing.screens import inbox
from publishing.services.approvals import deciding
from trenddrop.core.onward import onward

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
    named = (each.partition(":") for each in chosen)
    seen = {key: stamp for key, stamp in ((_key(text), stamp) for text, _sep, stamp in named) if key}
    rows = inbox.chosen(request.membership, seen, now=timezone.now())
    if not rows:
        messages.warning(request, _("Nothing of that waits for you any more. Nothing was approved."))
        return onward(request, otherwise="approvals")
    if request.POST.get("sure") != "1":
        left_out = len(seen) - len(rows)
        context = {
            "rows": rows,
            "left_out": left_out,
            "asked_to_look": "sure" in request.POST or "check" in request.POST,
            "next": request.POST.get("next", ""),
        }
        return render(request, "publishing/approvals/bulk.html", context)
    pairs = [(row.request, seen[row.request.pk]) for row in rows]
    _tell(request, deciding.approve_many(pairs, by=request.membership, now=timezone.now()))
    return onward(request, otherwise="approvals")


def _tell(request: MemberRequest, decided: list[deciding.Decided]) -> None:
    """Say how many went through; what changed, or was decided meanwhile, kept none of the others back."""
    done = sum(one.error is None for one in decided)
    if done:
        words = ngettext("%(n)s piece is approved.", "%(n)s pieces are approved.", done)
        messages.success(request, words % {"n": done})
    for one in decided:
        if one.error is not None:
            messages.error(request, f"{one.request.piece}: {one.error}")
