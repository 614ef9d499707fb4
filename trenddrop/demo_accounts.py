"""Accounts of the demo beside the practice network: one that needs a look, and one that is posted to by hand."""

import datetime as dt

from accounts import tenancy
from accounts.models import BrandProfile, Membership
from content.models import ContentAsset, GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost
from publishing.platforms.assisted import BY_HAND

Status = PlatformConnection.Status
WORDS = (
    "Asked in the shop every day this week: no, rain does not wash sunscreen off that fast. Sweat and towels do."
    " Put it on again at noon. #monsoonskin"
)


def gather(membership: Membership, brand: BrandProfile, *, now: dt.datetime) -> None:
    """Connect both, and let a post wait for its person; nothing of it can reach a platform."""
    with tenancy.of_member(membership):
        _signed_out(membership, now=now)
        _waiting(membership, brand, now=now)


def _signed_out(membership: Membership, *, now: dt.datetime) -> None:
    PlatformConnection.objects.create(
        organization_id=membership.organization_id,
        platform="tiktok",
        account_id="example",
        handle="@kesarnaturals",
        display_name="Kesar Naturals",
        service_url="https://www.tiktok.com",
        status=Status.NEEDS_RECONNECT,
        last_error="The sign-in was ended on the platform.",
        last_checked_at=now - dt.timedelta(hours=5),
        connected_by=membership.user,
    )


def _waiting(membership: Membership, brand: BrandProfile, *, now: dt.datetime) -> None:
    """Put a post to the hour that has just come: it waits on a phone."""
    at = now.replace(second=0, microsecond=0)
    ScheduledPost.objects.create(
        organization_id=membership.organization_id,
        piece=_spilled(membership, brand),
        piece_version=1,
        connection=_by_hand(membership),
        text=WORDS,
        metadata={"include_media": False, "language": "en", "options": {}},
        scheduled_for=at,
        next_try_at=now + dt.timedelta(hours=2),
        local_time=at.strftime("%Y-%m-%dT%H:%M"),
        timezone="UTC",
        status=ScheduledPost.Status.ASSISTED,
        reminders=1,
        scheduled_by=membership.user,
    )


def _by_hand(membership: Membership) -> PlatformConnection:
    return PlatformConnection.objects.create(
        organization_id=membership.organization_id,
        platform="spill",
        account_id=f"{BY_HAND}:kesarnaturals",
        handle="@kesarnaturals",
        display_name="Kesar Naturals",
        service_url="",
        kind=BY_HAND,
        extra={"handle": "@kesarnaturals", "url": ""},
        connected_by=membership.user,
    )


def _spilled(membership: Membership, brand: BrandProfile) -> GeneratedContent:
    shared = {"organization_id": membership.organization_id, "brand": brand}
    asset = ContentAsset.objects.create(
        **shared,
        kind=ContentAsset.Kind.BLOG,
        title="What people ask in the shop",
        text=WORDS,
        status=ContentAsset.Status.READY,
        created_by=membership.user,
        is_example=True,
    )
    return GeneratedContent.objects.create(
        **shared, asset=asset, platform="spill", text=WORDS, made_by="example", language="en"
    )
