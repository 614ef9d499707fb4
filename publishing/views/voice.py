"""Voice samples taken from what was published."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.access import MemberRequest, requires
from accounts.context import current_brand
from accounts.models import BrandProfile
from publishing.models import ScheduledPost
from publishing.services import voice_samples

LAST = 20
SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@requires("brand.edit")
def choose(request: MemberRequest) -> HttpResponse:
    """Choose samples from the posts of the current brand, or take the last twenty."""
    brand = current_brand(request)
    if brand is None:
        return redirect("brands")
    posts = _published(request, brand)
    if request.method == "POST":
        taken = posts[:LAST] if "last" in request.POST else posts.filter(pk__in=_keys(request.POST.getlist("post")))
        return _take(request, brand, list(taken))
    rows = list(posts[:SHOWN])
    mine = queries.samples_of(request.membership).filter(brand=brand, source_id__in=[post.pk for post in rows])
    known = set(mine.values_list("source_id", flat=True))
    context = {"edited": brand, "rows": [(post, post.pk in known) for post in rows], "last": LAST}
    return render(request, "publishing/voice_posts.html", context)


@require_POST
@requires("brand.edit")
def use(request: MemberRequest, key: UUID) -> HttpResponse:
    """Keep one published post as a sample of its brand's voice."""
    rows = ScheduledPost.objects.visible_to(request.membership).filter(status=ScheduledPost.Status.PUBLISHED)
    post = get_object_or_404(rows.select_related("piece", "connection"), pk=key)
    mine = queries.brands_of(request.membership).filter(pk__in=[post.piece.brand_id])
    brand = mine.first() or current_brand(request)
    if brand is None:
        return redirect("brands")
    added = voice_samples.keep([post], brand=brand, by=request.membership)
    (messages.success if added.samples else messages.info)(request, f"{brand.name}: {added.told}")
    return redirect("post", post.pk)


def _published(request: MemberRequest, brand: BrandProfile) -> QuerySet[ScheduledPost]:
    """The brand's posts that went out, newest first; those of no brand may be anybody's."""
    rows = ScheduledPost.objects.visible_to(request.membership).filter(status=ScheduledPost.Status.PUBLISHED)
    mine = rows.filter(Q(piece__brand=brand) | Q(piece__brand=None, client_id=brand.client_id)).exclude(text="")
    return mine.select_related("connection").order_by("-published_at", "-pk")


def _take(request: MemberRequest, brand: BrandProfile, posts: list[ScheduledPost]) -> HttpResponse:
    if not posts:
        messages.info(request, _("No post was chosen."))
        return redirect("voice_from_posts")
    added = voice_samples.keep(posts, brand=brand, by=request.membership)
    (messages.success if added.samples else messages.info)(request, added.told)
    return redirect("brand_voice")


def _keys(given: list[str]) -> list[UUID]:
    found = []
    for each in given[:SHOWN]:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found
