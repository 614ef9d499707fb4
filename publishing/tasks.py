"""Background work of publishing. The schedule stands in the database; a message here is only a doorbell."""

import datetime as dt
import uuid
from random import SystemRandom

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts import tenancy
from publishing.delivery import (
    addresses,
    agreeing,
    assisting,
    batches,
    claiming,
    clocks,
    hearing,
    importing,
    link_mail,
    listening,
    quotas,
    recurring,
    sending,
    sweeping,
    tending,
)
from publishing.models import RecurringPost
from publishing.signals import plan_rung, series_rung
from trenddrop.core.mail import NotTaken

MOST_BELLS = 8
# Then a worker turns to other work for a moment; the next scan rings for what is left.
SHIFT = dt.timedelta(seconds=30)
# A doorbell nobody answered before the next scan is dropped: the scan rings again.
RINGS_FOR = 10
TENDED = 200


@shared_task
def publish_due() -> None:
    """Bring back what dead workers held, then ring for as many workers as what is due can keep busy."""
    sweeping.recover(now=timezone.now(), chance=SystemRandom())
    waiting = len(claiming.due(timezone.now(), limit=MOST_BELLS * batches.HANDS))
    for _bell in range(-(-waiting // batches.HANDS)):
        deliver_due.apply_async(expires=RINGS_FOR)


@shared_task
def deliver_due() -> None:
    """Do what is due, several posts at once, until nothing is or the shift is over."""
    batches.work(clock=timezone.now, chance=SystemRandom(), span=SHIFT)


@shared_task
def deliver(*, post_id: str, organization_id: str) -> None:
    """Do what is due for one post; nothing when somebody else does."""
    sending.deliver(
        uuid.UUID(post_id), organization_id=uuid.UUID(organization_id), clock=timezone.now, chance=SystemRandom()
    )


@shared_task
def sweep() -> None:
    """Find what was lost, and forget quotas of windows long gone."""
    sweeping.sweep(now=timezone.now(), chance=SystemRandom())
    quotas.forget(now=timezone.now())


@shared_task
def clear_outgoing() -> None:
    """Remove pictures that were made smaller for posts long gone."""
    addresses.clear(now=timezone.now(), storage=default_storage)


@shared_task
def assist() -> None:
    """Ask people for the posts they send themselves."""
    assisting.assist(now=timezone.now())


@shared_task
def apply_events() -> None:
    """Apply what platforms told us."""
    hearing.apply_due(now=timezone.now())


@shared_task
def forget_events() -> None:
    """Remove what platforms told us a month ago."""
    hearing.forget(now=timezone.now())


@shared_task
def listen() -> None:
    """Ask platforms to tell us of accounts, new ones and those whose lease runs out."""
    listening.listen_due(now=timezone.now())


@shared_task
def renew_sign_ins() -> None:
    """Ring for sign-ins that are renewed ahead of their end."""
    for key, organization_id in tending.to_renew(now=timezone.now(), limit=TENDED):
        renew_sign_in.delay(connection_id=str(key), organization_id=str(organization_id))


@shared_task
def renew_sign_in(*, connection_id: str, organization_id: str) -> None:
    """Renew one; nothing when somebody else does."""
    tending.renew(uuid.UUID(connection_id), organization_id=uuid.UUID(organization_id), now=timezone.now())


@shared_task
def look_after_accounts() -> None:
    """Ring for accounts that nobody looked at for a day; forget sign-ins nobody finished, warn of those that end."""
    tending.forget_sign_ins(now=timezone.now())
    tending.warn(now=timezone.now(), limit=TENDED)
    for key, organization_id in tending.to_look_at(now=timezone.now(), limit=TENDED):
        look_after_account.delay(connection_id=str(key), organization_id=str(organization_id))


@shared_task
def look_after_account(*, connection_id: str, organization_id: str) -> None:
    """Make one harmless read."""
    tending.canary(uuid.UUID(connection_id), organization_id=uuid.UUID(organization_id), now=timezone.now())


@shared_task
def read_plan(*, key: str, organization_id: str) -> None:
    """Plan the rows of a file."""
    plan_rung.send(sender=None, key=uuid.UUID(key), organization_id=uuid.UUID(organization_id))


@shared_task
def resume_plans() -> None:
    """Wake a worker for files that a dead one left, and forget those nobody wanted."""
    now = timezone.now()
    for key, organization_id in importing.interrupted(now=now):
        read_plan.delay(key=str(key), organization_id=str(organization_id))
    importing.forget(now=now)


@shared_task
def watch_desk() -> None:
    """Warn of looks whose hours run out, and free what people left behind."""
    clocks.tick(now=timezone.now())


@shared_task
def ring_for_series() -> None:
    """Ring for each series whose next posts are to be planned."""
    for key, organization_id in recurring.due(now=timezone.now()):
        plan_series.delay(series_id=str(key), organization_id=str(organization_id))


@shared_task
def plan_series(*, series_id: str, organization_id: str) -> None:
    """Plan what comes next of one series; nothing when somebody else does."""
    with tenancy.of_organization(organization_id):
        series_rung.send(sender=RecurringPost, key=uuid.UUID(series_id), now=timezone.now())


@shared_task(autoretry_for=(NotTaken,), retry_backoff=30, retry_backoff_max=1800, max_retries=8)
def mail_link(*, link_id: str) -> None:
    """Mail a review link with what waits behind it."""
    link_mail.send(uuid.UUID(link_id), now=timezone.now())


@shared_task(autoretry_for=(NotTaken,), retry_backoff=15, max_retries=4)
def mail_link_code(*, link_id: str) -> None:
    """Mail the code that lets another device in."""
    link_mail.send_code(uuid.UUID(link_id), now=timezone.now())


@shared_task
def mail_links_waiting() -> None:
    """Ring for links with something new behind them, and for those whose mail was lost on its way."""
    for key in link_mail.due(timezone.now()):
        mail_link.delay(link_id=str(key))


@shared_task
def watch_approvals() -> None:
    """Remind who is asked, tell of what is overdue, and see who is left to decide."""
    agreeing.look_round(now=timezone.now())
