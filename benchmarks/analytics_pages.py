"""The pages of numbers in a seeded database (`benchmarks.analytics` makes it): python -m benchmarks.analytics_pages N

For the agency, the largest tenant, and for a maker as most are: every page and every question of programs through all
middlewares, beside the same SQL by hand and the same template; each statement's own time; how lists cost far down;
how many organisations the sums bring up to date in a second; and what all of it takes on the disk.
"""

import logging
import os
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

from django.conf import settings  # noqa: E402 (after setup, as everything below)
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import get_resolver, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.audit_pages import PAGE as AUDIT_PAGE  # noqa: E402
from accounts.models import AuditHead, ClientAccount, Membership, Organization  # noqa: E402
from analytics import span  # noqa: E402
from analytics.models import Conversion, ConversionSite, MeasuredPost, ShortLink, TrackedAccount  # noqa: E402
from analytics.queries import post_table  # noqa: E402
from analytics.rollups import checking, posts  # noqa: E402
from benchmarks.measuring import ratio, report, share, turns  # noqa: E402
from benchmarks.pages import SCOPE, Taped, bare, listening, tape  # noqa: E402
from content.models import ContentAsset  # noqa: E402
from trenddrop.core import loading  # noqa: E402
from trenddrop.scale import reckoned  # noqa: E402

PAGE_MS, QUERY_MS, DEEP, TIMES = 100, 20, 1.2, 5.0
FAR = 200
BYTES_KB = 20
TOUCHED, CHECKED = 200, 5
KILOBYTE = 1024
POST_TABLES = (
    "analytics_measuredpost", "analytics_postmetrics", "analytics_postday", "analytics_accountday",
    "analytics_analyticssnapshot",
)  # fmt: skip


@dataclass
class Times:
    """How long each statement of an address took, request by request."""

    by_sql: dict[tuple[int, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    place: int = 0


@contextmanager
def timed(times: Times) -> Iterator[None]:
    """Note how long each statement takes, by its place in the request."""

    def hear(execute: Callable[..., Any], statement: str, values: Any, many: bool, context: Any) -> Any:
        times.place += 1
        started = time.perf_counter()
        try:
            return execute(statement, values, many, context)
        finally:
            if not statement.startswith(SCOPE):
                times.by_sql[times.place, statement].append(1000 * (time.perf_counter() - started))

    times.place = 0
    with connection.execute_wrapper(hear):
        yield


def measure(name: str, client: Client, address: str, requests: int, *, is_page: bool = True) -> None:
    """Print an address's queries, its times beside the bare side's, and the slowest of its statements."""
    times = Times()
    client.get(address)
    taped = tape(client, address) if is_page else taped_of(client, address)

    def ours() -> None:
        with timed(times):
            assert client.get(address).status_code == 200, address

    spent, limit = turns([ours, bare(taped) if is_page else statements_of(taped)], requests)
    asked = sum(not statement.startswith(SCOPE) for statement, _values in taped.statements)
    report(f"{name}: queries", asked, unit="queries", n=1)
    for part, label, aim in ((0.5, "p50", None), (0.95, "p95", PAGE_MS)):
        mine, other = (1000 * share(side, part) for side in (spent, limit))
        report(f"{name}: {label}", mine, other, unit="ms", n=requests, aim=aim)
    report(
        f"{name}: beside bare", 1000 * share(spent, 0.5), ratio=ratio(spent, limit), unit="ms", n=requests, aim=TIMES
    )
    slowest(name, times)


def slowest(name: str, times: Times) -> None:
    """Print the p95 of the statement whose p95 is the largest; say which it is when it is over the aim."""
    if not times.by_sql:
        return
    (_place, statement), spent = max(times.by_sql.items(), key=lambda each: share(each[1], 0.95))
    if not report(f"{name}: slowest query, p95", share(spent, 0.95), unit="ms", n=len(spent), aim=QUERY_MS):
        print(f"  {share(spent, 0.5):.0f} ms: {' '.join(statement.split())[:1500]}", file=sys.stderr)


def taped_of(client: Client, address: str) -> Taped:
    """Ask a program's question once, with its statements written down."""
    found = Taped()
    with listening(found):
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content[:300])
    return found


def statements_of(taped: Taped) -> Callable[[], None]:
    """Return what sends the statements by hand."""

    def does() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in taped.statements:
                if not statement.startswith(SCOPE):
                    cursor.execute(statement, values)
                    if cursor.description:
                        cursor.fetchall()

    return does


def pages_of(member: Membership) -> Iterator[tuple[str, str]]:
    """Return the pages of numbers there are something to show on, and their addresses."""
    days = f"?{span.of_days(365, today=timezone.now().date()).query}"
    newest = MeasuredPost.objects.order_by("-published_at").first()
    assert newest
    yield "Today", reverse("today")
    yield "overview, 28 days", reverse("numbers")
    yield "overview, a year", reverse("numbers") + days
    yield "a platform", reverse("numbers_platform", args=["instagram"])
    yield "posts, a year", reverse("numbers_posts") + days
    yield "posts by a rate, a year", f"{reverse('numbers_posts')}{days}&sort=-engagement_rate_views"
    yield "a post's numbers", reverse("post_numbers", args=[newest.post_id])
    yield "a number explained", f"{reverse('numbers_explain', args=[newest.post_id])}?metric=virality"
    yield "catalogue", reverse("numbers_metrics")
    for name, address in (
        ("what works", "numbers_content"), ("audience", "numbers_audience"), ("clips and streams", "numbers_music"),
        ("conversions", "numbers_conversions"), ("links", "numbers_links"), ("sites", "numbers_sites"),
        ("return", "numbers_worth"), ("search", "numbers_search"), ("accounts", "numbers_accounts"),
    ):  # fmt: skip
        yield name, reverse(address)
    yield "what works, a year", reverse("numbers_content") + days
    yield from _things_of(member)


def _things_of(member: Membership) -> Iterator[tuple[str, str]]:
    """Return the pages of single things, where there is one."""
    for name, address, model in (
        ("an account", "numbers_account", TrackedAccount), ("a client's report", "numbers_client", ClientAccount),
        ("a link", "numbers_link", ShortLink), ("a site", "numbers_site", ConversionSite),
        ("a conversion", "numbers_conversion", Conversion),
    ):  # fmt: skip
        if row := model.objects.visible_to(member).order_by("pk").first():
            yield name, reverse(address, args=[row.pk])
    if original := ContentAsset.objects.visible_to(member).filter(roi__isnull=False).order_by("pk").first():
        yield "an original's return", reverse("numbers_worth_of", args=[original.pk])


def questions_of(member: Membership) -> Iterator[tuple[str, str]]:
    """Return what programs ask for numbers, and the addresses."""
    for address in ("overview", "what-works", "audience"):
        yield f"API {address}", reverse(f"api-numbers-{address}")
    if artist := TrackedAccount.objects.visible_to(member).filter(platform="spotify").order_by("pk").first():
        yield "API lift", f"{reverse('api-numbers-lift')}?artist={artist.pk}"
    yield "API platform", reverse("api-numbers-platform", args=["instagram"])
    if client := ClientAccount.objects.visible_to(member).order_by("pk").first():
        yield "API client", reverse("api-numbers-client", args=[client.pk])
    yield "API metrics", reverse("api-metrics")
    for name in (
        "measured-posts", "post-days", "account-days", "analytics-snapshots", "daily-metrics", "audience-snapshots",
        "tracked-accounts", "conversions", "touches", "short-links", "roi-calculations", "asset-costs", "search-days",
        "engagement-events", "engagement-hours", "engagement-days",
    ):  # fmt: skip
        yield f"API {name}", reverse(f"api-{name}-list")


def far_down(name: str, client: Client, first: str, far: str, requests: int, *, page: int) -> None:
    """Print what a page far down a list costs beside its first."""
    ours, limit = turns([lambda: client.get(far), lambda: client.get(first)], requests)
    told = f"{name}: page {page} beside page 1"
    mine, other = (1000 * share(side, 0.5) for side in (ours, limit))
    report(told, mine, other, unit="ms", n=requests, ratio=ratio(ours, limit), aim=DEEP)


def lists(member: Membership, client: Client, requests: int) -> None:
    """Measure the lists that are long: posts by time, posts by a rate, the audit log."""
    for sort in ("-published_at", "-engagement_rate_views"):
        query = f"?{span.of_days(365, today=timezone.now().date()).query}&sort={sort}"
        with tenancy.of_member(member):
            number, mark = _mark(member, sort)
        first = reverse("numbers_posts") + query
        far_down(f"posts by {sort[1:]}", client, first, f"{first}&after={mark}", requests, page=number)
    with tenancy.of_member(member):
        entries = AuditHead.objects.visible_to(member).values_list("sequence", flat=True).get()
    number = min(FAR, entries // AUDIT_PAGE)
    first = reverse("audit")
    measure("audit log", client, first, requests)
    before = entries + 1 - (number - 1) * AUDIT_PAGE
    far_down("audit log", client, first, f"{first}?before={before}", requests, page=number)


def _mark(member: Membership, sort: str) -> tuple[int, str]:
    """Read down to the 200th page, or the last there is; return its number and where it begins."""
    today = timezone.now().date()
    asked = post_table.Narrowed(span.of_days(365, today=today), member.organization.timezone)
    rows, order, mark, number = post_table.rows_of(member, asked), post_table.order_of(sort), "", 1
    while number < FAR and (more := post_table.page(rows, order, after=mark).more):
        mark, number = more, number + 1
    return number, mark


def sums(agency: uuid.UUID) -> None:
    """Measure how fast the sums follow: organisations with a changed post each, the agency anew, and hold some."""
    with tenancy.operator():
        few = list(Organization.objects.exclude(pk=agency).order_by("slug").values_list("pk", flat=True)[:TOUCHED])
        newest = MeasuredPost.objects.filter(organization__in=few).order_by("organization", "-published_at")
        keys = list(newest.distinct("organization").values_list("pk", flat=True))
        MeasuredPost.objects.filter(pk__in=keys).update(updated_at=timezone.now())
    started = time.perf_counter()
    done = posts.roll_up_due(now=timezone.now())
    report("sums: organisations a second", done / (time.perf_counter() - started), unit="1/s", n=done)
    started = time.perf_counter()
    posts.roll_up(agency, now=timezone.now(), anew=True)
    report("sums: the agency anew", time.perf_counter() - started, unit="s", n=1)
    found = [len(checking.differences(key, now=timezone.now())) for key in [agency, *few[:CHECKED]]]
    report("sums: differences from a recount", sum(found), unit="sums", n=len(found), aim=0)


def sizes() -> None:
    """Print what tables take, by the largest, and by post."""
    with tenancy.operator(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid), reltuples::bigint FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC"
        )
        tables = {name: (size, rows) for name, size, rows in cursor.fetchall()}
        number = MeasuredPost.objects.count()
    for name, (size, rows) in list(tables.items())[:14]:
        report(f"size of {name}", size / KILOBYTE**2, unit="MB", n=rows)
    report("size of all", sum(size for size, _rows in tables.values()) / KILOBYTE**2, unit="MB", n=number)
    of_posts = sum(tables[name][0] for name in POST_TABLES)
    report("numbers of a post, sums included", of_posts / number / KILOBYTE, unit="KB", n=number, aim=BYTES_KB)


def main() -> None:
    """Measure the agency, a maker, lists, sums and sizes."""
    logging.disable(logging.WARNING)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    get_resolver().url_patterns  # noqa: B018 (views and what they import)
    with tenancy.operator():
        members = Membership.objects.select_related("organization", "user")
        agency, maker = (members.get(organization__slug=slug) for slug in ("scale-0", "scale-7"))
    reckoned.reckon_returns(maker.organization_id, now=timezone.now())
    reckoned.score_hours(maker.organization_id, now=timezone.now())
    loading.load_all()  # as trenddrop.wsgi does
    for who, member in (("agency", agency), ("maker", maker)):
        client = Client()
        client.force_login(member.user)
        with tenancy.of_member(member):
            pages, questions = list(pages_of(member)), list(questions_of(member))
        for name, address in pages:
            measure(f"{who}: {name}", client, address, requests)
        for name, address in questions:
            measure(f"{who}: {name}", client, address, requests, is_page=False)
        if member == agency:
            lists(member, client, requests)
    sums(agency.organization_id)
    sizes()


if __name__ == "__main__":
    main()
