"""The further tables of tenants: guarded by PostgreSQL itself."""

from django.db import migrations

from accounts.tenancy import isolate, isolate_by


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_accounts_whole")]

    operations = [
        isolate("accounts_invitation", client=True),
        isolate("accounts_apikey"),
        isolate("accounts_idempotentrequest"),
        isolate("accounts_brandvoicesample"),
        isolate("accounts_audienceprofile"),
        isolate("accounts_tokengate"),
        isolate("accounts_gatecheck"),
        isolate("accounts_flag"),
        isolate_by(
            "accounts_datarequest",
            "organization_id = (SELECT NULLIF(current_setting('app.organization', true), '')::uuid)"
            " OR user_id = (SELECT NULLIF(current_setting('app.user', true), '')::uuid)",
        ),
    ]
