"""Recording what came of an attempt: fenced, in one transaction with everything that follows from it."""

import datetime as dt
from collections.abc import Sequence
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
from publishing.signals import posts_published
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


@dataclass(frozen=True)
class Stood:
    """A post that is live, as its attempt (or somebody's look) found it."""

    hand: Hand
    found: Published
    outcome: str = Outcome.PUBLISHED

    @property
    def attempt(self) -> PublishAttempt:
        """The attempt it came of."""
        return self.hand.attempt

    def changes(self) -> dict[str, object]:
        """Return what is written of the post."""
        return {
            **_known(self.found, self.outcome),
            "status": Status.PUBLISHED,
            "published_at": _since(self.hand, self.found, self.outcome),
            "looks": 0,
            "next_try_at": None if self.found.url else self.hand.now + pacing.LINKS[0],
        }


def stands(hand: Hand, found: Published, *, outcome: str = Outcome.PUBLISHED) -> bool:
    """The platform has the post: it is live, or waits there for its time."""
    return (handed if waits(hand, found) else live)(hand, found, outcome=outcome)


def waits(hand: Hand, found: Published) -> bool:
    """Say whether it waits on its platform."""
    return found.live_at is not None and found.live_at > hand.now


def live(hand: Hand, found: Published, *, outcome: str = Outcome.PUBLISHED) -> bool:
    """The post stands on the platform: record it, announce it. A late worker's news still ends the doubt."""
    with tenancy.of_organization(hand.post.organization_id):
        return write_live([Stood(hand, found, outcome)])[0]


def write_live(stood: Sequence[Stood], *, leased: bool = False) -> list[bool]:
    """Record and announce posts that are live, in as many statements for many as for one.

    Says of each whether it counts: not where another worker holds it. `leased`: only workers that hold it now.
    Call inside a scope that has them all.
    """
    if not stood:
        return []
    ends = [
        {"outcome": one.outcome, "message": "", "finished_at": one.hand.now, "updated_at": one.hand.now}
        for one in stood
    ]
    claims.write_all([one.attempt for one in stood], ends)
    changes = [one.changes() for one in stood]
    states = [
        {**known, "lease_until": None, "updated_at": one.hand.now} for known, one in zip(changes, stood, strict=True)
    ]
    held = claims.write_all([one.hand.post for one in stood], states, fenced=True, leased=leased)
    counts = [
        is_mine or _end_doubt(one.hand.post, known) for one, known, is_mine in zip(stood, changes, held, strict=True)
    ]
    _announce([one for one, it_counts in zip(stood, counts, strict=True) if it_counts])
    return counts


def _announce(stood: Sequence[Stood]) -> None:
    """Tell everybody whom it concerns; the log comes last, for nobody else can write in it until we are done."""
    if not stood:
        return
    posts = [one.hand.post for one in stood]
    _used(posts, now=stood[0].hand.now)
    _tell_authors(posts)
    posts_published.send(sender=ScheduledPost, posts=posts)
    audit.record_all(
        [audit.Entry("post.published", post, post.organization_id, metadata={"url": post.url}) for post in posts]
    )


def _used(posts: Sequence[ScheduledPost], *, now: dt.datetime) -> None:
    """Note that their accounts work; once a minute is enough. Nobody waits for a row that somebody else notes."""
    stale = [
        post.connection
        for post in posts
        if (account := post.connection).last_error
        or account.last_used_at is None
        or now - account.last_used_at > USED_AGAIN
    ]
    if not stale:
        return
    free = PlatformConnection.objects.filter(pk__in={account.pk for account in stale})
    free = free.order_by().select_for_update(skip_locked=True, no_key=True)
    PlatformConnection.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(
        last_used_at=now, last_error=""
    )
    for account in stale:
        account.last_used_at, account.last_error = now, ""


def _tell_authors(posts: Sequence[ScheduledPost]) -> None:
    """Tell those who planned the posts, where they still may see to them."""
    planned = {(post.organization_id, post.client_id, post.scheduled_by_id) for post in posts if post.scheduled_by_id}
    may = notifications.who_still_may("posts.schedule", planned)
    notices = [
        _notice(post, [may[place]], _("Live on %(name)s: %(post)s"), message=" ".join(post.shortfalls))
        for post in posts
        if (place := (post.organization_id, post.client_id, post.scheduled_by_id)) in may
    ]
    notifications.notify_each(notices, Kind.POST_PUBLISHED)


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
        _used([post], now=hand.now)
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


def _tell(post: ScheduledPost, kind: Kind, title: Promise, *, message: str) -> None:
    notifications.notify_each([_notice(post, _people(post), title, message=message)], kind)


def _notice(post: ScheduledPost, people: Sequence[User], title: Promise, *, message: str) -> notifications.Notice:
    title = notifications.words(title, post=post, name=post.connection.handle)
    link = reverse("post", args=[post.pk])
    return notifications.Notice(people, post.organization_id, title, message, link)


def _people(post: ScheduledPost) -> list[User]:
    """The person who planned it, if they still may; else everybody who may."""
    may = notifications.people_who_may("posts.schedule", organization_id=post.organization_id, client_id=post.client_id)
    return [person for person in may if person.pk == post.scheduled_by_id] or may
