"""Who the people are: countries, cities, ages, genders."""

from typing import Literal

from analytics.advisor.looked import Cell, Column, Fact, Looked, Unit, columns, plain, rows_of
from analytics.advisor.reader import Asked, Reader
from analytics.advisor.tools.sums import narrowed_to
from analytics.queries import audience as query
from analytics.queries.audience import Part

MOST = 12


class People(Asked):
    """The audience by one way of parting it."""

    by: Literal["country", "city", "age", "gender"] = "country"


def people(reader: Reader, asked: People) -> Looked:
    """The parts of the audience at the end of the days, and how they changed since their beginning."""
    wish = reader.wish(asked)
    taken = {each.tracked_id for each in reader.accounts if wish.takes(each)}
    accounts = [each for each in query.accounts_of(reader.membership) if each.pk in taken]
    real = [each for each in accounts if not each.is_simulated]
    made = query.makes(reader.membership, real or accounts, wish.span)[asked.by]
    edges = [Column("from", Unit.COUNT), Column("to", Unit.COUNT)] if asked.by == "age" else []
    unit = Unit.NAME if asked.by in {"city", "age"} else Unit.TEXT
    facts = [Fact("accounts", made.accounts, Unit.COUNT)]
    facts += [Fact("people", made.counted, Unit.COUNT)] if made.counted else []
    facts += [Fact("told", round(made.told, 6), Unit.SHARE)] if made.parts else []
    named = columns(share=Unit.SHARE, people=Unit.COUNT, points=Unit.POINTS)
    return Looked(
        tool="people",
        asked={**asked.told, "by": asked.by},
        columns=[Column("name", unit), *edges, *named],
        rows=rows_of(_row(part, with_edges=bool(edges)) for part in made.parts[:MOST]),
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        facts=facts,
        notes=["untold_accounts:" + ",".join(sorted({each.account.platform for each in made.untold}))]
        if made.untold
        else [],
        chart="bars",
        is_made_up=made.is_made_up,
        details={"date": made.date and made.date.isoformat(), "of": list(made.of)},
    )


def _row(part: Part, *, with_edges: bool) -> list[Cell]:
    moved = None if part.change is None else round(part.change * 100, 2)
    return [part.key, *(_ends(part.key) if with_edges else ()), plain(part.share), part.people, plain(moved)]


def _ends(age: str) -> list[Cell]:
    """The ends of 25-34; of 65+ the lower alone."""
    low, _dash, high = age.rstrip("+").partition("-")
    return [int(low) if low.isdecimal() else None, int(high) if high.isdecimal() else None]
