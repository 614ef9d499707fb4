"""A piece ready to go, an account on the small platform, and a clock that tests move."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from accounts import tenancy
from accounts.models import Notification, Organization
from content.models import ContentAsset, GeneratedContent
from publishing.delivery import adapters, sending, sweeping
from publishing.models import PlatformConnection, PublishAttempt, ScheduledPost
from tests.cast import Cast, gather
from tests.publishing import wire


@dataclass
class Clock:
    """Time that passes when a test says so."""

    now: dt.datetime = field(default_factory=timezone.now)

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**span)


def make_piece(organization: Organization, *, text: str = "Rain is not the enemy.", **fields: Any) -> GeneratedContent:
    """Make a piece of words; call in scope."""
    asset = fields.pop("asset", None) or ContentAsset.objects.create(
        organization=organization, kind=ContentAsset.Kind.BLOG, title="Monsoon skin", status=ContentAsset.Status.READY
    )
    values = {"platform": "practice", "title": "Monsoon skin", "made_by": "test"} | fields
    return GeneratedContent.objects.create(organization=organization, asset=asset, text=text, **values)


def make_connection(organization: Organization, *, address: str = "", **fields: Any) -> PlatformConnection:
    """Connect an account on the small platform; call in scope."""
    values: dict[str, Any] = {
        "platform": "practice",
        "account_id": "1",
        "handle": "@kesar",
        "service_url": address or "http://127.0.0.1",
        "access_token": "access-1",
        "extra": {"address": address},
    }
    return PlatformConnection.objects.create(organization=organization, **(values | fields))


def make_post(
    piece: GeneratedContent, connection: PlatformConnection, *, at: dt.datetime, **fields: Any
) -> ScheduledPost:
    """Plan a post without asking the service; call in scope."""
    values: dict[str, Any] = {
        "organization_id": piece.organization_id,
        "piece": piece,
        "piece_version": piece.version,
        "connection": connection,
        "scheduled_for": at,
        "local_time": f"{at:%Y-%m-%dT%H:%M}",
        "timezone": "UTC",
        "next_try_at": at,
        "title": piece.title,
        "text": piece.text,
    }
    return ScheduledPost.objects.create(**(values | fields))


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Nobody's password is at stake here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def platform(settings: Any) -> Iterator[wire.Server]:
    """The small platform, in place of the practice network."""
    settings.PUBLISHING_PLATFORMS = {"practice": "tests.publishing.wire.Small"}
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with wire.running() as server:
        yield server
    adapters.close()


@dataclass
class Desk:
    """One post that is due, and what a worker does about it."""

    cast: Cast
    clock: Clock
    platform: wire.Server
    connection: PlatformConnection
    post: ScheduledPost

    def work(self) -> int:
        """Answer the doorbell."""
        return sending.deliver(self.post.pk, organization_id=self.cast.kesar.pk, clock=self.clock, chance=Random(1))

    def sweep(self) -> int:
        """Let the sweeper pass."""
        return self.sweep_at(self.clock())

    def sweep_at(self, now: dt.datetime) -> int:
        """Let the sweeper pass at a moment."""
        return sweeping.sweep(now=now, chance=Random(1))

    def now(self) -> ScheduledPost:
        """The post as it stands."""
        with tenancy.of_organization(self.cast.kesar.pk):
            return ScheduledPost.objects.select_related("connection").get(pk=self.post.pk)

    def attempts(self) -> list[PublishAttempt]:
        """Every attempt, oldest first."""
        with tenancy.of_organization(self.cast.kesar.pk):
            return list(PublishAttempt.objects.filter(post=self.post))


@pytest.fixture
def desk(transactional_db: None, platform: wire.Server) -> Desk:
    """A post of Kesar's that is due now."""
    cast, clock = gather(), Clock()
    with tenancy.of_organization(cast.kesar.pk):
        connection = make_connection(cast.kesar, address=platform.address)
        post = make_post(make_piece(cast.kesar), connection, at=clock(), scheduled_by=cast.ben.user)
    return Desk(cast, clock, platform, connection, post)


@pytest.fixture
def told(desk: Desk) -> Callable[[], list[tuple[str, str]]]:
    """Who was told what, as (address, kind)."""

    def found() -> list[tuple[str, str]]:
        with tenancy.of_organization(desk.cast.kesar.pk):
            rows = Notification.objects.filter(organization=desk.cast.kesar).order_by("created_at", "user__email")
            return list(rows.values_list("user__email", "kind"))

    return found
