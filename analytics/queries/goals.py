"""Reading goals."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Membership
from analytics.models import Goal

CLOSED = 50


def of_member(member: Membership) -> QuerySet[Goal]:
    """Return the goals a member sees."""
    return Goal.objects.visible_to(member).select_related("client", "account", "made_by")


def open_ones(member: Membership) -> list[Goal]:
    """Return open goals, the next day first."""
    return list(of_member(member).filter(status=Goal.Status.OPEN).order_by("deadline", "pk"))


def closed_ones(member: Membership) -> Sequence[Goal]:
    """Return goals that are over, the latest first."""
    return list(of_member(member).exclude(status=Goal.Status.OPEN).order_by("-closed_at", "pk")[:CLOSED])


def one(member: Membership, key: UUID) -> Goal:
    """Return a goal with its milestones; raises Goal.DoesNotExist."""
    return of_member(member).prefetch_related("milestones").get(pk=key)
