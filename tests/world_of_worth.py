"""What stands in Kesar Naturals of costs, returns and search numbers; and which address shows which of it."""

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from analytics.collection import worth
from analytics.models import AssetCost, RoiCalculation, SearchDay, SearchProperty, SeoMetrics
from content.models import GeneratedContent
from publishing.models import SignInChoice
from tests.cast import Cast

THINGS: dict[str, str] = {
    **dict.fromkeys(("numbers_worth_of", "numbers_worth_cost", "numbers_worth_forget"), "asset"),
    **dict.fromkeys(("numbers_search_import", "numbers_search_remove"), "search_property"),
    "numbers_search_choose": "search_choice",
    **dict.fromkeys(("numbers_search_of", "numbers_search_note"), "piece"),
}
RESOURCES: dict[str, str] = {
    "api-asset-costs-": "asset_cost",
    "api-roi-calculations-": "roi",
    "api-search-properties-": "search_property",
    "api-search-days-": "search_day",
    "api-seo-metrics-": "seo_metrics",
}


def worths(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Give the client's original a cost and a return, and the client a site with a day and a page."""
    asset = GeneratedContent.objects.get(pk=ids["piece"]).asset_id
    cost = AssetCost.objects.create(
        organization=cast.kesar, asset_id=asset, money=Decimal(500), notes="KESAR", entered_by=cast.asha.user
    )
    worth.recalculate(cast.kesar.pk, [asset], now=timezone.now())
    site = SearchProperty.objects.create(organization=cast.kesar, client=cast.client, url="sc-domain:kesar.example")
    day = SearchDay.objects.create(
        organization=cast.kesar, property=site, date=dt.date(2026, 11, 1), query="KESAR", clicks=1, impressions=2
    )
    page = SeoMetrics.objects.create(
        organization=cast.kesar, piece_id=ids["piece"], page="https://kesar.example/KESAR", property=site
    )
    choice = SignInChoice(
        organization=cast.kesar, client=None, user=cast.asha.user, platform="search_console",
        expires_at=timezone.now() + dt.timedelta(minutes=10),
    )  # fmt: skip
    choice.accounts = json.dumps({"token": "{}", "sites": ["sc-domain:KESAR.example"]})
    choice.save()
    roi = RoiCalculation.objects.get(asset_id=asset)
    found = {"asset_cost": cost.pk, "roi": roi.pk, "search_property": site.pk, "search_day": day.pk}
    return found | {"seo_metrics": page.pk, "search_choice": choice.pk}
