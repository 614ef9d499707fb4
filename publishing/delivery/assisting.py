"""Posts a person sends: asked at their hour, asked again, and put down as missed when nobody answers."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, notifications, tenancy
from accounts.models import Notification, User
from publishing import approving, holding
from publishing.delivery import outcomes
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.assisted import BY_HAND
from trenddrop.core import claims
from trenddrop.core.catalogue import badge

Status = ScheduledPost.Status
BATCH = 200
IN_HAND = dt.timedelta(minutes=1)
# Accounts in these states are posted to.
ASKED_FOR = (PlatformConnection.Status.ACTIVE, PlatformConnection.Status.NEEDS_RECONNECT)
# After each time of asking, how long until the next; after the last, the post counts as missed.
LADDER = (dt.timedelta(hours=2), dt.timedelta(hours=22), dt.timedelta(days=2))


def assist(*, now: dt.datetime) -> int:
    """Ask for what is due, once each; return how many posts were touched."""
    is_due = Q(status=Status.SCHEDULED, connection__kind=BY_HAND) | Q(status=Status.ASSISTED)
    with tenancy.operator():
        due = ScheduledPost.objects.filter(
            is_due,
            approving.agreed(),
            holding.not_held(),
            Q(lease_until=None) | Q(lease_until__lt=now),
            next_try_at__lte=now,
            connection__status__in=ASKED_FOR,
            organization__deleted_at=None,
            organization__owner__deleted_at=None,
        )
        taken = claims.claim(due.order_by("next_try_at"), now=now, lease=IN_HAND, limit=BATCH, changes={})
    for post in taken:
        with tenancy.of_organization(post.organization_id):
            _turn(post, now=now)
    return len(taken)


def forgotten(*, now: dt.datetime) -> QuerySet[ScheduledPost]:
    """Return what a person was asked for and nobody is any more, once all times of asking are over."""
    is_over = Q()
    for asked in range(len(LADDER) + 1):
        is_over |= Q(reminders=asked, next_try_at__lte=now - sum(LADDER[asked:], dt.timedelta()))
    rows = ScheduledPost.objects.filter(is_over, holding.not_held(), status=Status.ASSISTED)
    return rows.exclude(connection__status__in=ASKED_FOR).order_by("next_try_at")


def _turn(post: ScheduledPost, *, now: dt.datetime) -> None:
    """Ask once more, or give up. Call inside the organisation's scope."""
    post.connection = PlatformConnection.objects.get(pk=post.connection_id)
    if post.reminders >= len(LADDER):
        message = _("It was to be posted by hand, and nobody said that it was. Its time has passed.")
        outcomes.fail(post, Status.MISSED, message, now=now)
        return
    asked, wait = post.reminders + 1, LADDER[post.reminders]
    if outcomes.write(post, now=now, status=Status.ASSISTED, reminders=asked, next_try_at=now + wait, error=""):
        audit.record("post.asked_for", post, organization_id=post.organization_id, by=None, time=asked)
        ask(post, again=asked > 1)


def ask(post: ScheduledPost, *, again: bool) -> None:
    """Tell the post's people that it is time. Call inside the organisation's scope."""
    title = gettext_lazy("Still to be posted: %(post)s") if again else gettext_lazy("Post it now: %(post)s")
    message = gettext_lazy(
        "It is planned for %(handle)s on %(platform)s. Caption and media are ready on one page; it takes a minute."
    )
    names = {"handle": post.connection.handle, "platform": badge(post.connection.platform).name}
    notifications.notify(
        _people(post),
        Notification.Kind.POST_BY_HAND,
        organization_id=post.organization_id,
        title=notifications.words(title, post=post),
        message=notifications.words(message, **names),
        link=reverse("post_by_hand", args=[post.pk]),
    )


def _people(post: ScheduledPost) -> list[User]:
    """The person who planned it, if they still may; else everybody who may."""
    organization: uuid.UUID = post.organization_id
    may = notifications.people_who_may("posts.schedule", organization_id=organization, client_id=post.client_id)
    return [person for person in may if person.pk == post.scheduled_by_id] or may
