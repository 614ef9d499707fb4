"""Tax by head, each by its own rate and rounded half up; what is left to the sum that was taken is a line of its own.

IGST is never halved: 9 % and 9 % of 846.61 are 76.19 and 76.19, but 18 % are 152.39.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from billing.gst.supply import Supply

PAISA = Decimal("0.01")
MOST_ROUNDING = Decimal("0.02")  # of one line: two heads, half a paisa each, and the taxable value


class NotTheSum(ValueError):
    """What was taken is not what the lines say."""


@dataclass(frozen=True)
class Heads:
    """A taxable value with its tax by head, and what was rounded."""

    taxable: Decimal = Decimal(0)
    cgst: Decimal = Decimal(0)
    sgst: Decimal = Decimal(0)
    igst: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)

    @property
    def tax(self) -> Decimal:
        """Return all heads together."""
        return self.cgst + self.sgst + self.igst

    @property
    def total(self) -> Decimal:
        """Return all of it."""
        return self.taxable + self.tax + self.rounding

    def __add__(self, other: "Heads") -> "Heads":
        return Heads(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def rounded(value: Decimal) -> Decimal:
    """Round to the paisa or cent, half up."""
    return value.quantize(PAISA, ROUND_HALF_UP)


def on_top(taxable: Decimal, supply: Supply) -> Heads:
    """Return the tax on a price before tax."""
    taxable = rounded(taxable)
    cgst, sgst, igst = (rounded(taxable * percent / 100) for percent in (supply.cgst, supply.sgst, supply.igst))
    return Heads(taxable, cgst, sgst, igst)


def within(total: Decimal, supply: Supply) -> Heads:
    """Return the tax inside a price that holds it; the rounding brings it to the price exactly."""
    heads = on_top(total * 100 / (100 + supply.rate), supply)
    return Heads(heads.taxable, heads.cgst, heads.sgst, heads.igst, rounded(total) - heads.total)


def charged(total: Decimal, supply: Supply, *, taxable: Decimal | None = None) -> Heads:
    """Return the heads of a sum that was taken: of the price before tax where that gives the sum, else from within."""
    if taxable is not None and on_top(taxable, supply).total == rounded(total):
        return on_top(taxable, supply)
    return within(total, supply)


def summed(lines: Sequence[Heads], *, taken: Decimal) -> Heads:
    """Return the sum of lines, with the rounding that makes it what was taken. Raise NotTheSum over a few paise."""
    exact = sum((Heads(each.taxable, each.cgst, each.sgst, each.igst) for each in lines), Heads())
    rounding = rounded(taken) - exact.total
    if abs(rounding) > MOST_ROUNDING * max(1, len(lines)):
        raise NotTheSum(f"{taken} was taken, the lines say {exact.total}")
    return Heads(exact.taxable, exact.cgst, exact.sgst, exact.igst, rounding)


def part(whole: Heads, *, before: Decimal, amount: Decimal) -> Heads:
    """Return the heads of a part that is taken back, after parts of `before` together.

    Each head is the difference of two shares of the whole, so that parts add up to it to the paisa, in any slices.
    """
    given = whole.total
    if amount <= 0 or before < 0 or before + amount > given:
        raise NotTheSum(f"{amount} of {given}, of which {before} was taken back before")
    cut = [
        rounded(value * (before + amount) / given) - rounded(value * before / given)
        for value in (whole.taxable, whole.cgst, whole.sgst, whole.igst)
    ]
    return Heads(cut[0], cut[1], cut[2], cut[3], amount - sum(cut))


def shares(total: Decimal, weights: Iterable[Decimal]) -> list[Decimal]:
    """Divide a sum by weights, to the paisa and without a rest."""
    known = list(weights)
    whole = sum(known, Decimal(0))
    if not known or whole <= 0:
        return [total] if known else []
    passed, given, found = Decimal(0), Decimal(0), []
    for weight in known:
        passed += weight
        found.append(rounded(total * passed / whole) - given)
        given += found[-1]
    return found
