"""Recording what came of an attempt: fenced, in one transaction with everything that follows from it."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from django.db.models import F, Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit, notifications, tenancy
from accounts.models import Notification, User
from publishing.delivery import pacing
from publishing.models import PlatformConnection, PublishAttempt, ScheduledPost
from publishing.platforms.base import OutcomeUnknown, Published, Rejected, SignInAgain, TryLater
from publishing.signals import post_published
from trenddrop.core import claims

Status = ScheduledPost.Status
Outcome = PublishAttempt.Outcome
Kind = Notification.Kind


@dataclass(frozen=True)
class Hand:
    """An attempt in hand, and the moment its result is recorded."""

    attempt: PublishAttempt
    now: dt.datetime

    @property
    def post(self) -> ScheduledPost:
        """The post that is tried."""
        return self.attempt.post

    def close(self, outcome: str, message: str = "") -> None:
        """Finish the attempt's own row, which nobody else writes."""
        self.attempt.outcome, self.attempt.message, self.attempt.finished_at = outcome, message, self.now
        self.attempt.save(update_fields=["outcome", "message", "finished_at", "updated_at"])

    def write(self, **changes: object) -> bool:
        """Write the post's new state and let go of it; False when another worker holds it."""
        return write(self.post, now=self.now, **changes)


def write(post: ScheduledPost, *, now: dt.datetime, **changes: object) -> bool:
    """Write a claimed post's new state and let go of it; False when another worker holds it."""
    return claims.write_fenced(post, lease_until=None, updated_at=now, **changes)


def live(hand: Hand, found: Published, *, outcome: str = Outcome.PUBLISHED) -> bool:
    """The post stands on the platform: record it, announce it. A late worker's news still ends the doubt."""
    post = hand.post
    known: dict[str, object] = {
        "status": Status.PUBLISHED,
        "platform_post_id": found.platform_id[:300],
        "url": found.url[:500],
        "next_try_at": None,
        "error": "",
    }
    with tenancy.of_organization(post.organization_id):
        hand.close(outcome)
        known["published_at"] = (_first_sent(post) if outcome == Outcome.FOUND else None) or hand.now
        held = hand.write(**known) or _end_doubt(post, known)
        if not held:
            return False
        PlatformConnection.objects.filter(pk=post.connection_id).update(last_used_at=hand.now, last_error="")
        audit.record("post.published", post, organization_id=post.organization_id, by=None, url=found.url)
        _tell(post, Kind.POST_PUBLISHED, _("Live on %(name)s: %(post)s"), message="", only_author=True)
        post_published.send(sender=ScheduledPost, post=post)
    return True


def _end_doubt(post: ScheduledPost, known: dict[str, object]) -> bool:
    """That a post is live stays true however late it is said: it settles an unconfirmed post, and only that."""
    doubtful = ScheduledPost.objects.filter(pk=post.pk, status=Status.UNCONFIRMED)
    if not doubtful.update(fence=F("fence") + 1, lease_until=None, **known):
        return False
    post.refresh_from_db()
    return True


def _first_sent(post: ScheduledPost) -> dt.datetime | None:
    found: dt.datetime | None = PublishAttempt.objects.filter(post=post).aggregate(at=Min("sent_at"))["at"]
    return found


def refused(hand: Hand, error: Rejected) -> None:
    """The platform does not take it: tell, never retry."""
    with tenancy.of_organization(hand.post.organization_id):
        hand.close(Outcome.REJECTED, str(error))
        fail(hand.post, Status.FAILED, str(error), now=hand.now)


def put_off(hand: Hand, error: TryLater, *, chance: Random) -> None:
    """Nothing was published: wait as long as the platform asks, else back off; give up when it would be too late."""
    post = hand.post
    wait = error.after or pacing.back_off(post.tries, chance=chance)
    again = hand.now + wait
    with tenancy.of_organization(post.organization_id):
        hand.close(Outcome.TRY_LATER, str(error))
        if post.tries >= post.try_limit:
            message = _("%(reason)s It was tried %(tries)s times; nothing was published.")
            fail(post, Status.FAILED, message % {"reason": error, "tries": post.tries}, now=hand.now)
        elif again > pacing.latest(post.scheduled_for):
            message = _("%(reason)s By then it would be too late, so it was not sent.")
            fail(post, Status.MISSED, message % {"reason": error}, now=hand.now)
        elif hand.write(status=Status.SCHEDULED, next_try_at=again, error=str(error)) and error.after:
            hold(post, until=again)


def hold(post: ScheduledPost, *, until: dt.datetime) -> None:
    """The platform asked this account to wait: all its posts do."""
    rows = PlatformConnection.objects.filter(pk=post.connection_id)
    rows.exclude(hold_until__gte=until).update(hold_until=until)


def signed_out(hand: Hand, error: SignInAgain) -> None:
    """The account must be connected again: the post waits, and this try does not count."""
    post = hand.post
    with tenancy.of_organization(post.organization_id):
        hand.close(Outcome.SIGN_IN_AGAIN, str(error))
        hand.write(status=Status.SCHEDULED, next_try_at=hand.now, tries=max(0, post.tries - 1), error=str(error))


def unknown(hand: Hand, error: OutcomeUnknown | str) -> None:
    """It may be public: from here on nothing is sent, only looked."""
    with tenancy.of_organization(hand.post.organization_id):
        hand.close(Outcome.UNKNOWN, str(error))
        doubt(hand, str(error))


def doubt(hand: Hand, message: str, *, at: dt.datetime | None = None) -> bool:
    """Put the post on the ladder of looks, the first one `at`. Call inside the organisation's scope."""
    first = at or hand.now + pacing.LOOKS[0]
    if not hand.write(status=Status.UNCONFIRMED, looks=0, next_try_at=first, error=message):
        return False
    audit.record("post.unconfirmed", hand.post, organization_id=hand.post.organization_id, by=None, reason=message)
    return True


def fail(post: ScheduledPost, status: str, message: str, *, now: dt.datetime) -> bool:
    """End a claimed post's way with words for its people. Call inside the organisation's scope."""
    if not write(post, now=now, status=status, next_try_at=None, error=message):
        return False
    audit.record(f"post.{status}", post, organization_id=post.organization_id, by=None, reason=message)
    title = _("Not sent, too late: %(post)s") if status == Status.MISSED else _("Not published: %(post)s")
    _tell(post, Kind.PUBLISH_FAILED, title, message=message)
    return True


def ask(post: ScheduledPost, message: str) -> None:
    """Ask the post's people to look for themselves. Call inside the organisation's scope."""
    _tell(post, Kind.POST_UNCONFIRMED, _("Is it live? %(post)s"), message=message)


def _tell(post: ScheduledPost, kind: Kind, title: Promise, *, message: str, only_author: bool = False) -> None:
    notifications.notify(
        _people(post, only_author=only_author),
        kind,
        organization_id=post.organization_id,
        title=notifications.words(title, post=post, name=post.connection.handle),
        message=message,
        link=reverse("post", args=[post.pk]),
    )


def _people(post: ScheduledPost, *, only_author: bool) -> list[User]:
    """The person who planned it, if they still may; else (unless only they are meant) everybody who may."""
    may = notifications.people_who_may("posts.schedule", organization_id=post.organization_id, client_id=post.client_id)
    author = [person for person in may if person.pk == post.scheduled_by_id]
    return author if author or only_author else may
