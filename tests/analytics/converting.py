"""Links, websites and signed messages, for tests."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts import tenancy
from analytics.collection import clicks, conversions
from analytics.models import Conversion, ConversionMessage, ConversionSite, ShortLink, Touch
from analytics.services import links, sites
from publishing.models import ScheduledPost
from tests.analytics.posting import connection, published
from tests.cast import Cast

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari"
DESKTOP = "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
ORIGIN = "https://shop.example"
VISITOR = "0123456789abcdef0123456789abcdef"
IP = "203.0.113.77"


def post_of(cast: Cast, platform: str = "practice") -> ScheduledPost:
    """A post of Kesar's that is live."""
    with tenancy.of_organization(cast.kesar.pk):
        row = published(cast, connection(cast, platform, account_id=platform), timezone.now() - dt.timedelta(days=1))
        return ScheduledPost.objects.select_related("connection", "piece__asset").get(pk=row.post_id)


def link_of(cast: Cast, post: ScheduledPost | None = None, url: str = f"{ORIGIN}/offer", **more: Any) -> ShortLink:
    """A counted link."""
    with tenancy.of_organization(cast.kesar.pk):
        return links.make(url, by=cast.asha, of=post, **more)


def site_of(cast: Cast, **more: Any) -> tuple[ConversionSite, str]:
    """A website that tells of conversions, and its secret."""
    with tenancy.of_organization(cast.kesar.pk):
        return sites.add("Kesar shop", domains=["shop.example"], by=cast.asha, **more)


def visitor(**headers: str) -> Client:
    """Somebody with a telephone, who is no member."""
    return Client(headers={"User-Agent": PHONE, **headers}, REMOTE_ADDR=IP)


def tell(site: ConversionSite, said: Any, *, origin: str = ORIGIN, **headers: str) -> Any:
    """What a page sends."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    path = f"/c/{site.public_key}/e"
    return visitor(Origin=origin, **headers).post(path, body, content_type="text/plain;charset=UTF-8")


def timed(body: bytes, secret: str, at: dt.datetime) -> str:
    """A signature as Stripe's, and ours."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def send(site: ConversionSite, secret: str, said: Any, *, at: dt.datetime | None = None) -> Any:
    """What a site's server sends."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {"TrendDrop-Signature": timed(body, secret, at or timezone.now())}
    return Client().post(f"/c/{site.public_key}/events", body, content_type="application/json", headers=headers)


def send_stripe(site: ConversionSite, secret: str, said: Any, *, at: dt.datetime | None = None) -> Any:
    """What Stripe sends."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {"Stripe-Signature": timed(body, secret, at or timezone.now())}
    return Client().post(f"/c/{site.public_key}/stripe", body, content_type="application/json", headers=headers)


def send_shopify(site: ConversionSite, secret: str, topic: str, said: Any) -> Any:
    """What Shopify sends."""
    body = json.dumps(said).encode()
    digest = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    headers = {"X-Shopify-Topic": topic, "X-Shopify-Hmac-Sha256": digest}
    return Client().post(f"/c/{site.public_key}/shopify", body, content_type="application/json", headers=headers)


def work(now: dt.datetime | None = None) -> None:
    """What the tasks do every few seconds."""
    now = now or timezone.now()
    clicks.fold(now=now)
    conversions.apply_due(now=now)


def conversions_of(cast: Cast) -> list[Conversion]:
    """Kesar's, the oldest first."""
    with tenancy.of_organization(cast.kesar.pk):
        return list(Conversion.objects.order_by("at", "created_at"))


def earned(row: Conversion, model: str = "last") -> dict[str, float]:
    """Who earned it: by post, else by channel, else nobody."""
    with tenancy.of_organization(row.organization_id):
        return {str(each.post_id or each.channel or "nobody"): each.share for each in row.credits.filter(model=model)}


def sale(key: str = "1001", **more: Any) -> dict[str, Any]:
    """What a server tells of one."""
    return {"id": key, "type": "purchase", "visitor": VISITOR, "value": "499.00", "currency": "INR", **more}


def touches(cast: Cast) -> list[Touch]:
    """Kesar's, the oldest first."""
    with tenancy.of_organization(cast.kesar.pk):
        return list(Touch.objects.order_by("at"))


def messages(cast: Cast) -> list[ConversionMessage]:
    """Kesar's, the oldest first."""
    with tenancy.of_organization(cast.kesar.pk):
        return list(ConversionMessage.objects.order_by("received_at", "pk"))
