"""A row of any tenant's table, for one client, one organisation: made from the model's own fields."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from accounts import audit
from accounts.models import (
    AuditEntry,
    ClientAccount,
    IdempotentRequest,
    Invitation,
    Membership,
    Organization,
    TokenGate,
    User,
)
from analytics.models import ConversionSite, Goal, Hit, OptimizationReport
from billing.models import CreditGrant, Invoice, Refund, Subscription, UsagePeriod
from content.models import ItemRating, MediaFix, PieceFile
from publishing.models import Absence, ApprovalRequest, ReviewComment, ScheduledPost, StageApprover
from tests.cast import Cast
from trends.models import TrendAlert


@dataclass
class Place:
    """Whose row it is: an organisation's, perhaps a client's, and a person's of it."""

    name: str
    organization: Organization
    client: ClientAccount | None
    member: Membership
    made: dict[type[models.Model], models.Model] = field(default_factory=dict)

    @property
    def user(self) -> User:
        return self.member.user


def places(cast: Cast) -> list[Place]:
    """Both clients of Kesar, Kesar itself, and Lisbon."""
    return [
        Place("chai", cast.kesar, cast.client, cast.esha),
        Place("metro", cast.kesar, cast.metro, cast.farah),
        Place("kesar", cast.kesar, None, cast.asha),
        Place("lisbon", cast.lisbon, None, cast.dev),
    ]


def tenant_models() -> list[type[models.Model]]:
    """Return every model whose rows belong to an organisation, and organisations themselves."""
    found = [
        model
        for model in apps.get_models()
        if model._meta.managed and any(each.name == "organization" for each in model._meta.fields)
    ]
    return [Organization, *found]


def row_of(model: type[models.Model], place: Place) -> models.Model:
    """Return the place's row of a model, made with its parents when first asked for."""
    if model not in place.made:
        place.made[model] = standing(model, place) or _kept(build(model, place))
    return place.made[model]


def standing(model: type[models.Model], place: Place) -> models.Model | None:
    """Return what the cast, or a service, has put there already."""
    if model is Organization:
        return place.organization
    if model is Membership:
        return place.member
    if model is ClientAccount:
        return place.client
    if model is AuditEntry:
        return audit.record("row.made", place.organization, organization_id=place.organization.pk, by=place.member)
    if model._meta.pk.is_relation:
        return model._base_manager.filter(organization=place.organization).first()
    return None


def _kept(row: models.Model) -> models.Model:
    row.save(force_insert=True)
    return row


def build(model: type[models.Model], place: Place) -> models.Model:
    """Return a new row, not saved; its parents are the place's own."""
    row = model()
    for each, value in _values(model, place):
        setattr(row, each, value)
    for each, value in SPECIAL.get(model, lambda _place: {})(place).items():
        setattr(row, each, value)
    return row


def _values(model: type[models.Model], place: Place) -> Iterator[tuple[str, Any]]:
    for each in model._meta.concrete_fields:
        if each.name == "organization":
            yield each.name, place.organization
        elif each.name == "client":
            yield each.name, place.client
        elif isinstance(each, models.ForeignKey):
            yield each.name, _parent(each, place)
        elif not each.has_default() and not each.null and not each.primary_key:
            yield each.name, _plain(each)


def _parent(each: Any, place: Place) -> models.Model | None:
    target = each.related_model
    if target is each.model or (each.null and _needs(target, each.model)):
        return None
    if target is User:
        return place.user
    return row_of(target, place)


def _needs(child: type[models.Model], parent: type[models.Model]) -> bool:
    """Say whether a child cannot be made before this parent: the parent's own key to it stays empty then."""
    return any(each.related_model is parent and not each.null for each in child._meta.concrete_fields)


def _plain(each: Any) -> Any:
    if each.choices:
        return each.choices[0][0]
    return next((make(each) for kind, make in PLAIN if isinstance(each, kind)), 1 + secrets.randbelow(30_000))


PLAIN: list[tuple[Any, Any]] = [
    (models.DateTimeField, lambda _each: timezone.now() + dt.timedelta(seconds=secrets.randbelow(1000))),
    (models.DateField, lambda _each: timezone.localdate()),
    (models.TimeField, lambda _each: dt.time(9, secrets.randbelow(60))),
    (models.EmailField, lambda _each: f"{secrets.token_hex(4)}@rows.example"),
    (models.URLField, lambda _each: "https://rows.example/"),
    (models.FileField, lambda _each: ""),
    (models.CharField | models.TextField, lambda each: secrets.token_hex(8)[: each.max_length or 16]),
    (models.UUIDField, lambda _each: uuid.uuid4()),
    (models.BinaryField, lambda each: secrets.token_bytes(each.max_length or 16)),
]


def _somebody_else(place: Place) -> Membership:
    """Return another member of the place's organisation, new if need be."""
    found = Membership.objects.filter(organization=place.organization).exclude(pk=place.member.pk).first()
    if found is None:
        person = User.objects.create_user(email=f"{secrets.token_hex(4)}@rows.example", password="a-long-one-7")
        found = Membership.objects.create(organization=place.organization, user=person, role="creator")
    return found


SPECIAL: dict[type[models.Model], Any] = {
    Absence: lambda place: {"deputy": _somebody_else(place)},
    Invitation: lambda place: {"role": "client" if place.client else "creator"},
    TokenGate: lambda _place: {"standard": "native", "contract": "", "opens": "premium", "role": ""},
    PieceFile: lambda _place: {"is_current": False},  # of several, one at most goes along
    MediaFix: lambda _place: {"status": "completed"},
    ItemRating: lambda _place: {"stars": 4},
    ScheduledPost: lambda _place: {"platform_post_id": ""},  # nothing of it stands yet
    StageApprover: lambda place: {"kind": "member", "member": place.member, "role": ""},
    ApprovalRequest: lambda _place: {"status": "rejected"},  # of several, one at most is living
    ReviewComment: lambda _place: {"is_internal": False},
    Hit: lambda _place: {"site": None},  # of a link
    ConversionSite: lambda _place: {"salt": secrets.token_bytes(32)},
    Goal: lambda _place: {"deadline": timezone.localdate() + dt.timedelta(days=90)},
    OptimizationReport: lambda _place: {"last_day": timezone.localdate() + dt.timedelta(days=90)},
    TrendAlert: lambda _place: {"keywords": ["rain"]},
    IdempotentRequest: lambda place: {"actor": f"user:{place.user.pk}"},
    Subscription: lambda _place: {"status": "expired", "current_period_end": timezone.now() + dt.timedelta(days=30)},
    UsagePeriod: lambda _place: {"ends_at": timezone.now() + dt.timedelta(days=30)},
    CreditGrant: lambda _place: {"amount": 100, "remaining": 100},
    Refund: lambda _place: {"approved_by": None},  # a second person agrees
    Invoice: lambda _place: {"payment": None},  # of one payment, one
}
