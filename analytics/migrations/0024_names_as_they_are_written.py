"""The admin names these tables as they are written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("analytics", "0023_who_reacted_filled")]

    operations = [
        migrations.AlterModelOptions(
            name="eventbatch",
            options={"verbose_name_plural": "event batches"},
        ),
        migrations.AlterModelOptions(
            name="seometrics",
            options={"verbose_name": "SEO metrics", "verbose_name_plural": "SEO metrics"},
        ),
    ]
