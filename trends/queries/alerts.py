"""Questions about watches and what they told."""

from django.db.models import Count, Q, QuerySet

from accounts import queries
from accounts.models import Membership
from trends.models import AlertDelivery, FiredAlert, TrendAlert, TrendSource, TrendTopic
from trends.normalise import country_of

KNOWN = FiredAlert.How.KNOWN


def watches_of(member: Membership) -> QuerySet[TrendAlert]:
    """Return the watches of the brands a member works for, those that are on first, with how often they fired."""
    fired = Count("fired", filter=~Q(fired__how=KNOWN))
    rows = TrendAlert.objects.visible_to(member).filter(brand__in=queries.brands_of(member).order_by())
    return rows.select_related("brand").annotate(times=fired).order_by("-is_active", "name", "pk")


def alerts_of(member: Membership) -> QuerySet[FiredAlert]:
    """Return what fired for the brands a member works for, the latest first; what was known or is blocked is not."""
    rows = FiredAlert.objects.visible_to(member).exclude(how=KNOWN).filter(topic__is_blocked=False)
    return rows.select_related("alert__brand", "topic").order_by("-fired_at", "-pk").defer("topic__embedding")


def deliveries_of(watch: TrendAlert) -> QuerySet[AlertDelivery]:
    """Return what was sent to a watch's webhook, the latest first."""
    return AlertDelivery.objects.filter(alert=watch).order_by("-created_at", "-pk")


def countries() -> list[str]:
    """Return the countries that sources look at: one statement."""
    regions = TrendSource.objects.exclude(region="").values_list("region", flat=True).order_by().distinct()
    return sorted({country_of(region) for region in regions} - {""})


def name_of_topic(key: str) -> TrendTopic | None:
    """Return the topic that an address names, to begin a watch with."""
    found = queries.key_of(key)
    return TrendTopic.objects.filter(pk=found, is_blocked=False).only("title").first() if found else None
