"""Fits follow their brand: a client's member sees those of the client's brands."""

from django.db import migrations

from accounts.guarding import guard, same_organization, through

FIT, BRAND = "trends_trendrelevance", "accounts_brandprofile"


class Migration(migrations.Migration):
    dependencies = [("trends", "0006_growth_is_a_rate"), ("accounts", "0008_clients_guarded")]

    operations = [guard(FIT, through(FIT, "brand_id", BRAND)), *same_organization(FIT, [("brand_id", BRAND)])]
