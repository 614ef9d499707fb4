"""An idea knows the asset that was begun with it, so that its posts count as rides of the topic."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trends", "0013_watches")]

    operations = [
        migrations.AddField(
            "trendopportunity",
            "used_for",
            models.UUIDField(blank=True, help_text="the asset that was begun with it", null=True),
        ),
        migrations.AddIndex(
            "trendopportunity",
            models.Index(condition=models.Q(("used_for__isnull", False)), fields=["used_for"], name="opportunity_used"),
        ),
    ]
