"""The admin names these tables as they are written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publishing", "0018_mastodon_accounts_by_server")]

    operations = [
        migrations.AlterModelOptions(
            name="qarequest",
            options={"verbose_name": "QA request"},
        ),
    ]
