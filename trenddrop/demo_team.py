"""Who works in the demo workspace, and for whom: a team, a client with its own member, how the brand sounds."""

import datetime as dt

from django.utils import timezone

from accounts import tenancy
from accounts.models import AudienceProfile, BrandProfile, ClientAccount, Membership, User
from accounts.services import audiences, brands, clients, invitations, voice

TEAM = [
    ("Ben Thomas", "ben@trenddrop.example", Membership.Role.CREATOR),
    ("Chitra Iyer", "chitra@trenddrop.example", Membership.Role.ANALYST),
]
CLIENT_MEMBER = ("Esha Khan", "esha@trenddrop.example")


def gather(owner: Membership, brand: BrandProfile, *, password: str, texts: list[str], now: dt.datetime) -> None:
    """Fill the agency: members who sign in with the demo's password, a client, an open invitation, samples."""
    with tenancy.of_member(owner):
        for name, email, role in TEAM:
            _join(owner, name, email, password=password, role=role)
        client = clients.add(
            ClientAccount(name="Chai Point", contact_name="Esha Khan", brand_colors=["#8c4a1d", "#f2e3cf"]), by=owner
        )
        _join(owner, *CLIENT_MEMBER, password=password, role=Membership.Role.CLIENT, client=client)
        brands.create(
            BrandProfile(
                organization=owner.organization,
                client=client,
                name="Chai Point",
                industry="tea houses",
                keywords=["masala chai", "monsoon snacks", "tea"],
                tone=BrandProfile.Tone.HINGLISH,
            ),
            by=owner,
        )
        invitations.invite_one("farah@trenddrop.example", role=Membership.Role.MANAGER, by=owner, now=now)
        voice.add(brand, [voice.Found(text) for text in texts], by=owner)
        audiences.save(_audience(brand), fields=[], by=owner)


def _join(
    owner: Membership, name: str, email: str, *, password: str, role: str, client: ClientAccount | None = None
) -> None:
    person = User.objects.create_user(email, password, full_name=name)
    Membership.objects.create(
        organization=owner.organization,
        user=person,
        role=role,
        client=client,
        invited_by=owner.user,
        joined_at=timezone.now(),
    )


def _audience(brand: BrandProfile) -> AudienceProfile:
    return AudienceProfile(
        organization_id=brand.organization_id,
        brand=brand,
        name="First-job skincare",
        age_from=22,
        age_to=29,
        locations=["Pune", "Mumbai", "Bengaluru"],
        interests=["skincare", "monsoon", "wellness"],
        pain_points=["no time in the morning", "too many products"],
        content_types=["short_video", "carousel"],
    )
