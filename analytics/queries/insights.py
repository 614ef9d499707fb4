"""Reading findings, odd days, and how much was asked."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import Membership
from analytics.models import Anomaly, AnomalyCause, Insight, InsightRun
from content.models import GeneratedContent
from publishing.models import ScheduledPost

SHOWN, ODD_SHOWN = 60, 30


def of_member(member: Membership) -> QuerySet[Insight]:
    """Return the findings a member sees."""
    return Insight.objects.visible_to(member).select_related("client", "goal", "connection")


def standing(member: Membership, *, kind: str = "") -> list[Insight]:
    """Return findings that stand and were not put away, the most useful first."""
    rows = of_member(member).filter(is_current=True, dismissed_at=None).defer("evidence")
    rows = rows.filter(kind=kind) if kind in Insight.Kind.values else rows
    return list(rows.order_by("-use", "id")[:SHOWN])


def best(member: Membership) -> Insight | None:
    """Return the most useful finding; None where nothing stands."""
    rows = Insight.objects.visible_to(member).filter(is_current=True, dismissed_at=None).defer("evidence")
    return rows.order_by("-use", "id").first()


def put_away(member: Membership) -> list[Insight]:
    """Return findings that were put away, the latest first."""
    rows = of_member(member).filter(dismissed_at__isnull=False).defer("evidence").select_related("dismissed_by")
    return list(rows.order_by("-dismissed_at", "id")[:SHOWN])


def kinds(rows: Collection[Insight]) -> Mapping[str, int]:
    """Count findings by kind."""
    return Counter(row.kind for row in rows)


def last_run(member: Membership) -> InsightRun | None:
    """Return how much was asked last: of the client the member looks at, else of the organisation."""
    only = member.client_id or member.narrowed_to
    rows = InsightRun.objects.visible_to(member).filter(client=only)
    return rows.order_by("-ran_at", "-pk").first()


def odd_days(member: Membership) -> QuerySet[Anomaly]:
    """Return the odd days a member sees, with what may be behind them."""
    causes = Prefetch("causes", AnomalyCause.objects.select_related("post__connection"))
    rows = Anomaly.objects.visible_to(member).select_related("client", "account", "connection")
    return rows.prefetch_related(causes)


def odd_lately(member: Membership) -> list[Anomaly]:
    """Return odd days that were not put away, the latest first."""
    return list(odd_days(member).filter(dismissed_at=None).order_by("-date", "-score", "pk")[:ODD_SHOWN])


def titles(member: Membership, keys: Collection[str]) -> dict[str, str]:
    """Return what posts are called, by key; those the member may not see are not in it."""
    rows = ScheduledPost.objects.visible_to(member).filter(pk__in=[uuid.UUID(key) for key in keys])
    return {str(key): (title or text)[:80] for key, title, text in rows.values_list("pk", "title", "text")}


def one(member: Membership, key: UUID) -> Insight:
    """Return a finding; raises Insight.DoesNotExist."""
    return of_member(member).get(pk=key)


Made = tuple[GeneratedContent | None, ScheduledPost | None, float | None]


def drafted(member: Membership, insight: Insight) -> Sequence[Made]:
    """Return what was made because of a finding, and what came of it: piece, post, result."""
    rows = insight.suggestions.filter(taken_at__isnull=False, organization=member.organization_id)
    return [(row.piece, row.post, row.outcome) for row in rows.select_related("piece", "post").order_by("-taken_at")]
