"""The practice network's timeline."""

import uuid
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from publishing.models import PracticeAccount, PracticeMedia, PracticePost, ScheduledPost
from publishing.practice import simulation

PAGE = 20


@require_safe
@requires("posts.view")
def timeline(request: MemberRequest) -> HttpResponse:
    """Posts, newest first, with their made-up numbers as of now."""
    rows = PracticePost.objects.visible_to(request.membership).filter(deleted_at=None).select_related("account")
    before = request.GET.get("before", "")
    if before:
        rows = rows.filter(pk__lt=_key(before))
    posts = list(rows.order_by("-pk")[: PAGE + 1])
    shown, more = posts[:PAGE], len(posts) > PAGE
    context = {
        "posts": _described(request, shown),
        "accounts": PracticeAccount.objects.visible_to(request.membership).order_by("handle"),
        "next_url": f"?before={shown[-1].pk}" if more else "",
        "previous_url": reverse("practice") if before else "",
    }
    return render(request, "publishing/practice.html", context)


def _key(raw: str) -> uuid.UUID:
    try:
        return uuid.UUID(raw)
    except ValueError as error:
        raise Http404 from error


def _described(request: MemberRequest, posts: list[PracticePost]) -> list[PracticePost]:
    """Give each post its numbers, its pictures, and our own page of it."""
    sent = _sent(request, posts)
    kinds = _kinds(posts)
    for post in posts:
        counts = simulation.counts(
            appeal=post.appeal, followers=post.account.followers, age=timezone.now() - post.created_at
        )
        stills = [uuid.UUID(hex=each["id"]) for each in post.media if kinds.get(each["id"], "").startswith("image/")]
        stills = [post.thumbnail_id, *stills] if post.thumbnail_id else stills
        extra: dict[str, Any] = counts.__dict__ | {
            "pictures": [reverse("practice_media", args=[key]) for key in stills],
            "post_url": reverse("post", args=[sent[post.pk.hex]]) if post.pk.hex in sent else "",
        }
        for name, value in extra.items():
            setattr(post, name, value)
    return posts


def _sent(request: MemberRequest, posts: list[PracticePost]) -> dict[str, uuid.UUID]:
    ids = [post.pk.hex for post in posts]
    ours = ScheduledPost.objects.visible_to(request.membership).filter(platform_post_id__in=ids)
    return dict(ours.values_list("platform_post_id", "pk"))


def _kinds(posts: list[PracticePost]) -> dict[str, str]:
    ids = [uuid.UUID(hex=each["id"]) for post in posts for each in post.media]
    return {media.pk.hex: media.mime for media in PracticeMedia.objects.filter(pk__in=ids)}


@require_safe
@requires("posts.view")
def media(request: MemberRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A picture of the timeline."""
    found = get_object_or_404(PracticeMedia.objects.visible_to(request.membership), pk=pk, mime__startswith="image/")
    if not default_storage.exists(str(found.file.name)):
        raise Http404
    answer = FileResponse(found.file.open("rb"), content_type=found.mime)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
