"""Accounts on Mastodon are counted under the name their connections have now: the number with its server."""

from django.db import migrations

RENAME = """
    UPDATE analytics_trackedaccount counted SET external_id = connection.account_id
    FROM publishing_platformconnection connection
    WHERE connection.id = counted.connection_id AND counted.platform = 'mastodon'
        AND counted.external_id = split_part(connection.account_id, '@', 1)
        AND connection.account_id <> counted.external_id"""
BACK = """
    UPDATE analytics_trackedaccount counted SET external_id = split_part(counted.external_id, '@', 1)
    FROM publishing_platformconnection connection
    WHERE connection.id = counted.connection_id AND counted.platform = 'mastodon'
        AND connection.kind <> 'by_hand' AND counted.external_id LIKE '%@%'"""
BEGIN = "SELECT set_config('app.operator', 'on', true)"
END = ("SELECT set_config('app.operator', '', true)", "SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("analytics", "0020_settled_counts"), ("publishing", "0018_mastodon_accounts_by_server")]

    operations = [migrations.RunSQL([BEGIN, RENAME, *END], [BEGIN, BACK, *END])]
