"""What organisations own in trends: watches, opportunities, hashtags and rides, each with its client."""

from django.db import migrations

from accounts.guarding import guard, own, referable, same_organization, through
from accounts.tenancy import isolate

BRAND, CLIENT_TABLE = "accounts_brandprofile", "accounts_clientaccount"
IDEA, WATCH, FIRED = "trends_trendopportunity", "trends_trendalert", "trends_firedalert"
TAG, RIDE = "trends_ownhashtag", "trends_trendride"


class Migration(migrations.Migration):
    dependencies = [("trends", "0008_trend_engine")]

    operations = [
        *(isolate(table) for table in (IDEA, WATCH, FIRED, TAG, RIDE)),
        *referable(WATCH),
        guard(IDEA, through(IDEA, "brand_id", BRAND)),
        guard(WATCH, through(WATCH, "brand_id", BRAND)),
        guard(FIRED, through(FIRED, "alert_id", WATCH)),
        guard(TAG, own()),
        guard(RIDE, own()),
        *same_organization(IDEA, [("brand_id", BRAND)]),
        *same_organization(WATCH, [("brand_id", BRAND)]),
        *same_organization(FIRED, [("alert_id", WATCH)]),
        *same_organization(TAG, [("client_id", CLIENT_TABLE)]),
        *same_organization(RIDE, [("client_id", CLIENT_TABLE)]),
    ]
