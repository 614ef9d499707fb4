"""Rows of tenants: guarded by PostgreSQL itself."""

from django.db import migrations

from accounts.tenancy import isolate


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [
        isolate("publishing_platformconnection", client=True),
        isolate("publishing_scheduledpost", client=True),
        isolate("publishing_publishattempt"),
        isolate("publishing_practiceaccount"),
        isolate("publishing_practicepost"),
    ]
