"""The database alone keeps clients and organisations apart: every table, with the application's filters removed."""

import re
from collections.abc import Callable, Iterator
from copy import copy
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from accounts import tenancy
from accounts.models import AuditCheck, AuditEntry, AuditHead, ClientAccount, Membership, Organization, TokenGate
from accounts.models.base import client_path
from analytics.models import EventBatch, Hit, RollupMark, TouchedHour
from billing.models import (
    BillingDetails,
    Checkout,
    CreditAccount,
    CreditEntry,
    CreditGrant,
    CreditNote,
    CreditReservation,
    DunningStep,
    GatewayCustomer,
    Invoice,
    InvoiceLine,
    Payment,
    Refund,
    Subscription,
    SubscriptionChange,
    UsageMark,
    UsagePeriod,
)
from content.models import Calibration, GeneratedContent, ItemRating
from publishing.models import Absence, PlatformConnection, QARequest, ScheduledPost
from tests.cast import Cast
from tests.rows import Place, build, places, row_of, tenant_models

MODELS = tenant_models()
# What a client's member reads beside their client's rows: the organisation's name, in the shell of every page.
SEEN = {Organization}
# What is the organisation's alone: no client's member reads or writes it.
INTERNAL = {Absence, AuditEntry, AuditHead, AuditCheck, Calibration, CreditEntry, ItemRating, TokenGate}
INTERNAL |= {EventBatch, Hit, RollupMark, TouchedHour}
INTERNAL |= {Subscription, SubscriptionChange, DunningStep, Checkout, Payment, Refund, GatewayCustomer, BillingDetails}
INTERNAL |= {Invoice, InvoiceLine, CreditNote, UsagePeriod, UsageMark, CreditAccount, CreditGrant, CreditReservation}
# What is done on a client's work behind the curtain: theirs by its column, and no member of theirs reads it.
BEHIND = {QARequest}
# Rows that belong to one or the other, never to both.
EITHER: dict[type[models.Model], set[str]] = {Hit: {"link_id", "site_id"}}
# Rows that make themselves: nobody inserts them.
BY_TRIGGER = {AuditHead}
# Parents that a row of one organisation may not take from another. Nothing is left out.
KEYS = [
    (model, each)
    for model in MODELS
    for each in model._meta.concrete_fields
    if isinstance(each, models.ForeignKey) and each.related_model in MODELS and each.related_model is not Organization
]


@pytest.fixture
def rows(cast: Cast) -> list[Place]:
    """One row of every model for both clients of Kesar, for Kesar itself, and for Lisbon."""
    found = places(cast)
    with tenancy.operator():
        for place in found:
            for model in MODELS:
                if model not in (INTERNAL if place.client else {ClientAccount}):
                    row_of(model, place)
    return found


def seen_by(member: Membership, model: type[models.Model]) -> set[Any]:
    """Return the keys a member reads with plain SQL."""
    column = model._meta.pk.column
    with tenancy.of_member(member), connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        return {key for (key,) in cursor.fetchall()}


def keys(place: Place) -> Iterator[tuple[type[models.Model], Any]]:
    return ((model, row.pk) for model, row in place.made.items() if model in MODELS)


def test_every_tenants_table_forces_row_level_security_for_reading_and_writing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = 'tenant' AND qual LIKE '%%app.client%%'")
        guarded = {name for (name,) in cursor.fetchall()}
    tables = {model._meta.db_table for model in MODELS}
    assert tables - forced == set()
    assert tables - guarded - {Organization._meta.db_table} == set()


def test_a_clients_member_reads_no_row_of_another_client_or_of_the_agency(rows: list[Place]) -> None:
    chai, *others = rows
    for place in others:
        read = [model for model, key in keys(place) if key in seen_by(chai.member, model)]
        leaked = [
            model._meta.label for model in read if not (model in SEEN and place.organization == chai.organization)
        ]
        assert leaked == [], place.name


def test_a_clients_member_reads_all_that_is_the_clients(rows: list[Place]) -> None:
    for place in rows[:2]:
        missed = [model for model, key in keys(place) if key not in seen_by(place.member, model)]
        assert [model for model in missed if model not in INTERNAL | BEHIND] == []


def test_the_agencys_people_read_every_client_and_nothing_of_another_organisation(rows: list[Place]) -> None:
    *ours, lisbon = rows
    for place in ours:
        assert [model._meta.label for model, key in keys(place) if key not in seen_by(rows[2].member, model)] == []
        assert [model._meta.label for model, key in keys(place) if key in seen_by(lisbon.member, model)] == []
    assert [model._meta.label for model, key in keys(lisbon) if key in seen_by(rows[2].member, model)] == []


def test_a_person_who_entered_nothing_reads_only_where_they_are_a_member(rows: list[Place]) -> None:
    chai = rows[0]
    with tenancy.of_user(chai.user.pk):
        counts = {model: model._base_manager.count() for model in MODELS}
    assert {model for model, count in counts.items() if count} <= {Organization, Membership, ClientAccount} | {
        model for model in MODELS if model._meta.model_name == "datarequest"
    }
    assert (counts[Organization], counts[Membership], counts[ClientAccount]) == (1, 1, 1)


def refused(deed: Callable[[], object]) -> str:
    """Do it, undo it, and return in which words the database refused it; nothing where it did not."""
    try:
        with transaction.atomic():
            deed()
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


def test_what_is_allowed_is_told_from_what_is_refused(rows: list[Place]) -> None:
    chai, metro, *_others = rows
    assert refused(partial(_insert, PlatformConnection, chai, chai)) == ""
    assert "row-level security" in refused(partial(_insert, PlatformConnection, metro, chai))
    assert "does not exist" in refused(partial(_ask, "SELECT nothing FROM nowhere"))


def _ask(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_clients_member_writes_no_row_into_another_place(rows: list[Place]) -> None:
    chai, *others = rows
    open_doors = [
        f"{model.__name__} of {place.name}"
        for model in MODELS
        for place in others
        if model not in BY_TRIGGER
        and not (place.client and model in INTERNAL)
        and not re.search("row-level security|does not follow", refused(partial(_insert, model, place, chai)))
    ]
    assert open_doors == []


def _insert(model: type[models.Model], place: Place, chai: Place) -> None:
    with tenancy.operator():
        row = build(model, place) if model not in {Organization, Membership, AuditEntry} else copy(place.made[model])
        if model is Membership:
            row.user = chai.user  # type: ignore[attr-defined]
    row.pk = type(row)().pk
    with tenancy.of_member(chai.member):
        row.save(force_insert=True)


def test_a_clients_member_moves_and_removes_no_row_elsewhere(rows: list[Place]) -> None:
    chai, *others = rows
    with tenancy.of_member(chai.member), connection.cursor() as cursor:
        for model in MODELS:
            if model in INTERNAL:
                continue
            table, pk = model._meta.db_table, model._meta.pk.column
            for place in others:
                if model not in place.made or place.made[model].pk == chai.organization.pk:
                    continue
                cursor.execute(f"UPDATE {table} SET {pk} = {pk} WHERE {pk} = %s", [place.made[model].pk])
                assert cursor.rowcount == 0, model
                cursor.execute(f"DELETE FROM {table} WHERE {pk} = %s", [place.made[model].pk])
                assert cursor.rowcount == 0, model


def test_a_clients_member_gives_no_row_away(rows: list[Place]) -> None:
    chai, metro, *_others = rows
    given: tuple[dict[str, models.Model | None], ...] = (
        {"client_id": metro.client},
        {"client_id": None},
        {"organization_id": rows[3].organization},
    )
    open_doors = [
        f"{model.__name__} by {changed}"
        for model in MODELS
        if client_path(model) == "client_id" and model not in BEHIND
        for changed in given
        if "row-level security" not in refused(partial(_give, chai, model, changed))
    ]
    assert open_doors == []


def _give(chai: Place, model: type[models.Model], changed: dict[str, models.Model | None]) -> None:
    values = {name: row.pk if row else None for name, row in changed.items()}
    with tenancy.of_member(chai.member):
        model._base_manager.filter(pk=chai.made[model].pk).update(**values)


def test_no_row_has_a_parent_in_another_organisation(rows: list[Place]) -> None:
    _chai, metro, kesar, lisbon = rows
    tram = _foreign_client(lisbon)
    open_doors = []
    for model, each in KEYS:
        child = (metro if each.related_model is ClientAccount else kesar).made[model]
        parent = tram if each.related_model is ClientAccount else lisbon.made[each.related_model]
        if "same_organization" not in refused(partial(_adopt, child, each, parent, instead_of=lisbon.made[model])):
            open_doors.append(f"{model.__name__}.{each.name}")
    assert open_doors == []


def _adopt(child: models.Model, each: Any, parent: models.Model, *, instead_of: models.Model) -> None:
    """Hang a row under a parent elsewhere; where only one has room there, in its place."""
    with tenancy.operator():
        try:
            _hang(child, each, parent)
        except IntegrityError as error:
            if "duplicate key" not in str(error):
                raise
            type(instead_of)._base_manager.filter(pk=instead_of.pk).delete()
            _hang(child, each, parent)


def _hang(child: models.Model, each: Any, parent: models.Model) -> None:
    others = dict.fromkeys(EITHER.get(type(child), set()) - {each.attname})
    with transaction.atomic(), connection.cursor() as cursor:
        type(child)._base_manager.filter(pk=child.pk).update(**{each.attname: parent.pk}, **others)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _foreign_client(lisbon: Place) -> models.Model:
    with tenancy.operator():
        return ClientAccount.objects.create(organization=lisbon.organization, name="Tram 28", slug="tram-28")


def test_a_shared_account_is_read_where_a_post_went_and_never_written(rows: list[Place], cast: Cast) -> None:
    chai, _metro, kesar, _lisbon = rows
    shared = kesar.made[PlatformConnection]
    assert shared.pk not in seen_by(chai.member, PlatformConnection)
    with tenancy.operator():
        post = chai.made[ScheduledPost]
        ScheduledPost.objects.filter(pk=post.pk).update(connection=shared)
    assert shared.pk in seen_by(chai.member, PlatformConnection)
    assert shared.pk not in seen_by(cast.farah, PlatformConnection)
    with tenancy.of_member(chai.member):
        assert PlatformConnection.objects.filter(pk=shared.pk).update(client=cast.client) == 0
        assert PlatformConnection.objects.filter(pk=shared.pk)._raw_delete("default") == 0
        assert not PlatformConnection.objects.visible_to(chai.member).filter(pk=shared.pk).exists()


def test_a_piece_of_one_client_cannot_be_hung_under_the_asset_of_another(rows: list[Place]) -> None:
    chai, metro, *_others = rows
    piece = chai.made[GeneratedContent]
    foreign = metro.made[GeneratedContent].asset_id  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError, match="row-level security"), tenancy.of_member(chai.member):
        GeneratedContent.objects.filter(pk=piece.pk).update(asset_id=foreign)


def test_the_first_net_narrows_every_table_that_the_second_one_does(rows: list[Place]) -> None:
    """Rows taken through `visible_to` are the client's even for a role that row-level security does not bind."""
    chai, *others = rows
    with tenancy.operator():
        for model in MODELS:
            manager = model._default_manager
            if not client_path(model):
                continue
            found = set(manager.all().visible_to(chai.member).values_list("pk", flat=True))  # type: ignore[attr-defined]
            assert found & {place.made[model].pk for place in others if model in place.made} == set(), model
            assert chai.made[model].pk in found, model


def test_what_an_agency_member_narrows_to_is_all_they_are_shown(rows: list[Place], cast: Cast) -> None:
    chai, metro, kesar, _lisbon = rows
    cast.asha.narrowed_to = cast.client.pk
    with tenancy.of_member(cast.asha), transaction.atomic():
        for model in MODELS:
            if client_path(model) and getattr(model, "IS_WORK", True):
                found = set(model._default_manager.all().visible_to(cast.asha).values_list("pk", flat=True))  # type: ignore[attr-defined]
                assert chai.made[model].pk in found, model
                assert found & {metro.made[model].pk, kesar.made[model].pk} == set(), model
