"""What Kesar Naturals learned: a hook that was used, what a piece did, what corrects predictions."""

import uuid

from django.utils import timezone

from content.models import Calibration, FeedbackSignal, ItemRating, LibraryItem, LibraryUse, PublishedItem
from tests.cast import Cast


def libraries(cast: Cast, piece: uuid.UUID) -> dict[str, uuid.UUID]:
    """A hook that was used, and what is offered of it."""
    said = {"kind": "hook", "name": "KESAR hook", "body": "KESAR says: {hook}"}
    item = LibraryItem.objects.create(organization=cast.kesar, client=cast.client, created_by=cast.ben.user, **said)
    LibraryUse.objects.create(organization=cast.kesar, item=item, piece_id=piece, words="KESAR says")
    shared = PublishedItem.objects.create(offered_by=cast.kesar, of_item=item.pk, **said)
    ItemRating.objects.create(organization=cast.kesar, item=shared, user=cast.ben.user, stars=4)
    return {"item": item.pk, "shared_item": shared.pk}


def learned(cast: Cast, piece: uuid.UUID) -> dict[str, uuid.UUID]:
    """What a piece did, and what corrects its platform's predictions."""
    now, on = timezone.now(), {"organization": cast.kesar, "platform": "bluesky"}
    signal = FeedbackSignal.objects.create(**on, piece_id=piece, engagement=2.0, measured_at=now)
    calibration = Calibration.objects.create(
        **on, points=[[10.0, 20.0], [80.0, 60.0]], posts=40, error_before=20, error_after=10, made_at=now
    )
    return {"signal": signal.pk, "calibration": calibration.pk}
