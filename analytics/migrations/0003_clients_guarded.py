"""Numbers follow their post: a client's member sees those of the client's posts."""

from django.db import migrations

from accounts.guarding import guard, own, same_organization, through

MEASURED, METRICS = "analytics_measuredpost", "analytics_postmetrics"
POST = "publishing_scheduledpost"


class Migration(migrations.Migration):
    dependencies = [("analytics", "0002_isolation"), ("publishing", "0005_clients_guarded")]

    operations = [
        guard(MEASURED, own(), check=through(MEASURED, "post_id", POST)),
        guard(METRICS, through(METRICS, "post_id", POST)),
        *same_organization(MEASURED, [("client_id", "accounts_clientaccount"), ("post_id", POST)]),
        *same_organization(METRICS, [("post_id", POST)]),
    ]
