from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0028_generations_for_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="contentasset",
            name="taken_down_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
