"""Numbers are kept apart: by organisation, and for a client's member by client."""

from django.db import migrations

from accounts.guarding import NOTHING, guard, own, referable, same_organization, through
from accounts.tenancy import isolate

ACCOUNT, BRAND, CONNECTION, POST = (
    "accounts_clientaccount",
    "accounts_brandprofile",
    "publishing_platformconnection",
    "publishing_scheduledpost",
)
ASSET, PIECE, MEASURED = "content_contentasset", "content_generatedcontent", "analytics_measuredpost"
TRACKED, DAY, AUDIENCE, IMPORT = (
    "analytics_trackedaccount",
    "analytics_dailymetrics",
    "analytics_audiencesnapshot",
    "analytics_metricimport",
)
BATCH, HOUR, EVENTDAY = "analytics_eventbatch", "analytics_engagementhour", "analytics_engagementday"
POSTDAY, ACCOUNTDAY, SNAPSHOT, MARK = (
    "analytics_postday",
    "analytics_accountday",
    "analytics_analyticssnapshot",
    "analytics_rollupmark",
)
SITE, LINK, LINKDAY, TOUCH = (
    "analytics_conversionsite",
    "analytics_shortlink",
    "analytics_linkday",
    "analytics_touch",
)
CONVERSION, CREDIT, MESSAGE = (
    "analytics_conversion",
    "analytics_conversioncredit",
    "analytics_conversionmessage",
)
COST, ROI, PROPERTY, SEARCHDAY, SEO = (
    "analytics_assetcost",
    "analytics_roicalculation",
    "analytics_searchproperty",
    "analytics_searchday",
    "analytics_seometrics",
)

OF_A_CLIENT = [TRACKED, DAY, IMPORT, ACCOUNTDAY, SNAPSHOT, SITE, LINK, PROPERTY]
OTHERS = [
    AUDIENCE, BATCH, HOUR, EVENTDAY, POSTDAY, MARK, LINKDAY, TOUCH, CONVERSION, CREDIT, MESSAGE, COST, ROI, SEARCHDAY,
    SEO,
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("analytics", "0005_numbers")]

    operations = [
        *[isolate(table, client=True) for table in OF_A_CLIENT],
        *[isolate(table) for table in OTHERS],
        *referable(TRACKED, IMPORT, SITE, LINK, CONVERSION, PROPERTY),
        *[guard(table, own()) for table in OF_A_CLIENT],
        *[guard(table, NOTHING) for table in (BATCH, MARK)],
        guard(AUDIENCE, through(AUDIENCE, "account_id", TRACKED)),
        guard(HOUR, through(HOUR, "post_id", POST)),
        guard(EVENTDAY, through(EVENTDAY, "connection_id", CONNECTION)),
        guard(POSTDAY, through(POSTDAY, "post_id", POST)),
        guard(LINKDAY, through(LINKDAY, "link_id", LINK)),
        guard(TOUCH, through(TOUCH, "site_id", SITE)),
        guard(CONVERSION, through(CONVERSION, "site_id", SITE)),
        guard(CREDIT, through(CREDIT, "conversion_id", CONVERSION)),
        guard(MESSAGE, through(MESSAGE, "site_id", SITE)),
        guard(COST, through(COST, "asset_id", ASSET)),
        guard(ROI, through(ROI, "asset_id", ASSET)),
        guard(SEARCHDAY, through(SEARCHDAY, "property_id", PROPERTY)),
        guard(SEO, through(SEO, "piece_id", PIECE)),
        *[step for table in OF_A_CLIENT for step in same_organization(table, [("client_id", ACCOUNT)])],
        *same_organization(MEASURED, [("connection_id", CONNECTION), ("brand_id", BRAND), ("asset_id", ASSET)]),
        *same_organization(TRACKED, [("brand_id", BRAND), ("connection_id", CONNECTION)]),
        *same_organization(DAY, [("account_id", TRACKED), ("source_file_id", IMPORT)]),
        *same_organization(AUDIENCE, [("account_id", TRACKED)]),
        *same_organization(IMPORT, [("account_id", TRACKED)]),
        *same_organization(HOUR, [("post_id", POST)]),
        *same_organization(EVENTDAY, [("connection_id", CONNECTION)]),
        *same_organization(POSTDAY, [("post_id", POST)]),
        *same_organization(ACCOUNTDAY, [("connection_id", CONNECTION), ("brand_id", BRAND)]),
        *same_organization(SITE, [("brand_id", BRAND)]),
        *same_organization(LINK, [("brand_id", BRAND), ("piece_id", PIECE), ("post_id", POST)]),
        *same_organization(LINKDAY, [("link_id", LINK)]),
        *same_organization(TOUCH, [("site_id", SITE), ("post_id", POST), ("link_id", LINK)]),
        *same_organization(CONVERSION, [("site_id", SITE)]),
        *same_organization(CREDIT, [("conversion_id", CONVERSION), ("post_id", POST)]),
        *same_organization(MESSAGE, [("site_id", SITE)]),
        *same_organization(COST, [("asset_id", ASSET)]),
        *same_organization(ROI, [("asset_id", ASSET)]),
        *same_organization(PROPERTY, [("brand_id", BRAND)]),
        *same_organization(SEARCHDAY, [("property_id", PROPERTY)]),
        *same_organization(SEO, [("piece_id", PIECE), ("property_id", PROPERTY)]),
    ]
