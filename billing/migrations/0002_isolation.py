"""Rows of tenants: guarded by PostgreSQL itself."""

from django.db import migrations

from accounts.tenancy import append_only, isolate


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        isolate("billing_creditentry"),
        append_only("billing_creditentry"),
    ]
