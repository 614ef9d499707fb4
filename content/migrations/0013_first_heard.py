"""Keep with the first words what heard them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """`recognised` becomes one object."""

    dependencies = [("content", "0012_voices_prepared")]

    operations = [
        migrations.AlterField(
            model_name="transcript",
            name="recognised",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="once edited, as first heard: words, language, confidence, engine, note",
            ),
        )
    ]
