"""Media made fit stays with its fix: a post that was planned with it finds it."""

from django.db import migrations, models

import content.models.generated


class Migration(migrations.Migration):
    dependencies = [("content", "0008_learning")]

    operations = [
        migrations.AddField(
            model_name="mediafix",
            name="file",
            field=models.FileField(
                blank=True,
                help_text="what came of it; kept",
                max_length=300,
                upload_to=content.models.generated.fix_file,
            ),
        ),
        migrations.AlterField(model_name="mediafix", name="recipe", field=models.JSONField(default=dict)),
    ]
