"""A version keeps what its posts carried beside text and media."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0025_options_of_posts")]

    operations = [
        migrations.AddField(
            model_name="pieceversion",
            name="options",
            field=models.JSONField(blank=True, default=dict, help_text="what its posts carried beside text and media"),
        ),
    ]
