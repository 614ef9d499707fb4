"""Clients are kept apart in every table, and no row has a parent in another organisation."""

from django.db import migrations

from accounts.guarding import (
    CLIENT,
    NOTHING,
    ORGANIZATION,
    USER,
    guard,
    of_person,
    own,
    referable,
    replace,
    same_organization,
    through,
)

BRAND, MEMBERSHIP, CLIENT_TABLE = "accounts_brandprofile", "accounts_membership", "accounts_clientaccount"
OF_KEY = "EXISTS (SELECT 1 FROM accounts_apikey key WHERE position(key.id::text IN actor) > 0)"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_session_epoch")]

    operations = [
        *referable(CLIENT_TABLE, BRAND, MEMBERSHIP, "accounts_tokengate"),
        guard(MEMBERSHIP, own(), seen=of_person()),
        replace(
            "accounts_organization",
            using=f"id = {ORGANIZATION}",
            check=f"id = {ORGANIZATION} AND {CLIENT} IS NULL",
            seen=f"id IN (SELECT organization_id FROM {MEMBERSHIP} WHERE user_id = {USER})",
        ),
        guard(CLIENT_TABLE, own("id"), seen=f"id IN (SELECT client_id FROM {MEMBERSHIP} WHERE user_id = {USER})"),
        guard(BRAND, own()),
        guard("accounts_invitation", own()),
        guard("accounts_brandvoicesample", through("accounts_brandvoicesample", "brand_id", BRAND)),
        guard("accounts_audienceprofile", through("accounts_audienceprofile", "brand_id", BRAND)),
        guard("accounts_notification", of_person()),
        guard("accounts_auditentry", NOTHING),
        guard("accounts_audithead", NOTHING),
        guard("accounts_auditcheck", NOTHING),
        guard(
            "accounts_apikey",
            through("accounts_apikey", "membership_id", MEMBERSHIP, more=f"parent.user_id = {USER}"),
        ),
        guard("accounts_idempotentrequest", f"position(({USER})::text IN actor) > 0 OR {OF_KEY}"),
        guard("accounts_tokengate", NOTHING),
        guard(
            "accounts_gatecheck",
            through("accounts_gatecheck", "wallet_id", "accounts_wallet", more=f"parent.user_id = {USER}"),
        ),
        guard("accounts_flag", of_person("reported_by_id")),
        replace(
            "accounts_datarequest",
            using=f"(organization_id = {ORGANIZATION} AND {CLIENT} IS NULL) OR user_id = {USER}",
            check=f"(organization_id = {ORGANIZATION} AND {CLIENT} IS NULL)"
            f" OR (user_id = {USER} AND (organization_id IS NULL OR organization_id = {ORGANIZATION}))",
        ),
        *same_organization(MEMBERSHIP, [("client_id", CLIENT_TABLE)]),
        *same_organization(BRAND, [("client_id", CLIENT_TABLE)]),
        *same_organization("accounts_invitation", [("client_id", CLIENT_TABLE)]),
        *same_organization("accounts_brandvoicesample", [("brand_id", BRAND)]),
        *same_organization("accounts_audienceprofile", [("brand_id", BRAND)]),
        *same_organization("accounts_apikey", [("membership_id", MEMBERSHIP)]),
        *same_organization("accounts_gatecheck", [("gate_id", "accounts_tokengate")]),
    ]
