"""Clients are kept apart in every table of publishing; an account of the practice network belongs to one too."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.guarding import CLIENT, ORGANIZATION, guard, own, referable, same_organization, through

CLIENT_TABLE, PIECE = "accounts_clientaccount", "content_generatedcontent"
CONNECTION, POST = "publishing_platformconnection", "publishing_scheduledpost"
ACCOUNT, MEDIA = "publishing_practiceaccount", "publishing_practicemedia"

# What was opened for a client before accounts named theirs.
FILL = f"""
    UPDATE {ACCOUNT} account SET client_id = connection.client_id FROM {CONNECTION} connection
    WHERE connection.platform = 'practice' AND connection.organization_id = account.organization_id
      AND connection.account_id = replace(account.id::text, '-', '') AND connection.client_id IS NOT NULL"""

# A post may have gone out through an account that all clients share: whoever sees the post sees where it went.
SHARED = (
    f"organization_id = {ORGANIZATION} AND {CLIENT} IS NOT NULL AND client_id IS NULL"
    f" AND EXISTS (SELECT 1 FROM {POST} post WHERE post.connection_id = {CONNECTION}.id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0004_practice_network"),
        ("content", "0004_clients_guarded"),
        ("accounts", "0008_clients_guarded"),
    ]

    operations = [
        migrations.AddField(
            "practiceaccount",
            "client",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                to="accounts.clientaccount",
            ),
        ),
        migrations.RunSQL(
            [
                "SELECT set_config('app.operator', 'on', true)",
                FILL,
                "SELECT set_config('app.operator', '', true)",
                "SET CONSTRAINTS ALL IMMEDIATE",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint("practiceaccount", "practice_handle"),
        migrations.AddConstraint(
            "practiceaccount",
            models.UniqueConstraint(
                fields=["organization", "client", "handle"], name="practice_handle_of_client", nulls_distinct=False
            ),
        ),
        *referable(CONNECTION, POST, ACCOUNT, MEDIA),
        guard(CONNECTION, own(), seen=SHARED),
        guard(POST, own(), check=through(POST, "piece_id", PIECE)),
        guard("publishing_publishattempt", through("publishing_publishattempt", "post_id", POST)),
        guard(ACCOUNT, own()),
        guard(MEDIA, through(MEDIA, "account_id", ACCOUNT)),
        guard("publishing_practicepost", through("publishing_practicepost", "account_id", ACCOUNT)),
        *same_organization(CONNECTION, [("client_id", CLIENT_TABLE)]),
        *same_organization(POST, [("client_id", CLIENT_TABLE), ("piece_id", PIECE), ("connection_id", CONNECTION)]),
        *same_organization("publishing_publishattempt", [("post_id", POST)]),
        *same_organization(ACCOUNT, [("client_id", CLIENT_TABLE)]),
        *same_organization(MEDIA, [("account_id", ACCOUNT)]),
        *same_organization("publishing_practicepost", [("account_id", ACCOUNT), ("thumbnail_id", MEDIA)]),
    ]  # fmt: skip
