"""What people did that counts, what earned it, what originals cost and brought, and what searching people found."""

from typing import Literal

from pydantic import Field

from accounts.permissions import may
from analytics.advisor.looked import Fact, Looked, Unit, columns, rows_of
from analytics.advisor.reader import Asked, Nowhere, Period, Reader
from analytics.advisor.tools.sums import change, narrowed_to
from analytics.attribution import MODELS
from analytics.models import SearchProperty
from analytics.queries import conversions as query
from analytics.queries import search, worth
from analytics.queries.narrowing import Wish

MOST = 8
USUAL_MODEL = MODELS[0]


class Earned(Asked):
    """What earned conversions."""

    by: Literal["post", "channel", "campaign"] = "post"


class Searched(Asked):
    """What searching people found: keywords or pages."""

    of: Literal["query", "page"] = "query"


class Returned(Asked):
    """What originals brought."""

    period: Period = Field(default="last_365_days", description="Has no effect: an original is counted whole.")


def _wish(reader: Reader, wish: Wish) -> query.Wish:
    if wish.platform or wish.account or wish.client or wish.brand:
        raise Nowhere("Conversions are told for the whole organisation here, not for a part of it.")
    return query.Wish(wish.span, reader.zone)


def conversions(reader: Reader, asked: Asked) -> Looked:
    """How many conversions of each type there were and what they were worth, and how far people came."""
    wish = reader.wish(asked)
    wanted = _wish(reader, wish)
    rows = query.by_type(query.conversions(reader.membership, wanted))
    funnel = query.funnel(reader.membership, wanted)
    before = query.kept(query.conversions(reader.membership, query.Wish(wish.span.before, reader.zone))).count()
    told = [(row["type"], row["count"], row["worth"], row["currency"], row["back"], row["given_back"]) for row in rows]
    currencies = {row["currency"] for row in rows if row["currency"]}
    steps = {"views": funnel.views, "clicks": funnel.clicks, "visits": funnel.visits}
    facts = [Fact(name, value, Unit.COUNT) for name, value in steps.items() if value is not None]
    facts += [Fact("conversions", funnel.conversions, Unit.COUNT), Fact("before", before, Unit.COUNT)]
    moved = change(funnel.conversions, before)
    facts += [Fact("change", round(moved, 4), Unit.CHANGE)] if moved is not None else []
    return Looked(
        tool="conversions",
        asked=asked.told,
        columns=columns(
            name=Unit.TEXT, count=Unit.COUNT, worth=Unit.MONEY, currency=Unit.TEXT, given_back=Unit.MONEY,
            refunds=Unit.COUNT,
        ),
        rows=rows_of(told),
        first=wish.span.first,
        last=wish.span.last,
        facts=facts,
        notes=[] if funnel.visits is not None or rows else ["no_sites"],
        currency=next(iter(currencies)) if len(currencies) == 1 else "",
        chart="bars",
        is_made_up=funnel.is_made_up,
    )  # fmt: skip


def earned(reader: Reader, asked: Earned) -> Looked:
    """What earned conversions, by the model of the first touch."""
    wish = reader.wish(asked)
    found = query.earned(reader.membership, _wish(reader, wish), by=asked.by, model=USUAL_MODEL)
    known = [one for one in found if one.key and one.counts[USUAL_MODEL] > 0][:MOST]
    currencies = {name for one in known for name in one.values[USUAL_MODEL]}
    currency = min(currencies, default="")
    rows = [
        (
            str(one.post)[:120] if one.post else str(one.key),
            one.post.connection.platform if one.post else "",
            round(one.counts[USUAL_MODEL], 2),
            one.values[USUAL_MODEL].get(currency) if currency else None,
        )
        for one in known
    ]
    return Looked(
        tool="earned",
        asked={**asked.told, "by": asked.by},
        columns=columns(name=Unit.NAME, platform=Unit.TEXT, conversions=Unit.COUNT, worth=Unit.MONEY),
        rows=rows_of(rows),
        first=wish.span.first,
        last=wish.span.last,
        notes=["other_currencies"] if len(currencies) > 1 else [],
        currency=currency,
        chart="bars",
        details={"model": USUAL_MODEL},
    )


def returns(reader: Reader, asked: Returned) -> Looked:
    """What originals cost and brought: those with the highest worth, and the sums of each currency."""
    if not may(reader.membership, "costs.view"):
        raise Nowhere("What work costs is not shown here.")
    wish = reader.wish(asked)
    if wish.platform or wish.account:
        raise Nowhere("What originals brought is told for a client or a brand here, not for a platform or an account.")
    mine = {"asset__client": wish.client, "asset__brand": wish.brand}
    rows = worth.of_member(reader.membership).filter(**{name: value for name, value in mine.items() if value})
    totals = worth.totals(rows)
    best = list(worth.in_order(rows.filter(posts__gt=0), worth.USUAL)[0][:MOST])
    currencies = sorted({total.currency for total in totals})
    currency = currencies[0] if len(currencies) == 1 else ""
    facts = []
    if currency:
        total = totals[0]
        facts += [Fact("cost", float(total.cost), Unit.MONEY)] if total.cost is not None else []
        facts += [Fact("value", float(total.value), Unit.MONEY)] if total.value is not None else []
        facts += [Fact("return", round(total.roi, 4), Unit.SHARE)] if total.roi is not None else []
    told = [(row.asset.title, row.value_score, row.cost, row.value, row.currency, row.roi, row.posts) for row in best]
    return Looked(
        tool="returns",
        asked=asked.told,
        columns=columns(
            name=Unit.NAME, score=Unit.SCORE, cost=Unit.MONEY, value=Unit.MONEY, currency=Unit.TEXT,
            roi=Unit.SHARE, posts=Unit.COUNT,
        ),
        rows=rows_of(told),
        of=narrowed_to(wish),
        facts=facts,
        notes=["other_currencies"] if len(currencies) > 1 else [],
        currency=currency,
        chart="bars",
    )  # fmt: skip


def searched(reader: Reader, asked: Searched) -> Looked:
    """The keywords or pages by which searching people came, over all sites of what was asked for."""
    wish = reader.wish(asked)
    if wish.platform or wish.account:
        raise Nowhere("Search is told for a client’s or a brand’s sites here, not for a platform or an account.")
    sites = [each for each in search.sites(reader.membership) if _is_of(each, wish)]
    lines = [line for site in sites for line in search.level(site, wish.span, asked.of, most=MOST).lines]
    lines = sorted(lines, key=lambda line: (-(line.now.clicks or 0), -(line.now.impressions or 0), line.key))[:MOST]
    sums = [search.whole(site, wish.span) for site in sites]
    facts = [
        Fact(name, value, Unit.COUNT)
        for name, at, part in (("clicks", "clicks", 0), ("impressions", "impressions", 0), ("before", "clicks", 1))
        if (value := sum(getattr(pair[part], at) or 0 for pair in sums)) or sums
    ]
    return Looked(
        tool="searched",
        asked={**asked.told, "of": asked.of},
        columns=columns(
            name=Unit.NAME, clicks=Unit.COUNT, clicks_before=Unit.COUNT, impressions=Unit.COUNT, position=Unit.COUNT
        ),
        rows=rows_of(
            (line.key, line.now.clicks, line.before.clicks, line.now.impressions, line.now.position) for line in lines
        ),
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        facts=facts if lines else [],
        notes=[] if sites else ["no_search"],
        chart="bars",
    )


def _is_of(site: SearchProperty, wish: Wish) -> bool:
    """Whether a site is the client's and the brand's that were asked for."""
    return (not wish.client or site.client_id == wish.client.pk) and (not wish.brand or site.brand_id == wish.brand.pk)
