"""What tests of plans by agreement share: an operator who may agree, and what came of it."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, tenancy
from accounts.models import AuditEntry, Membership, Notification, Organization, User
from billing.life import clock
from billing.models import PlanVersion, Subscription
from billing.services import agreements
from billing.services.agreements import Terms
from tests.billing import paying
from tests.cast import Cast, person

REASON = "signed on paper"


def desk(*rights: str, email: str = "gauri@staff.example") -> User:
    """An operator with these rights."""
    user = person("Gauri Staff", email)
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return User.objects.get(pk=user.pk)


def may_agree() -> User:
    found = User.objects.filter(email="gauri@staff.example").first()
    return found or desk("view_subscription", "change_subscription", "view_organization")


def own(key: str = "enterprise", **most: int | None) -> PlanVersion:
    """A version of a plan; with limits it is one of its own."""
    latest = PlanVersion.objects.filter(plan__key=key).latest("number")
    if not most:
        return latest
    limits = {meter: {"limit": limit, "hard": True} for meter, limit in most.items()}
    return PlanVersion.objects.create(
        plan=latest.plan, number=latest.number + 1, limits=limits, sold_from=latest.sold_from, features=[]
    )


def agreed(
    whose: Organization,
    *,
    now: dt.datetime | None = None,
    version: PlanVersion | None = None,
    interval: str = "month",
    until: dt.date | None = None,
    contract: str = "TD-2026-07",
) -> Subscription:
    terms = Terms(version or own(), interval, until, contract)
    return agreements.agree(whose, terms, reason=REASON, by=may_agree(), now=now or timezone.now())


def of(whose: Organization) -> Subscription:
    """The organisation's latest plan."""
    with tenancy.operator():
        rows = Subscription.objects.filter(organization=whose).select_related("version__plan", "price")
        return rows.latest("started_at")


def tick(now: dt.datetime) -> None:
    """Let the clock catch up."""
    for _turn in range(3):
        clock.tick(now=now)


def told(user: User, **which: Any) -> list[str]:
    with tenancy.operator():
        rows = Notification.objects.filter(user=user, kind="plan", **which).order_by("created_at")
        return [f"{row.title} | {row.message}" for row in rows]


def sentence(whose: Organization, action: str) -> str:
    with tenancy.operator():
        return str(actions.plain_sentence(AuditEntry.objects.filter(organization=whose, action=action).latest("at")))


def bought(shop: Cast, plan: str = "agency") -> Subscription:
    begun = page_to_pay(shop.asha, plan)
    paying.pay(begun)
    return of(shop.kesar)


def page_to_pay(by: Membership, plan: str) -> str:
    answer = web(by.user).post(reverse("checkout"), {"plan": plan, "gateway": "test"})
    return str(answer["Location"])


def web(user: User) -> Client:
    """Somebody, signed in."""
    client = Client()
    client.force_login(user)
    return client
