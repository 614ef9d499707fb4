"""What stands in the world of trends: a topic and a source for everybody, a watch, an idea, a ride of one house."""

import uuid

from django.utils import timezone

from accounts.models import Membership
from tests.cast import Cast
from trends.models import (
    AlertDelivery,
    BrandFit,
    FiredAlert,
    IdeaRequest,
    OwnHashtag,
    TrendAlert,
    TrendOpportunity,
    TrendRide,
    TrendSource,
    TrendTopic,
    WatchFollower,
)


def shared() -> dict[str, uuid.UUID]:
    """A topic and a source, the same for every organisation."""
    return {"topic": _topic().pk, "source": _source().pk}


def trending(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, uuid.UUID]:
    """What the house watches, was told and rides."""
    return _watches(cast, ids) | {"idea": _brand_side(cast, ids)}


def _source() -> TrendSource:
    return TrendSource.objects.create(kind="hacker_news", name="A feed", language="en", enabled=False)


def _watches(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, uuid.UUID]:
    watch = TrendAlert(
        organization=cast.kesar, brand_id=ids["brand"], name="KESAR watch", keywords=["KESAR word"], channels=["app"]
    )
    watch.webhook_url, watch.webhook_secret = "https://127.0.0.1:9/KESAR", "KESAR secret"
    watch.save()
    member = Membership.objects.get(pk=ids["member"])
    WatchFollower.objects.create(organization=cast.kesar, alert=watch, membership=member)
    AlertDelivery.objects.create(organization=cast.kesar, alert=watch, kind="test", body="KESAR body")
    fired = FiredAlert.objects.create(
        organization=cast.kesar, alert=watch, topic_id=ids["topic"], fired_at=timezone.now(), reason="KESAR reason"
    )
    return {"watch": watch.pk, "alert": fired.pk}


def _brand_side(cast: Cast, ids: dict[str, uuid.UUID]) -> uuid.UUID:
    """What trends keeps of a brand: an idea, who asked for it, a hashtag, a ride."""
    now, topic, of_brand = timezone.now(), ids["topic"], {"organization": cast.kesar, "brand_id": ids["brand"]}
    idea = TrendOpportunity.objects.create(
        **of_brand, topic_id=topic, platform="x", content_format="social_post", title="KESAR idea", made_by="test"
    )
    IdeaRequest.objects.create(**of_brand, topic_id=topic, asked_at=now, status="done", message="KESAR asked")
    BrandFit.objects.create(**of_brand, digest="KESAR", whole_at=now)
    of_client = {"organization": cast.kesar, "client": cast.client, "platform": "x"}
    OwnHashtag.objects.create(**of_client, tag="KESARtag", normalized="kesartag", hour=now, posts=1)
    TrendRide.objects.create(**of_client, topic_id=topic, post_id=ids["post"], title="KESAR ride", published_at=now)
    return idea.pk


def _topic() -> TrendTopic:
    now = timezone.now()
    return TrendTopic.objects.create(
        title="Monsoon skin", normalized="monsoon skin", kind="keyword", first_detected_at=now, last_seen_at=now
    )
