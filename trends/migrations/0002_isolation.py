"""Rows of tenants: guarded by PostgreSQL itself."""

from django.db import migrations

from accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("trends", "0001_initial")]

    operations = [
        isolate("trends_trendrelevance"),
    ]
