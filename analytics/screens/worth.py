"""Returns, as their pages and files tell them: every figure with the way it was made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import scoring
from analytics.models import AssetCost, RoiCalculation
from analytics.queries import worth
from analytics.tables import Table

Words = str | Promise
# The columns of the table: key, heading, whether it is a number.
COLUMNS: tuple[tuple[str, Words], ...] = (
    ("title", gettext_lazy("Original")),
    ("score", gettext_lazy("Worth")),
    ("cost", gettext_lazy("Cost")),
    ("value", gettext_lazy("Value")),
    ("roi", gettext_lazy("Return")),
    ("posts", gettext_lazy("Posts")),
    ("reach", gettext_lazy("Reach")),
    ("views", gettext_lazy("Views")),
    ("engagement", gettext_lazy("Engagement")),
    ("conversions", gettext_lazy("Conversions")),
    ("per_engagement", gettext_lazy("Per engagement")),
    ("per_thousand", gettext_lazy("Per thousand reached")),
)
PARTS = {
    scoring.RETURN: (
        gettext_lazy("Return"),
        gettext_lazy("Value against cost: 0 where all is lost, 50 where it came back, 75 where it doubled."),
    ),
    scoring.ATTENTION: (
        gettext_lazy("Attention"),
        gettext_lazy("How its posts did against their account’s usual: 50 as usual, 80 twice as much, 20 half."),
    ),
    scoring.PRICE: (
        gettext_lazy("Price of engagement"),
        gettext_lazy("Its cost per engagement against the median of your originals: 50 the same, 80 half the price."),
    ),
    scoring.REUSE: (
        gettext_lazy("Reuse"),
        gettext_lazy("Posts made of one original: 63 for five, 86 for ten."),
    ),
}

# How each figure of `figures_out` is made, in its order.
WHY: tuple[Words, ...] = (
    gettext_lazy("Written or cut of it; deleted ones do not count."),
    gettext_lazy("Posts of its pieces that went live and are measured."),
    gettext_lazy("How many times it was put to use."),
    gettext_lazy("Summed over posts, where platforms tell it; somebody who saw two posts is in it twice."),
    gettext_lazy("Summed over posts, where platforms tell them."),
    gettext_lazy("Likes, comments, shares and saves together."),
    gettext_lazy("The shares of conversions that its posts are credited with, by each site’s model; without refunds."),
    gettext_lazy("The value of those conversions times the shares, in this currency alone."),
    gettext_lazy("(value − cost) ÷ cost. Not told without a cost, a post, or a website that tells of conversions."),
    gettext_lazy("Cost ÷ engagement."),
    gettext_lazy("Cost ÷ reach × 1,000."),
)


@dataclass(frozen=True)
class Figure:
    """One figure of an original's return: name, value, how it is written, and the way it was made."""

    name: Words
    value: Any
    kind: str
    why: Words


@dataclass(frozen=True)
class ScorePart:
    """One part of the score in words."""

    name: Words
    points: int
    weight: int
    value: float
    why: Words
    kind: str


def figures_in(row: RoiCalculation, cost: AssetCost | None) -> list[Figure]:
    """Return what went in."""
    found = [Figure(_("Cost"), row.cost, "money", _why_cost(row, cost))]
    if cost and cost.money:
        found.append(Figure(_("Of it, money beside the hours"), cost.money, "money", cost.notes))
    return [Figure(_("Hours"), row.hours, "number", ""), *found]


def _why_cost(row: RoiCalculation, cost: AssetCost | None) -> Words:
    if usual := row.parts.get("usual"):
        words = _("Estimated: the last %(n)s originals of this kind took %(hours)s h (median) at %(rate)s (median).")
        return words % {"n": usual["of"], "hours": usual["hours"], "rate": usual["rate"]}
    if cost:
        return _("Hours times the cost of an hour, and the money beside them, as entered.")
    return _("Nobody entered it, and fewer than three originals of this kind have hours to estimate it from.")


def figures_out(row: RoiCalculation) -> list[Figure]:
    """Return what came out."""
    told = (
        (_("Pieces"), row.pieces, "number"),
        (_("Posts"), row.posts, "number"),
        (_("Posts for one original"), row.multiplier, "times"),
        (_("Reach"), row.reach, "number"),
        (_("Views"), row.views, "number"),
        (_("Engagement"), row.engagement, "number"),
        (_("Conversions"), row.conversions, "number"),
        (_("Value"), row.value, "money"),
        (_("Return"), row.roi, "change"),
        (_("Cost per engagement"), row.cost_per_engagement, "money"),
        (_("Cost of a thousand reached"), worth.per_thousand(row), "money"),
    )
    return [Figure(name, value, kind, why) for (name, value, kind), why in zip(told, WHY, strict=True)]


def score_parts(row: RoiCalculation) -> list[ScorePart]:
    """Return the parts of the score, the heaviest first."""
    kinds = {scoring.RETURN: "change", scoring.REUSE: "number"}
    found = []
    for name, each in row.parts.get("score", {}).items():
        if name in PARTS:
            title, why = PARTS[name]
            kind = kinds.get(name, "times")
            found.append(ScorePart(title, each["points"], each["weight"], each["value"], why, kind))
    return sorted(found, key=lambda each: -each.weight)


def table(rows: Iterable[RoiCalculation]) -> Table:
    """Return every original's return as a table."""
    header = [
        _("Original"), _("Identifier"), _("Worth, 0 to 100"), _("Cost"), _("Currency"), _("Estimated"), _("Hours"),
        _("Value"), _("Return"), _("Pieces"), _("Posts"), _("Reach"), _("Views"), _("Engagement"), _("Conversions"),
        _("Cost per engagement"), _("Cost of a thousand reached"),
    ]  # fmt: skip
    lines: Sequence[Sequence[object]] = [
        (
            each.asset.title, each.asset_id, each.value_score, each.cost, each.currency,
            "" if each.cost is None else _("yes") if each.is_estimated else _("no"), each.hours, each.value, each.roi,
            each.pieces, each.posts, each.reach, each.views, each.engagement, each.conversions,
            each.cost_per_engagement, worth.per_thousand(each),
        )
        for each in rows
    ]  # fmt: skip
    return Table("return", _("Return"), header, lines)
