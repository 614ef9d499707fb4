"""Learning: which posts are left out, and whether a correction makes predictions better."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0007_understand_and_write_guarded")]

    operations = [
        migrations.AddField(
            "calibration",
            "error_usual",
            models.FloatField(default=0.0, help_text="of saying every time that it goes as usual"),
        ),
        migrations.AddField(
            "calibration",
            "is_used",
            models.BooleanField(default=False, help_text="only where it makes predictions better"),
        ),
        migrations.AddField(
            "feedbacksignal",
            "is_left_out",
            models.BooleanField(default=False, verbose_name="nothing is learned from it"),
        ),
    ]
