"""The clock of approvals: reminders, what is overdue, people who left or are away, and posts that were left behind."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence

from django.db.models import DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notifications, tenancy
from accounts.models import Membership
from publishing import approving, linking
from publishing.delivery import asks, releasing
from publishing.models import ApprovalAsk, ApprovalRequest, ScheduledPost
from trenddrop.core import rounds

Status = ApprovalRequest.Status
AskStatus = ApprovalAsk.Status
BATCH = 200
LAST_HOUR = dt.timedelta(hours=1)
ENDED = (Status.REJECTED, Status.WITHDRAWN)


def look_round(*, now: dt.datetime) -> int:
    """Do all that the clock asks for, each thing once; return how often a request was touched."""
    turns: Sequence[tuple[QuerySet[ApprovalRequest], Callable[..., object]]] = (
        (_people_changed(now), look_again),
        (_to_remind(now), remind),
        (_overdue(now), tell_overdue),
        (_left_behind(), settle),
    )
    return sum(rounds.each(turns, lambda turn: _do(*turn, now=now)))


def _do(rows: QuerySet[ApprovalRequest], work: Callable[..., object], *, now: dt.datetime) -> int:
    """Do one thing about each request that it is due for; one that breaks keeps no other waiting."""
    with tenancy.operator():
        living = rows.filter(organization__deleted_at=None, organization__owner__deleted_at=None)
        longest_ago = living.order_by("updated_at", "pk")  # what was looked at stands at the end again
        found = list(longest_ago.values_list("pk", "organization_id")[:BATCH])

    def one(each: tuple[uuid.UUID, uuid.UUID]) -> None:
        key, organization_id = each
        with tenancy.of_organization(organization_id):
            held = asks.hold(key)
            if rows.filter(pk=key).exists():  # nobody else has done it meanwhile
                work(held, now=now)

    return len(rounds.each(found, one))


def _asked() -> QuerySet[ApprovalAsk]:
    """Return the open questions of a request's open stage, for a condition on requests."""
    here = {"request": OuterRef("pk"), "round": OuterRef("round"), "stage": OuterRef("stage")}
    return ApprovalAsk.objects.filter(status=AskStatus.OPEN, **here)


def _pending() -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(status=Status.PENDING, piece__deleted_at=None)


# Reminders, at half time and in the last hour


def _to_remind(now: dt.datetime) -> QuerySet[ApprovalRequest]:
    at = Value(now, DateTimeField())
    left = ExpressionWrapper(F("due_at") - at, DurationField())
    gone = ExpressionWrapper(at - F("created_at"), DurationField())
    asked = _asked().filter(due_at__gt=now).annotate(left=left, gone=gone)
    last_hour_begins = F("due_at") - LAST_HOUR
    not_since = Q(reminded_at=None) | Q(reminded_at__lt=last_hour_begins)
    halfway = asked.filter(left__lte=F("gone"), reminded_at=None)
    last_hour = asked.filter(not_since, due_at__lte=now + LAST_HOUR, created_at__lt=last_hour_begins)
    return _pending().filter(Exists(halfway) | Exists(last_hour), due_at__gt=now)


def remind(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """Remind those who have not decided; call with the request held."""
    rows = approving.open_asks(request)
    is_near = request.due_at is not None and request.due_at - now <= LAST_HOUR
    words = gettext_lazy("Less than an hour is left.") if is_near else gettext_lazy("Half of the time is over.")
    people = [ask.member.user for ask in rows if ask.member]
    if any(ask.is_client for ask in rows):
        people += [member.user for member in asks.client_members(request)]
        linking.ask_for_mail(request, now=now)
    ApprovalAsk.objects.filter(pk__in=[ask.pk for ask in rows]).update(reminded_at=now)
    asks.say(request, people, title=gettext_lazy("Still to be approved: %(piece)s"), message=words)


# Overdue


def _overdue(now: dt.datetime) -> QuerySet[ApprovalRequest]:
    return _pending().filter(Exists(_asked().filter(due_at__lte=now, overdue_told_at=None)))


def tell_overdue(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """Tell who asked, and who can choose somebody else, once; nothing is approved by silence."""
    rows = [ask for ask in approving.open_asks(request) if ask.due_at and ask.due_at <= now]
    ApprovalAsk.objects.filter(pk__in=[ask.pk for ask in rows]).update(overdue_told_at=now)
    people = asks.managers(request) + ([request.requested_by] if request.requested_by else [])
    names = ", ".join(str(ask.member.user) if ask.member else _("the client") for ask in rows)
    message = notifications.words(
        gettext_lazy("Its time is over, and it waits for %(who)s. Nothing is sent; remind them, or choose others."),
        who=names,
    )
    asks.say(request, people, title=gettext_lazy("Approval is overdue: %(piece)s"), message=message)


# People who left, may not decide any more, or are away


def _people_changed(now: dt.datetime) -> QuerySet[ApprovalRequest]:
    day = dt.timedelta(days=1)
    working = Q(member__status=Membership.Status.ACTIVE, member__user__deleted_at=None)
    changed = Q(member__updated_at__gt=F("updated_at")) | ~working
    away = Q(member__absences__starts_on__lte=now.date() + day, member__absences__ends_on__gte=now.date() - day)
    gone = _asked().filter(changed | away, member__isnull=False)
    return _pending().filter(Q(nobody=True) | Exists(gone) | ~Exists(_asked()))


def look_again(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """See who is left to decide: deputies are asked, who left is not any more; call with the request held, widened.

    Where all who are still asked have agreed the request goes on; where nobody is left, managers are told, once.
    """
    if request.status != Status.PENDING:
        return
    had_nobody, changed = request.nobody, _replace(request, now=now)
    if asks.is_through(request) and not approving.open_asks(request):
        _go_on(request, now=now)
        return
    asks.look_for_somebody(request, now=now)
    if request.nobody and not had_nobody:
        asks.tell_of_nobody(request)
    if changed:
        asks.record("approval.people_changed", request, by=None)


def _replace(request: ApprovalRequest, *, now: dt.datetime) -> bool:
    """Ask others in the place of those who are away or gone; say whether anything changed."""
    rows = {ask.member_id: ask for ask in approving.open_asks(request)}
    stage = {one.pk for one in approving.deciders(request.organization_id, client_id=request.client_id)}
    gone = [ask.pk for key, ask in rows.items() if key and key not in stage]
    deputies = asks.deputies_of(request, [ask.member for ask in rows.values() if ask.member], now=now)
    away = [rows[one.instead_of.pk].pk for one in deputies if one.instead_of]
    over = ApprovalAsk.objects.filter(pk__in=[*gone, *away]).update(status=AskStatus.OVER, updated_at=now)
    fresh = asks.add(request, deputies, now=now) if deputies else []
    there = ApprovalAsk.objects.filter(request=request, round=request.round, stage=request.stage)
    if not there.filter(status__in=[AskStatus.OPEN, AskStatus.DONE]).exists():
        fresh += asks.add(request, asks.whom(request, now=now), now=now)
    there.filter(status=AskStatus.OPEN).update(updated_at=now)
    return bool(over or fresh)


def _go_on(request: ApprovalRequest, *, now: dt.datetime) -> None:
    if asks.go_on(request, by=None, now=now):
        releasing.let_go(request, by=None, now=now)
    asks.record("approval.went_on", request, by=None)


# Posts that came back from their platform after all was decided


def _left_behind() -> QuerySet[ApprovalRequest]:
    waiting = ScheduledPost.objects.filter(approval=OuterRef("pk"), status=ScheduledPost.Status.WAITING)
    return ApprovalRequest.objects.filter(Exists(waiting), status__in=[Status.APPROVED, *ENDED])


def settle(request: ApprovalRequest, *, now: dt.datetime) -> None:
    """Do with waiting posts what was decided while they could not be changed; call with the request held."""
    if request.status in ENDED:
        releasing.put_aside(request, why=_("It was not approved."), by=None)
    elif approving.fingerprint(request.piece) == request.approved_fingerprint:
        releasing.let_go(request, by=None, now=now)
    request.save(update_fields=["updated_at"])
