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
USED_AGAIN = dt.timedelta(minutes=1)


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


def stands(hand: Hand, found: Published, *, outcome: str = Outcome.PUBLISHED) -> bool:
    """The platform has the post: it is live, or waits there for its time."""
    waits = found.live_at is not None and found.live_at > hand.now
    return (handed if waits else live)(hand, found, outcome=outcome)


def live(hand: Hand, found: Published, *, outcome: str = Outcome.PUBLISHED) -> bool:
    """The post stands on the platform: record it, announce it. A late worker's news still ends the doubt."""
    post = hand.post
    with tenancy.of_organization(post.organization_id):
        hand.close(outcome)
        known = {
            **_known(found, outcome),
            "status": Status.PUBLISHED,
            "published_at": _since(hand, found, outcome),
            "looks": 0,
            "next_try_at": None if found.url else hand.now + pacing.LINKS[0],
        }
        if not (hand.write(**known) or _end_doubt(post, known)):
            return False
        _used(post, now=hand.now)
        audit.record("post.published", post, organization_id=post.organization_id, by=None, url=found.url)
        message = " ".join(post.shortfalls)
        _tell(post, Kind.POST_PUBLISHED, _("Live on %(name)s: %(post)s"), message=message, only_author=True)
        post_published.send(sender=ScheduledPost, post=post)
    return True


def _used(post: ScheduledPost, *, now: dt.datetime) -> None:
    """Note that its account works; once a minute is enough, for the posts of one account would wait for the row."""
    account = post.connection
    if account.last_error or account.last_used_at is None or now - account.last_used_at > USED_AGAIN:
        PlatformConnection.objects.filter(pk=account.pk).update(last_used_at=now, last_error="")
        account.last_used_at, account.last_error = now, ""


def _known(found: Published, outcome: str) -> dict[str, object]:
    """Return what the platform told; a look keeps the shortfalls that sending told."""
    known: dict[str, object] = {
        "platform_post_id": found.platform_id[:300],
        "url": found.url[:500],
        "error": "",
    }
    if found.shortfalls or outcome != Outcome.FOUND:
        known["shortfalls"] = [str(each) for each in found.shortfalls]
    return known


def _since(hand: Hand, found: Published, outcome: str) -> dt.datetime:
    """Return since when it is public, as near as it is known."""
    if hand.post.status == Status.HANDED:
        return min(found.live_at or hand.post.scheduled_for, hand.now)
    return (_first_sent(hand.post) if outcome == Outcome.FOUND else None) or hand.now


def handed(hand: Hand, found: Published, *, outcome: str = Outcome.PUBLISHED) -> bool:
    """The platform holds the post and makes it public by itself: we look then."""
    post, at = hand.post, found.live_at or hand.post.scheduled_for
    with tenancy.of_organization(post.organization_id):
        hand.close(outcome)
        again = at + pacing.SETTLE_AFTER
        known = {**_known(found, outcome), "status": Status.HANDED, "next_try_at": again, "looks": 0}
        if not (hand.write(**known) or _end_doubt(post, known)):
            return False
        _used(post, now=hand.now)
        audit.record("post.handed", post, organization_id=post.organization_id, by=None, at=at)
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


def wait(hand: Hand, error: TryLater, *, until: dt.datetime) -> None:
    """It was taken too early: it waits for its time, and this try does not count."""
    with tenancy.of_organization(hand.post.organization_id):
        hand.close(Outcome.TRY_LATER, str(error))
        hand.write(status=Status.SCHEDULED, next_try_at=until, tries=max(0, hand.post.tries - 1))


def put_off(hand: Hand, error: TryLater, *, chance: Random, counts: bool = True) -> None:
    """Nothing was published: wait as long as the platform asks, else back off; give up when it would be too late.

    `counts`: the account was asked to wait and the try counts; else it was not even tried (a quota is used up).
    """
    post = hand.post
    pause = error.after or pacing.back_off(post.tries, chance=chance)
    again, tries = hand.now + pause, post.tries if counts else max(0, post.tries - 1)
    with tenancy.of_organization(post.organization_id):
        hand.close(Outcome.TRY_LATER, str(error))
        if tries >= post.try_limit:
            message = _("%(reason)s It was tried %(tries)s times; nothing was published.")
            fail(post, Status.FAILED, message % {"reason": error, "tries": post.tries}, now=hand.now)
        elif again > pacing.latest(post.scheduled_for) and not post.platform_post_id:
            message = _("%(reason)s By then it would be too late, so it was not sent.")
            fail(post, Status.MISSED, message % {"reason": error}, now=hand.now)
        else:
            held = hand.write(status=Status.SCHEDULED, next_try_at=again, tries=tries, error=str(error))
            if held and error.after and counts:
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


def fail(post: ScheduledPost, status: str, message: str, *, now: dt.datetime, **changes: object) -> bool:
    """End a claimed post's way with words for its people. Call inside the organisation's scope."""
    if not write(post, now=now, status=status, next_try_at=None, error=message, **changes):
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
