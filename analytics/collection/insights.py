"""One look at an organisation's numbers: goals measured, odd days found, and once a week every question asked anew."""

import datetime as dt
import math
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts import tenancy
from accounts.models import Organization
from analytics.collection import goals, odd_days
from analytics.finding import choosing, doing, forms
from analytics.finding.asked import Thin
from analytics.finding.choosing import Finding, Outcome
from analytics.finding.facts import Account, Course, Facts
from analytics.models import DailyMetrics, Goal, Insight, InsightRun, MeasuredPost, RollupMark
from analytics.queries import facts
from analytics.queries.facts import Known
from content.understanding.posts import FEATURES
from trenddrop.core import rounds

NAME = "insights"
EVERY = dt.timedelta(hours=20)  # once a day, wherever the hour falls
ASKED_EVERY = dt.timedelta(days=7)
KEPT = dt.timedelta(days=400)
AT_ONCE = 100
SAYS: Mapping[str, str] = {name: words for name, (words, _test) in FEATURES.items()}
FIELDS = (
    "account_id", "connection_id", "goal_id", "kind", "question", "platform", "metric", "sentence", "basis", "numbers",
    "evidence", "advice", "effect", "p", "q", "sample", "use", "is_current", "is_simulated", "found_at",
    "dismissed_at", "dismissed_by", "dismissed_for", "updated_at",
)  # fmt: skip


def look_due(*, now: dt.datetime) -> int:
    """Look at organisations whose last look is a day old; return how many."""
    with tenancy.operator():
        due = list(_due(now).values_list("pk", flat=True)[:AT_ONCE])
    return len(rounds.each(due, partial(look, now=now)))


def _due(now: dt.datetime) -> models.QuerySet[Organization]:
    mine = {"organization": OuterRef("pk")}
    looked = RollupMark.objects.filter(**mine, name=NAME, reached__gt=now - EVERY)
    told = (
        Exists(MeasuredPost.objects.filter(**mine))
        | Exists(DailyMetrics.objects.filter(**mine))
        | Exists(Goal.objects.filter(**mine, status=Goal.Status.OPEN))
    )
    return Organization.objects.filter(~Exists(looked), told, deleted_at=None).order_by("pk")


def look(organization_id: uuid.UUID, *, now: dt.datetime, anew: bool = False) -> int:
    """Look at one organisation; return how many findings stand, if questions were asked (`anew`: they are)."""
    with tenancy.of_organization(organization_id):
        mark = _mark(organization_id)
        aims = goals.open_goals(organization_id)
        found = facts.known(organization_id, now=now, goals=aims)
        courses = goals.measure(aims, found, now=now)
        seen, _asked = odd_days.look(found)
        odd_days.keep(seen, found, now=now)
        standing = 0
        if anew or not InsightRun.objects.filter(organization=organization_id, ran_at__gt=now - ASKED_EVERY).exists():
            standing = _ask(found, courses, now=now)
        mark.reached = now
        mark.save(update_fields=["reached", "updated_at"])
    return standing


def _mark(organization_id: uuid.UUID) -> RollupMark:
    """Hold the organisation's mark: whoever comes meanwhile waits."""
    on = {"organization_id": organization_id, "name": NAME}
    RollupMark.objects.bulk_create([RollupMark(**on, zone="UTC")], ignore_conflicts=True)
    return RollupMark.objects.select_for_update().get(**on)


def _ask(found: Known, courses: Sequence[Course], *, now: dt.datetime) -> int:
    told = Facts(found.today, facts.posts(found, now=now), found.accounts, courses)
    outcome = choosing.look(told, says=SAYS, taste=taste(found.organization_id))
    _keep(outcome, found, now=now)
    _note(outcome, found, now=now)
    return len(outcome.findings)


def taste(organization_id: uuid.UUID) -> dict[str, float]:
    """Return by question how welcome it is here, from what was done with it and what was put away."""
    used: Counter[str] = Counter()
    told: Counter[str] = Counter()
    dismissed: dict[str, float] = defaultdict(float)
    rows = Insight.objects.filter(organization=organization_id)
    rows = rows.filter(Q(dismissed_at__isnull=False) | Q(used_at__isnull=False))
    for question, reason, put_away, use in rows.values_list("question", "dismissed_for", "dismissed_at", "used_at"):
        told[question] += 1
        used[question] += use is not None
        dismissed[question] += choosing.WEIGHTS.get(reason, 1.0) if put_away else 0.0
    return choosing.tastes(told, used, dismissed)


def _keep(outcome: Outcome, found: Known, *, now: dt.datetime) -> None:
    """Write the findings: the same question again is the same row; what stands no longer is kept, and not shown."""
    rows = Insight.objects.filter(organization=found.organization_id)
    known = {(row.client_id, row.key): row for row in rows.defer("evidence")}
    accounts = {each.key: each for each in found.accounts}
    fresh: list[Insight] = []
    again: list[Insight] = []
    standing = set()
    for each in outcome.findings:
        client = uuid.UUID(each.asked.client) if each.asked.client else None
        row = known.get((client, each.asked.key))
        (fresh if row is None else again).append(_row(each, row, accounts, found, now))
        standing.add((client, each.asked.key))
    over = [row.pk for key, row in known.items() if key not in standing and row.is_current]
    Insight.objects.filter(pk__in=over).update(is_current=False)
    Insight.objects.bulk_create(fresh, batch_size=200)
    Insight.objects.bulk_update(again, FIELDS, batch_size=200)


def _row(
    each: Finding, row: Insight | None, accounts: Mapping[str, Account], found: Known, now: dt.datetime
) -> Insight:
    asked, effect = each.asked, each.effect
    form, words = asked.told(effect)
    account = accounts.get(asked.account)
    if row is None:
        row = Insight(organization_id=found.organization_id, key=asked.key, first_found_at=now)
    elif row.dismissed_at and (row.effect > 1) != (effect.value > 1):
        row.dismissed_at, row.dismissed_by, row.dismissed_for = None, None, ""  # it says the opposite now
    values: dict[str, Any] = {
        "client_id": asked.client or None,
        "account_id": (account.tracked or None) if account else None,
        "connection_id": (account.connection or None) if account else None,
        "goal_id": asked.goal or None,
        "kind": asked.kind, "question": asked.question, "platform": asked.platform, "metric": asked.metric,
        "sentence": form % words, "basis": _basis(each), "numbers": _numbers(each), "evidence": asked.evidence(),
        "advice": _advice(each), "effect": effect.value, "p": asked.p, "q": each.q, "sample": asked.sample,
        "use": each.use, "is_current": True, "is_simulated": asked.is_simulated, "found_at": now, "updated_at": now,
    }  # fmt: skip
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _advice(each: Finding) -> dict[str, Any]:
    """What to do: what goes with more is to be chosen; what goes with less is only named."""
    said = dict(each.asked.advice)
    if "dimension" in said and each.effect.value > 1:
        return said | doing.choices(said["dimension"], said["value"])
    return said


def _basis(each: Finding) -> str:
    form, words = each.asked.basis
    low, high = each.effect.low or each.effect.value, each.effect.high or each.effect.value
    if each.asked.question == "cross.same":
        from_log = [f"{math.log(value):.2f}" for value in (each.effect.value, low, high)]
        return form % {"effect": from_log[0], "low": from_log[1], "high": from_log[2], **words}
    return form % {"low": forms.times(low), "high": forms.times(high), **words}


def _numbers(each: Finding) -> dict[str, Any]:
    effect = each.effect
    return {
        "effect": round(effect.value, 4), "low": effect.low and round(effect.low, 4),
        "high": effect.high and round(effect.high, 4), "certainty": round(each.certainty, 4), "p": each.asked.p,
        "q": each.q, "test": each.asked.test, **{f"n_{name}": n for name, n in each.asked.counts.items()},
    }  # fmt: skip


def _note(outcome: Outcome, found: Known, *, now: dt.datetime) -> None:
    """Keep how much was asked, and of what too little is known: a row of the organisation and one of each client."""
    by_client: dict[str, list[Thin]] = {"": [], **{each.client: [] for each in found.accounts}}
    for each in outcome.thin:
        by_client[each.client].append(each)
    counts = Counter(each.asked.client for each in outcome.findings)
    rows = [
        InsightRun(
            organization_id=found.organization_id, client_id=client or None, ran_at=now, asked=outcome.asked,
            found=counts[client],
            thin=[{"what": one.what, "name": one.name, "have": one.have, "need": one.need} for one in thin],
        )
        for client, thin in by_client.items()
    ]  # fmt: skip
    InsightRun.objects.bulk_create(rows)
    InsightRun.objects.filter(organization=found.organization_id, ran_at__lt=now - KEPT).delete()
