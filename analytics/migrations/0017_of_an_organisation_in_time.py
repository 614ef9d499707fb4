"""Posts by when they were counted last, and clicks on links by day, found by an index of the organisation."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_audit_by_sequence"), ("analytics", "0016_search_days_in_order")]

    operations = [
        migrations.AddIndex(
            model_name="measuredpost",
            index=models.Index(fields=["organization", "last_at"], name="measured_last"),
        ),
        migrations.AddIndex(
            model_name="linkday",
            index=models.Index(
                fields=["organization", "date"], include=("link", "clicks"), name="linkdays_of_organization"
            ),
        ),
        migrations.AlterField(
            model_name="linkday",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.organization",
            ),
        ),
    ]
