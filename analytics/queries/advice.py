"""What advice rests on: settled posts with what was chosen for them; and what is told of it."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import Membership
from analytics import comparing
from analytics.advising.posterior import Pair, Post
from analytics.advising.trials import Trial
from analytics.models import ArmPrior, BackTest, MeasuredPost, Suggestion, SuggestionArm
from publishing.models import PlatformConnection

LOOKS_BACK = dt.timedelta(days=400)
MOST_POSTS = 400  # of an account
FEWEST = 8  # settled posts of an account before anything is advised
Status = Suggestion.Status


@dataclass(frozen=True)
class Settled:
    """A settled post of an account: what was chosen, and what it did over the usual."""

    post_id: uuid.UUID
    piece_id: uuid.UUID
    connection_id: uuid.UUID
    client_id: uuid.UUID | None
    platform: str
    at: dt.datetime
    choices: Mapping[str, str]
    log: float
    hashtags: Sequence[str]

    @property
    def post(self) -> Post:
        """As the model learns from it."""
        return Post(self.at, self.choices, self.log)


def settled(organization_id: uuid.UUID, *, now: dt.datetime) -> dict[uuid.UUID, list[Settled]]:
    """Return the settled posts of an organisation's accounts, each one's latest, oldest first. Call in its scope."""
    rows = MeasuredPost.objects.filter(
        organization=organization_id,
        learned_at__isnull=False,
        published_at__gte=now - LOOKS_BACK,
        post__piece__feedback__isnull=False,
        post__piece__feedback__is_left_out=False,
    )
    found: dict[uuid.UUID, list[Settled]] = defaultdict(list)
    told = rows.order_by("-published_at", "-pk").values_list(
        "post_id", "post__piece_id", "post__connection_id", "client_id", "platform", "published_at",
        "post__piece__feedback__choices", "post__piece__feedback__engagement", "hashtags",
    )  # fmt: skip
    for post, piece, account, client, platform, at, choices, engagement, tags in told.iterator(1000):
        mine = found[account]
        if choices and len(mine) < MOST_POSTS:
            log = comparing.log_of(engagement)
            mine.append(Settled(post, piece, account, client, platform, at, choices, log, tuple(tags or ())))
    return {account: mine[::-1] for account, mine in found.items()}


def priors(platforms: Collection[str]) -> dict[str, dict[Pair, tuple[float, float]]]:
    """Return what is usual on platforms, mean and spread by choice."""
    found: dict[str, dict[Pair, tuple[float, float]]] = defaultdict(dict)
    for row in ArmPrior.objects.filter(platform__in=platforms):
        found[row.platform][row.dimension, row.value] = (row.mean, row.variance**0.5)
    return dict(found)


def trials(
    organization_id: uuid.UUID, by_account: Mapping[uuid.UUID, Sequence[Settled]], *, since: dt.datetime
) -> tuple[list[tuple[Settled, Trial]], list[tuple[Settled, Trial]]]:
    """Return the posts since `since` as trials: all (did as advised, or not), and those drawn by lot (advice or habit).

    What came of a suggestion counts as advised whatever became of it on the way.
    """
    rows = Suggestion.objects.filter(organization=organization_id, post__isnull=False)
    drawn = dict(rows.order_by("offered_at").values_list("post_id", "is_control"))
    matched, lot = [], []
    for account, own in by_account.items():
        for one in own:
            if one.at < since:
                continue
            arm = drawn.get(one.post_id)
            trial = Trial(one.at, str(account), arm is False, one.log)
            matched.append((one, trial))
            if arm is not None:
                lot.append((one, trial))
    return matched, lot


def of_member(membership: Membership, *, connection: uuid.UUID | None = None) -> QuerySet[Suggestion]:
    """Return the suggestions a member may see, the latest first."""
    rows = Suggestion.objects.visible_to(membership).select_related(
        "connection", "piece", "post", "insight", "taken_by"
    )
    rows = rows.filter(connection=connection) if connection else rows
    return rows.order_by("-offered_at", "-pk")


def open_of(membership: Membership, *, connection: uuid.UUID | None = None) -> QuerySet[Suggestion]:
    """Return what is offered now, the soonest first."""
    rows = of_member(membership, connection=connection).filter(status=Status.OFFERED)
    return rows.order_by("suggested_for", "-offered_at", "pk")


def arms_of(membership: Membership, connection: uuid.UUID) -> QuerySet[SuggestionArm]:
    """Return what is believed of an account's choices."""
    return SuggestionArm.objects.visible_to(membership).filter(connection=connection).order_by("dimension", "value")


def back_tests(membership: Membership, *, connection: uuid.UUID | None, limit: int = 52) -> list[BackTest]:
    """Return the weekly answers for an account, or for all the member may see together, the latest last."""
    rows = BackTest.objects.visible_to(membership).filter(connection=connection)
    if connection is None:
        rows = rows.filter(client=membership.client_id or membership.narrowed_to)
    return list(rows.order_by("-week")[:limit])[::-1]


def connections_of(membership: Membership) -> QuerySet[PlatformConnection]:
    """Return the accounts a member may ask advice for."""
    return PlatformConnection.objects.visible_to(membership).exclude(status=PlatformConnection.Status.REMOVED)


def accounts_of(membership: Membership) -> list[PlatformConnection]:
    """Return the accounts a member may see that can be posted to."""
    return list(connections_of(membership).select_related("client").order_by("platform", "handle", "pk"))
