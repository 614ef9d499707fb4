"""Commands on advice: do what is advised (a drafted piece at a proposed time), put it aside, ask for another."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from analytics.advising import choosing
from analytics.advising.choosing import Advice
from analytics.advising.universe import OPEN, TAG
from analytics.collection import advised_times, advising, believing
from analytics.models import Insight, Suggestion, SuggestionArm
from analytics.queries import advice
from content.models import GeneratedContent
from content.services import advised
from content.services.advised import NothingToWrite, Written
from publishing.models import PlatformConnection, ScheduledPost
from publishing.services import posts
from publishing.services.posts import CannotPlan, Marks
from publishing.walltime import zone_of

Status = Suggestion.Status
OFTEN, MOST_SPARE = 0.2, 5  # share of an account's posts from which a hashtag is its own
MOST_OPEN = 10  # offers of an account that wait to be decided on


class CannotDo(Exception):
    """Nothing was drafted; the message says why and what to do."""


class NoAccount(CannotDo):
    """There is no account to post from."""

    def __init__(self) -> None:
        super().__init__(_("There is no connected account to post from. Connect one first; nothing was drafted."))


class TooFew(CannotDo):
    """Too few results for any advice."""

    def __init__(self, have: int) -> None:
        words = _("%(have)s of %(need)s posts with results: too few to advise anything. Nothing was changed.")
        super().__init__(words % {"have": have, "need": advice.FEWEST})


class IsOver(CannotDo):
    """It was put aside, or its time is over."""

    def __init__(self) -> None:
        super().__init__(_("This advice is over: it was put aside, or a week old. Nothing was changed."))


@dataclass(frozen=True)
class Draft:
    """What to draft: for which account, what is chosen, which hashtags are to be among its own."""

    connection: PlatformConnection
    choices: Mapping[str, str]
    hashtags: tuple[str, ...] = ()
    spare: tuple[str, ...] = ()


def do_this(
    of: Suggestion | Insight, *, by: Membership, now: dt.datetime, connection: PlatformConnection | None = None
) -> Suggestion:
    """Draft a piece as advised and give it a place in the calendar; return the suggestion with `piece` and `post`.

    Doing the same again returns what was made. May speak to a model: call outside any transaction. `connection` is
    the account to post from where a finding names none. Raise CannotDo, CannotPlan, LimitReached.
    """
    with tenancy.of_member(by):
        row = _from_insight(of, connection, by=by, now=now) if isinstance(of, Insight) else _mine(of, by=by)
        if row.status in (Status.TAKEN, Status.SETTLED) and row.piece_id:
            return row
        if row.status != Status.OFFERED:
            raise IsOver
        draft = _draft(row)
    try:
        order = advised.order(
            by=by, platform=draft.connection.platform, wanted=draft.choices, client_id=row.client_id, now=now,
            hashtags=draft.hashtags, spare=draft.spare, reason=row.sentence,
        )  # fmt: skip
    except NothingToWrite as error:
        raise CannotDo(str(error)) from error
    written = advised.write(order)
    with tenancy.of_member(by), transaction.atomic():
        return _take(row, written, draft, by=by, now=now)


def _mine(of: Suggestion, *, by: Membership) -> Suggestion:
    rows = Suggestion.objects.visible_to(by).select_related("connection", "piece", "post", "insight")
    return rows.get(pk=of.pk)


def _draft(row: Suggestion) -> Draft:
    connection = row.connection
    if connection is None or connection.status != PlatformConnection.Status.ACTIVE:
        raise NoAccount
    tags = tuple(value for name, value in row.choices.items() if name == TAG and value)
    return Draft(
        connection, {name: value for name, value in row.choices.items() if name in OPEN}, tags, _spare(connection)
    )


def _spare(connection: PlatformConnection) -> tuple[str, ...]:
    """The account's own hashtags that it uses often and that did no worse, the best first."""
    rows = SuggestionArm.objects.filter(connection=connection, dimension=TAG, mean__gte=0, share__gte=OFTEN)
    return tuple(rows.order_by("-mean", "value").values_list("value", flat=True)[:MOST_SPARE])


def _take(row: Suggestion, written: Written, draft: Draft, *, by: Membership, now: dt.datetime) -> Suggestion:
    """Keep the draft and its post, unless somebody did in the meantime: then theirs stands."""
    held = Suggestion.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if held.status != Status.OFFERED:
        return _mine(held, by=by)
    piece = advised.keep(written, by=by, now=now)
    post = _planned(piece, held, draft, by=by, now=now)
    zone = zone_of(by.organization.timezone)
    held.piece, held.post, held.status, held.taken_at, held.taken_by = piece, post, Status.TAKEN, now, by.user
    held.kept = advised.chosen(piece, at=(post.scheduled_for if post else now).astimezone(zone))
    held.suggested_for = post.scheduled_for if post else held.suggested_for
    held.save(update_fields=["piece", "post", "status", "taken_at", "taken_by", "kept", "suggested_for", "updated_at"])
    if held.insight_id:
        Insight.objects.filter(pk=held.insight_id, used_at=None).update(used_at=now)
    audit.record("advice.taken", held, organization_id=held.organization_id, by=by, account=draft.connection.handle)
    return _mine(held, by=by)


def _planned(
    piece: GeneratedContent, row: Suggestion, draft: Draft, *, by: Membership, now: dt.datetime
) -> ScheduledPost | None:
    """Hold a place in the calendar as a draft: at the time that was advised, or where that is over at another."""
    zone, account = by.organization.timezone, draft.connection
    at = row.suggested_for
    if at is None or at < now + advised_times.LEAD:
        at = advised_times.slot(account, draft.choices, now=now, zone=zone)
    if at is None:
        return None
    local = at.astimezone(zone_of(zone)).replace(tzinfo=None)
    marks = Marks(is_optimised=True)
    try:
        with transaction.atomic():
            return posts.schedule(
                piece, connection=account, at_local=local, zone=zone, by=by, now=now, as_draft=True, marks=marks
            )
    except CannotPlan as error:
        raise CannotDo(str(error)) from error


def dismiss(row: Suggestion, *, by: Membership, now: dt.datetime) -> Suggestion:
    """Put an offer aside; one that was taken stays."""
    rows = Suggestion.objects.filter(pk=row.pk, status=Status.OFFERED)
    if rows.update(status=Status.DISMISSED, dismissed_at=now, dismissed_by=by.user, updated_at=now):
        audit.record("advice.dismissed", row, organization_id=row.organization_id, by=by)
    row.refresh_from_db()
    return row


def ask(connection: PlatformConnection, *, by: Membership, now: dt.datetime) -> Suggestion:
    """Offer one more next post for an account, from what is known this moment. Raise CannotDo."""
    if connection.status != PlatformConnection.Status.ACTIVE:
        raise NoAccount
    zone = by.organization.timezone
    week = advising.monday(now.astimezone(zone_of(zone)).date())
    PlatformConnection.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=connection.pk)
    mine = Suggestion.objects.filter(connection=connection)
    if mine.filter(status=Status.OFFERED).count() >= MOST_OPEN:
        raise CannotDo(_("%(most)s offers wait already. Do one, or put some aside.") % {"most": MOST_OPEN})
    one, said = _believed(connection, now=now)
    number = mine.filter(key__startswith=f"{connection.pk}:{week}:").count()
    allowed = advised.possible_for(
        connection.organization_id, client_id=connection.client_id, platform=connection.platform, now=now
    )
    row = advising.make(one, said, number=number, week=week, allowed=allowed, now=now, zone=zone)
    audit.record("advice.asked", row, organization_id=row.organization_id, by=by, account=connection.handle)
    return row


def _believed(connection: PlatformConnection, *, now: dt.datetime) -> tuple[believing.Believed, set[advising.Claim]]:
    by_account = advice.settled(connection.organization_id, now=now)
    found = believing.believe([connection], by_account)
    if not found:
        raise TooFew(len(by_account.get(connection.pk, ())))
    said = SuggestionArm.objects.filter(connection=connection, is_claim=True).values_list("dimension", "value")
    return found[0], {(connection.pk, (dimension, value)) for dimension, value in said}


# From a finding


def _from_insight(
    insight: Insight, connection: PlatformConnection | None, *, by: Membership, now: dt.datetime
) -> Suggestion:
    """Return the suggestion that a finding leads to, this week: what it says, and for all else what is advised."""
    account = connection or insight.connection or _account_for(insight, by=by)
    if account is None:
        raise NoAccount
    week = advising.monday(now.astimezone(zone_of(by.organization.timezone)).date())
    key = f"{insight.pk}:{week}"
    Insight.objects.select_for_update(of=("self",)).only("pk").get(pk=insight.pk)
    if found := Suggestion.objects.visible_to(by).filter(key=key).first():
        return _mine(found, by=by)
    told = {name: str(value) for name, value in insight.advice.items() if name in OPEN or name == TAG}
    try:
        one, said = _believed(account, now=now)
        model, own = one.model, [each.post for each in one.posts]
        found_advice = choosing.advise(model, own, seed=believing.seed_of(key), wanted=told)
    except TooFew:
        said, found_advice = set(), Advice([], choosing.UNKNOWN, is_control=False, posts=0)
    row = advising.drafted(found_advice, connection=account, said=said, now=now)
    row.choices = {**row.choices, **told}
    row.insight, row.key, row.sentence = insight, key, insight.sentence
    row.suggested_for = advised_times.slot(account, row.choices, now=now, zone=by.organization.timezone)
    row.save(force_insert=True)
    audit.record("advice.asked", row, organization_id=row.organization_id, by=by, account=account.handle)
    return row


def _account_for(insight: Insight, *, by: Membership) -> PlatformConnection | None:
    """The account of a finding's client and platform that posted last."""
    rows = PlatformConnection.objects.visible_to(by).filter(status=PlatformConnection.Status.ACTIVE)
    rows = rows.filter(client_id=insight.client_id)
    if insight.account_id and insight.account and insight.account.connection_id:
        rows = rows.filter(pk=insight.account.connection_id)
    elif insight.platform:
        rows = rows.filter(platform=insight.platform)
    return rows.order_by("-last_used_at", "-created_at").first()
