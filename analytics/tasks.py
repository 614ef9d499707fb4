"""Background work of analytics."""

import uuid

from celery import shared_task
from django.utils import timezone

from analytics import best_times, learning
from analytics.advisor import answering
from analytics.collection import (
    advising,
    believing,
    clicks,
    conversions,
    crediting,
    days,
    insights,
    posts,
    search,
    thinning,
    worth,
)
from analytics.events import archiving, keeping, restoring
from analytics.events import rollup as event_rollup
from analytics.reporting import mailing
from analytics.rollups import posts as rollups


@shared_task
def measure_due() -> None:
    """Take the snapshots that are due."""
    posts.measure_due(now=timezone.now())


@shared_task
def learn_due() -> None:
    """Tell content what its pieces did."""
    learning.learn_due(now=timezone.now())


@shared_task
def find_best_times() -> None:
    """Score the hours of accounts about which something new is known."""
    best_times.find_best_times(now=timezone.now())


@shared_task
def advise_due() -> None:
    """Offer next posts, fold back in what came of them, test the advice."""
    advising.advise_due(now=timezone.now())


@shared_task
def pool_choices() -> None:
    """Reckon what is usual on each platform, over organisations."""
    believing.pool(now=timezone.now())


@shared_task
def roll_up_posts() -> None:
    """Bring the sums of posts up to date."""
    rollups.roll_up_due(now=timezone.now())


@shared_task
def count_days() -> None:
    """Ask accounts for their days."""
    days.count_due(now=timezone.now())


@shared_task
def count_clicks() -> None:
    """Add clicks and visits to their days."""
    clicks.fold(now=timezone.now())


@shared_task
def apply_conversions() -> None:
    """Apply what sites and shops told."""
    conversions.apply_due(now=timezone.now())


@shared_task
def credit_again(site_id: str, *, organization_id: str) -> None:
    """Reckon anew who earned a site's conversions."""
    crediting.credit_again(uuid.UUID(site_id), organization_id=uuid.UUID(organization_id), now=timezone.now())


@shared_task
def forget_visits() -> None:
    """Remove touches, pseudonyms and messages past their time."""
    crediting.forget(now=timezone.now())
    conversions.forget_messages(now=timezone.now())


@shared_task
def roll_up_events() -> None:
    """Sum the hours and days that got events."""
    event_rollup.roll_up_due(now=timezone.now())


@shared_task
def archive_events() -> None:
    """Put months that are older than is kept into files, then drop them; make those to come."""
    archiving.archive_due(now=timezone.now())
    keeping.keep_partitions(now=timezone.now())


@shared_task
def restore_events() -> None:
    """Bring back the months that were asked for, let go of those whose time is over."""
    restoring.bring_due(now=timezone.now())


@shared_task
def reckon_returns() -> None:
    """Reckon the return of originals about which something changed."""
    worth.recalculate_due(now=timezone.now())


@shared_task
def take_search_days() -> None:
    """Ask Search Console for the days of sites that are due."""
    search.take_due(now=timezone.now())


@shared_task
def match_pages() -> None:
    """Find the pages of articles that went live, and what search numbers say of them."""
    search.match_due(now=timezone.now())


@shared_task
def thin_snapshots() -> None:
    """Thin the snapshots of posts that are a week old."""
    thinning.thin(now=timezone.now())


@shared_task
def answer_question(*, question_id: str, organization_id: str) -> None:
    """Answer a question that was just asked."""
    answering.answer(uuid.UUID(question_id), organization_id=uuid.UUID(organization_id), now=timezone.now())


@shared_task
def answer_due() -> None:
    """Answer questions whose worker was lost."""
    answering.answer_due(now=timezone.now())


@shared_task
def look_at_numbers() -> None:
    """Measure goals, find odd days, and once a week ask every question anew."""
    insights.look_due(now=timezone.now())


@shared_task
def mail_reports() -> None:
    """Make and mail the reports that are due."""
    mailing.send_due(now=timezone.now())
