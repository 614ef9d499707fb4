"""What keeping tenants apart costs a page: python -m benchmarks.tenancy [REQUESTS]

The same page with the same rows, twice in turn. Ours: the app's role bound by row-level security, a transaction that
enters the member's scope, the membership with its conditions, the permission. The limit: nothing of that; a role
that no policy binds, no transaction, the membership read by its key (the page shows the organisation's name and what
is unread), every permission taken as given.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

import psycopg  # noqa: E402 (after setup, as everything below)
from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from environ import Env  # noqa: E402

from accounts import access, queries, tenancy  # noqa: E402
from accounts.models import BrandProfile, ClientAccount, Membership, Organization, User  # noqa: E402
from analytics.models import MeasuredPost  # noqa: E402
from benchmarks.measuring import ratio, report, share, turns  # noqa: E402
from benchmarks.pages import fill  # noqa: E402
from content.models import ContentAsset, GeneratedContent  # noqa: E402
from publishing.models import PlatformConnection, ScheduledPost  # noqa: E402
from trends.services import examples  # noqa: E402

REQUESTS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
AIM = 1.3
MEMBERS = 40


class Unscoped:
    """A connection that no policy binds, and the door taken off its hinges."""

    def __init__(self, member: Membership) -> None:
        self.key = member.pk
        self.bound = connections["default"]
        owner = Env.db_url_config(os.environ["DATABASE_OWNER_URL"])
        told = self.bound.settings_dict | {"USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}
        self.free = type(self.bound)(told, alias="default")

    def admit(self, request: Any, _permission: str) -> Any:
        """Take the person in as the member they are."""
        rows = Membership.objects.filter(pk=self.key).select_related("organization", "client")
        request.membership = rows.annotate(unread=queries.unread_of_member()).get()
        return request

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Answer requests without any scope."""
        connections["default"] = self.free
        try:
            with mock.patch.object(access, "admit", self.admit), mock.patch.object(tenancy, "enter", _nothing):
                yield
        finally:
            connections["default"] = self.bound


def _nothing(_scope: tenancy.Scope) -> Any:
    return nullcontext()


@contextmanager
def owner_unbound() -> Iterator[None]:
    """Let the owner of the tables pass their policies, which bind the app's role as before."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.app_label in settings_apps()]
    _alter(tables, "NO FORCE")
    try:
        yield
    finally:
        _alter(tables, "FORCE")


def settings_apps() -> set[str]:
    return {"accounts", "billing", "trends", "content", "publishing", "analytics"}


def _alter(tables: list[str], how: str) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name, autocommit=True) as owner:
        found = owner.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relname = ANY (%s)", [tables])
        for (table,) in found.fetchall():
            owner.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")


def people(member: Membership) -> None:
    """Give the organisation colleagues."""
    with tenancy.operator():
        for number in range(MEMBERS):
            user = User.objects.create_user(f"m{number}-{member.pk.hex[-8:]}@trenddrop.example", None, full_name="M")
            Membership.objects.create(organization=member.organization, user=user, role="creator")


def of_client(member: Membership) -> Membership:
    """Make all the organisation's work a client's; return a member of that client."""
    with tenancy.operator():
        Organization.objects.filter(pk=member.organization_id).update(type="agency")
        client = ClientAccount.objects.create(organization=member.organization, name="Chai Point", slug="chai")
        for model in (BrandProfile, ContentAsset, GeneratedContent, PlatformConnection, ScheduledPost, MeasuredPost):
            model._base_manager.filter(organization=member.organization).update(client=client)
        user = User.objects.create_user(f"esha-{client.pk.hex[-8:]}@trenddrop.example", None, full_name="Esha")
        return Membership.objects.create(organization=member.organization, user=user, role="client", client=client)


def asking(client: Client, address: str) -> Callable[[], int]:
    """Return what asks for a page once, and is sure of it."""

    def ask() -> int:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return len(answer.content)

    return ask


def measure(name: str, member: Membership, address: str) -> None:
    """Print the page's median beside the same page unscoped."""
    client = Client()
    client.force_login(member.user)
    ask, unscoped = asking(client, address), Unscoped(member)

    def free() -> int:
        with unscoped.entered():
            return ask()

    ask()
    ours, limit = turns([ask, free], REQUESTS)
    mine, other = (1000 * share(side, 0.5) for side in (ours, limit))
    report(f"{name}: p50", mine, other, unit="ms", n=REQUESTS, ratio=ratio(ours, limit), aim=AIM)
    unscoped.free.close()


def main() -> None:
    """Measure on rows of our own, and put them aside."""
    examples.load(timezone.now())
    (owner, spoken), (agency, theirs) = fill(), fill()
    people(owner)
    member = of_client(agency)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    pages = [("Today", reverse("today")), ("Library", reverse("library"))]
    try:
        with owner_unbound():
            own = [*pages, ("Studio", reverse("studio", args=[spoken.pk])), ("Members", reverse("members"))]
            for name, address in own:
                measure(name, owner, address)
            for name, address in [*pages, ("Studio", reverse("studio", args=[theirs.pk]))]:
                measure(f"{name}, a client's member", member, address)
    finally:
        with tenancy.operator():
            keys = [owner.organization_id, agency.organization_id]
            Organization.objects.filter(pk__in=keys).update(deleted_at=timezone.now())


if __name__ == "__main__":
    main()
