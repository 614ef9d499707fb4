"""Rows of tenants: guarded by PostgreSQL itself."""

from django.db import migrations

from accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_initial")]

    operations = [
        isolate("analytics_measuredpost", client=True),
        isolate("analytics_postmetrics"),
    ]
