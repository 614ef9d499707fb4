"""What stands in Kesar Naturals of counted links, websites and conversions; and which address shows which."""

import datetime as dt
import uuid

from django.utils import timezone

from analytics.models import Conversion, ConversionCredit, ConversionSite, LinkDay, ShortLink, SiteDay, Touch
from publishing.models import ScheduledPost
from tests.cast import Cast

THINGS = {
    **dict.fromkeys(("numbers_conversion", "conversion_refund", "conversion_remove"), "conversion"),
    **dict.fromkeys(("numbers_link", "short_link_change", "short_link_picture"), "short_link"),
    **dict.fromkeys(
        (
            "numbers_site", "site_change", "site_secret", "site_remove", "site_webhook", "numbers_by_hand",
            "conversion_enter", "conversions_import",
        ),
        "conversion_site",
    ),
    **dict.fromkeys(("post_links", "post_link_make"), "post"),
    **dict.fromkeys(("piece_links", "piece_link_make"), "piece"),
}  # fmt: skip
RESOURCES = {
    "api-short-links-": "short_link",
    "api-conversion-sites-": "conversion_site",
    "api-conversions-": "conversion",
    "api-touches-": "touch",
}


def converting(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, uuid.UUID]:
    """A link of the client's post that was followed, its website, and a sale."""
    of, now = {"organization": cast.kesar}, timezone.now()
    post = ScheduledPost.objects.get(pk=ids["post"])
    link = ShortLink.objects.create(
        **of, client=cast.client, post=post, code="kesar-link", url="https://kesar.example/", title="KESAR link",
        made_by=cast.ben.user,
    )  # fmt: skip
    LinkDay.objects.create(**of, link=link, date=now.date(), clicks=3)
    site = ConversionSite.objects.create(
        **of, client=cast.client, name="KESAR site", public_key="kesarkey", domains=["kesar.example"], salt=b"s" * 32
    )
    SiteDay.objects.create(**of, site=site, date=now.date(), channel="practice", visits=2)
    came = now - dt.timedelta(hours=1)
    touch = Touch.objects.create(
        **of, site=site, visitor="v" * 40, post=post, link=link, kind="click", channel="practice", at=came
    )
    conversion = Conversion.objects.create(
        **of, site=site, external_id="KESAR-1001", type="purchase", source="server", visitor="v" * 40, value="499.00",
        currency="INR", at=now, first_touch="click", first_touch_at=came,
        touchpoints=[
            {"at": came.isoformat(), "kind": "click", "channel": "practice", "campaign": "KESAR", "post": str(post.pk),
             "link": str(link.pk)}
        ],
    )  # fmt: skip
    for model in ("first", "last", "linear", "decay"):
        ConversionCredit.objects.create(
            **of, conversion=conversion, model=model, post=post, channel="practice", campaign="KESAR", share=1.0
        )
    return {
        "short_link": link.pk,
        "conversion_site": site.pk,
        "conversion": conversion.pk,
        "touch": touch.pk,
    }
