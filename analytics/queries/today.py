"""The Today page's questions: what needs me, what rises, what is ahead, how the last posts do."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import BrandProfile, Membership, Organization
from accounts.permissions import may
from content.models import ContentAsset
from publishing import approving
from publishing.models import ApprovalRequest, PlatformConnection, ScheduledPost
from publishing.platforms import assisted
from publishing.queries import ending_soon
from trenddrop.core import display
from trends import queries as trends
from trends.models import TrendTopic
from trends.retelling import retold

AHEAD = dt.timedelta(days=7)
NEEDS_DAYS = dt.timedelta(days=14)
MOST_ASKED = 5
SHOWN = [
    "title", "score", "growth_24h", "sparkline", "first_detected_at", "source_kinds", "source_count", "is_example",
    "status", "observed", "expected", "burst",
]  # fmt: skip


@dataclass(frozen=True)
class Need:
    """One thing a person must look at, with its way out."""

    state: str
    title: str
    url: str
    text: str
    action: str
    label: str = ""
    platform: str = ""
    picture: str = ""
    go: bool = False
    action_url: str = ""


@dataclass
class Day:
    """A day ahead with what is planned."""

    date: dt.date
    today: bool
    posts: list[ScheduledPost] = field(default_factory=list)


@dataclass(frozen=True)
class Rising:
    """A topic that rises: why it is said to, and how it fits the brand."""

    topic: TrendTopic
    score: float | None
    why: str
    told: str
    url: str
    sources: list[str]


BY_HAND = ScheduledPost.Status.ASSISTED
WRONG = frozenset({ScheduledPost.Status.UNCONFIRMED, ScheduledPost.Status.FAILED, ScheduledPost.Status.MISSED})


def posts_of_interest(membership: Membership, *, now: dt.datetime) -> list[ScheduledPost]:
    """Return, in one question, the posts that went wrong lately and those of the seven days from midnight."""
    midnight = _midnight(now)
    posts = ScheduledPost.objects.visible_to(membership).exclude(status=ScheduledPost.Status.CANCELLED)
    ahead = Q(scheduled_for__gte=midnight, scheduled_for__lt=midnight + AHEAD + dt.timedelta(hours=2))
    wrong = Q(status__in=WRONG | {BY_HAND}, scheduled_for__gte=now - NEEDS_DAYS)
    return list(posts.filter(ahead | wrong).select_related("connection").order_by("scheduled_for")[:300])


def needs(membership: Membership, posts: list[ScheduledPost], *, now: dt.datetime) -> list[Need]:
    """Return what needs this person, most urgent first; the first carries the page's one next action."""
    found = [*_posts_in_trouble(posts, now=now), *_approvals(membership, now), *_other_trouble(membership, now)]
    return [replace(need, go=number == 0) for number, need in enumerate(found)]


def _posts_in_trouble(posts: list[ScheduledPost], *, now: dt.datetime) -> list[Need]:
    wrong = [_wrong(post) for post in reversed(posts) if post.status in WRONG]
    due = [_by_hand(post) for post in posts if post.status == BY_HAND and post.scheduled_for <= now]
    return [*wrong[:10], *due[:10]]


def _wrong(post: ScheduledPost) -> Need:
    return Need(
        state=post.status,
        title=str(post),
        url=reverse("post", args=[post.pk]),
        text=post.error,
        action=_("Check now") if post.status == ScheduledPost.Status.UNCONFIRMED else _("See what happened"),
        label=post.get_status_display(),
        platform=post.connection.platform,
    )


def _by_hand(post: ScheduledPost) -> Need:
    return Need(
        state=post.status,
        title=str(post),
        url=reverse("post_by_hand", args=[post.pk]),
        text=_("Its hour has come: copy the words, save the files, and post it."),
        action=_("Post it"),
        label=post.get_status_display(),
        platform=post.connection.platform,
    )


def _approvals(membership: Membership, now: dt.datetime) -> list[Need]:
    """What waits for this person's decision, soonest due first, and the changes they are to make."""
    if not may(membership, "approvals.view"):
        return []
    mine = approving.revisions_of(membership).filter(request=OuterRef("pk")).order_by("-number")
    waits = approving.requests_of(membership, "mine").annotate(wish=Value(None, models.TextField()))
    changes = approving.requests_of(membership, "changes").annotate(wish=Subquery(mine.values("feedback")[:1]))
    waits = waits.order_by(F("due_at").asc(nulls_last=True), "id")[:MOST_ASKED]
    changes = changes.exclude(wish=None).order_by("created_at", "id")[:MOST_ASKED]
    rows: list[Any] = list(waits.union(changes, all=True))
    return [_decision(row, now=now) if row.wish is None else _change(row) for row in rows]


def _decision(request: ApprovalRequest, *, now: dt.datetime) -> Need:
    due = request.due_at
    if request.nobody:
        text = _("Nobody is there who could decide it. Choose who does.")
    elif due and due < now:
        text = _("Late by %(time)s.") % {"time": display.span(now - due)}
    else:
        text = _("%(time)s left.") % {"time": display.span(due - now)} if due else ""
    return Need(
        state="waiting",
        title=str(request.piece),
        url=reverse("approval", args=[request.pk]),
        text=text,
        action=_("Review"),
        label=_("Waits for your approval"),
        platform=request.piece.platform,
    )


def _change(request: ApprovalRequest) -> Need:
    return Need(
        state="revision_requested",
        title=str(request.piece),
        url=reverse("approval", args=[request.pk]),
        text=f"“{request.wish}”",  # type: ignore[attr-defined]
        action=_("See what to change"),
        label=_("Changes asked for"),
        platform=request.piece.platform,
    )


Trouble = tuple[str, Any, str, str, str, str, dt.datetime]
SIGNED_OUT = PlatformConnection.Status.NEEDS_RECONNECT


def _other_trouble(membership: Membership, now: dt.datetime) -> list[Need]:
    """Accounts that are signed out or will be within days, then originals that could not be read: one question."""
    rows = PlatformConnection.objects.visible_to(membership)
    accounts = rows.filter(Q(status=SIGNED_OUT) | ending_soon(now)).order_by("-status", "handle")[:10]
    failed = ContentAsset.objects.visible_to(membership).filter(
        status=ContentAsset.Status.FAILED, deleted_at=None, created_at__gte=now - NEEDS_DAYS
    )
    assets = failed.order_by("-created_at")[:5]
    signed_out = _troubles(accounts, kind="account", title="handle", error="last_error", platform=F("platform"))
    unread = _troubles(assets, kind="asset", title="title", error="error", platform=Value(""))
    found: list[Trouble] = list(signed_out.union(unread, all=True))
    lost = sorted((row for row in found if row[0] == "account"), key=lambda row: (row[4] != SIGNED_OUT, row[2]))
    broken = sorted((row for row in found if row[0] == "asset"), key=lambda row: row[6], reverse=True)
    return [_account(row) for row in lost] + [_asset(row) for row in broken]


def _troubles(rows: models.QuerySet[Any], *, kind: str, title: str, error: str, platform: Any) -> Any:
    """Return rows as (kind, key, title, error, status, platform, since), whatever they are."""
    told = {"what": Value(kind), "name": F(title), "why": F(error), "where": platform}
    return rows.annotate(**told).values_list("what", "pk", "name", "why", "status", "where", "created_at")


def _account(row: Trouble) -> Need:
    _kind, key, handle, error, status, platform, _since = row
    is_lost = status == SIGNED_OUT
    lost = error or _("Nothing goes out there until you sign in again; planned posts wait.")
    return Need(
        state="unconfirmed",
        title=handle,
        url=reverse("connection", args=[key]),
        text=lost if is_lost else _("Its sign-in ends within days. Connect it again before; planned posts stay."),
        action=_("Reconnect"),
        label=str(SIGNED_OUT.label) if is_lost else _("Ends soon"),
        platform=platform,
    )


def _asset(row: Trouble) -> Need:
    _kind, key, title, error, *_rest = row
    return Need(
        state="failed",
        title=title,
        url=reverse("studio", args=[key]),
        text=error,
        action=_("Open"),
        label=_("Could not be read"),
    )


def _midnight(now: dt.datetime) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(timezone.localdate(now), dt.time.min))


def days_ahead(posts: list[ScheduledPost], *, now: dt.datetime) -> list[Day]:
    """Return today and the six days after it, in the reader's zone, with their posts."""
    today = timezone.localdate(now)
    days = {today + dt.timedelta(days=n): Day(today + dt.timedelta(days=n), n == 0) for n in range(AHEAD.days)}
    for post in posts:
        day = days.get(timezone.localdate(post.scheduled_for))
        if day:
            day.posts.append(post)
    return list(days.values())


def rising(brand: BrandProfile | None, *, now: dt.datetime, limit: int = 5) -> list[Rising]:
    """Return the topics that fit the brand best; without any, the strongest, with no claim that they fit."""
    live = TrendTopic.objects.live().only(*SHOWN)
    fits = live.filter(relevances__brand=brand).annotate(fit=F("relevances__score"), reasons=F("relevances__reasons"))
    no_fit = {"fit": Value(None, models.FloatField()), "reasons": Value(None, models.JSONField())}
    strongest = live.annotate(**no_fit).order_by("-score")[:limit]
    rows: list[Any] = list(fits.order_by("-fit")[:limit].union(strongest, all=True) if brand else strongest)
    fitting = sorted((row for row in rows if row.fit is not None), key=lambda row: -row.fit)
    return [_rising(row, row.fit, _why(row.reasons or []), now=now) for row in fitting or rows]


def _why(reasons: list[list[object]]) -> str:
    return next((retold(reason[-1]) for reason in reasons if reason and isinstance(reason[-1], str)), "")


def _rising(topic: TrendTopic, score: float | None, why: str, *, now: dt.datetime) -> Rising:
    url = f"{reverse('asset_new')}?topic={topic.pk}"
    return Rising(topic, score, why, trends.why_it_rises(topic, now=now), url, topic.source_kinds)


def first_live(membership: Membership, *, now: dt.datetime) -> ScheduledPost | None:
    """Return the first post that went out within a day, as far as the member sees it, where its numbers are counted."""
    rows = ScheduledPost.objects.visible_to(membership).filter(
        status=ScheduledPost.Status.PUBLISHED, published_at__gte=now - dt.timedelta(days=1)
    )
    uncounted = Q(connection__kind=assisted.BY_HAND) | Q(connection__platform="webhook")
    return rows.exclude(uncounted).order_by("published_at").first()


def first_steps(membership: Membership) -> dict[str, bool]:
    """Say which of the first steps an organisation has taken."""
    mine = {"organization": OuterRef("pk")}
    taken = {
        "asset": Exists(ContentAsset.objects.filter(**mine, deleted_at=None)),
        "connection": Exists(PlatformConnection.objects.filter(**mine, status=PlatformConnection.Status.ACTIVE)),
        "post": Exists(ScheduledPost.objects.filter(**mine, status=ScheduledPost.Status.PUBLISHED)),
    }
    found = Organization.objects.filter(pk=membership.organization_id).annotate(**taken).values(*taken).get()
    return {name: bool(found[name]) for name in taken}
