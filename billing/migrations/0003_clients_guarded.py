"""The ledger is the organisation's: a client's member sees none of it."""

from django.db import migrations

from accounts.guarding import NOTHING, guard


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_isolation"), ("accounts", "0008_clients_guarded")]

    operations = [guard("billing_creditentry", NOTHING)]
