"""What to post next, whether advice helped, and what is believed, as pages, files and the API tell it."""

import datetime as dt
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership
from analytics.advising import telling, universe
from analytics.advising.posterior import SURE
from analytics.models import BackTest, Suggestion, SuggestionArm
from analytics.queries import advice
from analytics.tables import Table
from content.models import LibraryItem, Template
from content.understanding import levers
from publishing.models import PlatformConnection
from trenddrop.core.charts import Band, LineChart, Series

DONE = 12  # shown of what was done
Status = Suggestion.Status
STATES: Mapping[str, str] = {
    Status.OFFERED: "waiting",
    Status.TAKEN: "scheduled",
    Status.DISMISSED: "draft",
    Status.EXPIRED: "expired",
    Status.SETTLED: "done",
}


@dataclass(frozen=True)
class Reason:
    """One choice of a suggestion with why; `did`: what the post chose in the end, "" while there is none."""

    name: str
    words: str
    why: str
    is_claim: bool
    did: str
    is_kept: bool | None


@dataclass(frozen=True)
class Card:
    """A suggestion as it is shown."""

    row: Suggestion
    sentence: str
    sure: str
    basis: str
    state: str
    reasons: Sequence[Reason]
    kept: int
    asked: int

    @property
    def first(self) -> Sequence[Reason]:
        """What matters most."""
        return self.reasons[:3]

    @property
    def rest(self) -> Sequence[Reason]:
        """All else."""
        return self.reasons[3:]


@dataclass(frozen=True)
class Believed:
    """What is believed of one value."""

    row: SuggestionArm
    words: str
    times: float
    low: float
    high: float
    standing: str


@dataclass(frozen=True)
class Answer:
    """Whether it helped: the latest back-test in words, with all weeks before."""

    row: BackTest | None
    words: str
    how: str
    weeks: Sequence[BackTest]
    chart: LineChart | None


@dataclass(frozen=True)
class Page:
    """Everything the page says."""

    accounts: Sequence[PlatformConnection]
    account: PlatformConnection | None
    cards: Sequence[Card]
    done: Sequence[Card]
    answer: Answer
    groups: Sequence[tuple[str, Sequence[Believed]]]
    scores: Sequence[tuple[str, Sequence[Believed]]]
    have: int
    need: int = advice.FEWEST


def shown(member: Membership, *, account: uuid.UUID | None) -> Page:
    """Return the page for one account, or for all; the number of statements does not grow with what is shown."""
    accounts = advice.accounts_of(member)
    chosen = next((one for one in accounts if one.pk == account), None)
    key = chosen.pk if chosen else None
    rows = list(advice.open_of(member, connection=key)[:20])
    over = [Status.TAKEN, Status.SETTLED]
    done = list(advice.of_member(member, connection=key).filter(status__in=over)[:DONE])
    single = chosen or (accounts[0] if len(accounts) == 1 else None)
    arms = list(advice.arms_of(member, single.pk)) if single else []
    names = _names(arms)
    return Page(
        accounts=accounts,
        account=chosen,
        cards=[card(one) for one in rows],
        done=[card(one) for one in done],
        answer=answer(advice.back_tests(member, connection=key)),
        groups=_groups([arm for arm in arms if arm.dimension in universe.OPEN], names),
        scores=_scores([arm for arm in arms if arm.dimension in universe.MARGINAL], names),
        have=max((round(arm.posts + arm.others) for arm in arms), default=0),
    )


def card(row: Suggestion) -> Card:
    """Return a suggestion as it is shown."""
    reasons = [_reason(one, row) for one in row.reasons]
    named = {one["choice"] for one in row.reasons}
    reasons += [
        Reason(levers.name(choice), _tag_or(choice, value), _("The finding says so."), False, *_did(row, choice, value))
        for choice, value in row.choices.items()
        if choice not in named
    ]
    judged = [one for one in reasons if one.is_kept is not None]
    basis = ngettext("from %(n)s post", "from %(n)s posts", row.basis) % {"n": row.basis}
    return Card(
        row, telling.advised(row), telling.how_sure(row.sure if row.basis else None), basis, STATES[row.status],
        reasons, sum(one.is_kept is True for one in judged), len(judged),
    )  # fmt: skip


def _reason(one: Mapping[str, Any], row: Suggestion) -> Reason:
    choice, value = one["choice"], row.choices.get(one["choice"], one["value"])
    words, why = levers.told(choice, value), telling.why(one)
    return Reason(levers.name(choice), words, why, bool(one.get("is_claim")), *_did(row, choice, value))


def _tag_or(choice: str, value: str) -> str:
    return f"#{value}" if choice == universe.TAG else levers.told(choice, value)


def _did(row: Suggestion, choice: str, value: str) -> tuple[str, bool | None]:
    got = row.kept.get(choice)
    return ("", None) if got is None else (levers.told(choice, got), got == value)


# Did it help?


def answer(weeks: Sequence[BackTest]) -> Answer:
    """Return the weekly answers in words; also when it did not help."""
    row = weeks[-1] if weeks else None
    return Answer(row, said(row), how(row), list(weeks), _chart(weeks))


def said(row: BackTest | None) -> str:
    """Say what came of the advice, in a sentence."""
    if row is None:
        return _("Nothing that was advised has been posted yet, so nobody can say whether it helps.")
    return telling.outcome(row.verdict, ratio=row.ratio, low=row.low, high=row.high, advised=row.advised, own=row.own)


def how(row: BackTest | None) -> str:
    """Say what was held against what."""
    if row is None:
        return ""
    if row.numbers.get("design") == "lot":
        return _(
            "By lot, one offer in five follows your own habit: posts that came of advice are held against posts that"
            " came of those, within the same account and four weeks."
        )
    return _(
        "Posts that came of advice are held against all your other posts of the same account and four weeks. Nobody"
        " drew lots here: who follows advice may also take more care."
    )


def _chart(weeks: Sequence[BackTest]) -> LineChart | None:
    told = [one for one in weeks if one.ratio is not None]
    if len(told) < 2:
        return None
    x = [float(place) for place in range(len(weeks))]
    labels = [f"{one.week:%Y-%m-%d}" for one in weeks]
    last = told[-1]
    step = max(1, len(weeks) // 6)
    return LineChart(
        title=_("Advised posts against your own, week by week"),
        summary=_("In the week of %(week)s: %(times)s times your own.")
        % {"week": f"{last.week:%Y-%m-%d}", "times": f"{last.ratio:.2f}"},
        x=x,
        labels=labels,
        series=[
            Series(_("times your own"), [one.ratio for one in weeks]),
            Series(_("no difference"), [1.0] * len(weeks), "dash"),
        ],
        band=Band(_("where it lies 19 times of 20"), [one.low for one in weeks], [one.high for one in weeks]),
        ticks=[(float(place), f"{weeks[place].week:%d.%m.}") for place in range(0, len(weeks), step)],
        x_name=_("Week of"),
    )


# What is believed


def believed(arm: SuggestionArm, words: str) -> Believed:
    """Return what is believed of one value, in numbers and words."""
    reach = SURE * math.sqrt(max(0.0, arm.variance))
    times, low, high = math.exp(arm.mean), math.exp(arm.mean - reach), math.exp(arm.mean + reach)
    if not arm.posts:
        standing = _("not tried yet")
    elif arm.is_claim:
        standing = _("stands against all that was asked")
    else:
        standing = _("may be chance") if low <= 1 <= high else _("likely, not proven")
    return Believed(arm, words, times, low, high, standing)


def _names(arms: Sequence[SuggestionArm]) -> dict[str, str]:
    """The names of library items and templates among the values."""
    keys = [arm.value for arm in arms if arm.dimension in {universe.ITEM, universe.LOOK, levers.TEMPLATE}]
    keys = [key for key in keys if len(key) == 36]
    if not keys:
        return {}
    found = dict(LibraryItem.objects.filter(pk__in=keys).values_list("pk", "name"))
    found |= dict(Template.objects.filter(pk__in=keys).values_list("pk", "name"))
    return {str(key): name for key, name in found.items()}


def _groups(arms: Sequence[SuggestionArm], names: Mapping[str, str]) -> list[tuple[str, Sequence[Believed]]]:
    found: list[tuple[str, Sequence[Believed]]] = []
    for choice in universe.OPEN:
        mine = [arm for arm in arms if arm.dimension == choice]
        rows = [believed(arm, names.get(arm.value) or levers.told(choice, arm.value)) for arm in mine]
        rows.sort(key=lambda one: (not one.row.posts, -one.times))
        if len(rows) > 1:
            found.append((levers.name(choice), rows))
    return found


def _scores(arms: Sequence[SuggestionArm], names: Mapping[str, str]) -> list[tuple[str, Sequence[Believed]]]:
    titles = {
        universe.TAG: _("Hashtags"),
        universe.ITEM: _("Hooks, calls and captions of the library"),
        universe.LOOK: _("Templates"),
    }
    found: list[tuple[str, Sequence[Believed]]] = []
    for kind, title in titles.items():
        mine = [arm for arm in arms if arm.dimension == kind and (kind == universe.TAG or arm.value in names)]
        rows = [believed(arm, f"#{arm.value}" if kind == universe.TAG else names[arm.value]) for arm in mine]
        if rows:
            found.append((title, sorted(rows, key=lambda one: -one.times)))
    return found


# The same as tables


def tables(page: Page) -> list[Table]:
    """Return what the page shows as tables, by the name `?csv=` takes."""
    return [_weeks(page.answer), _done(page.done), _beliefs(page)]


def _weeks(found: Answer) -> Table:
    header = [
        _("Week"), _("Advised posts"), _("Own posts"), _("Times own"), _("From"), _("To"), _("Verdict"), _("Design"),
    ]  # fmt: skip
    rows = [
        (one.week, one.advised, one.own, one.ratio, one.low, one.high, one.get_verdict_display(),
         one.numbers.get("design", ""))
        for one in found.weeks
    ]  # fmt: skip
    return Table("back-tests", _("Back-tests"), header, rows)


def _done(cards: Sequence[Card]) -> Table:
    header = [
        _("Advice"), _("Account"), _("Taken"), _("Expected"), _("From"), _("To"), _("Result"), _("Choices kept"),
        _("By habit"),
    ]  # fmt: skip
    rows = [
        (one.sentence, one.row.connection.handle if one.row.connection else "", _day(one.row.taken_at),
         one.row.expected, one.row.low, one.row.high, one.row.outcome, f"{one.kept}/{one.asked}", one.row.is_control)
        for one in cards
    ]  # fmt: skip
    return Table("advice", _("Advice that was taken"), header, rows)


def _beliefs(page: Page) -> Table:
    header = [_("Choice"), _("Value"), _("Posts"), _("Times your usual"), _("From"), _("To"), _("Standing")]
    rows = [
        (name, one.words, one.row.posts, round(one.times, 3), round(one.low, 3), round(one.high, 3), one.standing)
        for name, own in [*page.groups, *page.scores]
        for one in own
    ]
    return Table("beliefs", _("What is believed"), header, rows)


def _day(at: dt.datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""
