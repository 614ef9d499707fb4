"""Find anything: what holds the words somebody types, a few of each kind, among what they may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, requires
from accounts.models import Membership
from accounts.permissions import may
from content.queries import Wish, library
from content.screens import ideas
from publishing import queries as posts
from trenddrop.core import titles
from trenddrop.core.catalogue import badge, state
from trends.models import TrendTopic
from trends.queries import narrowed

FEW, SHORTEST, LONGEST = 4, 2, 100
LONGEST_TITLE = 80


@dataclass(frozen=True)
class Found:
    """Something that holds the words: its icon, its title, what it is, and where it stands."""

    icon: str
    title: str
    what: str
    url: str


Finder = Callable[[Membership, str], Sequence[Found]]


@require_safe
@requires("account.own")
def find(request: MemberRequest) -> HttpResponse:
    """Return what holds the words of `?q=`, as lines of the palette."""
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:LONGEST]
    found = everything(request.membership, words) if len(words) >= SHORTEST else []
    return render(request, "partials/found.html", {"found": found})


def everything(member: Membership, words: str) -> list[Found]:
    """Return what a member may see that holds the words."""
    return [each for right, finder in FINDERS if may(member, right) for each in finder(member, words)]


def _assets(member: Membership, words: str) -> list[Found]:
    """Assets by their titles, tags and descriptions, by what is said in them, and by what was written of them."""
    cards = library(member, Wish(q=words, sort="best")).cards[:FEW]
    return [_found("library", card.asset.title, card.asset.get_kind_display(), card.url) for card in cards]


def _ideas(member: Membership, words: str) -> list[Found]:
    rows = ideas.matching(ideas.prompts_of(member), words).order_by("-created_at", "-pk")[:FEW]
    return [_found("ideas", str(row), _("Idea"), reverse("idea", args=[row.pk])) for row in rows]


def _posts(member: Membership, words: str) -> list[Found]:
    rows = posts.posts_of(member, posts.Filter("all", words=words))
    told = rows.select_related("connection").order_by("-scheduled_for", "-pk")[:FEW]
    return [
        _found("list", str(row), f"{badge(row.connection.platform).name}, {state(row.status).label}",
               reverse("post", args=[row.pk]))
        for row in told
    ]  # fmt: skip


def _topics(_member: Membership, words: str) -> list[Found]:
    rows = narrowed(TrendTopic.objects.live(), words).order_by("-score", "-pk").only("title", "status")[:FEW]
    return [_found("trends", row.title, state(row.status).label, reverse("trend", args=[row.pk])) for row in rows]


def _found(icon: str, title: str, what: str | Promise, url: str) -> Found:
    return Found(icon, titles.beginning(title, LONGEST_TITLE), str(what), url)


FINDERS: tuple[tuple[str, Finder], ...] = (
    ("content.view", _assets),
    ("content.view", _ideas),
    ("posts.view", _posts),
    ("trends.view", _topics),
)
