"""Taking search numbers in: each site's final days by its sign-in, and what that means for the pieces on it."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import structlog
from django.conf import settings
from django.db.models import FloatField, Q, Sum
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from analytics.models import SearchDay, SearchProperty, SeoMetrics
from analytics.sources.search_console import HISTORY, PAGE, QUERY, Found, SearchConsole
from publishing.models import ScheduledPost
from publishing.platforms.base import PlatformError, Rejected, SignInAgain, Token, TokenExpired, TryLater
from publishing.platforms.guard import public_client
from trenddrop.core import rounds
from trenddrop.core.crypto import SecretUnreadable

log = structlog.get_logger(__name__)

LEASE, DAILY, LATER = dt.timedelta(minutes=30), dt.timedelta(hours=24), dt.timedelta(hours=2)
MARGIN = dt.timedelta(minutes=2)
AT_ONCE, BATCH = 20, 1000
AGAIN_DAYS = dt.timedelta(days=4)  # Google's last days are asked for twice: they may still have grown
FIRST_ASKED = dt.timedelta(days=90)
MOST_OWN = 25  # pages of ours that are asked for query by query
TRAFFIC_DAYS = 28
ARTICLES = ("wordpress",)


@cache
def _client() -> httpx.Client:
    told = (getattr(settings, name) for name in SearchConsole.settings.values())
    urls = [each for each in told if str(each).startswith(("http://", "https://"))]
    return public_client(hosts=settings.PRIVATE_ADDRESSES_ALLOWED, urls=urls)


def console() -> SearchConsole:
    """Return Search Console as this installation speaks to it."""
    told = {name: getattr(settings, setting) for name, setting in SearchConsole.settings.items()}
    return SearchConsole(client=_client(), clock=timezone.now, **told)


# Tokens


def sealed(token: Token) -> str:
    """Return a token as JSON, to be encrypted."""
    until = token.expires_at.isoformat() if token.expires_at else None
    return json.dumps({"access": token.access, "refresh": token.refresh, "until": until, "extra": dict(token.extra)})


def opened(text: str) -> Token:
    """Return the token that was kept; SignInAgain where there is none."""
    try:
        kept: dict[str, Any] = json.loads(text)
    except ValueError:
        raise SignInAgain(_("This site is not connected to Search Console.")) from None
    return Token(kept["access"], kept["refresh"], parse_datetime(kept["until"] or ""), kept["extra"])


def _fresh(site: SearchProperty, found: SearchConsole, *, now: dt.datetime) -> Token:
    """Return a token that is good for the next minutes; a new one is kept before it is used."""
    try:
        token = opened(site.credentials.open())
    except SecretUnreadable as error:
        raise SignInAgain(str(error)) from error
    if token.expires_at and token.expires_at > now + MARGIN:
        return token
    token = found.refresh(token)
    with tenancy.of_organization(site.organization_id):
        kept = SearchProperty.objects.get(pk=site.pk)
        kept.credentials = sealed(token)
        kept.save(update_fields=["credentials", "updated_at"])
    return token


# Days


def take_due(*, now: dt.datetime) -> int:
    """Ask for the days of every site that is due; return how many answered."""
    with tenancy.operator():
        due = SearchProperty.objects.select_for_update(skip_locked=True).filter(next_at__lte=now)
        taken = list(due.order_by("next_at")[:AT_ONCE])
        SearchProperty.objects.filter(pk__in=[each.pk for each in taken]).update(next_at=now + LEASE)
    return sum(rounds.each(taken, lambda each: take(each, found=console(), now=now)))


def take(site: SearchProperty, *, found: SearchConsole, now: dt.datetime) -> bool:
    """Ask for a site's final days, from a little before the last known one; say whether it answered."""
    last = found.last_day()
    first = max(_asked_from(site, last), last - HISTORY)
    own = _own_pages(site)
    try:
        rows = _ask(site, found, own, first, last, now=now)
    except (TryLater, TokenExpired) as error:
        return _put_off(site, error, now + (error.after or LATER))
    except (SignInAgain, Rejected) as error:
        return _refused(site, error)
    with tenancy.of_organization(site.organization_id):
        write(site, rows)
        SearchProperty.objects.filter(pk=site.pk).update(next_at=now + DAILY, last_at=now, error="")
        measure_site(site.organization_id, now=now)
    return True


def _ask(
    site: SearchProperty, found: SearchConsole, own: Sequence[str], first: dt.date, last: dt.date, *, now: dt.datetime
) -> list[Found]:
    token = _fresh(site, found, now=now)
    levels: tuple[tuple[str, ...], ...] = ((), (QUERY,), (PAGE,))
    rows = [row for by in levels for row in found.days(site.url, token, first=first, last=last, by=by)]
    for page in own:
        rows += found.days(site.url, token, first=first, last=last, by=(QUERY,), page=page)
    return rows


def _asked_from(site: SearchProperty, last: dt.date) -> dt.date:
    with tenancy.of_organization(site.organization_id):
        known = SearchDay.objects.filter(property=site, origin="api", page="", query="").order_by("-date")
        latest = known.values_list("date", flat=True).first()
    return latest - AGAIN_DAYS if latest else last - FIRST_ASKED


def _own_pages(site: SearchProperty) -> list[str]:
    with tenancy.of_organization(site.organization_id):
        rows = SeoMetrics.objects.filter(property=site).exclude(page="").order_by("-created_at")
        return list(dict.fromkeys(rows.values_list("page", flat=True)[:MOST_OWN]))


def _put_off(site: SearchProperty, error: PlatformError, until: dt.datetime) -> bool:
    log.info("search numbers put off", site=str(site.pk), reason=str(error))
    with tenancy.of_organization(site.organization_id):
        SearchProperty.objects.filter(pk=site.pk).update(next_at=until, error=str(error))
    return False


def _refused(site: SearchProperty, error: PlatformError) -> bool:
    """Stop asking until somebody connects it again; what was counted stays."""
    with tenancy.of_organization(site.organization_id):
        changed = SearchProperty.objects.filter(pk=site.pk).update(next_at=None, error=str(error))
        if changed:
            audit.record("search.refused", site, organization_id=site.organization_id, by=None, reason=str(error))
    return False


def write(site: SearchProperty, rows: Iterable[Found], *, origin: str = "api", days: int = 1) -> int:
    """Keep days; one that is there already is overwritten. Call in the organisation's scope."""
    unique = {(each.day, each.page, each.query): each for each in rows}
    kept = [
        SearchDay(
            organization_id=site.organization_id,
            property=site,
            date=each.day,
            days=1 if not each.page and not each.query else days,
            page=each.page,
            query=each.query,
            clicks=each.clicks,
            impressions=each.impressions,
            position=each.position,
            origin=origin,
        )
        for each in unique.values()
    ]
    SearchDay.objects.bulk_create(
        kept,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["property", "date", "page", "query"],
        update_fields=["days", "clicks", "impressions", "position", "origin", "updated_at"],
    )
    return len(kept)


# Pieces


def plain_address(url: str) -> str:
    """Return an address as two are compared: without scheme, www, query, fragment and a last slash."""
    parts = urlsplit(url.strip())
    host = parts.netloc.lower().removeprefix("www.")
    return urlunsplit(("", host, parts.path.rstrip("/"), "", "")).removeprefix("//")


def covers(site_url: str, page: str) -> bool:
    """Say whether a page belongs to a site: an address's beginning, or a domain with all below it."""
    host = urlsplit(page).netloc.lower().partition(":")[0]
    if site_url.startswith("sc-domain:"):
        domain = site_url.removeprefix("sc-domain:").lower()
        return host == domain or host.endswith(f".{domain}")
    begin = plain_address(site_url)
    address = plain_address(page)
    return bool(begin) and (address == begin or address.startswith(f"{begin}/"))


def site_of(page: str, sites: Sequence[SearchProperty], client_id: uuid.UUID | None) -> SearchProperty | None:
    """Return the narrowest site of the same client (or of nobody's) that a page belongs to."""
    mine = [each for each in sites if each.client_id in {client_id, None} and covers(each.url, page)]
    return max(mine, key=lambda each: (each.client_id == client_id, len(each.url)), default=None)


def match_due(*, now: dt.datetime) -> int:
    """Find the pages of articles that went live, in every organisation with a site; return how many are new."""
    with tenancy.operator():
        organizations = set(SearchProperty.objects.order_by().values_list("organization_id", flat=True))
        live = ScheduledPost.objects.filter(connection__platform__in=ARTICLES, published_at__gte=now - DAILY)
        organizations |= set(live.order_by().values_list("organization_id", flat=True))
    return sum(rounds.each(organizations, partial(_match, now=now)))


def _match(organization: uuid.UUID, *, now: dt.datetime) -> int:
    with tenancy.of_organization(organization):
        made = match_pages(organization)
        measure_site(organization, now=now)
    return made


def match_pages(organization: uuid.UUID) -> int:
    """Note the address of every published article beside its piece. Call in the organisation's scope."""
    sites = list(SearchProperty.objects.filter(organization=organization))
    posts = ScheduledPost.objects.filter(
        organization=organization, connection__platform__in=ARTICLES, status=ScheduledPost.Status.PUBLISHED
    ).exclude(url="")
    known = dict(SeoMetrics.objects.filter(organization=organization).values_list("piece_id", "page"))
    new: dict[uuid.UUID, SeoMetrics] = {}
    for piece, client, url in posts.order_by("published_at").values_list("piece_id", "client_id", "url"):
        if not known.get(piece):
            new[piece] = SeoMetrics(
                organization_id=organization, piece_id=piece, page=url, property=site_of(url, sites, client)
            )
    SeoMetrics.objects.bulk_create(
        new.values(), update_conflicts=True, unique_fields=["piece"], update_fields=["page", "property", "updated_at"]
    )
    _find_sites(organization, sites)
    return len(new)


def _find_sites(organization: uuid.UUID, sites: Sequence[SearchProperty]) -> None:
    """Give pieces whose page belongs to a site that was added later their site."""
    rows = SeoMetrics.objects.filter(organization=organization, property=None).exclude(page="")
    for row in rows.select_related("piece"):
        row.property = site_of(row.page, sites, row.piece.client_id)
        if row.property:
            row.save(update_fields=["property", "updated_at"])


def measure_site(organization: uuid.UUID, *, now: dt.datetime) -> int:
    """Reckon visits and places of an organisation's pieces from the days that are known. Call in its scope."""
    rows = list(SeoMetrics.objects.filter(organization=organization, property__isnull=False).exclude(page=""))
    changed = [row for row in rows if _measure(row, now=now)]
    names = ["organic_traffic", "rankings", "measured_at", "updated_at"]
    SeoMetrics.objects.bulk_update(changed, names, batch_size=BATCH)
    return len(changed)


def _measure(row: SeoMetrics, *, now: dt.datetime) -> bool:
    days = SearchDay.objects.filter(property=row.property_id, page__in=_spellings(row.page))
    last = days.filter(days=1).order_by("-date").values_list("date", flat=True).first()
    if last is None:
        return False
    first = last - dt.timedelta(days=TRAFFIC_DAYS - 1)
    visits = days.filter(query="", days=1, date__gte=first).aggregate(n=Sum("clicks"))["n"]
    row.organic_traffic = visits if visits is not None else row.organic_traffic
    row.rankings = {**row.rankings, **_places(row, days, first, last)}
    row.measured_at = row.updated_at = now
    return True


def _spellings(page: str) -> list[str]:
    """Return an address with and without its last slash: sites write both."""
    plain = page.rstrip("/")
    return list(dict.fromkeys([page, plain, f"{plain}/"]))


def _places(row: SeoMetrics, days: Any, first: dt.date, last: dt.date) -> Mapping[str, Any]:
    """Return the average place of each wanted keyword in the last 28 days, beside the 28 before."""
    wanted = {keyword.lower(): keyword for keyword in row.target_keywords}
    before = first - dt.timedelta(days=TRAFFIC_DAYS)
    told = days.filter(query__in=[*wanted], days=1, position__isnull=False, impressions__gt=0)
    weight = Sum(Cast("position", FloatField()) * Cast("impressions", FloatField()), output_field=FloatField())
    found: dict[str, Any] = {}
    for name, span in (
        ("position", Q(date__gte=first, date__lte=last)),
        ("before", Q(date__gte=before, date__lt=first)),
    ):
        rows = told.filter(span).order_by().values("query").annotate(w=weight, n=Sum("impressions"))
        for each in rows:
            place = found.setdefault(wanted[each["query"]], {"position": None, "before": None})
            place[name] = round(each["w"] / each["n"], 1)
    told_places = {key: value for key, value in found.items() if value["position"] is not None}
    return {key: {**value, "at": f"{last:%Y-%m-%d}", "origin": "search"} for key, value in told_places.items()}
