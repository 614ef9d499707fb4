"""Search days are listed newest first, page by page: an index in that order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0015_one_index_for_each_question")]

    operations = [
        migrations.AddIndex(
            model_name="searchday",
            index=models.Index(fields=["organization", "-date", "-id"], name="searchday_recent"),
        ),
    ]
