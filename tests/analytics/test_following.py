"""Accounts that are counted because they are connected."""

from importlib import import_module

from django.db import connection as database
from django.db import transaction

from accounts import tenancy
from analytics.collection import days
from analytics.models import TrackedAccount
from publishing.models import PlatformConnection
from tests.analytics.posting import NOW
from tests.cast import Cast


def test_mastodon_accounts_of_before_are_counted_on_under_their_servers_name(cast: Cast) -> None:
    with tenancy.of_organization(cast.kesar.pk):
        made = {"organization": cast.kesar, "platform": "mastodon", "handle": "@kesar"}
        row = PlatformConnection.objects.create(**made, account_id="109348", service_url="https://social.example")
        before = days.follow(row, now=NOW)
        row.account_id = "109348@social.example"  # as publishing's migration leaves it
        row.save()
    [step] = import_module("analytics.migrations.0021_mastodon_accounts_by_server").Migration.operations
    for _twice in range(2):
        with transaction.atomic(), database.cursor() as cursor:
            for statement in step.sql:
                cursor.execute(statement)
    with tenancy.of_organization(cast.kesar.pk):
        again = days.follow(row, now=NOW)
        assert (again.pk, again.external_id) == (before.pk, row.account_id)
        assert TrackedAccount.objects.count() == 1
