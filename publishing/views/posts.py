"""Posts: the list, one post's story, and what can be done about it."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from accounts.permissions import may
from content.pieces.composing import ATTACHED
from publishing import holding, queries, resting, story
from publishing.delivery import handing
from publishing.forms.approvals import WhyForm
from publishing.forms.posts import SeenForm, WhenForm
from publishing.linked import link_is_ours
from publishing.models import PostingHold, PostingSlot, PublishAttempt, ScheduledPost
from publishing.platforms import platform_keys
from publishing.platforms.assisted import BY_HAND
from publishing.services import assisting
from publishing.services import posts as commands
from publishing.services.approvals import asking
from publishing.walltime import UnknownZone
from trenddrop.core.catalogue import badge

Status = ScheduledPost.Status
MOST_ATTEMPTS = 60
HOLDABLE = {Status.WAITING, Status.SCHEDULED, Status.HANDED, Status.ASSISTED}
MOVES = {Status.SCHEDULED, Status.UNCONFIRMED, Status.HANDED}
# The page looks again by itself around the moment something happens, and never while somebody fills in a form.
JUST_BEFORE, JUST_AFTER = dt.timedelta(seconds=15), dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(days=1)  # for which an open page sets its alarm


@require_safe
@requires("posts.view")
def index(request: MemberRequest) -> HttpResponse:
    """What is planned, live, or needs a look."""
    asked = request.GET
    view = asked.get("view", "planned")
    wanted = queries.Filter(
        view=view if view in queries.VIEWS else "planned",
        platform=asked.get("platform", ""),
        words=asked.get("q", "").strip()[:100],
    )
    page = queries.page_of(request.membership, wanted, queries.Cursor.read(asked.get("at", "")))
    context = {
        "view": wanted.view,
        "platform": wanted.platform,
        "q": wanted.words,
        "platform_choices": [(key, badge(key).name) for key in platform_keys()],
        "counts": queries.counts(request.membership, wanted),
        "days": queries.by_day(page.posts),
        "next_url": _address(wanted, page.after),
        "previous_url": _address(wanted, page.before),
        "filters": _rest(wanted),
        "holds": holding.standing(request.membership),
    }
    return render(request, "publishing/posts.html", context)


def _address(wanted: queries.Filter, cursor: queries.Cursor | None) -> str:
    return f"?view={wanted.view}{_rest(wanted)}&{urlencode({'at': str(cursor)})}" if cursor else ""


def _rest(wanted: queries.Filter) -> str:
    """The filter beside the view, as the end of an address."""
    asked = {"platform": wanted.platform, "q": wanted.words}
    found = urlencode({name: value for name, value in asked.items() if value})
    return f"&{found}" if found else ""


@require_safe
@requires("posts.view")
def detail(request: MemberRequest, key: UUID) -> HttpResponse:
    """One post's story."""
    post = _post(request, key)
    return render(request, "publishing/post.html", _detail(request, post))


def _post(request: MemberRequest, key: UUID) -> ScheduledPost:
    rows = ScheduledPost.objects.visible_to(request.membership)
    related = ("connection", "piece__asset", "piece__thumbnail", "scheduled_by", "slot")
    in_use = PostingSlot.objects.filter(connection=OuterRef("connection_id"), is_active=True)
    told = rows.annotate(is_held=holding.held(), is_off=resting.off(), has_slots=Exists(in_use))
    return get_object_or_404(told.select_related(*related), pk=key)


def _detail(request: MemberRequest, post: ScheduledPost, **more: Any) -> dict[str, Any]:
    attempts = list(PublishAttempt.objects.filter(post=post).order_by("-number")[:MOST_ATTEMPTS])[::-1]
    rest = _rest_of(post)
    answer = story.answer(post, rest)
    asset = post.piece.asset
    return {
        "post": post,
        "say": answer.say,
        "more": answer.more,
        "story": story.tell(post, attempts, rest),
        "rest": resting.words(rest, post.connection)["do"] if rest else "",
        "attempts": attempts,
        "still": _still(post),
        "duration": asset.duration,
        "refresh": post.status == Status.PUBLISHING or _is_about_to_move(post),
        "look_in": _seconds_until_it_moves(post),
        "waits_for_hand": _waits_for_hand(post),
        "holds": _holds(post),
        **(_actions(request, post) | _link(post) if _may(request) else {}),
        **more,
    }


def _rest_of(post: ScheduledPost) -> resting.Rest | None:
    """Why nothing goes out to its account, while the post could, or nobody is asked again to post it."""
    if post.status == Status.ASSISTED:
        return resting.of_asked(post.connection)
    if post.status != Status.SCHEDULED or post.platform_post_id:
        return None
    return resting.of(post.connection, is_off=getattr(post, "is_off", False))


def _holds(post: ScheduledPost) -> list[PostingHold]:
    """What keeps the post back, while it could go out."""
    is_held = post.status in HOLDABLE and getattr(post, "is_held", True)
    hold = holding.standing_over(post) if is_held else None
    return [hold] if hold else []


def _still(post: ScheduledPost) -> str:
    """Where the picture of what is sent is, if anything but words is sent."""
    asset = post.piece.asset
    if not post.metadata.get("include_media") or asset.kind not in ATTACHED:
        return ""
    if cover := post.metadata.get("cover"):
        return reverse("cover", args=[cover])
    if frame := post.metadata.get("thumbnail"):
        return reverse("frame", args=[frame])
    return reverse("thumbnail", args=[asset.pk]) if asset.thumbnail else ""


def _is_about_to_move(post: ScheduledPost) -> bool:
    if post.next_try_at is None or post.status not in MOVES:
        return False
    return -JUST_BEFORE <= timezone.now() - post.next_try_at <= JUST_AFTER


def _seconds_until_it_moves(post: ScheduledPost) -> int | None:
    """When an open page looks once by itself: as its time comes. None when that is too far away, or past."""
    if post.next_try_at is None or post.status not in MOVES:
        return None
    wait = post.next_try_at - timezone.now()
    return int(wait.total_seconds()) + 1 if dt.timedelta() < wait < LONGEST_WAIT else None


def _waits_for_hand(post: ScheduledPost) -> bool:
    return post.status == Status.SCHEDULED and post.connection.kind == BY_HAND


def _may(request: MemberRequest) -> bool:
    return may(request.membership, "posts.schedule")


def _actions(request: MemberRequest, post: ScheduledPost) -> dict[str, Any]:
    """The addresses of what can be done in this state, and the forms it takes."""

    def to(name: str) -> str:
        return reverse(name, args=[post.pk])

    match post.status:
        case Status.SCHEDULED | Status.HANDED if _has_moved_on(post):
            return {}
        case Status.SCHEDULED | Status.HANDED:
            hand = {"hand_url": to("post_by_hand")} if _waits_for_hand(post) else {}
            return _moves(request, post) | hand
        case Status.DRAFT | Status.WAITING:
            return _at_rest(request, post)
        case Status.ASSISTED:
            return {"hand_url": to("post_by_hand"), "cancel_url": to("post_cancel")}
        case Status.UNCONFIRMED:
            first = post.next_try_at if post.looks == 0 else None
            return {
                "look_url": to("post_look"),
                "confirm_url": to("post_seen"),
                "resend_url": to("post_retry"),
                "resend_from": first,
                "cancel_url": to("post_cancel"),
            }
        case Status.FAILED | Status.MISSED:
            return {
                "retry_url": to("post_retry"),
                "take_url": to("post_take"),
                "confirm_url": to("post_seen"),
                "cancel_url": to("post_cancel"),
            }
    return {}


def _link(post: ScheduledPost) -> dict[str, Any]:
    return {"link_url": reverse("post_link", args=[post.pk])} if link_is_ours(post) else {}


def _has_moved_on(post: ScheduledPost) -> bool:
    """Say whether it is live in part already, or being taken back from its platform."""
    if post.status == Status.HANDED:
        return bool(post.metadata.get(handing.WISH))
    return bool(post.platform_post_id)


def _moves(request: MemberRequest, post: ScheduledPost) -> dict[str, Any]:
    start = {"local_time": post.local_time, "timezone": post.timezone}
    has_slots = getattr(post, "has_slots", False)
    return {
        **({"slot_url": reverse("post_to_slot", args=[post.pk])} if has_slots else {}),
        "cancel_url": reverse("post_cancel", args=[post.pk]),
        "move_url": reverse("post_move", args=[post.pk]),
        "move_form": WhenForm(initial=start, zones=_zones(request, post)),
    }


def _at_rest(request: MemberRequest, post: ScheduledPost) -> dict[str, Any]:
    """What is done about a post to which nothing happens by itself: a draft, and what waits for approval."""
    if post.status == Status.DRAFT:
        return _moves(request, post) | {"plan_url": reverse("post_plan", args=[post.pk])}
    overrides = may(request.membership, "approvals.override")
    override = {"override_url": reverse("post_without_approval", args=[post.pk]), "override_form": WhyForm()}
    return _moves(request, post) | (override if overrides else {})


def _zones(request: MemberRequest, post: ScheduledPost) -> list[str]:
    return [post.timezone, request.user.timezone, request.membership.organization.timezone]


def _do(
    request: MemberRequest,
    key: UUID,
    command: Callable[[ScheduledPost], ScheduledPost],
    *,
    done: str | Callable[[ScheduledPost], str],
) -> HttpResponse:
    """Carry out one command and go back to the post, which says how it stands now."""
    post = _post(request, key)
    try:
        command(post)
    except (commands.CannotChange, commands.CannotPlan, commands.LookFirst, asking.CannotAsk, UnknownZone) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done if isinstance(done, str) else done(post))
    return redirect("post", post.pk)


@require_POST
@requires("posts.schedule")
def cancel(request: MemberRequest, key: UUID) -> HttpResponse:
    """Take it out of the plan."""
    done = _("Cancelled. The piece is kept in the Studio.")
    return _do(request, key, lambda post: commands.cancel(post, by=request.membership), done=done)


@require_POST
@requires("posts.schedule")
def look(request: MemberRequest, key: UUID) -> HttpResponse:
    """Look for it now."""
    now = timezone.now()
    done = _("Looking. The answer stands here in a moment.")
    return _do(request, key, lambda post: commands.check_now(post, by=request.membership, now=now), done=done)


@require_POST
@requires("posts.schedule")
def retry(request: MemberRequest, key: UUID) -> HttpResponse:
    """Send it now, or once more."""
    now = timezone.now()
    return _do(request, key, lambda post: commands.retry(post, by=request.membership, now=now), done=_sent_again)


def _sent_again(post: ScheduledPost) -> str:
    if post.status == Status.WAITING:
        return _("It is not approved as it stands now, so it waits for approval first.")
    if post.connection.kind == BY_HAND:
        return _("Its person is asked to post it in a moment.")
    if post.approval_id:
        return _("It is sent now, exactly as it was approved.")
    return _("It is sent now, with the same words and the same key.")


@require_POST
@requires("posts.schedule")
def plan(request: MemberRequest, key: UUID) -> HttpResponse:
    """Make a draft a post that goes out, or that waits for its approval."""
    now = timezone.now()
    done = _("Planned. It goes out at its time, or as soon as it is approved.")
    return _do(request, key, lambda post: commands.plan(post, by=request.membership, now=now), done=done)


@require_POST
@requires("posts.schedule")
def move(request: MemberRequest, key: UUID) -> HttpResponse:
    """Plan it for another time."""
    post = _post(request, key)
    form = WhenForm(request.POST, zones=_zones(request, post))
    if not form.is_valid():
        return render(request, "publishing/post.html", _detail(request, post, move_form=form), status=422)
    at, zone = form.cleaned_data["local_time"], form.cleaned_data["timezone"]
    try:
        moved = commands.reschedule(post, at_local=at, zone=zone, by=request.membership, now=timezone.now())
    except (commands.CannotPlan, UnknownZone) as error:
        form.add_error("local_time", str(error))
        return render(request, "publishing/post.html", _detail(request, post, move_form=form), status=422)
    except commands.CannotChange as error:
        messages.error(request, str(error))
        return redirect("post", post.pk)
    messages.success(request, moved.time_note or _("Moved."))
    return redirect("post", post.pk)


@require_POST
@requires("posts.schedule")
def seen(request: MemberRequest, key: UUID) -> HttpResponse:
    """Somebody sees it live."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return render(
            request, "publishing/post.html", _detail(request, _post(request, key), confirm_form=form), status=422
        )
    url, now = form.cleaned_data["url"], timezone.now()
    return _do(
        request,
        key,
        lambda post: commands.mark_as_posted(post, url=url, by=request.membership, now=now),
        done=_("Noted as live."),
    )


@require_POST
@requires("posts.schedule")
def link(request: MemberRequest, key: UUID) -> HttpResponse:
    """Add or correct the link of what was posted by hand."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return render(
            request, "publishing/post.html", _detail(request, _post(request, key), link_form=form), status=422
        )
    url, now = form.cleaned_data["url"], timezone.now()
    return _do(
        request,
        key,
        lambda post: assisting.set_link(post, url=url, by=request.membership, now=now),
        done=_("The link is kept."),
    )
