"""What was asked for by two indexes needs one; what changed lately is found by one of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_post_by_hand"),
        ("analytics", "0010_events"),
        ("content", "0026_versions_keep_options"),
        ("publishing", "0012_links_mailed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accountday",
            name="connection",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="publishing.platformconnection",
            ),
        ),
        migrations.AlterField(
            model_name="postday",
            name="post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="days",
                to="publishing.scheduledpost",
            ),
        ),
        migrations.AlterField(
            model_name="postmetrics",
            name="post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="snapshots",
                to="publishing.scheduledpost",
            ),
        ),
        migrations.AddIndex(
            model_name="measuredpost",
            index=models.Index(fields=["organization", "updated_at"], name="measured_changed"),
        ),
    ]
