"""The year itself: organisations of one person and one large agency, their originals, pieces, posts and counts."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Min

from accounts import tenancy
from accounts.models import BrandProfile, ClientAccount, Membership, Organization, User
from analytics.models import DailyMetrics, MeasuredPost, PostMetrics, TrackedAccount
from content.models import ContentAsset, GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost
from trenddrop.scale.rows import prepare, spread

AGENCY = "scale-0@trenddrop.example"
CLIENTS, AGENCY_ACCOUNTS, ACCOUNTS = 12, 60, 3
PIECES_OF_ASSET = 5
SETTLED = dt.timedelta(days=16)
YEAR = dt.timedelta(days=365)
AT_ONCE = 50_000
# Hours after publishing at which a post was counted, and how much of its end it had by then.
LADDER = [(0.2, 0.01), (1, 0.05), (3, 0.13), (6, 0.24), (12, 0.4), (24, 0.62), (48, 0.78), (96, 0.9), (168, 0.96),
          (336, 1.0)]  # fmt: skip
USER, ORGANIZATION, MEMBER, BRAND, CLIENT, ACCOUNT, TRACKED, ASSET, PIECE, POST, MEASURED, SNAPSHOT, DAY = range(1, 14)
PLATFORMS = "(ARRAY['instagram', 'youtube', 'mastodon'])[1 + {j} % 3]"


@dataclass(frozen=True)
class Size:
    """How much of everything: the sources' year one, or a part of it."""

    users: int = 10_000
    assets: int = 100_000
    metrics: int = 5_000_000
    audit: int = 2_000_000
    days: int = 17

    @property
    def pieces(self) -> int:
        """Pieces, each posted once."""
        return self.assets * PIECES_OF_ASSET

    @property
    def counts_of_post(self) -> int:
        """Snapshots of one post."""
        return max(1, min(len(LADDER), self.metrics // self.pieces))

    def part(self, share: float) -> "Size":
        """A part of it: fewer people with as much each."""
        numbers = (self.users, self.assets, self.metrics, self.audit)
        users, assets, metrics, audit = (max(1, round(number * share)) for number in numbers)
        return Size(users, assets, metrics, audit, days=self.days)


def owner_of(n: str, size: Size) -> str:
    """Return SQL for the organisation of the n-th original: each 25th is the agency's."""
    return f"(CASE WHEN {n} % 25 = 0 THEN 0 ELSE 1 + ({n} * 7919) % {max(1, size.users - 1)} END)"


@dataclass(frozen=True)
class Step:
    """A part of the year: whether it stands, and what makes it (in one transaction, so that it stands or does not)."""

    name: str
    stands: Callable[[], bool]
    make: Callable[[], int]


def build(size: Size, *, now: dt.datetime, say: Callable[[str], object]) -> None:
    """Make what is missing; nothing when it stands."""
    for step in _steps(size, now):
        with tenancy.operator():
            if step.stands():
                continue
            prepare()
            made = step.make()
        say(f"{step.name}: {made:,}")


def _steps(size: Size, now: dt.datetime) -> Iterator[Step]:
    first = (now - YEAR - SETTLED).replace(minute=0, second=0, microsecond=0)
    yield Step("users", lambda: any_of(User), lambda: _people(size))
    yield Step("accounts", lambda: any_of(PlatformConnection), lambda: _accounts(size, now))
    yield Step("days of accounts", lambda: any_of(DailyMetrics), lambda: _days(size, now))
    yield Step("assets", lambda: any_of(ContentAsset), lambda: _assets(size, first))
    pace = f"({YEAR.total_seconds()} * interval '1 second' / {size.pieces})"
    for low in range(0, size.pieces, AT_ONCE):
        high = min(low + AT_ONCE, size.pieces)
        yield _step_of_posts(size, low, high, pace)


def _step_of_posts(size: Size, low: int, high: int, pace: str) -> Step:
    def make() -> int:
        first = ContentAsset.objects.aggregate(first=Min("created_at"))["first"]
        return _posts(size, low, high, f"(timestamptz '{first.isoformat()}' + n * {pace})")

    return Step(f"posts to {high:,}", lambda: MeasuredPost.objects.count() >= high, make)


def any_of(model: type[models.Model], **that: object) -> bool:
    """Whether there is any row (that is so)."""
    return model._base_manager.filter(**that).exists()


def _people(size: Size) -> int:
    each = f"generate_series(0, {size.users - 1}) n"
    name = "CASE WHEN n = 0 THEN 'Scale agency' ELSE 'Maker ' || n END"
    spread(User, each, id=f"pg_temp.key({USER}, n)", email="'scale-' || n || '@trenddrop.example'", full_name=name,
           password="'!'")  # noqa: S106 (nobody signs in with it)  # fmt: skip
    spread(Organization, each, id=f"pg_temp.key({ORGANIZATION}, n)", name=name, slug="'scale-' || n",
           owner_id=f"pg_temp.key({USER}, n)", type="CASE WHEN n = 0 THEN 'agency' ELSE 'individual' END")  # fmt: skip
    house = f"pg_temp.key({ORGANIZATION}, n)"
    spread(Membership, each, id=f"pg_temp.key({MEMBER}, n)", organization_id=house, role="'owner'",
           user_id=f"pg_temp.key({USER}, n)", status="'active'")  # fmt: skip
    spread(ClientAccount, f"generate_series(0, {CLIENTS - 1}) n", id=f"pg_temp.key({CLIENT}, n)",
           organization_id=f"pg_temp.key({ORGANIZATION}, 0)", name="'Client ' || n", slug="'client-' || n")  # fmt: skip
    return spread(BrandProfile, each, id=f"pg_temp.key({BRAND}, n)", organization_id=house, name="'Brand ' || n")


def _accounts(size: Size, now: dt.datetime) -> int:
    each = (
        f"generate_series(0, {size.users - 1}) n"
        f" CROSS JOIN LATERAL generate_series(0, CASE WHEN n = 0 THEN {AGENCY_ACCOUNTS} ELSE {ACCOUNTS} END - 1) j"
    )
    shared = {
        "organization_id": f"pg_temp.key({ORGANIZATION}, n)",
        "platform": PLATFORMS.format(j="j"),
        "client_id": f"CASE WHEN n = 0 THEN pg_temp.key({CLIENT}, j % {CLIENTS}) END",
    }
    key = f"pg_temp.key({ACCOUNT}, n * 64 + j)"
    made = spread(PlatformConnection, each, id=key, account_id="n || '-' || j", handle="'@maker' || n || '.' || j",
                  service_url="'https://example.com'", **shared)  # fmt: skip
    spread(TrackedAccount, each, id=f"pg_temp.key({TRACKED}, n * 64 + j)", connection_id=key, way="'connection'",
           external_id="n || '-' || j", name="'@maker' || n || '.' || j", brand_id=f"pg_temp.key({BRAND}, n)",
           last_at=f"timestamptz '{now.isoformat()}'", **shared)  # fmt: skip
    return made


def _days(size: Size, now: dt.datetime) -> int:
    """Days of every account: the agency's whole year, of everybody else the last ones."""
    today = now.date()
    each = (
        f"generate_series(0, {size.users - 1}) n"
        f" CROSS JOIN LATERAL generate_series(0, CASE WHEN n = 0 THEN {AGENCY_ACCOUNTS} ELSE {ACCOUNTS} END - 1) j"
        f" CROSS JOIN LATERAL generate_series(1, CASE WHEN n = 0 THEN 365 ELSE {size.days} END) ago"
    )
    followers = "(1000 + pg_temp.chance(n * 64 + j, 1) * 90000 - ago * 3)::bigint"
    return spread(
        DailyMetrics, each, id=f"pg_temp.key({DAY}, (n * 64 + j) * 400 + ago)",
        organization_id=f"pg_temp.key({ORGANIZATION}, n)", account_id=f"pg_temp.key({TRACKED}, n * 64 + j)",
        client_id=f"CASE WHEN n = 0 THEN pg_temp.key({CLIENT}, j % {CLIENTS}) END", platform=PLATFORMS.format(j="j"),
        date=f"date '{today}' - ago::int", followers=followers, change_24h="3", change_7d="21", change_30d="90",
        engagement="(pg_temp.chance(n * 64 + j, ago::int) * 400)::bigint", content_count="(ago % 2)", origin="'api'",
        document=f"jsonb_build_object('followers', {followers})", taken_at="now()",
    )  # fmt: skip


def _assets(size: Size, first: dt.datetime) -> int:
    owner = owner_of("n", size)
    pace = f"({YEAR.total_seconds()} * interval '1 second' / {size.assets})"
    return spread(
        ContentAsset, f"generate_series(0, {size.assets - 1}) n", id=f"pg_temp.key({ASSET}, n)",
        organization_id=f"pg_temp.key({ORGANIZATION}, {owner})", brand_id=f"pg_temp.key({BRAND}, {owner})",
        kind="(ARRAY['video', 'audio', 'blog'])[1 + n % 3]", title="'Original ' || n", status="'ready'",
        created_at=f"timestamptz '{first.isoformat()}' + n * {pace}", duration="60 + n % 3000",
    )  # fmt: skip


def _posts(size: Size, low: int, high: int, at: str) -> int:
    """Pieces with their posts, what is known of them, and their snapshots; returns how many snapshots."""
    owner = owner_of(f"(n / {PIECES_OF_ASSET})", size)
    account = f"n % CASE WHEN owner = 0 THEN {AGENCY_ACCOUNTS} ELSE {ACCOUNTS} END"
    end = "(50 * exp(pg_temp.chance(n, 2) * 7))::bigint"
    source = (
        f"generate_series({low}, {high - 1}) n CROSS JOIN LATERAL (SELECT {owner}::bigint AS owner, {at} AS at) o"
        f" CROSS JOIN LATERAL (SELECT {account} AS j, {end} AS ends) a"
    )
    _published(source)
    return _counted(source, size)


HOUSE = {
    "organization_id": f"pg_temp.key({ORGANIZATION}, owner)",
    "client_id": f"CASE WHEN owner = 0 THEN pg_temp.key({CLIENT}, j % {CLIENTS}) END",
}
TITLE, TAGS = "'Piece ' || n", "ARRAY['skincare', 'tag' || n % 40]"
TEXT = "'Why does your skin feel worse every monsoon? Note ' || n"
OF_PIECE = {
    "platform": PLATFORMS.format(j="j"),
    "kind": "(ARRAY['short_video', 'social_post', 'carousel'])[1 + n % 3]",
    "category": "(ARRAY['how to', 'story', 'news', ''])[1 + n % 4]",
    "language": "'en'",
    "asset_id": f"pg_temp.key({ASSET}, n / {PIECES_OF_ASSET})",
    "brand_id": f"pg_temp.key({BRAND}, owner)",
    "hashtags": TAGS,
}
THE_POST, THE_ACCOUNT = f"pg_temp.key({POST}, n, at)", f"pg_temp.key({ACCOUNT}, owner * 64 + j)"


def _published(source: str) -> None:
    piece = f"pg_temp.key({PIECE}, n, at)"
    spread(GeneratedContent, source, id=piece, created_at="at", title=TITLE, text=TEXT, **HOUSE, **OF_PIECE,
           made_by="'embedded'", is_main="false")  # fmt: skip
    spread(ScheduledPost, source, id=THE_POST, created_at="at", piece_version="1", piece_id=piece, text=TEXT,
           connection_id=THE_ACCOUNT, idempotency_key=THE_POST, scheduled_for="at", published_at="at", title=TITLE,
           status="'published'", local_time="to_char(at, 'YYYY-MM-DD\"T\"HH24:MI')", timezone="'Asia/Kolkata'",
           hashtags=TAGS, platform_post_id="'p' || n", **HOUSE)  # fmt: skip


def _counted(source: str, size: Size) -> int:
    last = LADDER[size.counts_of_post - 1][0]
    spread(MeasuredPost, source, id=f"pg_temp.key({MEASURED}, n, at)", created_at="at", published_at="at",
           post_id=THE_POST, connection_id=THE_ACCOUNT, last_at=f"at + interval '1 hour' * {last}", learned_at="at",
           letters=f"length({TEXT})", **_counts("1.0"), **HOUSE, **OF_PIECE)  # fmt: skip
    steps = ", ".join(f"({k}, {hour}::float, {part}::float)" for k, (hour, part) in enumerate(LADDER))
    rungs = f" CROSS JOIN (VALUES {steps}) r (k, hour, part)"
    then = "at + hour * interval '1 hour'"
    return spread(
        PostMetrics, f"{source} {rungs} WHERE k < {size.counts_of_post}", post_id=THE_POST, hour="hour", taken_at=then,
        id=f"pg_temp.key({SNAPSHOT}, n * 16 + k, {then})", created_at=then, updated_at=then,
        organization_id=HOUSE["organization_id"], **_counts("part"),
    )  # fmt: skip


def _counts(part: str) -> dict[str, str]:
    shares = {"views": 1.0, "reach": 0.8, "likes": 0.06, "comments": 0.006, "shares": 0.008, "saves": 0.012,
              "clicks": 0.01}  # fmt: skip
    return {name: f"(ends * {part} * {share})::bigint" for name, share in shares.items()}
