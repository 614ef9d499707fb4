"""Who reacted, by day and account, without what was done: what a page adds up over hundreds of thousands of sums."""

import django.db.models.deletion
from django.db import migrations, models

import trenddrop.core.ids
from accounts.guarding import guard, same_organization, seen
from accounts.tenancy import isolate

REACTIONS, CONNECTION = "analytics_reactionday", "publishing_platformconnection"


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0021_mastodon_accounts_by_server"),
        ("publishing", "0018_mastodon_accounts_by_server"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReactionDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=trenddrop.core.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                ("date", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("country", "Country"), ("age", "Age"), ("gender", "Gender")], max_length=7
                    ),
                ),
                ("key", models.CharField(blank=True, help_text="empty where it was not told", max_length=10)),
                ("count", models.BigIntegerField()),
                (
                    "connection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="publishing.platformconnection",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "date"], name="reactions_of_organization")],
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "date", "kind", "key"), name="one_reaction_per_day")
                ],
            },
        ),
        isolate(REACTIONS),
        guard(REACTIONS, seen("connection_id", CONNECTION)),
        *same_organization(REACTIONS, [("connection_id", CONNECTION)]),
    ]
