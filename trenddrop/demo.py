"""The demo workspace: an agency, one video that is read when the worker starts, and a practice network with a past.

Everything in it is marked as an example or stands on the practice network, so that no made-up number can be
taken for a real one.
"""

import datetime as dt
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts import tenancy
from accounts.models import BrandProfile, Membership, Organization, User
from accounts.services import organizations
from analytics import ladder
from analytics.models import PostMetrics
from analytics.services import measuring
from content.intake.receiving import Body
from content.models import BrandTemplate, ContentAsset, GeneratedContent, PublishedItem, Template, Transcript
from content.pipeline import transcribe
from content.services import library_beginnings, published, templates, uploads
from publishing.models import PlatformConnection, PracticeAccount, PracticePost, ScheduledPost
from publishing.practice import simulation
from publishing.services import connections
from trenddrop import demo_accounts, demo_billing, demo_numbers, demo_plans, demo_team
from trenddrop.core.speech import subtitles
from trends.collection import passes
from trends.services import defaults, examples

EMAIL = "asha@trenddrop.example"
TAKEN = ("hook-mistake", "hook-hing-test", "caption-hook-insight", "call-save", "call-hi-comment", "tags-skincare-in")
EXAMPLES = Path(settings.BASE_DIR) / "content" / "examples"
SIGN_IN = Path(settings.VAR_DIR) / "demo-sign-in"

COLOURS = {"colour": "#7a1f2b", "accent": "#f2a31b", "ground": "#fff7ea"}
CAPTIONS = {"style": "karaoke", "size": 1.0, "title": "banner"}
PAST = [
    (9.2, 1.10, "Monsoon mornings start with less: cold water, light cream, sunscreen. That is the whole routine."),
    (7.9, 0.72, "You do not need twelve steps. You need three that you really do. #skincare"),
    (6.1, 1.32, "Grey sky, same sun. Sunscreen stays on the shelf by the door, not in the drawer."),
    (4.0, 0.95, "Ceramides in one sentence: they are the mortar between the bricks of your skin. #ceramides"),
    (2.2, 2.35, "Stop scrubbing. If your face stings after washing, the towel is not the problem. #skinbarrier"),
    (0.4, 1.45, "We asked forty people to wash twice a day instead of five times. Here is what happened."),
]


@dataclass(frozen=True)
class SignIn:
    """How to get in."""

    email: str
    password: str


def sign_in() -> SignIn:
    """Return the demo's sign-in; the password is made once for this installation and kept beside its data."""
    if not SIGN_IN.exists():
        SIGN_IN.parent.mkdir(parents=True, exist_ok=True)
        SIGN_IN.touch(mode=0o600)
        SIGN_IN.write_text(secrets.token_urlsafe(9))
    return SignIn(EMAIL, SIGN_IN.read_text().strip())


def build(*, now: dt.datetime) -> None:
    """Create the workspace once; on later starts only its trends are freshened."""
    defaults.ensure()
    examples.load(now)
    library_beginnings.load(now=now)
    if User.objects.filter(email=EMAIL).exists():
        return
    demo_billing.sell(now=now)
    with transaction.atomic():
        membership = _people()
        brand = _brand(membership)
    demo_billing.gather(membership, now=now)
    demo_team.gather(
        membership, brand, password=sign_in().password, texts=[text for _days, _appeal, text in PAST], now=now
    )
    _look(membership, brand)
    _asset(membership, brand)
    _library(membership)
    connection = connections.connect_practice(name="Kesar Naturals", by=membership, now=now)
    with tenancy.of_member(membership):
        _past(membership, brand, connection, now=now)
    demo_accounts.gather(membership, brand, now=now)
    demo_plans.gather(membership, brand, connection, now=now)
    demo_numbers.gather(membership, brand, connection, now=now)
    passes.score(now=now)


def _people() -> Membership:
    user = User.objects.create_user(EMAIL, sign_in().password, full_name="Asha Menon", is_staff=True, is_superuser=True)
    return organizations.create(name="Kesar Naturals", owner=user, type=Organization.Type.AGENCY)


def _brand(membership: Membership) -> BrandProfile:
    with tenancy.of_member(membership):
        brand = BrandProfile.objects.get(organization_id=membership.organization_id)
        brand.industry = "skincare"
        brand.description = "Small-batch skincare from Pune, with lab sheets published for every batch."
        brand.keywords = ["skincare", "monsoon skin", "skin barrier", "ceramides", "sunscreen", "ayurveda"]
        brand.target_audience = "Women and men between 22 and 40 in Indian cities"
        brand.guidelines = "Plain words. No miracle claims. Numbers with their source."
        brand.save()
    return brand


def _look(membership: Membership, brand: BrandProfile) -> None:
    """Give the brand colours, a font and captions of its own, so that what is made here looks like somebody's."""
    with tenancy.of_member(membership):
        captions = Template(kind="caption_style", name="Kesar, lit up", design=CAPTIONS)
        templates.save(captions, fields=["name", "design"], by=membership)
        look = BrandTemplate(brand=brand, font="Fraunces", caption_style=captions, **COLOURS)
        templates.begin_look(look, fields=["font", "caption_style", *COLOURS], by=membership)


def _asset(membership: Membership, brand: BrandProfile) -> None:
    """Bring the example video in through the same door as everybody's, with its subtitles as transcript."""
    video = EXAMPLES / "monsoon-skin.mp4"
    with video.open("rb") as source:
        body = Body(read=source.read, length=video.stat().st_size)
        asset = uploads.take_file(
            body, name="Why your skin feels worse in the monsoon.mp4", by=membership, brand=str(brand.pk)
        )
    found = subtitles.parse((EXAMPLES / "monsoon-skin.vtt").read_text(), name="monsoon-skin.vtt")
    transcribe.save(asset, found)
    with tenancy.of_member(membership):
        ContentAsset.objects.filter(pk=asset.pk).update(is_example=True)
        Transcript.objects.filter(asset=asset).update(edited_at=asset.created_at)


def _library(membership: Membership) -> None:
    """Let the workspace have taken a few things from the shared library."""
    keys = [library_beginnings.key_of(name) for name in TAKEN]
    for row in PublishedItem.objects.filter(pk__in=keys).order_by("name"):
        published.take(row, by=membership)


def _past(membership: Membership, brand: BrandProfile, connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Give the practice account a week behind it, so that Today and the curves have something to compare."""
    asset = ContentAsset.objects.create(
        organization_id=membership.organization_id,
        kind=ContentAsset.Kind.BLOG,
        title="Notes for the rainy season",
        text="\n\n".join(text for _days, _appeal, text in PAST),
        status=ContentAsset.Status.READY,
        brand=brand,
        created_by=membership.user,
        is_example=True,
    )
    account = PracticeAccount.objects.get(organization_id=membership.organization_id)
    for days, appeal, text in PAST:
        at = (now - dt.timedelta(days=days)).replace(second=0, microsecond=0)
        _published(asset, account, connection, text=text, appeal=appeal, at=at, now=now)


def _published(
    asset: ContentAsset,
    account: PracticeAccount,
    connection: PlatformConnection,
    *,
    text: str,
    appeal: float,
    at: dt.datetime,
    now: dt.datetime,
) -> None:
    shared = {"organization_id": asset.organization_id, "text": text}
    piece = GeneratedContent.objects.create(
        **shared, asset=asset, brand=asset.brand, platform="practice", made_by="example", deleted_at=now, language="en"
    )
    practice = PracticePost.objects.create(**shared, account=account, idempotency_key=str(piece.pk), appeal=appeal)
    PracticePost.objects.filter(pk=practice.pk).update(created_at=at)
    post = ScheduledPost.objects.create(
        **shared,
        piece=piece,
        piece_version=1,
        connection=connection,
        scheduled_for=at,
        next_try_at=at,
        published_at=at,
        local_time=at.strftime("%Y-%m-%dT%H:%M"),
        timezone="UTC",
        status=ScheduledPost.Status.PUBLISHED,
        platform_post_id=practice.pk.hex,
        url=f"{settings.SITE_URL}/practice/#p-{practice.pk.hex}",
        scheduled_by=asset.created_by,
    )
    _measured(post, account, appeal=appeal, at=at, now=now)


def _measured(
    post: ScheduledPost, account: PracticeAccount, *, appeal: float, at: dt.datetime, now: dt.datetime
) -> None:
    """Write the snapshots that the ladder would have taken until now."""
    row, moment, taken = measuring.start(post), at, list[PostMetrics]()
    while (following := ladder.next_at(at, now=moment)) is not None and following <= now:
        moment = following
        counts = simulation.counts(appeal=appeal, followers=account.followers, age=moment - at)
        hour = (moment - at).total_seconds() / 3600
        taken.append(
            PostMetrics(
                organization_id=post.organization_id,
                post=post,
                taken_at=moment,
                hour=hour,
                is_simulated=True,
                **counts.__dict__,
            )
        )
    PostMetrics.objects.bulk_create(taken)
    if taken:
        last = taken[-1]
        row.views, row.reach, row.likes, row.comments = last.views, last.reach, last.likes, last.comments
        row.shares, row.saves, row.last_at = last.shares, last.saves, last.taken_at
        row.next_at, row.is_simulated = ladder.next_at(at, now=now), True
        row.save()
