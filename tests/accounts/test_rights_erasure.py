"""After an erasure a search through everything finds the person, or the organisation, nowhere but in what is named."""

import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import audit, sealing, tenancy
from accounts.models import (
    ApiKey,
    AuditEntry,
    ClientAccount,
    DataRequest,
    Invitation,
    Membership,
    Notification,
    Organization,
    User,
    Wallet,
)
from accounts.rights import registry, work
from accounts.services import organizations
from content.models import ContentAsset, Upload
from publishing.models import PlatformConnection
from tests.accounts.searching import in_database, in_files, in_sessions
from tests.accounts.taking import worked
from tests.cast import PASSWORD, Cast
from tests.world import World, furnish
from trenddrop.models import TaskRun

IP, AGENT, PHONE, AVATAR = "198.51.100.77", "Ben-Browser/7", "+919812345678", "ben-avatar-face"
EMAIL, OTHER_EMAIL, NAME, WALLET = "ben@kesar.example", "benny@home.example", "Ben Thomas", "0x" + "Be" * 20
WORDS = (EMAIL, OTHER_EMAIL, NAME, PHONE, IP, AGENT, AVATAR, WALLET)


@dataclass(frozen=True)
class Traces:
    """Ben, and his own organisation in which nobody else works."""

    world: World
    ben: User
    own: Organization


@pytest.fixture
def traces(cast: Cast) -> Traces:
    """Ben has left traces everywhere."""
    world = furnish(cast)
    ben = cast.ben.user
    own = organizations.create(name="Ben's corner", owner=ben).organization
    ben.phone, ben.phone_verified, ben.bounced_address = PHONE, True, OTHER_EMAIL
    ben.avatar.save(f"{AVATAR}.webp", ContentFile(b"a face"), save=True)
    Client().login(email=EMAIL, password=PASSWORD)
    with tenancy.operator():
        _sign_ins(ben)
        _rows(cast, ben, own)
        _said_of(cast, ben)
        _audited(cast)
    return Traces(world, ben, own)


def _sign_ins(ben: User) -> None:
    EmailAddress.objects.create(user=ben, email=EMAIL, verified=True, primary=True)
    EmailAddress.objects.create(user=ben, email=OTHER_EMAIL)
    Authenticator.objects.create(user=ben, type="totp", data={"secret": EMAIL})
    SocialAccount.objects.create(user=ben, provider="google", uid="1", extra_data={"email": OTHER_EMAIL, "name": NAME})
    UserSession.objects.create(user=ben, ip=IP, user_agent=AGENT, session_key="s", created_at=timezone.now())
    Wallet.objects.create(user=ben, address=WALLET, proved_at=timezone.now(), message=f"I am {WALLET}")


def _rows(cast: Cast, ben: User, own: Organization) -> None:
    asset = ContentAsset(organization=own, kind="image", title=f"{NAME} at home", created_by=ben)
    asset.file.save("home.txt", ContentFile(f"{NAME} {EMAIL}".encode()), save=True)
    ApiKey.objects.create(
        organization=cast.kesar, membership=cast.ben, name=f"{NAME}'s key", prefix="td_1", last_used_ip=IP
    )
    upload = Upload.objects.create(
        organization=cast.kesar, user=ben, name=f"{NAME}.mp4", length=5, expires_at=timezone.now()
    )
    upload.path.parent.mkdir(parents=True, exist_ok=True)
    upload.path.write_bytes(EMAIL.encode())
    request = DataRequest(kind="export", status="done", subject="person", user=ben, due_at=timezone.now())
    request.file.save("ben.zip", ContentFile(EMAIL.encode()), save=True)


def _said_of(cast: Cast, ben: User) -> None:
    now = timezone.now()
    for organization in (cast.kesar, cast.lisbon):
        Invitation.objects.create(
            organization=organization,
            email=EMAIL.upper() if organization is cast.lisbon else EMAIL,
            role="creator",
            token_hash=uuid.uuid4().hex,
            expires_at=now,
            last_sent_at=now,
        )
    Notification.objects.create(
        organization=cast.kesar, user=cast.asha.user, kind="membership", title=f"{NAME} joined", message=f"<{EMAIL}>"
    )
    ClientAccount.objects.filter(pk=cast.client.pk).update(contact_name=NAME, contact_email=EMAIL)
    PlatformConnection.objects.filter(organization=cast.kesar).update(
        last_error=f"{EMAIL} was refused", connected_by=ben
    )
    TaskRun.objects.create(
        task="x", ended_at=now, seconds=1, outcome="failed", error=f"no route to {EMAIL.upper()}", runs=1
    )
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=cast.asha.user, content_type=kind, object_id=str(ben.pk), object_repr=NAME, action_flag=CHANGE
    )
    LogEntry.objects.create(
        user=ben, content_type=kind, object_id="1", object_repr="x", action_flag=CHANGE, change_message=f"for {EMAIL}"
    )


def _audited(cast: Cast) -> None:
    kesar = cast.kesar.pk
    token = audit.origin.set(audit.Origin(IP, AGENT))
    audit.record("brand.changed", cast.brand, organization_id=kesar, by=cast.ben, fields=["tone"])
    audit.origin.reset(token)
    audit.record("membership.changed", cast.ben, organization_id=kesar, by=cast.asha, email=EMAIL, role="creator")
    audit.record("brand.changed", cast.brand, organization_id=kesar, by=cast.asha, fields=["name"])
    acting = audit.operator.set(cast.dev.user)
    audit.record("brand.changed", cast.brand, organization_id=kesar, by=cast.ben, fields=["niche"])
    audit.operator.reset(acting)


def erased(person: User) -> dict[str, Any]:
    """Let the person ask, the time run out, and the sweep come by."""
    past = timezone.now() - dt.timedelta(minutes=1)
    User.objects.filter(pk=person.pk).update(status="deleted", erase_after=past, deleted_at=past)
    [key] = work.sweep()
    with tenancy.operator():
        request = DataRequest.objects.get(pk=key)
    done = worked(request)
    assert (done.status, done.error) == ("done", "")
    report: dict[str, Any] = done.report
    return report


def test_a_person_is_found_nowhere_afterwards(traces: Traces, tmp_path: Path) -> None:
    assert len(in_database(*WORDS)) > 12
    assert in_files(tmp_path, *WORDS)
    erased(traces.ben)
    assert in_database(*WORDS) == {}
    assert in_files(tmp_path, *WORDS) == []
    assert in_sessions(str(traces.ben.pk)) == []


def test_what_they_wrote_for_an_organisation_stays_and_that_is_named(traces: Traces) -> None:
    with tenancy.operator():
        asset = ContentAsset.objects.get(pk=traces.world.ids["asset"])
        ContentAsset.objects.filter(pk=asset.pk).update(title=f"An hour with {NAME}", created_by=traces.ben)
    erased(traces.ben)
    assert set(in_database(*WORDS)) == {"content_contentasset"}
    with tenancy.operator():
        asset.refresh_from_db()
        assert (asset.title, str(asset.created_by)) == (f"An hour with {NAME}", "Former member")
    assert any("What they made" in str(kept.what) for kept in registry.kept_of_person())


@pytest.mark.parametrize("name", ["कविता शर्मा", "Ben Thomas Jr."])
def test_a_name_is_found_whatever_sign_it_ends_with(traces: Traces, name: str) -> None:
    kesar = traces.world.cast.kesar
    User.objects.filter(pk=traces.ben.pk).update(full_name=name)
    with tenancy.operator():
        audit.record("client.changed", kesar, organization_id=kesar.pk, by=traces.world.cast.asha, name=f"{name} जी")
        audit.record("client.changed", kesar, organization_id=kesar.pk, by=traces.world.cast.asha, name=f"x{name}y")
    erased(User.objects.get(pk=traces.ben.pk))
    with tenancy.operator():
        rows = AuditEntry.objects.filter(organization=kesar, action="client.changed").order_by("sequence")
        assert [row.metadata["name"] for row in rows][-2:] == [None, f"x{name}y"]


def test_the_audit_chains_still_prove_after_an_erasure(traces: Traces) -> None:
    kesar = traces.world.cast.kesar
    erased(traces.ben)
    with tenancy.operator():
        for organization in Organization.objects.all():
            assert audit.first_fault(organization.pk) is None
        own = AuditEntry.objects.filter(organization=kesar, actor=traces.ben).first()
        about = AuditEntry.objects.get(organization=kesar, action="membership.changed")
        others = AuditEntry.objects.filter(organization=kesar, action="brand.changed").exclude(actor=traces.ben).first()
    assert own is not None
    assert (own.actor_name, own.ip, own.user_agent, own.action) == ("", None, "", "brand.changed")
    assert about.actor_name == "Asha Menon"
    assert about.metadata == {"email": None, "role": "creator"}
    assert others is not None
    assert others.metadata == {"fields": ["name"]}
    assert not sealing.redacted(others)


def test_their_own_organisation_goes_and_the_others_stay(traces: Traces) -> None:
    report = erased(traces.ben)
    with tenancy.operator():
        own = Organization.objects.get(pk=traces.own.pk)
        assert (own.name, own.slug) == ("Erased organisation", f"erased-{own.pk.hex}")
        assert not ContentAsset.objects.filter(organization=own).exists()
        assert Organization.objects.get(pk=traces.world.cast.kesar.pk).name == "Kesar Naturals"
        assert not Membership.objects.filter(user=traces.ben).exists()
        ben = User.objects.get(pk=traces.ben.pk)
    assert (str(ben), ben.status, ben.erase_after, ben.has_usable_password()) == (
        "Former member",
        "deleted",
        None,
        False,
    )
    assert len(report["organizations"]) == 1
    assert report["blanked_audit_entries"] == 3


def test_an_organisation_in_which_only_people_of_a_client_are_left_goes_too(traces: Traces) -> None:
    with tenancy.operator():
        client = ClientAccount.objects.create(organization=traces.own, name="Chai Point", slug="chai-point")
        esha = traces.world.cast.esha.user
        Membership.objects.create(organization=traces.own, user=esha, role="client", client=client)
    erased(traces.ben)
    with tenancy.operator():
        assert Organization.objects.get(pk=traces.own.pk).name == "Erased organisation"
        assert not Membership.objects.filter(organization=traces.own).exists()
        assert Membership.objects.filter(user=esha, organization=traces.world.cast.kesar).exists()


def test_a_client_who_goes_takes_no_organisation_along(traces: Traces) -> None:
    cast = traces.world.cast
    with tenancy.operator():
        Membership.objects.filter(organization=cast.kesar).exclude(role="client").exclude(role="owner").delete()
    erased(cast.esha.user)
    with tenancy.operator():
        assert Organization.objects.get(pk=cast.kesar.pk).name == "Kesar Naturals"


def test_somebody_of_the_same_name_elsewhere_keeps_theirs(traces: Traces) -> None:
    lisbon = traces.world.cast.lisbon
    with tenancy.operator():
        namesake = User.objects.create_user("bt@lisbon.example", PASSWORD, full_name=NAME)
        member = Membership.objects.create(organization=lisbon, user=namesake, role="creator")
        Invitation.objects.filter(organization=lisbon).delete()
        Notification.objects.create(organization=lisbon, user=namesake, kind="data", title=f"Hello {NAME}")
        audit.record("brand.changed", member, organization_id=lisbon.pk, by=member)
    erased(traces.ben)
    assert set(in_database(NAME)) == {"accounts_user", "accounts_notification", "accounts_auditentry"}


def test_an_owner_who_goes_hands_over_to_whoever_may_most(traces: Traces) -> None:
    cast = traces.world.cast
    erased(cast.asha.user)
    with tenancy.operator():
        kesar = Organization.objects.get(pk=cast.kesar.pk)
        assert kesar.owner_id == cast.ben.user_id
        assert Membership.objects.get(pk=cast.ben.pk).role == "owner"


def test_who_came_back_in_time_is_not_erased(traces: Traces) -> None:
    past = timezone.now() - dt.timedelta(minutes=1)
    User.objects.filter(pk=traces.ben.pk).update(status="deleted", erase_after=past)
    [key] = work.sweep()
    User.objects.filter(pk=traces.ben.pk).update(status="active", erase_after=None)
    with tenancy.operator():
        request = DataRequest.objects.get(pk=key)
    done = worked(request)
    assert done.status == "cancelled"
    assert "restored" in done.error
    assert User.objects.get(pk=traces.ben.pk).email == EMAIL


def test_nobody_is_erased_before_their_time(traces: Traces) -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    User.objects.filter(pk=traces.ben.pk).update(status="deleted", erase_after=soon)
    with tenancy.operator():
        Organization.objects.filter(pk=traces.own.pk).update(deleted_at=timezone.now(), erase_after=soon)
    assert work.sweep() == []


def test_an_erasure_that_was_cut_off_is_finished_by_the_next_worker(traces: Traces, tmp_path: Path) -> None:
    past = timezone.now() - dt.timedelta(minutes=1)
    User.objects.filter(pk=traces.ben.pk).update(status="deleted", erase_after=past)
    [key] = work.sweep()
    with tenancy.operator():
        request = DataRequest.objects.get(pk=key)

    def cut(progress: int) -> None:
        if progress >= 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work.ENGINES["erasure"](request, beat=cut)
    assert worked(request).status == "done"
    assert in_database(*WORDS) == {}
    assert in_files(tmp_path, *WORDS) == []


# Organisations


def erased_organization(organization: Organization) -> DataRequest:
    past = timezone.now() - dt.timedelta(minutes=1)
    with tenancy.operator():
        Organization.objects.filter(pk=organization.pk).update(deleted_at=past, erase_after=past)
    [key] = work.sweep()
    with tenancy.operator():
        request = DataRequest.objects.get(pk=key)
    done = worked(request)
    assert (done.status, done.error) == ("done", "")
    return done


# What was issued says whom it was issued to: the law asks for it.
DOCUMENTS = {"billing_invoice", "billing_invoiceline", "billing_creditnote"}


def test_an_organisation_is_found_nowhere_afterwards(traces: Traces, tmp_path: Path) -> None:
    kesar = traces.world.cast.kesar
    with tenancy.operator():
        LogEntry.objects.create(
            user=traces.world.cast.dev.user,
            content_type=ContentType.objects.get_for_model(ContentAsset),
            object_id=str(traces.world.ids["asset"]),
            object_repr="KESAR asset",
            action_flag=CHANGE,
        )
        User.objects.filter(email__startswith="guest@").update(full_name="a person keeps their name")
        Wallet.objects.update(label="and their wallet")
    default_storage.save(f"assets/{kesar.pk}/lost/KESAR.bin", ContentFile(b"nobody names me"))
    words = ("KESAR ", "Kesar", "kesar-naturals", "Chai Point", "chai-point", "skin barrier")
    assert len(in_database(*words, like="LIKE")) > 12
    done = erased_organization(kesar)
    assert set(in_database(*words, like="LIKE")) == DOCUMENTS
    assert in_files(tmp_path / "media" / "assets", "KESAR ") == []
    assert in_files(tmp_path, str(kesar.pk)) == []
    assert done.report["files"] >= 4
    assert not (tmp_path / "media" / "assets" / str(kesar.pk)).exists()


def test_what_stays_of_an_organisation_is_what_the_registry_names(traces: Traces) -> None:
    kesar = traces.world.cast.kesar
    erased_organization(kesar)
    kept = set()
    with tenancy.operator():
        for answer in registry.answers():
            if answer.organization and answer.table is not User and answer.rows_of_organization(kesar.pk).exists():
                kept.add(answer.label)
        assert audit.first_fault(kesar.pk) is None
        said = AuditEntry.objects.filter(organization=kesar).exclude(actor_name__in=["", "TrendDrop"])
        assert not said.exists()
        assert not AuditEntry.objects.filter(organization=kesar).exclude(ip=None).exists()
    assert kept <= {each.label for each in registry.answers() if each.kept_of_organization}
    assert kept >= {"accounts.organization", "accounts.auditentry", "accounts.datarequest"}


def test_the_other_organisation_is_untouched(traces: Traces) -> None:
    lisbon = traces.world.cast.lisbon
    with tenancy.operator():
        before = {a.label: a.rows_of_organization(lisbon.pk).count() for a in registry.answers() if a.organization}
    erased_organization(traces.world.cast.kesar)
    with tenancy.operator():
        after = {a.label: a.rows_of_organization(lisbon.pk).count() for a in registry.answers() if a.organization}
    assert after == before


# The one door that the database leaves open


def redact(entry: AuditEntry, parts: list[str], record: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT accounts_auditentry_redact(%s, %s, %s)", [entry.pk, parts, record])


def test_the_database_blanks_nothing_without_a_record_that_names_the_entry(everywhere: Cast) -> None:
    kesar = everywhere.kesar
    entry = audit.record("brand.changed", everywhere.brand, organization_id=kesar.pk, by=everywhere.asha)
    other = audit.record("brand.changed", everywhere.brand, organization_id=kesar.pk, by=everywhere.asha)
    with pytest.raises(DatabaseError, match="append-only"):
        redact(entry, ["actor_name"], other.sequence)
    record = audit.record(sealing.REDACTED, kesar, organization_id=kesar.pk, by=None, entries=[entry.sequence])
    with pytest.raises(DatabaseError, match="append-only"):
        redact(other, ["actor_name"], record.sequence)
    with pytest.raises(DatabaseError, match="append-only"):
        redact(entry, [], record.sequence)
    redact(entry, ["actor_name"], record.sequence)
    entry.refresh_from_db()
    assert entry.actor_name == ""
    assert audit.first_fault(kesar.pk) is None


@pytest.mark.parametrize("change", ["action = 'x'", "actor_name = 'Eve'", "seals = '{}'", "salts = '{}'", "hash = ''"])
def test_an_entry_is_not_changed_in_any_other_way(change: str, everywhere: Cast) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE accounts_auditentry SET {change}")


def test_a_redaction_of_which_the_chain_knows_nothing_is_found(everywhere: Cast) -> None:
    kesar = everywhere.kesar
    entry = audit.record("brand.changed", everywhere.brand, organization_id=kesar.pk, by=everywhere.asha, a="b")
    entry.salts.pop("actor_name")
    entry.actor_name = ""
    assert sealing.fault(entry, {}) == "was redacted without a record"
    entry.redacted_by = 9
    assert sealing.fault(entry, {9: [entry.sequence]}) is None
    entry.actor_name = "Eve"
    assert sealing.fault(entry, {9: [entry.sequence]}) == "was changed after it was redacted"
    entry.metadata = {"a": "c"}
    assert sealing.fault(entry, {9: [entry.sequence]}) == "was changed"
