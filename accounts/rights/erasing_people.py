"""Erasing a person: what is theirs goes, what names them is blanked, what they made stays by a former member."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts import audit, tenancy
from accounts.models import DataRequest, Invitation, Membership, Organization, User
from accounts.rights import files, redaction
from accounts.rights import markers as marking
from accounts.rights.erasing_organizations import erase_organization
from accounts.rights.markers import Markers
from accounts.rights.registry import Answer, Fate, answers
from accounts.rights.scrubbing import scrub

Beat = Callable[[int], None]
NAMELESS = "Former member"


def erase_person(user_id: Any, *, beat: Beat) -> dict[str, Any]:
    """Erase a person, and the organisations nobody else works in. A second run finds what is left."""
    with tenancy.operator():
        alone = list(organizations_left_empty(user_id).values_list("pk", flat=True))
    organizations = [erase_organization(key, beat=lambda _progress: None) for key in alone]
    beat(40)
    with tenancy.operator():
        removed = sum(_remove_files(answer, user_id) for answer in answers() if answer.person)
    beat(60)
    with tenancy.operator():
        person = User.objects.select_for_update().get(pk=user_id)
        report = _erase_rows(person, marking.of(person))
    return report | {"files": removed, "organizations": organizations}


def organizations_left_empty(user_id: uuid.UUID) -> QuerySet[Organization]:
    """Return the organisations in which the person works, and nobody else: people of clients cannot lead one."""
    active = Membership.objects.filter(organization=OuterRef("pk"), status=Membership.Status.ACTIVE)
    working = active.exclude(role=Membership.Role.CLIENT)
    mine, others = working.filter(user_id=user_id), working.exclude(user_id=user_id)
    is_owner = Organization.objects.filter(pk=OuterRef("pk"), owner_id=user_id)
    return Organization.objects.exclude(slug__startswith="erased-").filter(
        Exists(mine) | Exists(is_owner), ~Exists(others)
    )


def _remove_files(answer: Answer, user_id: uuid.UUID) -> int:
    """Remove the files that go with a person; those of an organisation's work stay."""
    if answer.table is DataRequest:
        return files.remove_files_of(answer, DataRequest.objects.filter(user_id=user_id, subject="person"))
    gone = [name for name, fate in answer.people.items() if fate == Fate.DELETED]
    if answer.table is User:
        return files.remove_files_of(answer, User.objects.filter(pk=user_id))
    return sum(files.remove_files_of(answer, answer.table._base_manager.filter(**{name: user_id})) for name in gone)


def _erase_rows(person: User, markers: Markers) -> dict[str, Any]:
    blanked = {key: found for key, found in redaction.of_person(person, markers).items() if found}
    _hand_over(person)
    rows = {answer.label: _forget(answer, person) for answer in reversed(answers())}
    rows["accounts.invitation"] = Invitation.objects.filter(email__in=markers.emails).delete()[0]
    rows["sessions.session"] = _sign_out(person)
    _blank_history(person)
    DataRequest.objects.filter(user=person, subject="person").exclude(kind=DataRequest.Kind.ERASURE).delete()
    _make_nameless(person)
    scrubbed = scrub(markers)
    organizations = Organization.objects.in_bulk(list(blanked))
    count = sum(redaction.redact(organizations[key], found) for key, found in blanked.items())
    gone = {label: n for label, n in rows.items() if n}
    return {"rows": gone, "texts_without_the_name": scrubbed, "blanked_audit_entries": count}


def _hand_over(person: User) -> None:
    """Let whoever may most and longest own what the person owned; there is one owner at a time."""
    rank = [Membership.Role.ADMIN, Membership.Role.MANAGER, Membership.Role.CREATOR, Membership.Role.ANALYST]
    for organization in Organization.objects.filter(owner=person):
        members = Membership.objects.filter(organization=organization)
        others = members.filter(status=Membership.Status.ACTIVE).exclude(user=person).order_by("-created_at")
        found = {each.role: each for each in others}
        if heir := next((found[role] for role in rank if role in found), None):
            members.filter(user=person).delete()
            members.filter(pk=heir.pk).update(role=Membership.Role.OWNER)
            Organization.objects.filter(pk=organization.pk).update(owner=heir.user_id)
            audit.record("organization.inherited", heir, organization_id=organization.pk, by=None)


def _forget(answer: Answer, person: User) -> int:
    """Delete the person's own rows of a model, and let others point to nobody."""
    count = 0
    for name, fate in answer.people.items():
        rows = answer.table._base_manager.filter(**{name: person})
        if fate == Fate.DELETED:
            count += rows.delete()[0]
        elif fate == Fate.POINTS_TO_NOBODY:
            count += rows.update(**{name: None})
    return count


def _sign_out(person: User) -> int:
    """End every session of the person; only its content says whose it is."""
    mine = [
        session.session_key
        for session in Session.objects.iterator(chunk_size=500)
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    return Session.objects.filter(session_key__in=mine).delete()[0]


def _blank_history(person: User) -> None:
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk))
    about.update(object_repr="", change_message="")


def _make_nameless(person: User) -> None:
    """Leave a row that says nothing, for the work that points to it."""
    person.groups.clear()
    person.user_permissions.clear()
    kept = {"id", "created_at", "updated_at", "deleted_at", "status", "password", "email", "full_name"}
    for column in person._meta.concrete_fields:
        if column.name not in kept:
            empty = None if column.null else ""
            setattr(person, column.attname, column.get_default() if column.has_default() else empty)
    person.email = f"erased-{person.pk.hex}@erased.invalid"
    person.full_name = NAMELESS
    person.deleted_at = person.deleted_at or timezone.now()
    person.set_unusable_password()
    person.save()
