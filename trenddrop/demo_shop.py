"""The demo's example shop: who followed links of posts, who bought, and which posts earned it."""

import datetime as dt
import random
from dataclasses import dataclass
from decimal import Decimal

from accounts import tenancy
from accounts.models import BrandProfile, Membership
from analytics.clicks import Source
from analytics.collection import clicks, conversions
from analytics.models import Conversion, ConversionSite, MeasuredPost, ShortLink
from analytics.services import conversions as desk
from analytics.services import links, sites, telling
from analytics.services.telling import Visit
from analytics.shops import server
from publishing.models import PlatformConnection

DAY = dt.timedelta(days=1)
DOMAIN = "shop.kesarnaturals.example"
PAGES = ("barrier-cream", "sunscreen", "starter-set", "cleanser", "lab-sheets", "barrier-cream")
FOLLOWERS, AGREE, COMES_AGAIN, BUYS = 64, 0.65, 0.5, 0.45
KINDS = (("purchase", 6), ("email_signup", 3), ("subscription", 1))
PRICES = ("499.00", "749.00", "1298.00", "349.00")
COUNTRIES, DEVICES = ("IN", "IN", "IN", "IN", "AE", "GB"), ("phone", "phone", "phone", "desktop", "tablet")


@dataclass
class Counter:
    """What happens in the shop, in the order in which it happens."""

    site: ConversionSite
    links: list[ShortLink]
    chance: random.Random
    now: dt.datetime

    def visitor(self, number: int) -> None:
        """Let somebody follow a link, perhaps agree, come again, buy."""
        name, at = f"example-{number:04}", self.now - self.chance.uniform(2, 25) * DAY
        agrees = self.chance.random() < AGREE
        self._come(name if agrees else "", at)
        if agrees and self.chance.random() < COMES_AGAIN:
            at = min(at + self.chance.uniform(0.3, 5) * DAY, self.now - dt.timedelta(minutes=40))
            self._come(name, at)
        if agrees and self.chance.random() < BUYS:
            bought = at + self.chance.expovariate(0.8) * DAY
            if bought < self.now:
                self._buy(name, number, bought)

    def _come(self, visitor: str, at: dt.datetime) -> None:
        live = [each for each in self.links if each.post and (each.post.published_at or at) <= at] or self.links[:1]
        link = self.chance.choice(live)
        country, device = self.chance.choice(COUNTRIES), self.chance.choice(DEVICES)
        telling.followed(link.code, is_bot=False, country=country, referrer="", device=device, now=at)
        source = Source("practice", str(link.utm.get("campaign", "")), link.code)
        telling.visited(self.site, Visit(source, visitor), now=at)

    def _buy(self, visitor: str, number: int, at: dt.datetime) -> None:
        kind = self.chance.choices([name for name, _weight in KINDS], [weight for _name, weight in KINDS])[0]
        told = {"type": kind, "id": f"EXAMPLE-{1000 + number}", "at": at.isoformat(), "visitor": visitor}
        if kind != "email_signup":
            told |= {"value": self.chance.choice(PRICES), "currency": "INR"}
        telling.keep(self.site, Conversion.Source.SERVER, server.read(told), now=at)


def gather(owner: Membership, brand: BrandProfile, connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Open the shop, put links under posts, and let people come; sums and credits are made as for every shop."""
    with tenancy.of_member(owner):
        site, _secret = sites.add("Example shop", domains=[DOMAIN], by=owner, brand=brand)
        found = _links(owner, connection, now=now)
    counter = Counter(site, found, random.Random(DOMAIN), now)
    for number in range(FOLLOWERS):
        counter.visitor(number)
    clicks.fold(now=now)
    conversions.apply_due(now=now)
    with tenancy.of_member(owner):
        _by_people(owner, site, found, now=now)


def _links(owner: Membership, connection: PlatformConnection, *, now: dt.datetime) -> list[ShortLink]:
    """Make a link for each of some posts of the last weeks, the oldest first."""
    rows = MeasuredPost.objects.filter(connection=connection, published_at__gte=now - 26 * DAY)
    posts = [row.post for row in rows.select_related("post__piece__asset", "post__connection").order_by("published_at")]
    chosen = posts[:: max(1, len(posts) // len(PAGES))][: len(PAGES)]
    return [
        links.make(f"https://{DOMAIN}/{page}", by=owner, of=post, title=f"Example: {page.replace('-', ' ')}")
        for page, post in zip(PAGES, chosen, strict=False)
    ]


def _by_people(owner: Membership, site: ConversionSite, found: list[ShortLink], *, now: dt.datetime) -> None:
    """Enter a sale on the phone, and note that one was given back."""
    entry = desk.Entry(
        "EXAMPLE-PHONE-1", "purchase", now - 3 * DAY, value=Decimal(1298), currency="INR", link=found[-1]
    )
    desk.enter(site, entry, by=owner, now=now)
    sold = site.conversions.filter(source=Conversion.Source.SERVER, value__isnull=False).order_by("at").first()
    if sold:
        desk.refund(sold, amount=None, by=owner, now=now)
