"""An account with settled posts whose choices are known, for tests of advice."""

import datetime as dt
import math
import uuid
from collections.abc import Callable, Mapping

import numpy as np

from accounts import tenancy
from accounts.models import ClientAccount
from analytics.advising.universe import OPEN
from analytics.models import MeasuredPost
from content.models import ContentAsset, FeedbackSignal, GeneratedContent
from publishing.models import PlatformConnection, ScheduledPost
from tests.analytics.posting import NOW
from tests.cast import Cast

ASKS = "Is your sunscreen still on at noon? Put it on again after two hours. Your skin will thank you for it."
Effect = Callable[[Mapping[str, str]], float]


def original(cast: Cast, *, client: ClientAccount | None = None, text: str = ASKS) -> ContentAsset:
    """An original of words."""
    return ContentAsset.objects.create(
        organization=cast.kesar, client=client, kind="blog", title="Sunscreen", text=text, status="ready",
        created_by=cast.asha.user, language="en",
    )  # fmt: skip


def account(cast: Cast, *, platform: str = "x", client: ClientAccount | None = None) -> PlatformConnection:
    """An account that can be posted to."""
    key = uuid.uuid4().hex[:8]
    return PlatformConnection.objects.create(
        organization=cast.kesar, client=client, platform=platform, account_id=key, handle=f"@kesar-{key[:4]}"
    )


def chosen(rng: np.random.Generator) -> dict[str, str]:
    """Choices drawn evenly."""
    return {choice: str(rng.choice(values)) for choice, values in OPEN.items()}


def nothing(_choices: Mapping[str, str]) -> float:
    """No choice makes a difference."""
    return 0.0


def questions(choices: Mapping[str, str]) -> float:
    """Questions do three times as well."""
    return 1.1 if choices["hook"] == "question" else 0.0


def settled(
    cast: Cast,
    connection: PlatformConnection,
    count: int,
    *,
    effect: Effect = nothing,
    noise: float = 0.3,
    last: dt.datetime = NOW - dt.timedelta(days=3),
    choices: Mapping[str, str] | None = None,
    seed: int = 1,
) -> list[MeasuredPost]:
    """Posts a day apart, the last at `last`, with results and choices as the learning keeps them."""
    rng = np.random.default_rng(seed)
    asset = original(cast, client=connection.client)
    common = {"organization": cast.kesar, "client": connection.client}
    pieces, posts, signals, measured = [], [], [], []
    for number in range(count):
        at = last - dt.timedelta(days=count - 1 - number)
        mine = {**chosen(rng), **(choices or {})}
        result = round(math.exp(effect(mine) + float(noise * rng.standard_normal())), 4)
        pieces.append(
            GeneratedContent(
                **common, asset=asset, platform=connection.platform, text=ASKS, made_by="test", is_main=False
            )
        )
        posts.append(
            ScheduledPost(
                **common, piece=pieces[-1], piece_version=1, connection=connection, scheduled_for=at, timezone="UTC",
                local_time=f"{at:%Y-%m-%dT%H:%M}", status="published", published_at=at, text=ASKS,
                title=f"Post {at:%d %b}",
            )
        )  # fmt: skip
        signals.append(
            FeedbackSignal(
                organization=cast.kesar, piece=pieces[-1], platform=connection.platform, choices=mine,
                engagement=result, measured_at=at + dt.timedelta(days=2),
            )
        )  # fmt: skip
        measured.append(
            MeasuredPost(
                **common, post=posts[-1], connection=connection, platform=connection.platform, published_at=at,
                last_at=at + dt.timedelta(days=2), learned_at=at + dt.timedelta(days=2), views=1000, hashtags=["skin"],
                is_simulated=connection.platform == "practice",
            )
        )  # fmt: skip
    GeneratedContent.objects.bulk_create(pieces)
    ScheduledPost.objects.bulk_create(posts)
    FeedbackSignal.objects.bulk_create(signals)
    return MeasuredPost.objects.bulk_create(measured)


def history(cast: Cast, count: int = 40, **wishes: object) -> PlatformConnection:
    """An account with so many settled posts."""
    with tenancy.of_organization(cast.kesar.pk):
        found = account(cast)
        settled(cast, found, count, **wishes)  # type: ignore[arg-type]
    return found
