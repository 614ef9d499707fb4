"""The days of events are guarded by a function: who did something is summed by hashing, not sorted on disk first."""

from django.db import migrations

from accounts import guarding

DAY, ACCOUNT = "analytics_engagementday", "publishing_platformconnection"


class Migration(migrations.Migration):
    dependencies = [("analytics", "0017_of_an_organisation_in_time")]

    operations = [
        guarding.sees(ACCOUNT),
        guarding.guard(DAY, guarding.seen("connection_id", ACCOUNT)),
    ]
