"""Rows of tenants: guarded by PostgreSQL itself."""

from django.db import migrations

from accounts.tenancy import append_only, isolate, isolate_by


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        isolate("accounts_membership", user=True),
        isolate_by(
            "accounts_organization",
            "id = (SELECT NULLIF(current_setting('app.organization', true), '')::uuid)"
            " OR id IN (SELECT organization_id FROM accounts_membership"
            " WHERE user_id = (SELECT NULLIF(current_setting('app.user', true), '')::uuid))",
        ),
        isolate("accounts_clientaccount", client=True, client_column="id"),
        isolate("accounts_brandprofile", client=True),
        isolate("accounts_notification"),
        isolate("accounts_auditentry"),
        append_only("accounts_auditentry"),
    ]
