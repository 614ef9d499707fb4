"""What other websites load and send: the script, visits and conversions of pages, and what servers and shops sign."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import doors
from accounts.doors import Limit
from analytics import clicks
from analytics.clicks import Source
from analytics.models import Conversion, ConversionSite
from analytics.services import telling
from analytics.shops import server, shopify, signing, stripe
from analytics.shops.facts import TYPES, Fact, Unreadable, currency, money, named

PAGE_BYTES = 4096
SERVER_BYTES = 512 * 1024
A_SITE = Limit(6000, timedelta(minutes=1))
SCRIPT_LASTS = 3600


class TooMuch(Exception):
    """The body is larger than anything that is sent here."""


@require_safe
def script(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """The script of a site: the same for everybody, without a cookie, kept by browsers for an hour."""
    site = telling.site_of(key)
    if site is None:
        return HttpResponse("/* There is no such site, or it is paused. */", status=404, content_type="text/javascript")
    told = {
        "needs_consent": "true" if site.needs_consent else "false",
        "address": settings.SITE_URL.rstrip("/") + reverse("site_tell", args=[site.public_key]),
    }
    answer = HttpResponse(
        render_to_string("analytics/conversions/pixel.js", told), content_type="text/javascript; charset=utf-8"
    )
    answer["Cache-Control"] = f"public, max-age={SCRIPT_LASTS}"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


# Pages: believed by the domain they stand on


@csrf_exempt  # it comes from the site's pages, carries no cookie of ours and changes nothing of anybody's
@require_http_methods(["POST", "OPTIONS"])
def tell(request: HttpRequest, key: str) -> HttpResponse:
    """Hear a page: a visit, an agreement, a conversion. The answer is empty, whatever it was."""
    site = telling.site_of(key)
    if site is None:
        return HttpResponse(status=404)
    origin = request.headers.get("Origin", "")
    if not stands_on(site.domains, origin):
        return HttpResponse(status=403)
    answer = HttpResponse(status=204)
    answer["Access-Control-Allow-Origin"] = origin
    answer["Vary"] = "Origin"
    if request.method == "OPTIONS":
        answer["Access-Control-Allow-Methods"] = "POST"
        answer["Access-Control-Allow-Headers"] = "Content-Type"
        answer["Access-Control-Max-Age"] = "86400"
        return answer
    try:
        said = _object(_body(request, PAGE_BYTES))
        doors.require("site", str(site.pk), A_SITE)
        _hear(request, site, said)
    except TooMuch:
        answer.status_code = 413
    except Unreadable:
        answer.status_code = 400
    return answer


def stands_on(domains: Sequence[str], origin: str) -> bool:
    """Say whether an origin is one of a site's domains; www is the domain itself, *. is all below it."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    usual = {"http": 80, "https": 443}[parts.scheme]
    at = "" if port in {None, usual} else f":{port}"
    name = parts.hostname.lower()
    names = {f"{name}{at}", f"{name.removeprefix('www.')}{at}"}
    return any(
        domain in names or (domain.startswith("*.") and f"{name}{at}".endswith(domain[1:])) for domain in domains
    )


def _hear(request: HttpRequest, site: ConversionSite, said: dict[str, Any]) -> None:
    """Do what a page says; machines are counted apart, and who asks not to be tracked is not told apart."""
    now, kind, is_bot = timezone.now(), said.get("kind"), clicks.is_bot(request.headers, method="POST")
    refused = request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1"
    visitor = clicks.text(said.get("visitor"), 64)
    visitor = visitor if telling.PIXEL_ID.fullmatch(visitor) and not refused else ""
    referrer = clicks.host(f"//{clicks.text(said.get('referrer'), 100)}")
    channel = clicks.text(said.get("source"), 40).lower() or clicks.channel_of(referrer)
    source = Source(channel, clicks.text(said.get("campaign"), 120), clicks.text(said.get("link"), 40).lower())
    if kind in {"visit", "agreed"}:
        if kind == "visit" or visitor:
            telling.visited(site, telling.Visit(source, visitor, is_bot, kind == "visit"), now=now)
    elif kind == "convert" and said.get("type") in TYPES:
        if is_bot:
            return
        if not visitor:
            telling.converted_unseen(site, source, now=now)
            return
        fact = telling.of_page(
            said["type"], named(said.get("id"), "id"), visitor=visitor, source=source,
            value=money(said.get("value")), currency=currency(said.get("currency")),
        )  # fmt: skip
        telling.keep(site, Conversion.Source.PIXEL, [fact], now=now)
    else:
        raise Unreadable("There is no such kind.")


# Servers and shops: believed by their signature over the raw bytes


Reads = Callable[[HttpRequest, ConversionSite, bytes], list[Fact]]


def signed(source: Conversion.Source) -> Callable[[Reads], Callable[[HttpRequest, str], HttpResponse]]:
    """Verify, keep each message once, answer; a worker applies it. Unsigned, nothing is kept."""

    def decorate(reads: Reads) -> Callable[[HttpRequest, str], HttpResponse]:
        @csrf_exempt  # servers have no cookies; what they send is signed
        @require_POST
        @wraps(reads)
        def heard(request: HttpRequest, key: str) -> HttpResponse:
            site = telling.site_of(key)
            if site is None:
                return _refused(404, "There is no such site, or it is paused.")
            try:
                facts = reads(request, site, _body(request, SERVER_BYTES))
            except TooMuch:
                return _refused(413, "The body is larger than 512 KB.")
            except signing.NotGenuine:
                return _refused(401, "The signature is not right, or older than five minutes.")
            except Unreadable as error:
                return _refused(400, str(error))
            new = telling.keep(site, source, facts, now=timezone.now()) if facts else 0
            return JsonResponse({"received": len(facts), "new": new})

        return heard

    return decorate


@signed(Conversion.Source.SERVER)
def events(request: HttpRequest, site: ConversionSite, body: bytes) -> list[Fact]:
    """The site's own server: `TrendDrop-Signature: t=<unix>,v1=<hex of HMAC-SHA256 over "t.body">`."""
    header, secret = request.headers.get("TrendDrop-Signature", ""), site.secret.open()
    signing.check_timed(header, body, secret=secret, now=int(timezone.now().timestamp()))
    return server.read(_object(body))


@signed(Conversion.Source.STRIPE)
def of_stripe(request: HttpRequest, site: ConversionSite, body: bytes) -> list[Fact]:
    """Stripe's webhook."""
    header, secret = request.headers.get("Stripe-Signature", ""), site.stripe_secret.open()
    signing.check_timed(header, body, secret=secret, now=int(timezone.now().timestamp()))
    return stripe.read(_object(body))


@signed(Conversion.Source.SHOPIFY)
def of_shopify(request: HttpRequest, site: ConversionSite, body: bytes) -> list[Fact]:
    """Shopify's webhook."""
    signing.check_plain(request.headers.get("X-Shopify-Hmac-Sha256", ""), body, secret=site.shopify_secret.open())
    return shopify.read(request.headers.get("X-Shopify-Topic", ""), _object(body))


def _refused(status: int, words: str) -> HttpResponse:
    return JsonResponse({"error": words}, status=status)


def _body(request: HttpRequest, most: int) -> bytes:
    """Read the bytes as they came, but not more than is ever sent."""
    body: bytes = request.read(most + 1)
    if len(body) > most:
        raise TooMuch
    return body


def _object(body: bytes) -> dict[str, Any]:
    """Read JSON, strictly; raises Unreadable for whatever is no object of it."""
    try:
        found = json.loads(body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The body is no JSON in UTF-8.") from error
    if not isinstance(found, dict):
        raise Unreadable("The body is no JSON object.")
    return found


def _no_number(name: str) -> None:
    raise ValueError(name)
