"""Commands on search numbers: sites, files that people bring, and how a piece is to be found."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, ClientAccount, Membership
from analytics import search_files
from analytics.collection import search
from analytics.models import SearchDay, SearchProperty, SeoMetrics
from analytics.search_files import Export
from analytics.sources.search_console import Found
from content.models import GeneratedContent

DOMAIN = re.compile(r"^(?!-)[\w-]{1,63}(?:\.(?!-)[\w-]{1,63})+$")
MOST_SITES, MOST_KEYWORDS, LONGEST_KEYWORD, LAST_PLACE = 100, 30, 100, 1000
LONGEST_PERIOD = 500


class CannotSearch(Exception):
    """Nothing was changed; the message says why."""


def add_site(
    url: str, *, by: Membership, client: ClientAccount | None = None, brand: BrandProfile | None = None
) -> SearchProperty:
    """Add a site by its address or domain; raise CannotSearch."""
    named = site_name(url)
    if SearchProperty.objects.filter(organization=by.organization_id).count() >= MOST_SITES:
        raise CannotSearch(_("There can be %(most)s sites. Remove one first.") % {"most": MOST_SITES})
    client_id = by.client_id or (client.pk if client else brand.client_id if brand else by.narrowed_to)
    try:
        with transaction.atomic():
            row = SearchProperty.objects.create(
                organization_id=by.organization_id, client_id=client_id, brand=brand, url=named
            )
            audit.record("search.added", row, organization_id=by.organization_id, by=by)
    except IntegrityError as error:
        raise CannotSearch(_("This site is here already.")) from error
    search.match_pages(by.organization_id)
    return row


def site_name(text: str) -> str:
    """Return a site as Search Console names it: https://example.com/ or sc-domain:example.com; raise CannotSearch."""
    plain = text.strip()
    if plain.lower().startswith("sc-domain:"):
        domain = plain[len("sc-domain:") :].strip().lower()
    elif "://" not in plain:
        domain = plain.lower().rstrip("/").removeprefix("www.")
    else:
        return _address(plain)
    if not DOMAIN.match(domain) or len(domain) > 253:
        raise CannotSearch(_("That is no site. Write its address or its domain: https://example.com/ or example.com."))
    return f"sc-domain:{domain}"


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme.lower() not in {"http", "https"} or not DOMAIN.match(host) or len(text) > 290 or parts.username:
        raise CannotSearch(_("That is no site. Write its address or its domain: https://example.com/ or example.com."))
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{path}"


def remove_site(site: SearchProperty, *, by: Membership) -> None:
    """Remove a site with its days; what is known of pieces stays. Call `search_sign_in.give_back` before."""
    with transaction.atomic():
        audit.record("search.removed", site, organization_id=by.organization_id, by=by, url=site.url)
        site.delete()


# Files


def bring(
    site: SearchProperty,
    data: bytes,
    *,
    by: Membership,
    now: dt.datetime,
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> tuple[Export, int]:
    """Take an export in; return what was read and how many rows were kept. Raises CannotRead or CannotSearch.

    `first` and `last` say of which days its sums are, where the file does not.
    """
    export = search_files.read(data)
    first, last = _period(export, first, last, today=now.date())
    rows = [Found(day, "", "", each.clicks, each.impressions, each.position) for day, each in export.days.items()]
    if any(day > now.date() + dt.timedelta(days=1) for day in export.days):
        raise CannotSearch(_("The file has days that are still to come. Nothing was kept."))
    with transaction.atomic():
        kept = search.write(site, rows, origin="csv")
        if first and last and last <= now.date():
            kept += _keep_sums(site, export, first, last)
        audit.record("search.imported", site, organization_id=by.organization_id, by=by, rows=kept)
        search.match_pages(site.organization_id)
        search.measure_site(site.organization_id, now=now)
    return export, kept


def _period(
    export: Export, first: dt.date | None, last: dt.date | None, *, today: dt.date
) -> tuple[dt.date | None, dt.date | None]:
    if not export.needs_period:
        return export.first, export.last
    if export.last_days and not first and last:
        first = last - dt.timedelta(days=export.last_days - 1)
    if not (first and last):
        words = _("The file does not say of which days it is. Enter the first and the last day, and try again.")
        raise CannotSearch(words)
    if first > last or last > today or (last - first).days >= LONGEST_PERIOD:
        raise CannotSearch(_("These days make no sense: the last must not lie before the first, nor after today."))
    return first, last


def _keep_sums(site: SearchProperty, export: Export, first: dt.date, last: dt.date) -> int:
    """Keep sums by query and by page; a level of which single days are known is left as it is."""
    days = (last - first).days + 1
    known = SearchDay.objects.filter(property=site, days=1, date__gte=first, date__lte=last)
    kept = 0
    if days == 1 or not known.filter(page="").exclude(query="").exists():
        found = [Found(last, "", each.key, each.clicks, each.impressions, each.position) for each in export.queries]
        kept += search.write(site, found, origin="csv", days=days)
    if days == 1 or not known.filter(query="").exclude(page="").exists():
        found = [Found(last, each.key, "", each.clicks, each.impressions, each.position) for each in export.pages]
        kept += search.write(site, found, origin="csv", days=days)
    return kept


# Pieces


def note_piece(  # noqa: PLR0913 (each a field of the form; None leaves it)
    piece: GeneratedContent,
    *,
    by: Membership,
    now: dt.datetime,
    page: str | None = None,
    target_keywords: Sequence[str] | None = None,
    places: Mapping[str, float] | None = None,
    organic_traffic: int | None = None,
    backlinks: int | None = None,
    authority_impact: float | None = None,
) -> SeoMetrics:
    """Note what a piece is to be found for and how it is found; what is None stays as it is. Raises CannotSearch."""
    with transaction.atomic():
        row, _made = SeoMetrics.objects.select_for_update().get_or_create(
            piece=piece, organization_id=piece.organization_id
        )
        if page is not None:
            row.page = _page(page)
            sites = list(SearchProperty.objects.filter(organization=piece.organization_id))
            row.property = search.site_of(row.page, sites, piece.client_id) if row.page else None
        if target_keywords is not None:
            row.target_keywords = keywords(target_keywords)
            row.rankings = {key: row.rankings[key] for key in row.target_keywords if key in row.rankings}
        if places:
            row.rankings = {**row.rankings, **_by_hand(row, places, now=now)}
        numbers = {"organic_traffic": organic_traffic, "backlinks": backlinks, "authority_impact": authority_impact}
        for name, value in numbers.items():
            if value is not None:
                setattr(row, name, value)
        row.measured_at = now
        row.save()
        audit.record("search.entered", piece, organization_id=by.organization_id, by=by)
        search.measure_site(piece.organization_id, now=now)
        row.refresh_from_db()
    return row


def _page(text: str) -> str:
    plain = text.strip()
    if not plain:
        return ""
    parts = urlsplit(plain)
    if parts.scheme not in {"http", "https"} or not parts.netloc or len(plain) > search_files.LONGEST_PAGE:
        raise CannotSearch(_("That is no address of a page. It should look like https://example.com/page."))
    return plain


def keywords(words: Sequence[str]) -> list[str]:
    """Return keywords in small letters, each once; raise CannotSearch where there are too many, or one is too long."""
    found = list(dict.fromkeys(" ".join(each.lower().split()) for each in words if each.strip()))
    if len(found) > MOST_KEYWORDS or any(len(each) > LONGEST_KEYWORD for each in found):
        words_of = _("At most %(most)s keywords, each up to %(letters)s letters. Nothing was changed.")
        raise CannotSearch(words_of % {"most": MOST_KEYWORDS, "letters": LONGEST_KEYWORD})
    return found


def _by_hand(row: SeoMetrics, places: Mapping[str, float], *, now: dt.datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for keyword, place in places.items():
        if keyword not in row.target_keywords:
            raise CannotSearch(_("“%(word)s” is none of its keywords. Add it first.") % {"word": keyword[:60]})
        if not 1 <= place <= LAST_PLACE:
            raise CannotSearch(_("Places are counted from 1, the first, to %(last)s.") % {"last": LAST_PLACE})
        known = row.rankings.get(keyword) or {}
        if known.get("position") == place and known.get("origin") == "hand":
            continue
        at = f"{now:%Y-%m-%d}"
        found[keyword] = {"position": place, "before": known.get("position"), "at": at, "origin": "hand"}
    return found
