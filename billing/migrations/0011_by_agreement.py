"""Plans by agreement know until when they were agreed, and by what contract."""

from django.db import migrations, models

from trenddrop.core.migrating import Together


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_sent_and_agreed")]

    operations = [
        Together(
            [
                migrations.AddField(
                    "subscription",
                    "agreed_at",
                    models.DateTimeField(blank=True, null=True, help_text="when an operator wrote the agreement down"),
                ),
                migrations.AddField(
                    "subscription",
                    "agreed_until",
                    models.DateField(blank=True, null=True, help_text="its last day; empty: until somebody ends it"),
                ),
                migrations.AddField(
                    "subscription",
                    "agreement",
                    models.CharField(blank=True, max_length=200, help_text="what was agreed: the contract’s number"),
                ),
                migrations.AlterField(
                    "subscriptionchange",
                    "kind",
                    models.CharField(
                        choices=[
                            ("trial", "trial began"),
                            ("start", "bought"),
                            ("renewal", "renewed"),
                            ("upgrade", "upgraded"),
                            ("downgrade", "downgraded"),
                            ("interval", "paid by another interval"),
                            ("cancel", "cancelled"),
                            ("resume", "kept after all"),
                            ("past_due", "payment failed"),
                            ("hold", "held"),
                            ("recover", "paid after all"),
                            ("agreed", "by agreement"),
                            ("end", "ended"),
                        ],
                        default="start",
                        max_length=9,
                    ),
                ),
            ]
        ),
    ]
