"""What publishing does when something happens below it."""

import datetime as dt
import uuid
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import BrandProfile, ClientAccount, Membership
from accounts.signals import brand_moved, client_archived, organization_ending
from billing.signals import held, plan_changed, released
from content.models import GeneratedContent
from content.signals import assets_moved, piece_changed
from publishing.models import ApprovalRequest
from publishing.services import clients, connections, imports, links, plans, recurring
from publishing.services.approvals import moving, reopening
from publishing.signals import client_asked, plan_rung, series_rung


@receiver(assets_moved)
def take_the_posts_along(keys: list[uuid.UUID], client_id: uuid.UUID | None, by: Membership, **_kwargs: Any) -> None:
    """Posts and approvals go with what they were made of."""
    moving.move(keys, client_id=client_id, by=by, now=timezone.now())
    clients.move(keys, client_id=client_id, by=by)


@receiver(brand_moved)
def leave_what_stays(brand: BrandProfile, **_kwargs: Any) -> None:
    """Calendars and slots of the client it was with are no more for it."""
    clients.leave(brand)


@receiver(client_archived)
def send_nothing_more(client: ClientAccount, by: Membership, **_kwargs: Any) -> None:
    """What was planned for the client is not sent, and nobody is asked about it."""
    moving.stop(client, by=by, now=timezone.now())
    clients.stop(client, by=by)


@receiver(organization_ending)
def give_sign_ins_back(organization_id: uuid.UUID, **_kwargs: Any) -> None:
    """Platforms hear that we are no longer allowed anything."""
    connections.give_all_back(organization_id)


@receiver(plan_rung)
def land_the_plan(key: uuid.UUID, organization_id: uuid.UUID, **_kwargs: Any) -> None:
    """Rows of a file become posts by the commands that people use."""
    imports.run(key, organization_id=organization_id)


@receiver(series_rung)
def plan_the_next(key: uuid.UUID, now: dt.datetime, **_kwargs: Any) -> None:
    """What comes again is planned by the command that people use."""
    recurring.make_ahead(key, now=now)


@receiver(piece_changed)
def ask_about_what_it_is_now(piece: GeneratedContent, by: Membership | None, **_kwargs: Any) -> None:
    """What was approved is exactly what is sent: a change opens its approval again."""
    reopening.notice(piece.pk, by=by, now=timezone.now())


@receiver(client_asked)
def mail_the_links(request: ApprovalRequest, **_kwargs: Any) -> None:
    """Who holds a link to it hears by mail that it waits for them."""
    links.announce(request, now=timezone.now())


@receiver(held)
def send_nothing_unpaid(organization_id: uuid.UUID, reason: str, now: dt.datetime, **_kwargs: Any) -> None:
    """What is planned is kept, and nothing of it goes out."""
    plans.hold(organization_id, reason=reason, now=now)


@receiver(released)
def send_on(organization_id: uuid.UUID, now: dt.datetime, **_kwargs: Any) -> None:
    """What was held goes out again."""
    plans.release(organization_id, now=now)


@receiver(plan_changed)
def fit_the_plan(
    organization_id: uuid.UUID, limits: dict[str, Any], keeps: dict[str, Any], now: dt.datetime, **_kwargs: Any
) -> None:
    """Accounts the plan has no place for are paused; those it has place for again go on."""
    plans.fit(organization_id, most=limits.get("connections"), keeps=keeps.get("connections", []), now=now)
