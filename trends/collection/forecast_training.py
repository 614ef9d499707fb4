"""Models learned from this installation's own history: one training at a time, in use only if better than the rule."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from trenddrop.core.alone import alone
from trends.collection import forecast_history
from trends.forecasting import judging
from trends.forecasting.learning import Learned, Listing, TooLittle, breakout_examples, learn_breakout, learn_states
from trends.forecasting.states import IN_AN_HOUR, IN_SIX_HOURS
from trends.models import ForecastModel, TrendForecast

Task = ForecastModel.Task
BACK = dt.timedelta(days=60)
MOST_READINGS = 2_000_000
NEEDED, NEEDED_POSITIVES = 500, 30
VERSIONS_KEPT = 12
KEPT = dt.timedelta(days=60)
JUDGED = 50_000
ALGORITHM = "gradient boosted trees"

LEARN: dict[str, Callable[[Sequence[Listing]], Learned]] = {
    Task.BREAKOUT: learn_breakout,
    Task.STATE_1H: lambda listings: learn_states(listings, IN_AN_HOUR),
    Task.STATE_6H: lambda listings: learn_states(listings, IN_SIX_HOURS),
}


class UnderWay(Exception):
    """Somebody else is training already."""


@dataclass(frozen=True)
class Enough:
    """How much history there is to learn from."""

    examples: int
    positives: int

    def __bool__(self) -> bool:
        return self.examples >= NEEDED and self.positives >= NEEDED_POSITIVES


def train(*, now: dt.datetime) -> list[ForecastModel]:
    """Learn every task anew; returns the versions made, none with too little history. Raises UnderWay."""
    with _alone():
        judge_what_was_foretold()
        found = forecast_history.load(since=now - BACK, until=now, most=MOST_READINGS)
        listings = [one for kind, one in found.listings.items() if found.levels[kind] is not None]
        if not enough(listings):
            return []
        made = [_learned(task, listings, now=now) for task in LEARN]
        return [one for one in made if one is not None]


def enough(listings: Sequence[Listing]) -> Enough:
    """Return how many new topics there are whose twelve hours are over, and how many of them broke out."""
    try:
        known = breakout_examples(listings)
    except TooLittle:
        return Enough(0, 0)
    return Enough(len(known), int(known.truth.sum()))


def judge_what_was_foretold() -> None:
    """Write into each version how its forecasts came true since it is in use."""
    for model in ForecastModel.objects.filter(is_active=True).defer("parameters"):
        lived = lived_figures(model)
        if lived:
            model.figures["lived"] = lived
            model.save(update_fields=["figures", "updated_at"])


def lived_figures(model: ForecastModel) -> dict[str, Any]:
    """Return Brier score, average precision (or accuracy) and calibration of a version's settled forecasts."""
    told = TrendForecast.objects.filter(made_by__contains=label_of(model)).order_by("-made_at")
    if model.task == Task.BREAKOUT:
        pairs = told.exclude(broke_out=None).exclude(breakout=None).values_list("broke_out", "breakout")
    else:
        hours = model.task.removeprefix("state_")
        settled = told.exclude(**{f"was_{hours}": ""}).exclude(**{f"state_{hours}": ""})
        states = settled.values_list(f"was_{hours}", f"state_{hours}", f"state_{hours}_chance")
        return _figures(((was == said, chance) for was, said, chance in states[:JUDGED]), "accuracy")
    return _figures(pairs[:JUDGED], "ap")


def label_of(model: ForecastModel) -> str:
    """Return how a forecast names the version it was made by."""
    return f"{model.task} {model.version};"


def prune(*, now: dt.datetime) -> tuple[int, int]:
    """Remove forecasts past their term and old versions that are not in use; returns how many of each."""
    rows, _each = TrendForecast.objects.filter(made_at__lt=now - KEPT).delete()
    versions = 0
    for task in Task.values:
        of_task = ForecastModel.objects.filter(task=task, is_active=False).order_by("-version")
        old = list(of_task.values_list("pk", flat=True)[VERSIONS_KEPT:])
        versions += ForecastModel.objects.filter(pk__in=old, is_active=False).delete()[0]
    return rows, versions


def use(model: ForecastModel) -> None:
    """Put a version in use, the one before out of it."""
    with transaction.atomic():
        alone("forecast_models")
        ForecastModel.objects.filter(task=model.task, is_active=True).exclude(pk=model.pk).update(is_active=False)
        ForecastModel.objects.filter(pk=model.pk).update(is_active=True)


def _learned(task: str, listings: Sequence[Listing], *, now: dt.datetime) -> ForecastModel | None:
    try:
        learned = LEARN[task](listings)
    except TooLittle:
        return None
    first = min(int(one.panel.times.min()) for one in listings if len(one.panel))
    with transaction.atomic():
        alone("forecast_models")
        newest = ForecastModel.objects.filter(task=task).aggregate(at=Max("version"))["at"] or 0
        row = ForecastModel.objects.create(
            task=task,
            version=newest + 1,
            algorithm=ALGORITHM,
            trained_from=dt.datetime.fromtimestamp(first, tz=dt.UTC),
            trained_to=now,
            examples=learned.examples,
            positives=learned.positives,
            parameters=learned.model.to_bytes(),
            figures=learned.figures,
            note="" if learned.beats_rule else _("Not in use: the rule did as well on the time held out."),
        )
        if learned.beats_rule:
            use(row)
            row.is_active = True
    return row


def _figures(pairs: Any, name: str) -> dict[str, Any]:
    told = list(pairs)
    if not told:
        return {}
    truth = np.array([one for one, _chance in told], dtype=bool)
    chances = np.array([chance for _one, chance in told], dtype=np.float64)
    quality = judging.average_precision(truth, chances) if name == "ap" else float(truth.mean())
    return {
        "cases": len(told),
        name: round(quality, 4),
        "brier": round(judging.brier(truth, chances), 5),
        "calibration": judging.calibration(truth, chances),
    }


@contextmanager
def _alone() -> Iterator[None]:
    """Be the only one that trains, as long as this connection lives at most."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('forecast_training', 0))")
        (free,) = cursor.fetchone()
    if not free:
        raise UnderWay
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('forecast_training', 0))")
