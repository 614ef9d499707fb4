"""The table of posts as its page and its file show it."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import BrandProfile, ClientAccount, Membership
from accounts.queries import brands_of, key_of
from analytics import catalogue, span
from analytics.catalogue import GROUPS, METRICS, Metric
from analytics.models import MeasuredPost
from analytics.queries import post_table
from analytics.queries.post_table import Narrowed, Order
from analytics.screens import explaining
from analytics.span import Span
from content.models import GeneratedContent
from publishing.models import PlatformConnection
from trenddrop.core.catalogue import badge

USUAL = ("views", "engagement", "engagement_rate_seen", "lift_views", "virality")
MOST_COLUMNS = 12
FILTERS = ("platform", "account", "client", "brand", "kind")


@dataclass(frozen=True)
class Wish:
    """What an address asks of the table."""

    narrowed: Narrowed
    order: Order
    columns: tuple[str, ...]
    today: dt.date

    @property
    def span(self) -> Span:
        """The days."""
        return self.narrowed.span

    def query(self, **other: str) -> str:
        """The same as an address, with some of it otherwise."""
        kept = {name: str(value) for name in FILTERS if (value := getattr(self.narrowed, name))}
        kept |= {"from": f"{self.span.first}", "to": f"{self.span.last}"}
        kept |= {"columns": ",".join(self.columns), "sort": self.order.asked, **other}
        return urlencode({name: value for name, value in kept.items() if value})

    def of_days(self, days: int) -> str:
        """The same as an address, of the last days."""
        return self.query(**{"from": "", "to": "", "days": f"{days}"})


@dataclass(frozen=True)
class Column:
    """A metric at the head of the table: which way a click sorts, and how it is sorted now."""

    metric: Metric
    query: str
    sorted: str


@dataclass(frozen=True)
class Line:
    """A post and its values in the columns' order."""

    row: MeasuredPost
    cells: Sequence[tuple[str, float | None]]


def asked(params: Mapping[str, str], lists: Sequence[str], *, zone: str, today: dt.date) -> Wish:
    """Return what an address asks for; what makes no sense is left out. `lists`: the columns ticked one by one."""
    chosen = [key for part in lists for key in part.split(",") if key in METRICS]
    narrowed = Narrowed(
        span=_span(params, today=today),
        zone=zone,
        platform=params.get("platform", "")[:20],
        account=key_of(params.get("account", "")),
        client=key_of(params.get("client", "")),
        brand=key_of(params.get("brand", "")),
        kind=params.get("kind", "")[:12],
    )
    columns = tuple(dict.fromkeys(chosen))[:MOST_COLUMNS] or USUAL
    return Wish(narrowed, post_table.order_of(params.get("sort", "")), columns, today)


def _span(params: Mapping[str, str], *, today: dt.date) -> Span:
    """Return the days; where none are named, today is among them: its posts are looked for here."""
    found = span.asked(params, today=today)
    return found if params.get("from") else Span(found.first, today)


def columns(wish: Wish) -> list[Column]:
    """Return the heads: a click sorts by what is best first, a second one turns it round."""
    found = []
    for key in wish.columns:
        is_here = wish.order.key == key
        falls = not wish.order.is_falling if is_here else METRICS[key].better != "lower"
        state = ("descending" if wish.order.is_falling else "ascending") if is_here else ""
        found.append(Column(METRICS[key], wish.query(sort=Order(key, falls).asked), state))
    return found


def lines(rows: Sequence[MeasuredPost], wish: Wish) -> list[Line]:
    """Return the posts with what the columns ask of them."""
    return [Line(row, [(key, explaining.value_of(row, key)) for key in wish.columns]) for row in rows]


def choices(membership: Membership, wish: Wish) -> list[dict[str, Any]]:
    """Return the filters with what can be chosen: three statements."""
    accounts = list(PlatformConnection.objects.visible_to(membership).order_by("platform", "handle"))
    clients = ClientAccount.objects.visible_to(membership).order_by("name")
    platforms = sorted({each.platform for each in accounts})
    asked_of: list[tuple[str, str | Promise, str | Promise, list[tuple[str, str]]]] = [
        ("platform", _("Platform"), _("Every platform"), [(key, str(badge(key).name)) for key in platforms]),
        ("account", _("Account"), _("Every account"), [(str(each.pk), each.handle) for each in accounts]),
        ("client", _("Client"), _("Every client"), _named(clients)),
        ("brand", _("Brand"), _("Every brand"), _named(brands_of(membership))),
        ("kind", _("Kind"), _("Every kind"), [(str(key), str(name)) for key, name in GeneratedContent.Kind.choices]),
    ]
    return [
        {
            "name": name,
            "label": label,
            "every": every,
            "options": options,
            "value": str(getattr(wish.narrowed, name) or ""),
        }
        for name, label, every, options in asked_of
        if len(options) > 1 or getattr(wish.narrowed, name)
    ]


def _named(rows: Any) -> list[tuple[str, str]]:
    found: list[BrandProfile | ClientAccount] = list(rows)
    return [(str(each.pk), each.name) for each in found]


def chooser(wish: Wish) -> list[dict[str, Any]]:
    """Return every metric by group, with what is ticked."""
    return [
        {"name": name, "metrics": [{"metric": each, "ticked": each.key in wish.columns} for each in group]}
        for _key, name, group in GROUPS
    ]


def file_header(wish: Wish) -> list[str]:
    """Return the heads of the file: what a post is, then the columns; it can be filled in and brought back."""
    told = [_("Post"), _("Title"), _("Platform"), _("Account"), _("Published"), _("Counted"), _("URL")]
    return [*map(str, told), *(catalogue.name_of(key) for key in wish.columns)]


def file_rows(rows: Iterable[MeasuredPost], wish: Wish) -> Iterator[list[Any]]:
    """Return the lines of the file: plain numbers, empty where nothing is told."""
    for row in rows:
        post = row.post
        told = [str(row.post_id), str(post), badge(row.platform).name, post.connection.handle]
        times = [row.published_at.isoformat(), row.last_at.date().isoformat() if row.last_at else ""]
        yield [*told, *times, post.url, *(explaining.value_of(row, key) for key in wish.columns)]
