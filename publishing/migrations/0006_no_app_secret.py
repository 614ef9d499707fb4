"""App passwords are traded for a session and never kept: the column was never filled."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publishing", "0005_clients_guarded")]

    operations = [migrations.RemoveField("platformconnection", "app_secret")]
