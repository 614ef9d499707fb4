"""What moved a figure against the days before: by how much, on which accounts, and how many posts went live."""

from collections.abc import Sequence
from typing import Literal

from analytics.advisor.looked import Fact, Looked, Unit, columns, rows_of
from analytics.advisor.reader import Asked, Reader
from analytics.advisor.tools.sums import change, narrowed_to
from analytics.queries.account_days import Told
from analytics.queries.overview import COUNTED, Group, Overview

FOLLOWERS = "followers"
MOST = 12


class Moved(Asked):
    """A figure that rose or fell."""

    metric: Literal[
        "views", "reach", "engagement", "clicks", "likes", "comments", "shares", "saves", "follows", "followers"
    ] = "views"


def moved(reader: Reader, asked: Moved) -> Looked:
    """Return by how much a figure moved, and what each account has to do with it, the most first."""
    wish = reader.wish(asked)
    found = reader.overview(wish)
    told = [(group, _of_group(group, asked.metric)) for group in found.accounts if not _is_music(group)]
    known = [(group, each) for group, each in told if each.now is not None or each.before is not None]
    known.sort(key=lambda pair: (-abs(_difference(pair[1]) or 0), pair[0].name))
    rows = [
        (group.name, group.platform, each.now, each.before, _difference(each), _percent(each)) for group, each in known
    ]
    whole = _whole(found, asked.metric)
    return Looked(
        tool="moved",
        asked={**asked.told, "metric": asked.metric},
        columns=columns(
            name=Unit.NAME, platform=Unit.TEXT, now=Unit.COUNT, before=Unit.COUNT, difference=Unit.COUNT,
            change=Unit.CHANGE,
        ),
        rows=rows_of(rows[:MOST]),
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        facts=_facts(whole, found),
        notes=_notes(found, asked.metric, whole, [each for _group, each in known]),
        is_made_up=found.is_practice,
    )  # fmt: skip


def _is_music(group: Group) -> bool:
    return bool(group.account and group.account.is_music)


def _of_group(group: Group, metric: str) -> Told:
    if metric == FOLLOWERS:
        return group.gained
    return Told(group.now.won[metric], group.before.won[metric])


def _whole(found: Overview, metric: str) -> Told:
    if metric == FOLLOWERS:
        return found.gained
    return Told(found.now.won[metric], found.before.won[metric])


def _difference(told: Told) -> float | None:
    return None if told.now is None or told.before is None else told.now - told.before


def _percent(told: Told) -> float | None:
    percent = change(told.now, told.before)
    return None if percent is None else round(percent, 4)


def _facts(whole: Told, found: Overview) -> list[Fact]:
    told = (
        ("now", whole.now, Unit.COUNT),
        ("before", whole.before, Unit.COUNT),
        ("difference", _difference(whole), Unit.COUNT),
        ("change", _percent(whole), Unit.CHANGE),
        ("posts", found.now.published, Unit.COUNT),
        ("posts_before", found.before.published, Unit.COUNT),
    )
    return [Fact(key, value, unit) for key, value, unit in told if value is not None]


def _notes(found: Overview, metric: str, whole: Told, told: Sequence[Told]) -> list[str]:
    """What keeps the two spans from being held against each other."""
    if whole.is_uneven:
        return ["uneven"]
    notes = ["one_sided"] if any((each.now is None) != (each.before is None) for each in told) else []
    if metric in COUNTED:
        days, before = (
            sum(found.daily.get(date, {}).get(metric) is not None for date in span.dates)
            for span in (found.span, found.span.before)
        )
        notes += ["uneven"] if before and days != before else []
    return notes
