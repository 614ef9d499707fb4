"""Credit notes know when they were mailed, changes when a gateway agreed to the next sum."""

from django.db import migrations, models

from trenddrop.core.migrating import Together


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_books")]

    operations = [
        Together(
            [
                migrations.AddField(
                    "creditnote",
                    "sent_at",
                    models.DateTimeField(blank=True, null=True, help_text="when it was mailed, or that was begun"),
                ),
                migrations.AlterField(
                    "invoice",
                    "sent_at",
                    models.DateTimeField(blank=True, null=True, help_text="when it was mailed, or that was begun"),
                ),
                migrations.AddField(
                    "subscriptionchange",
                    "agreed_at",
                    models.DateTimeField(
                        blank=True,
                        null=True,
                        help_text="when the gateway took the next sum, or was asked for a new mandate",
                    ),
                ),
            ]
        ),
    ]
