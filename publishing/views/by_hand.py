"""Posting by hand, made for a phone: save the media, copy the caption, say where it stands."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from publishing import resting
from publishing.forms.posts import PostedForm
from publishing.models import ScheduledPost
from publishing.platforms.assisted import BY_HAND
from publishing.screens.by_hand import handed
from publishing.services import assisting, posts
from publishing.services.approvals import asking
from publishing.walltime import UnknownZone
from trenddrop.core import serving

Status = ScheduledPost.Status


def _post(request: MemberRequest, key: UUID) -> ScheduledPost:
    rows = ScheduledPost.objects.visible_to(request.membership).select_related("connection")
    return get_object_or_404(rows, pk=key)


@require_safe
@requires("posts.schedule")
def page(request: MemberRequest, key: UUID) -> HttpResponse:
    """Everything on one page; a post that needs nobody's hand shows its story instead."""
    post = _post(request, key)
    waits = post.status == Status.ASSISTED or (post.status == Status.SCHEDULED and post.connection.kind == BY_HAND)
    return render(request, "publishing/by_hand.html", _context(post)) if waits else redirect("post", post.pk)


def _context(post: ScheduledPost, form: PostedForm | None = None) -> dict[str, Any]:
    now, kit, rest = timezone.now(), handed(post), resting.of_asked(post.connection)
    before = bool(kit.files) + bool(kit.title)
    return {
        "post": post,
        "kit": kit,
        "before": before,
        "last": before + len([part for part in kit.parts if part]) + 2,
        "form": form or PostedForm(),
        "rest": resting.words(rest, post.connection)["do"] if rest else "",
        "is_ours": post.connection.kind != BY_HAND,
        "is_due": post.status == Status.ASSISTED and post.scheduled_for <= now,
        "takers": assisting.takers(post),
        "tomorrow": assisting.tomorrow(post, now=now) if post.status == Status.ASSISTED else None,
    }


@require_safe
@requires("posts.view")
def file(request: MemberRequest, key: UUID, number: int) -> HttpResponseBase:
    """One file as it is sent (0: the cover), to be saved; in parts where that is asked for."""
    found = handed(_post(request, key))
    wanted = next((one for one in (found.cover, *found.files) if one and one.number == number), None)
    if wanted is None:
        raise Http404
    response = serving.answer(request, serving.in_storage(default_storage, wanted.stored))
    response["Content-Type"] = wanted.mime
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=wanted.name) or ""
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@requires("posts.schedule")
def take(request: MemberRequest, key: UUID) -> HttpResponse:
    """Post it oneself instead of letting us send it."""
    post = _post(request, key)
    try:
        assisting.take(post, by=request.membership, now=timezone.now())
    except (posts.CannotChange, asking.CannotAsk) as error:
        messages.error(request, str(error))
        return redirect("post", post.pk)
    if post.status == Status.WAITING:
        messages.info(request, _("It is not approved as it stands now, so it waits for approval first."))
        return redirect("post", post.pk)
    return redirect("post_by_hand", post.pk)


@require_POST
@requires("posts.schedule")
def done(request: MemberRequest, key: UUID) -> HttpResponse:
    """It is posted, and here is its link."""
    post, form = _post(request, key), PostedForm(request.POST)
    if not form.is_valid():
        return render(request, "publishing/by_hand.html", _context(post, form), status=422)
    try:
        posts.mark_as_posted(post, url=form.cleaned_data["url"], by=request.membership, now=timezone.now())
    except posts.CannotChange as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted as live."))
    return redirect("post", post.pk)


@require_POST
@requires("posts.schedule")
def tomorrow(request: MemberRequest, key: UUID) -> HttpResponse:
    """Not today: we ask again tomorrow at the same hour."""
    post = _post(request, key)
    try:
        moved = assisting.not_today(post, by=request.membership, now=timezone.now())
    except (posts.CannotChange, posts.CannotPlan, UnknownZone) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, moved.time_note or _("We ask you again tomorrow at the same hour."))
    return redirect("post", post.pk)


@require_POST
@requires("posts.schedule")
def give(request: MemberRequest, key: UUID) -> HttpResponse:
    """Another member posts it."""
    post = _post(request, key)
    to = next((one for one in assisting.takers(post) if str(one.pk) == request.POST.get("member")), None)
    if to is None:
        messages.error(request, _("Nothing was changed: choose who shall post it."))
        return redirect("post_by_hand", post.pk)
    try:
        assisting.give(post, to=to, by=request.membership)
    except (posts.CannotChange, assisting.CannotGive) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s posts it now, and is asked at its hour.") % {"name": to.user})
    return redirect("post", post.pk)
