"""What was counted in a reading is kept, so that scores can be made anew without reading again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0014_libraries_shared")]

    operations = [
        migrations.AddField(
            "contentanalysis",
            "measures",
            models.JSONField(default=dict, help_text="what was counted in the reading, by name"),
        ),
        migrations.AlterField(
            "feedbacksignal",
            "predicted",
            models.SmallIntegerField(blank=True, help_text="0–100, before any correction", null=True),
        ),
    ]
