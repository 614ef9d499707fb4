"""What went well before, for whoever writes the next piece: posts, features, openings and calls that were measured."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from content.learning import lessons
from content.libraries import shelf
from content.models import FeedbackSignal, LibraryItem
from content.models.libraries import LibraryKind
from content.writing import Worked
from trenddrop.core.platforms import compose

BETTER = 1.2  # times the account's usual engagement
POSTS = 3
READ = 400  # latest results that are looked at
ITEMS = 3


def before(organization_id: uuid.UUID, *, client_id: uuid.UUID | None, platforms: Sequence[str]) -> dict[str, Worked]:
    """What went well per platform: two statements. Call in the organisation's scope.

    An agency's client learns from its own posts alone; without a client, from the house's.
    """
    own = FeedbackSignal.objects.filter(
        organization_id=organization_id, piece__client_id=client_id, platform__in=platforms, is_left_out=False
    )
    signals: dict[str, list[FeedbackSignal]] = defaultdict(list)
    for signal in own.select_related("piece").order_by("-measured_at", "-pk")[:READ]:
        signals[signal.platform].append(signal)
    items = _items(organization_id, client_id)
    return {platform: _of(platform, signals[platform], items) for platform in platforms}


def _items(organization_id: uuid.UUID, client_id: uuid.UUID | None) -> list[LibraryItem]:
    """The library's hooks and calls that did better than usual, the best first."""
    kinds = [LibraryKind.HOOK, LibraryKind.CALL_TO_ACTION]
    own = shelf.for_client(LibraryItem.objects.filter(organization_id=organization_id, kind__in=kinds), client_id)
    measured = own.filter(measured_posts__gte=shelf.FEWEST, performance__gt=shelf.AS_USUAL)
    return list(measured.order_by("-performance", "pk")[:READ])


def _of(platform: str, signals: Sequence[FeedbackSignal], items: Sequence[LibraryItem]) -> Worked:
    best = sorted((one for one in signals if one.engagement >= BETTER), key=lambda one: -one.engagement)
    fitting = [one for one in items if one.platform in ("", platform) and "{" not in one.body]
    learned = lessons.of_results(platform, lessons.results(signals))
    return Worked(
        posts=[(round(one.engagement, 1), _text(one)) for one in best[:POSTS]],
        lessons=learned.told(),
        hooks=[one.body for one in fitting if one.kind == LibraryKind.HOOK][:ITEMS],
        calls=[one.body for one in fitting if one.kind == LibraryKind.CALL_TO_ACTION][:ITEMS],
    )


def _text(signal: FeedbackSignal) -> str:
    piece = signal.piece
    return compose(text=piece.text, hashtags=piece.hashtags, call_to_action=piece.call_to_action)
