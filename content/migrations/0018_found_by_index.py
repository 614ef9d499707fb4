"""The search looks into its index also for a word that most texts hold: reading the texts themselves costs more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("content", "0017_tags_learned")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION content_found(tsquery) SET enable_seqscan = off",
            "ALTER FUNCTION content_found(tsquery) RESET enable_seqscan",
        )
    ]
