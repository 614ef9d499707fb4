"""Commands on pieces that are drafted because something is advised: the writer is asked for what was chosen.

order = advised.order(by=member, platform="x", wanted={"hook": "question", "length": "short"}, client_id=None)
written = advised.write(order)          # may speak to a model: outside any transaction
piece = advised.keep(written, by=member, now=now)
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from content import writing
from content.learning import choosing
from content.libraries import filling, shelf
from content.models import (
    ContentAnalysis,
    ContentAsset,
    GeneratedContent,
    LibraryItem,
    LibraryKind,
    PieceVersion,
    TrendMatch,
)
from content.pipeline import foretelling, generate
from content.services import libraries
from content.understanding import levers, posts
from trenddrop.core import platforms
from trenddrop.core.platforms.threads import THREADED

LOOKED_AT = 200
RECENT = dt.timedelta(days=30)
# What the writer is to lead to, in words it knows (content.writing.generator.GOALS).
GOALS: Mapping[str, str] = {"follow": "grow followers", "comment": "conversation", "save": "saving"}


class NothingToWrite(Exception):
    """There is no original to write from; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            _("There is nothing in the library to write from. Add a recording, a text or a link first; then try again.")
        )


@dataclass(frozen=True)
class Order:
    """What is to be written of which original, by choice.

    `hashtags` are to be among its hashtags; `spare` are taken where the writer knows too few.
    """

    material: generate.Material
    platform: str
    wanted: Mapping[str, str]
    hashtags: Sequence[str] = ()
    spare: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True)
class Written:
    """A draft, with what was asked."""

    order: Order
    brief: writing.Brief
    draft: writing.Draft


def originals(
    rows: QuerySet[ContentAsset], *, client_id: uuid.UUID | None, platform: str, now: dt.datetime
) -> QuerySet[ContentAsset]:
    """Return of some originals those of a client (None: the house's) to write from.

    What did not become a piece there lately comes first, then the newest.
    """
    mine = rows.filter(client_id=client_id, deleted_at=None, status=ContentAsset.Status.READY)
    said = Exists(ContentAnalysis.objects.filter(asset=OuterRef("pk"))) | ~Q(text="")
    lately = Count("pieces", filter=Q(pieces__platform=platform, pieces__created_at__gte=now - RECENT))
    return mine.filter(said).annotate(lately=lately).order_by("lately", "-created_at", "-pk")


def possible_for(
    organization_id: uuid.UUID, *, client_id: uuid.UUID | None, platform: str, now: dt.datetime
) -> dict[str, set[str]]:
    """Return the values that can be had now of the choices that depend on what there is: format, trend, template.

    Call in the organisation's scope.
    """
    own = ContentAsset.objects.filter(organization=organization_id)
    found = originals(own, client_id=client_id, platform=platform, now=now)
    kinds = set(found.order_by().values_list("kind", flat=True))
    formats = {"social_post"} | ({"thread"} if platform in THREADED else set())
    if ContentAsset.Kind.VIDEO in kinds:
        formats.add("short_video")
    if platform == "wordpress":
        formats.add("article")
    items = shelf.for_client(LibraryItem.objects.filter(organization=organization_id), client_id)
    captions = items.filter(kind=LibraryKind.CAPTION, platform__in=["", platform])
    return {
        levers.FORMAT: formats,
        levers.TREND: {levers.NONE} | _trends(organization_id, client_id, now),
        levers.TEMPLATE: {levers.NONE} | {str(key) for key in captions.values_list("pk", flat=True)[:LOOKED_AT]},
    }


def _trends(organization_id: uuid.UUID, client_id: uuid.UUID | None, now: dt.datetime) -> set[str]:
    rows = TrendMatch.objects.filter(organization=organization_id, is_used=True, topic__is_blocked=False)
    rows = rows.filter(asset__client_id=client_id, asset__deleted_at=None).exclude(topic__status="expired")
    began = rows.values_list("topic__started_at", "topic__first_detected_at")
    return {levers.trend_of(now, started or first) for started, first in began[:LOOKED_AT]}


def order(
    *,
    by: Membership,
    platform: str,
    wanted: Mapping[str, str],
    client_id: uuid.UUID | None,
    now: dt.datetime,
    hashtags: Sequence[str] = (),
    spare: Sequence[str] = (),
    reason: str = "",
) -> Order:
    """Read what the writer needs, in the member’s scope; the embedder is asked outside. Raise NothingToWrite."""
    with tenancy.of_member(by):
        mine = ContentAsset.objects.visible_to(by)
        rows = list(originals(mine, client_id=client_id, platform=platform, now=now)[:LOOKED_AT])
        if not rows:
            raise NothingToWrite
        asset = _fitting(rows, wanted, now)
        material = generate.gather(asset)
    return Order(generate.with_samples(material), platform, dict(wanted), tuple(hashtags), tuple(spare), reason)


def _fitting(rows: Sequence[ContentAsset], wanted: Mapping[str, str], now: dt.datetime) -> ContentAsset:
    """The first that can be what is wanted: a video where one is, a trend of that age where one is."""
    video, trend = wanted.get(levers.FORMAT) == "short_video", wanted.get(levers.TREND, levers.NONE)
    fitting = [one for one in rows if (one.kind == ContentAsset.Kind.VIDEO) == video] or list(rows)
    if trend == levers.NONE:
        return fitting[0]
    keys = {one.pk for one in fitting}
    used = TrendMatch.objects.filter(asset__in=keys, is_used=True).exclude(topic__status="expired")
    told = used.values_list("asset_id", "topic__started_at", "topic__first_detected_at")
    riding = {asset for asset, began, first in told if levers.trend_of(now, began or first) == trend}
    return next((one for one in fitting if one.pk in riding), fitting[0])


def write(asked: Order) -> Written:
    """Write the draft, by a model or the embedded writer. Raise LimitReached before a paid model is asked."""
    brief = _brief(asked)
    rng = generate.chance(asked.material.asset, f"{asked.platform}:advised:{levers.note_for(asked.wanted)}")
    return Written(asked, brief, _touched(asked, generate.write(brief, asked.material.asset, rng=rng)))


def _brief(asked: Order) -> writing.Brief:
    brief = generate.brief(asked.material, asked.platform, note=levers.note_for(asked.wanted))
    goal = GOALS.get(asked.wanted.get(levers.CALL, ""), "")
    return replace(brief, brand=replace(brief.brand, goals=goal)) if goal else brief


def _touched(asked: Order, draft: writing.Draft) -> writing.Draft:
    """Hold the draft to what can be counted: how many hashtags, and whether it asks for anything."""
    kept = platforms.unique_hashtags([*asked.hashtags, *draft.hashtags])
    wanted = asked.wanted.get(levers.HASHTAGS)
    usual, room = posts.usual_tags(asked.platform), platforms.rules(asked.platform).hashtag_limit
    if wanted == levers.NONE and not asked.hashtags:
        kept = []
    elif wanted == "few":
        kept = (kept or platforms.unique_hashtags(asked.spare))[: max(1, usual)]
    elif wanted == "many":
        kept = platforms.unique_hashtags([*kept, *asked.material.suggested, *asked.spare])[: usual + 3]
    if room is not None:
        kept = kept[:room]
    call = "" if asked.wanted.get(levers.CALL) == levers.NONE else draft.call_to_action
    return replace(draft, hashtags=kept, call_to_action=call)


def keep(written: Written, *, by: Membership, now: dt.datetime) -> GeneratedContent:
    """Keep a draft as a piece of its own, beside what there is of its original. Call in the member's scope."""
    asked, draft = written.order, written.draft
    piece = generate.new_piece(asked.material, asked.platform)
    piece.is_main, piece.version, piece.edited_by = False, 1, None
    piece.made_by, piece.is_fallback, piece.fallback_reason = draft.made_by, draft.is_fallback, draft.fallback_reason
    piece.title, piece.text, piece.hashtags = draft.title[:300], draft.text, list(draft.hashtags)
    piece.call_to_action = draft.call_to_action
    piece.kind = _kind(piece, draft, asked)
    foretelling.foretell(piece)
    piece.save(force_insert=True)
    PieceVersion.objects.create(
        organization_id=piece.organization_id,
        piece=piece,
        number=1,
        title=piece.title,
        text=piece.text,
        hashtags=piece.hashtags,
        call_to_action=piece.call_to_action,
        made_by=draft.made_by,
        model=draft.model,
        tokens=draft.tokens,
        note=asked.reason[:500],
        steered_by=generate.steering(draft),
    )
    generate.count(piece, draft, written.brief, by=by.user)
    audit.record("piece.advised", piece, organization_id=piece.organization_id, by=by, platform=piece.platform)
    return _on_template(piece, asked, by=by, now=now)


def _kind(piece: GeneratedContent, draft: writing.Draft, asked: Order) -> str:
    kinds = GeneratedContent.Kind
    video = asked.wanted.get(levers.FORMAT) == kinds.SHORT_VIDEO
    if piece.kind == kinds.SHORT_VIDEO and not video and asked.wanted.get(levers.FORMAT):
        piece.kind, piece.include_media = kinds.SOCIAL_POST, False
    return generate.kind_of(piece, draft)


def _on_template(piece: GeneratedContent, asked: Order, *, by: Membership, now: dt.datetime) -> GeneratedContent:
    """Put the draft into the caption template that was chosen; where a placeholder stays empty it stays as it is."""
    wanted = asked.wanted.get(levers.TEMPLATE, levers.NONE)
    rows = shelf.for_client(LibraryItem.objects.visible_to(by), piece.client_id).filter(kind=LibraryKind.CAPTION)
    item = None if wanted == levers.NONE else rows.filter(pk=wanted).first()
    if item is None:
        return piece
    try:
        return libraries.use(item, piece, by=by, now=now).edited.piece
    except (libraries.Unfilled, filling.BadTemplate):
        return piece


def chosen(piece: GeneratedContent, *, at: dt.datetime) -> dict[str, str]:
    """Return what a piece chooses as it stands, were it sent at that time by the account's clock."""
    return choosing.chosen(piece, foretelling.post_of(piece), sent_at=at)
