"""Commands of the composer: words (and a file) become a piece for each platform and a draft for each account.

Nothing is sent by composing. What is begun stands in the calendar as drafts until somebody plans it.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BrandProfile, Membership
from content.models import ContentAsset, GeneratedContent
from content.services import handwritten
from content.services.handwritten import Words
from publishing import slots
from publishing.models import CalendarEntry, PlatformConnection, ScheduledPost
from publishing.services import posts, queue
from publishing.services.approvals import asking
from publishing.walltime import UnknownZone

MOST_ACCOUNTS = 40
ORIGIN = ("series", "occurrence", "plan_import", "import_row")
Status = ScheduledPost.Status


class CannotCompose(Exception):
    """Nothing was begun; the message says why and what to do."""


@dataclass(frozen=True)
class When:
    """What a clock of a zone shows; what is begun stands there in the calendar."""

    at_local: dt.datetime
    zone: str


@dataclass(frozen=True)
class Outcome:
    """What became of one draft: nothing went wrong where `error` is empty."""

    post: ScheduledPost
    error: str = ""


def begin(
    words: Words,
    *,
    accounts: Sequence[PlatformConnection],
    when: When,
    by: Membership,
    now: dt.datetime,
    key: uuid.UUID,
    asset: ContentAsset | None = None,
    brand: BrandProfile | None = None,
) -> list[ScheduledPost]:
    """Make a piece for each platform and a draft for each account; the same `key` finds what it made before.

    Raise CannotCompose, CannotPlan, UnknownZone, LimitReached; then nothing is kept.
    """
    client_id = _client_of(accounts, asset=asset, brand=brand, by=by)
    if asset is None and not words.text.strip() and not words.title.strip():
        raise CannotCompose(_("Write something, or choose a file from the library. Nothing was begun."))
    with transaction.atomic():
        if asset is None:
            asset = handwritten.keep_original(
                text=words.text, title=words.title, client_id=client_id, brand=brand, by=by, key=key
            )
        pieces = {
            platform: handwritten.write(asset, platform=platform, words=words, by=by, key=key)
            for platform in dict.fromkeys(account.platform for account in accounts)
        }
        return [_draft(pieces[account.platform], account, when, by=by, now=now) for account in accounts]


def _client_of(
    accounts: Sequence[PlatformConnection],
    *,
    asset: ContentAsset | None,
    brand: BrandProfile | None,
    by: Membership,
) -> uuid.UUID | None:
    """Return whose work it is; raise CannotCompose where that is not one client's."""
    if not accounts:
        raise CannotCompose(_("Choose at least one account. Nothing was begun."))
    if len(accounts) > MOST_ACCOUNTS:
        raise CannotCompose(_("At most %(count)s accounts at once. Nothing was begun.") % {"count": MOST_ACCOUNTS})
    if asset is not None:
        owner, named = asset.client_id, {asset.client_id}
    else:
        owner = by.client_for(brand)
        named = {owner} if owner else set()
    theirs = {account.client_id for account in accounts if account.client_id}
    if len(theirs | named) > 1 and theirs - named:
        words = _("These accounts, the brand and the file belong to different clients. Choose those of one client.")
        raise CannotCompose(words)
    if theirs and any(account.client_id is None for account in accounts):
        words = _("Some of these accounts are a client’s, others your own. Post to them one after the other.")
        raise CannotCompose(words)
    return owner or next(iter(theirs), None)


def _draft(
    piece: GeneratedContent, account: PlatformConnection, when: When, *, by: Membership, now: dt.datetime
) -> ScheduledPost:
    try:
        with transaction.atomic():
            return posts.schedule(
                piece, connection=account, at_local=when.at_local, zone=when.zone, by=by, now=now, as_draft=True
            )
    except posts.AlreadyPlanned as twin:
        return twin.post


def drafts_of(asset: ContentAsset, *, by: Membership) -> list[ScheduledPost]:
    """Return an original's posts that nobody has planned yet, by platform and account."""
    rows = ScheduledPost.objects.visible_to(by).filter(piece__asset=asset, status=Status.DRAFT)
    rows = rows.filter(piece__deleted_at=None).select_related("connection", "piece", "piece__asset")
    return list(rows.order_by("connection__platform", "connection__handle", "scheduled_for", "pk"))


def plan(drafts: Iterable[ScheduledPost], *, by: Membership, now: dt.datetime) -> list[Outcome]:
    """Plan each for its time, or have it wait for who must approve it."""
    return _each(drafts, lambda draft: posts.plan(draft, by=by, now=now))


def to_queue(drafts: Iterable[ScheduledPost], *, by: Membership, now: dt.datetime) -> list[Outcome]:
    """Plan each for the next free slot of its account."""

    def place(draft: ScheduledPost) -> ScheduledPost:
        return posts.plan(queue.place(draft, by=by, now=now), by=by, now=now)

    rows = list(drafts)
    with transaction.atomic():
        queue.hold({draft.piece_id for draft in rows})
        slots.all_locked(draft.connection_id for draft in rows)
        return _each(rows, place)


def send(drafts: Iterable[ScheduledPost], *, by: Membership, now: dt.datetime) -> list[Outcome]:
    """Send each as soon as a worker is free; the draft's place in the calendar is given up for it.

    What the draft came of, a series or a file, it hands on: there is one post of each day and row.
    """

    def now_at_once(draft: ScheduledPost) -> ScheduledPost:
        posts.cancel(draft, by=by)
        origin = {name: getattr(draft, name) for name in ORIGIN}
        ScheduledPost.objects.filter(pk=draft.pk).update(**dict.fromkeys(ORIGIN))
        sent = posts.publish_now(
            draft.piece, connection=draft.connection, zone=draft.timezone, by=by, now=now, marks=posts.Marks(**origin)
        )
        CalendarEntry.objects.filter(post=draft).update(post=sent)
        return sent

    return _each(drafts, now_at_once)


def drop(drafts: Iterable[ScheduledPost], *, by: Membership) -> list[Outcome]:
    """Take drafts out of the calendar; what was written is kept."""
    return _each(drafts, lambda draft: posts.cancel(draft, by=by))


def ask(drafts: Iterable[ScheduledPost], *, by: Membership, now: dt.datetime, note: str = "") -> list[Outcome]:
    """Ask once for each piece, and have its posts wait for the answer."""
    rows = list(drafts)
    asked: dict[uuid.UUID, str] = {}

    def wait(draft: ScheduledPost) -> ScheduledPost:
        if draft.piece_id not in asked:
            asked[draft.piece_id] = _asked(draft.piece, by=by, now=now, note=note)
        if asked[draft.piece_id]:
            raise posts.CannotPlan(asked[draft.piece_id])
        return posts.plan(draft, by=by, now=now)

    return _each(rows, wait)


def _asked(piece: GeneratedContent, *, by: Membership, now: dt.datetime, note: str) -> str:
    """Ask for approval; return why that cannot be, or nothing."""
    try:
        with transaction.atomic():
            asking.ask(piece, by=by, now=now, note=note)
    except asking.AlreadyAsked:
        return ""
    except asking.CannotAsk as error:
        return str(error)
    return ""


def _each(drafts: Iterable[ScheduledPost], command: Callable[[ScheduledPost], ScheduledPost]) -> list[Outcome]:
    """Carry it out one by one: what one account refuses holds back none of the others."""
    found = []
    for draft in drafts:
        try:
            with transaction.atomic():
                found.append(Outcome(command(draft)))
        except posts.AlreadyPlanned as twin:
            found.append(Outcome(twin.post))
        except (posts.CannotPlan, posts.CannotChange, UnknownZone) as error:
            draft.refresh_from_db()
            found.append(Outcome(draft, str(error)))
    return found
