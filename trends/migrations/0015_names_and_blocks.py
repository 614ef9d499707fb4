"""What topics are compared by, and which term holds one back."""

import django.db.models.deletion
from django.db import migrations, models

LIVE = models.Q(is_blocked=False) & ~models.Q(status="expired")


class Migration(migrations.Migration):
    dependencies = [("trends", "0014_idea_of_an_asset")]

    operations = [
        migrations.CreateModel(
            name="TopicMark",
            fields=[
                (
                    "topic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="trends.trendtopic",
                    ),
                ),
                ("mark", models.BigIntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "topic_id", "mark", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["mark", "topic"], name="topics_by_mark")]},
        ),
        migrations.AddField(
            "trendtopic",
            "blocked_by",
            models.ForeignKey(
                blank=True,
                help_text="empty: by hand",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="topics",
                to="trends.blockedterm",
            ),
        ),
        migrations.AddField(
            "trendtopic",
            "is_cleared",
            models.BooleanField(default=False, help_text="by hand: no term holds it back", verbose_name="let pass"),
        ),
        migrations.AddField(
            "trendtopic",
            "compared_at",
            models.DateTimeField(
                blank=True, help_text="when its names were compared with the other topics'", null=True
            ),
        ),
        migrations.AddIndex(
            "trendtopic",
            models.Index(
                condition=LIVE & models.Q(compared_at=None), fields=["first_detected_at"], name="topic_uncompared"
            ),
        ),
        migrations.AddIndex(
            "trendtopic",
            models.Index(
                condition=models.Q(compared_at__isnull=False, status="expired"),
                fields=["compared_at"],
                name="topic_compared_over",
            ),
        ),
    ]
