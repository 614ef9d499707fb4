"""What people without an account see behind a link: their client's work that waits for them, and one piece.

The token stands only in the address of the door; behind it a cookie says which browser the link belongs to. Whatever
is wrong with a link is answered in the same words, so that nobody learns which ones there are.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.origin import user_agent
from publishing import linking
from publishing.forms.approvals import DecisionForm, RemarkForm
from publishing.models import ApprovalDecision, ApprovalRequest, ReviewComment, ReviewLink
from publishing.screens import opened_links as screen
from publishing.services import links
from publishing.services.approvals import commenting
from publishing.views.verdicts import Answer
from trenddrop.core import serving

P = ParamSpec("P")
Verdict = ApprovalDecision.Verdict
PLACE = "/review/"
DONE = {
    Verdict.APPROVED: gettext_lazy("Approved. Thank you."),
    Verdict.CHANGES: gettext_lazy("They have your words, and ask you again."),
    Verdict.REJECTED: gettext_lazy("Noted: it does not go out."),
}


def private(response: HttpResponseBase) -> HttpResponseBase:
    """Kept by nobody, found by nobody."""
    response.headers.setdefault("Cache-Control", "no-store, private")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _closed(request: HttpRequest) -> HttpResponseBase:
    """The one answer to a wrong, over, revoked or invented link."""
    return private(render(request, "publishing/links/closed.html", status=404))


# The door. The token in the address is what a form of another site cannot know, so it needs no other proof; and with
# no-referrer, which keeps the token from every other page, browsers would not tell the origin that the proof asks for.


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponseBase:
    """Open the link in this browser, by a click; or in another one, by a mailed code."""
    now = timezone.now()
    link = linking.find(token, now=now)
    if link is None:
        return _closed(request)
    if linking.of_device(link.pk, request.COOKIES.get(_cookie(link.pk), ""), now=now):
        return private(redirect("review_work", link.pk))
    response = _through(request, link) if request.method == "POST" else _door(request, link)
    response["Referrer-Policy"] = "no-referrer"
    return private(response)


def _through(request: HttpRequest, link: ReviewLink) -> HttpResponseBase:
    now, browser = timezone.now(), user_agent(request)
    if "code" in request.POST:
        try:
            key: str | None = links.enter(link, code=request.POST["code"], browser=browser, now=now)
        except links.NoEntry as error:
            return _door(request, link, is_sent=True, wrong=str(error), status=422)
    elif "send" in request.POST:
        links.send_code(link, now=now)
        return _door(request, link, is_sent=True)
    else:
        key = links.bind(link, browser=browser, now=now)
    if key is None:
        return _door(request, link)
    response = redirect("review_work", link.pk)
    age = int((link.expires_at - now).total_seconds())
    response.set_cookie(
        _cookie(link.pk), key, max_age=age, path=PLACE, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return response


def _door(
    request: HttpRequest, link: ReviewLink, *, is_sent: bool = False, wrong: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "link": link,
        "is_taken": screen.is_taken(link),
        "address": screen.hidden(link.email),
        "is_sent": is_sent,
        "wrong": wrong,
        "digits": linking.DIGITS,
    }
    with timezone.override(ZoneInfo(link.organization.timezone)):
        return render(request, "publishing/links/door.html", context, status=status)


def _cookie(key: uuid.UUID) -> str:
    return f"review_{key.hex}"


# Behind the door


class LinkRequest(HttpRequest):
    """A request whose link is known."""

    link: ReviewLink


View = Callable[Concatenate[LinkRequest, uuid.UUID, P], HttpResponseBase]
Wrapped = Callable[Concatenate[HttpRequest, uuid.UUID, P], HttpResponseBase]


def opened(view: View[P]) -> Wrapped[P]:
    """Let only the browsers of a working link in, and run the view in its scope, on its organisation's clock."""

    @wraps(view)
    def guarded(request: HttpRequest, key: uuid.UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        now = timezone.now()
        found = linking.of_device(key, request.COOKIES.get(_cookie(key), ""), now=now)
        if found is None:
            return _closed(request)
        link, device = found
        request.link = link  # type: ignore[attr-defined]
        with tenancy.enter(linking.scope_of(link)), timezone.override(ZoneInfo(link.organization.timezone)):
            links.seen(link, device, now=now)
            try:
                return private(view(request, key, *args, **kwargs))  # type: ignore[arg-type]
            except Http404:
                return _closed(request)

    return cast(Wrapped[P], guarded)


@require_safe
@opened
def work(request: LinkRequest, key: uuid.UUID) -> HttpResponseBase:
    """What waits for their word, and what was decided before; a link to one piece leads to it."""
    link = request.link
    if link.request_id:
        return redirect("review_piece", key, link.request_id)
    found = screen.work_of(link, page=_page(request))
    return render(request, "publishing/links/work.html", {"link": link, "now": timezone.now(), **vars(found)})


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return min(int(asked), 1000) if asked.isdecimal() and int(asked) else 1


def _asked(request: LinkRequest, request_id: uuid.UUID) -> ApprovalRequest:
    return get_object_or_404(linking.requests_of(request.link).select_related("piece__asset__brand"), pk=request_id)


@require_safe
@opened
def piece(request: LinkRequest, key: uuid.UUID, request_id: uuid.UUID) -> HttpResponseBase:  # noqa: ARG001
    """One piece: how it will look, what changed, what was said, and the two buttons."""
    return _show(request, _asked(request, request_id))


def _show(request: LinkRequest, asked: ApprovalRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        **screen.piece_of(request.link, asked),
        "link": request.link,
        "remark_form": RemarkForm(piece=asked.piece),
        "decide_form": DecisionForm(),
        "now": timezone.now(),
        **forms,
    }
    return render(request, "publishing/links/piece.html", context, status=status)


@require_POST
@opened
def decide(request: LinkRequest, key: uuid.UUID, request_id: uuid.UUID) -> HttpResponseBase:
    """Yes, changes, or no, to what stood on the page; what stands in the comment box goes along."""
    asked = _asked(request, request_id)
    answer = Answer(request, asked, by=request.link, answered=screen.comments_of(asked))
    if not answer.is_valid():
        asked = _asked(request, request_id)
        return _show(request, asked, status=422, **answer.kept(asked))
    if answer.decide():
        messages.success(request, DONE[answer.verdict])
        return redirect("review_work", key)
    if not answer.has_words and not answer.form.errors:
        return redirect("review_piece", key, request_id)
    asked = _asked(request, request_id)
    return _show(request, asked, status=422, **answer.kept(asked))


@require_POST
@opened
def comment(request: LinkRequest, key: uuid.UUID, request_id: uuid.UUID) -> HttpResponseBase:
    """Say something: of the whole, a moment, some words, a spot; or answer."""
    asked = _asked(request, request_id)
    form = RemarkForm(request.POST, piece=asked.piece)
    if not form.is_valid():
        return _show(request, asked, status=422, remark_form=form)
    said, parent = form.cleaned_data, None
    if said["parent"]:
        parent = get_object_or_404(screen.comments_of(asked), pk=said["parent"])
    try:
        made = commenting.comment(asked, by=request.link, body=said["body"], anchor=form.anchor(), parent=parent)
    except commenting.CannotComment as error:
        form.add_error("body", str(error))
        return _show(request, asked, status=422, remark_form=form)
    return redirect(f"{reverse('review_piece', args=[key, request_id])}#c-{(parent or made).pk}")


@require_POST
@opened
def take_back(request: LinkRequest, key: uuid.UUID, comment_id: uuid.UUID) -> HttpResponseBase:
    """Take one's own remark back."""
    found = get_object_or_404(_own_comments(request.link), pk=comment_id)
    try:
        commenting.remove(found, by=request.link, now=timezone.now())
    except commenting.CannotComment as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('review_piece', args=[key, found.request.pk])}#talk")


def _own_comments(link: ReviewLink) -> Any:
    requests = linking.requests_of(link).values("pk")
    return ReviewComment.objects.filter(link=link, request__in=requests, deleted_at=None).select_related("request")


@require_safe
@opened
def media(request: LinkRequest, key: uuid.UUID, request_id: uuid.UUID, name: str) -> HttpResponseBase:  # noqa: ARG001
    """A file of the piece: "file", "poster", or "page-2"; in parts where that is asked for."""
    stored = screen.stored(_asked(request, request_id).piece, name)
    if stored is None:
        raise Http404
    response = serving.answer(request, serving.in_storage(default_storage, stored.file))
    response["Content-Type"] = stored.mime
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
