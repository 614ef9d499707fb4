"""What the agency has beside its posts: sites with visitors and sales, links, costs, search numbers, its audience."""

# ruff: noqa: S608 (every name is ours)

import datetime as dt
import uuid
from random import Random

from django.db.models import Min

from accounts import tenancy
from accounts.models import Organization
from analytics.collection import crediting
from analytics.events import keeping, rollup
from analytics.events.bounds import month_of
from analytics.events.identity import key_of
from analytics.events.taking import Told, take
from analytics.models import (
    AssetCost,
    AudienceSnapshot,
    Conversion,
    ConversionCredit,
    ConversionSite,
    DailyMetrics,
    EngagementDay,
    EngagementEvent,
    LinkDay,
    SearchDay,
    SearchProperty,
    ShortLink,
    SiteDay,
    Touch,
    TrackedAccount,
)
from publishing.models import ScheduledPost
from trenddrop.scale import year
from trenddrop.scale.rows import prepare, spread
from trenddrop.scale.year import AGENCY_ACCOUNTS, CLIENTS, Step, any_of

SITE, LINK, LINK_DAY, SITE_DAY, TOUCH, CONVERSION, COST, PROPERTY, SEARCH_DAY, AUDIENCE, ARTIST, PLAYED = range(20, 32)
DAYS, LINK_DAYS, EVENT_DAYS = 365, 30, 30
LINKS, VISITORS, SALES, QUERIES, PROPERTIES, ARTISTS = 2_000, 60_000, 12_000, 60, 4, 3
EVENTS, EVENTS_AT_ONCE = 300_000, 10_000
TYPES = ("view", "view", "view", "view", "like", "like", "comment", "share", "save", "click")
COUNTRIES, AGES, GENDERS = ("IN", "IN", "US", "GB", ""), ("18-24", "25-34", ""), ("female", "male", "")
HOUSE = f"pg_temp.key({year.ORGANIZATION}, 0)"
OF_CLIENT = f"pg_temp.key({year.CLIENT}, n % {CLIENTS})"


def organization_id() -> uuid.UUID:
    """Return the agency's key; call in the operator's scope."""
    return Organization.objects.values_list("pk", flat=True).get(slug="scale-0")


def steps(share: float, *, now: dt.datetime) -> list[Step]:
    """Return what to make of it, in order."""
    links, visitors, sales = (max(1, round(number * share)) for number in (LINKS, VISITORS, SALES))
    today = f"date '{now.date()}'"
    return [
        Step("sites", lambda: any_of(ConversionSite), lambda: _sites(now)),
        Step("links", lambda: any_of(ShortLink), lambda: _links(links, today)),
        Step("visitors", lambda: any_of(Touch), lambda: _visitors(links, visitors, now)),
        Step("sales", lambda: any_of(Conversion), lambda: _sales(visitors, sales, now)),
        Step("costs", lambda: any_of(AssetCost), _costs),
        Step("search days", lambda: any_of(SearchDay), lambda: _search(today)),
        Step("artists", lambda: any_of(DailyMetrics, platform="spotify"), lambda: _artists(today, now)),
        Step("audiences", lambda: any_of(AudienceSnapshot), lambda: _audiences(today)),
    ]


def _sites(now: dt.datetime) -> int:
    each = f"generate_series(0, {CLIENTS - 1}) n"
    made = spread(ConversionSite, each, id=f"pg_temp.key({SITE}, n)", organization_id=HOUSE, client_id=OF_CLIENT,
                  name="'Shop ' || n", public_key="'scale-' || n", salt="'\\x00'::bytea", needs_consent="true",
                  last_seen_at=f"timestamptz '{now.isoformat()}'")  # fmt: skip
    days = (
        f"{each} CROSS JOIN generate_series(0, {DAYS - 1}) ago CROSS JOIN unnest(ARRAY['instagram', 'youtube', '']) c"
    )
    return made + spread(
        SiteDay, days, id=f"pg_temp.key({SITE_DAY}, n * 2000 + ago * 4 + length(c) % 4)", organization_id=HOUSE,
        site_id=f"pg_temp.key({SITE}, n)", date=f"date '{now.date()}' - ago", channel="c",
        visits="20 + (pg_temp.chance(n * 400 + ago, 3) * 200)::int", agreed="10",
    )  # fmt: skip


def _links(links: int, today: str) -> int:
    """Links of the first posts of so many originals, each with its last days."""
    posts = (
        f"(SELECT row_number() OVER (ORDER BY id DESC) - 1 AS n, id AS post, client_id FROM publishing_scheduledpost"
        f" WHERE organization_id = {HOUSE} ORDER BY id DESC LIMIT {links}) p"
    )
    made = spread(ShortLink, posts, id=f"pg_temp.key({LINK}, n)", organization_id=HOUSE, client_id="client_id",
                  post_id="post", code="'scale' || n", url="'https://example.com/shop/' || n", title="'Link ' || n",
                  clicks="n % 900", utm="jsonb_build_object('source', 'instagram', 'campaign', 'monsoon')")  # fmt: skip
    days = f"generate_series(0, {links - 1}) n CROSS JOIN generate_series(0, {LINK_DAYS - 1}) ago"
    return made + spread(LinkDay, days, id=f"pg_temp.key({LINK_DAY}, n * 100 + ago)", organization_id=HOUSE,
                         link_id=f"pg_temp.key({LINK}, n)", date=f"{today} - ago", country="'IN'", device="'mobile'",
                         clicks="(pg_temp.chance(n * 100 + ago, 4) * 60)::int")  # fmt: skip


def _visitors(links: int, visitors: int, now: dt.datetime) -> int:
    """Three touches of each visitor, days apart, by links of the site's own client."""
    each = f"generate_series(0, {visitors - 1}) n CROSS JOIN generate_series(0, 2) k"
    at = f"timestamptz '{now.isoformat()}' - pg_temp.chance(n, 5) * interval '300 days' - k * interval '2 days'"
    link = f"pg_temp.key({LINK}, (n * 3 + k * 7) % {links})"
    return spread(
        Touch, f"{each} JOIN analytics_shortlink link ON link.id = {link}", id=f"pg_temp.key({TOUCH}, n * 4 + k)",
        organization_id=HOUSE, site_id=f"pg_temp.key({SITE}, n % {CLIENTS})", visitor="'visitor-' || n",
        post_id="link.post_id", link_id="link.id", kind="'click'", channel="'instagram'", campaign="'monsoon'", at=at,
    )  # fmt: skip


def _sales(visitors: int, sales: int, now: dt.datetime) -> int:
    """Purchases of the first visitors, an hour after their last touch."""
    at = f"timestamptz '{now.isoformat()}' - pg_temp.chance(n, 5) * interval '300 days' + interval '1 hour'"
    return spread(
        Conversion, f"generate_series(0, {min(sales, visitors) - 1}) n", id=f"pg_temp.key({CONVERSION}, n)",
        organization_id=HOUSE, site_id=f"pg_temp.key({SITE}, n % {CLIENTS})", external_id="'order-' || n",
        type="(ARRAY['purchase', 'email_signup'])[1 + n % 2]", source="'server'", visitor="'visitor-' || n",
        value="300 + n % 2000", currency="'INR'", at=at,
    )  # fmt: skip


def _costs() -> int:
    """Of every third original somebody wrote down what it took."""
    assets = (
        f"(SELECT row_number() OVER (ORDER BY id) AS n, id AS asset FROM content_contentasset"
        f" WHERE organization_id = {HOUSE}) a WHERE n % 3 = 0"
    )
    return spread(AssetCost, assets, id=f"pg_temp.key({COST}, n)", organization_id=HOUSE, asset_id="asset",
                  hours="2 + n % 9", hourly_rate="800", money="(n % 7) * 500", currency="'INR'")  # fmt: skip


def _search(today: str) -> int:
    """Days of a few sites: the whole of each, and by query and by page."""
    each = f"generate_series(0, {PROPERTIES - 1}) n"
    made = spread(SearchProperty, each, id=f"pg_temp.key({PROPERTY}, n)", organization_id=HOUSE, client_id=OF_CLIENT,
                  url="'https://shop' || n || '.example.com/'")  # fmt: skip
    days = f"{each} CROSS JOIN generate_series(1, {DAYS}) ago CROSS JOIN generate_series(0, {QUERIES}) q"
    return made + spread(
        SearchDay, days, id=f"pg_temp.key({SEARCH_DAY}, (n * 400 + ago) * 100 + q)", organization_id=HOUSE,
        property_id=f"pg_temp.key({PROPERTY}, n)", date=f"{today} - ago", origin="'api'",
        query="CASE WHEN q > 0 AND q % 2 = 0 THEN 'query ' || q ELSE '' END",
        page="CASE WHEN q % 2 = 1 THEN 'https://shop' || n || '.example.com/' || q ELSE '' END",
        clicks="(pg_temp.chance(ago * 100 + q, 6) * 20)::int", impressions="200 + q", position="1 + q % 30",
    )  # fmt: skip


def _audiences(today: str) -> int:
    """Who follows each account, as of each month."""
    kinds = (
        "(VALUES ('country', '{\"IN\": 0.7, \"US\": 0.2}'::jsonb), ('age', '{\"18-24\": 0.4, \"25-34\": 0.5}'),"
        " ('gender', '{\"female\": 0.6, \"male\": 0.4}'), ('city', '{\"Kochi\": 0.3, \"Delhi\": 0.2}'))"
        " k (kind, shares)"
    )
    each = f"generate_series(0, {AGENCY_ACCOUNTS - 1}) j CROSS JOIN generate_series(0, 11) m CROSS JOIN {kinds}"
    return spread(
        AudienceSnapshot, each, id=f"pg_temp.key({AUDIENCE}, (j * 20 + m) * 20 + length(k.kind))",
        organization_id=HOUSE, account_id=f"pg_temp.key({year.TRACKED}, j)", kind="k.kind", shares="k.shares",
        date=f"{today} - m * 30", counted="10000 + j * 100", origin="'api'",
    )  # fmt: skip


def _artists(today: str, now: dt.datetime) -> int:
    """Musicians among the clients, with their streams."""
    each, house = f"generate_series(0, {ARTISTS - 1}) n", {"organization_id": HOUSE, "platform": "'spotify'"}
    key = f"pg_temp.key({ARTIST}, n)"
    spread(TrackedAccount, each, id=key, external_id="'artist-' || n", name="'Artist ' || n", way="'hand'",
           client_id=OF_CLIENT, last_at=f"timestamptz '{now.isoformat()}'", **house)  # fmt: skip
    streams = "(500 + pg_temp.chance(n * 400 + ago, 8) * 900)::int"
    return spread(
        DailyMetrics, f"{each} CROSS JOIN generate_series(1, {DAYS}) ago", id=f"pg_temp.key({PLAYED}, n * 400 + ago)",
        account_id=key, client_id=OF_CLIENT, date=f"{today} - ago", followers="9000 - ago", change_24h="1",
        origin="'hand'", document=f"jsonb_build_object('followers', 9000 - ago, 'streams', {streams})",
        taken_at="now()", **house,
    )  # fmt: skip


def credit(*, now: dt.datetime) -> int:
    """Say who earned what, by the engine; return how many sales."""
    with tenancy.operator():
        organization = organization_id()
        sites = list(ConversionSite.objects.values_list("pk", flat=True))
        done = ConversionCredit.objects.filter(organization=organization).exists()
    if done:
        return 0
    return sum(crediting.credit_again(site, organization_id=organization, now=now) for site in sites)


def tell_events(share: float, *, now: dt.datetime) -> int:
    """Tell what people did with the newest posts, and let the engine sum it; return how many events."""
    with tenancy.operator():
        first = (now - dt.timedelta(days=EVENT_DAYS)).date().replace(day=1)
        missing = EngagementEvent.objects.aggregate(first=Min("happened_at"))["first"] is None
        organization = organization_id()
        rows = ScheduledPost.objects.filter(organization=organization).order_by("-pk")
        posts = list(rows.values_list("pk", "connection_id")[:1000])
    number = round(EVENTS * share) if missing else 0
    if number:
        for step in range(3):
            keeping.add_partition(month_of(first, step))
    for start in range(0, number, EVENTS_AT_ONCE):
        told = [_event(organization, posts, n, now) for n in range(start, min(start + EVENTS_AT_ONCE, number))]
        with tenancy.of_organization(organization):
            take(told)
    with tenancy.operator():
        summed = EngagementDay.objects.exists()
    if not summed:
        rollup.roll_up(organization, now=now)
    return number


def _event(organization: uuid.UUID, posts: list[tuple[uuid.UUID, uuid.UUID]], n: int, now: dt.datetime) -> Told:
    chance = Random(n)
    post, connection = chance.choice(posts)
    return Told(
        id=key_of(organization, "scale", str(n)), organization_id=organization, post_id=post, connection_id=connection,
        happened_at=now - dt.timedelta(seconds=chance.randrange(EVENT_DAYS * 86_400)), received_at=now,
        type=chance.choice(TYPES), person=chance.randrange(2**31), country=chance.choice(COUNTRIES),
        age_range=chance.choice(AGES), gender=chance.choice(GENDERS),
    )  # fmt: skip


def build(share: float, *, now: dt.datetime) -> int:
    """Make what is missing; return how many rows."""
    made = 0
    for step in steps(share, now=now):
        with tenancy.operator():
            if not step.stands():
                prepare()
                made += step.make()
    return made + credit(now=now)
