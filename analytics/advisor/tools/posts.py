"""Posts: the best and the worst by any metric, one post whole, and what metrics mean."""

from typing import Literal

from django.db.models import Q, QuerySet
from pydantic import BaseModel, ConfigDict, Field

from analytics.advisor.looked import Fact, Looked, Unit, columns, plain, rows_of
from analytics.advisor.reader import Asked, Nowhere, Reader
from analytics.advisor.tools.sums import narrowed_to
from analytics.catalogue import COLUMNS, METRICS, SCORED, Metric
from analytics.catalogue import Unit as Counted
from analytics.models import MeasuredPost
from analytics.queries import post_table
from analytics.queries.narrowing import Wish

MOST = 10
UNITS = {
    Counted.COUNT: Unit.COUNT, Counted.SHARE: Unit.SHARE, Counted.RATIO: Unit.RATIO, Counted.SECONDS: Unit.SECONDS,
    Counted.HOURS: Unit.HOURS, Counted.PER_HOUR: Unit.COUNT, Counted.PER_THOUSAND: Unit.COUNT,
    Counted.MONEY: Unit.MONEY, Counted.SCORE: Unit.SCORE,
}  # fmt: skip
BESIDE = ("views", "engagement", "saves", "lift_views")


class Posts(Asked):
    """The first or the last by a metric."""

    metric: str = Field(default="views", max_length=40, description="A metric's key, as `metrics` lists them.")
    order: Literal["best", "worst", "newest"] = "best"
    count: int = Field(default=5, ge=1, le=MOST)
    kind: str = Field(default="", max_length=20, description="short_video, social_post, thread, article, carousel …")


class OnePost(BaseModel):
    """One post by words of its title or text."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field(min_length=2, max_length=200)


class Meaning(BaseModel):
    """A metric to explain."""

    model_config = ConfigDict(extra="forbid")

    metric: str = Field(min_length=2, max_length=40)


def metric_of(key: str) -> Metric:
    """Return a metric of the catalogue; raise Nowhere."""
    found = METRICS.get(key.strip().lower().replace(" ", "_"))
    if found is None:
        raise Nowhere(f"There is no metric {key!r}.")
    return found


def value_of(row: MeasuredPost, key: str) -> float | None:
    """Return a metric of a post as it is kept."""
    if key in COLUMNS or key in SCORED:
        value = getattr(row, key)
    else:
        value = row.figures.get(key, row.more.get(key))
    return float(value) if isinstance(value, int | float) else None


def posts(reader: Reader, asked: Posts) -> Looked:
    """The posts of the days that did best or worst by a metric; real ones where there are any."""
    wish, metric = reader.wish(asked), metric_of(asked.metric)
    rows = _rows(reader, wish, asked.kind)
    kinds = set(rows.order_by().values_list("is_simulated", flat=True).distinct())
    rows = rows.filter(is_simulated=kinds == {True})
    total = rows.count()
    order = post_table.Order() if asked.order == "newest" else post_table.Order(metric.key, asked.order == "best")
    found = list(post_table.page(rows, order, size=asked.count).rows)
    if asked.order != "newest":
        found = [row for row in found if value_of(row, metric.key) is not None]
    keys = [metric.key, *(key for key in BESIDE if key != metric.key)]
    named = columns(name=Unit.NAME, platform=Unit.TEXT, account=Unit.NAME, published=Unit.MOMENT)
    named += columns(**{key: UNITS[METRICS[key].unit] for key in keys})
    return Looked(
        tool="posts",
        asked={**asked.told, "metric": metric.key, "order": asked.order},
        columns=named,
        rows=rows_of([*_what(row, reader), *(value_of(row, key) for key in keys)] for row in found),
        first=wish.span.first,
        last=wish.span.last,
        of=narrowed_to(wish),
        facts=[Fact("posts", total, Unit.COUNT)],
        chart="bars",
        is_made_up=kinds == {True},
        details={"posts": [str(row.post_id) for row in found], "metric": metric.key},
    )


def _rows(reader: Reader, wish: Wish, kind: str) -> QuerySet[MeasuredPost]:
    narrowed = post_table.Narrowed(
        span=wish.span,
        zone=reader.membership.organization.timezone,
        platform=wish.platform,
        account=wish.account.connection_id if wish.account else None,
        client=wish.client.pk if wish.client else None,
        brand=wish.brand.pk if wish.brand else None,
        kind=kind,
    )
    rows = post_table.rows_of(reader.membership, narrowed)
    rows = rows.filter(client=None) if wish.is_own else rows
    return rows.none() if wish.account and not wish.account.connection_id else rows


def _what(row: MeasuredPost, reader: Reader) -> list[object]:
    """Which post it is, and where and when it went live."""
    at = row.published_at.astimezone(reader.zone).replace(second=0, microsecond=0)
    return [str(row.post)[:120], row.platform, row.post.connection.handle, at]


def one_post(reader: Reader, asked: OnePost) -> Looked:
    """Everything that is counted of one post; the newest where several have the words."""
    rows = MeasuredPost.objects.visible_to(reader.membership).select_related("post__connection")
    words = asked.words.strip(" \"'“”")
    said = Q(post__title__icontains=words) | Q(post__text__icontains=words)
    row = rows.filter(said).order_by("-published_at").first()
    if row is None:
        raise Nowhere("No post that went live has these words.")
    told = [(metric, value) for key, metric in METRICS.items() if (value := value_of(row, key)) is not None]
    return Looked(
        tool="one_post",
        asked={"words": words},
        columns=columns(figure=Unit.TEXT, now=Unit.MIXED),
        rows=rows_of((metric.key, value) for metric, value in told),
        units=[UNITS[metric.unit] for metric, _value in told],
        of=[str(row.post)[:120], row.platform, row.post.connection.handle],
        facts=[Fact("compared_at", 48, Unit.HOURS)],
        is_made_up=row.is_simulated,
        details={
            "posts": [str(row.post_id)],
            "published": row.published_at.astimezone(reader.zone).isoformat(timespec="minutes"),
        },
    )


def meaning(reader: Reader, asked: Meaning) -> Looked:  # noqa: ARG001 (every tool takes a reader)
    """What a metric says and how it is reckoned, out of the catalogue."""
    metric = metric_of(asked.metric)
    return Looked(
        tool="meaning",
        asked={"metric": metric.key},
        columns=columns(figure=Unit.TEXT, formula=Unit.NAME),
        rows=[[metric.key, plain(metric.formula)]],
        of=[str(metric.means), str(metric.name)],
    )
