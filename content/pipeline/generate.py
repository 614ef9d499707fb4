"""Pieces for each platform."""

import datetime as dt
import random
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import tenancy, voice
from accounts.models import AudienceProfile, BrandProfile, BrandVoiceSample, User
from content import credits as prices
from content import writing
from content.learning import worked
from content.models import (
    ContentAnalysis,
    ContentAsset,
    GeneratedContent,
    Generation,
    PieceVersion,
    Transcript,
    TrendMatch,
)
from content.pieces import tagging
from content.pipeline.foretelling import foretell
from content.pipeline.match import sentences_of
from content.pipeline.understand import source_of
from content.pipeline.work import Work
from content.signals import piece_changed
from content.understanding import Moment, NamedEntity, Reason, Understanding
from content.understanding.matching import Evidence
from content.writing import Shape
from trenddrop.core import llm
from trenddrop.core.limits import LimitReached
from trenddrop.core.platforms import PlatformKey, rules
from trenddrop.core.text.language import UNKNOWN
from trenddrop.core.text.sentences import Sentence
from trenddrop.core.text.tokens import normal_words

PATIENCE = 2  # pieces in a row whose model did not answer before the rest is written without it
PLATFORMS = ["tiktok", "youtube", "instagram", "x", "bluesky", "mastodon"]
UNSURE = 0.6  # confidence below which the Studio underlines a word


@dataclass(frozen=True)
class Material:
    """Everything the writer needs to know of an asset, read once."""

    asset: ContentAsset
    understanding: Understanding
    sentences: list[Sentence]
    matches: list[TrendMatch]
    brand: BrandProfile | None
    audiences: list[AudienceProfile] = field(default_factory=list)
    samples: list[BrandVoiceSample] = field(default_factory=list)
    doubtful: frozenset[str] = frozenset()
    worked: dict[str, writing.Worked] = field(default_factory=dict)
    suggested: list[str] = field(default_factory=list)


class Generate:
    """Write a piece for each of the brand's platforms; pieces that people edited are left alone."""

    name = "generate"

    def skip(self, asset: ContentAsset) -> str | None:
        """An asset without any words gets pieces from its title alone, which only a person can write."""
        with tenancy.of_organization(asset.organization_id):
            return None if source_of(asset) else "Nothing is said or written here to make pieces from."

    def run(self, work: Work) -> str:
        """Save a piece and its first version for each platform."""
        with tenancy.of_organization(work.asset.organization_id):
            material = gather(work.asset)
            written = kept(work.asset, since=work.step.started_at)
        material = with_samples(material)
        platforms = platforms_of(material.brand)
        makers, asking = set(), Asking()
        for number, platform in enumerate(platforms):
            work.check()
            work.progress(number / len(platforms))
            if platform not in written:
                order = brief(material, platform)
                draft = asking.write(order, material.asset, rng=chance(work.asset, platform))
                with work.saving():
                    save(work.asset, material, platform, draft, order)
                makers.add(draft.made_by)
        return ", ".join(sorted(makers)) or "Every piece was kept as it was."


@dataclass
class Asking:
    """How the models fared with the pieces before: how many in a row got no answer, and what the plan refused with."""

    silent: int = 0
    refused: str = ""

    def write(self, order: writing.Brief, asset: ContentAsset, *, rng: random.Random) -> writing.Draft:
        """Write a draft outside any transaction; what the plan pays no model for any more is written without one."""
        if self.refused:
            return without_model(order, self.refused, rng=rng)
        try:
            draft = write(order, asset, rng=rng, asks=self.silent < PATIENCE)
        except LimitReached as error:
            self.refused = str(error)
            return without_model(order, self.refused, rng=rng)
        self.silent = self.silent + 1 if was_silent(draft) else 0 if self.silent < PATIENCE else self.silent
        return draft


def kept(asset: ContentAsset, *, since: dt.datetime | None) -> set[str]:
    """Return the platforms whose piece a person has edited, or that this step wrote before it was interrupted."""
    settled = Q(edited_by__isnull=False)
    if since is not None:
        settled |= Q(versions__created_at__gte=since, versions__author=None)
    pieces = GeneratedContent.objects.filter(settled, asset=asset, is_main=True, deleted_at=None)
    return set(pieces.values_list("platform", flat=True))


def write(
    order: writing.Brief, asset: ContentAsset, *, rng: random.Random, asks: bool = True, held_as: str = ""
) -> writing.Draft:
    """Write a draft outside any transaction; raise LimitReached before a paid model is asked for nothing.

    `asks` False leaves models alone that have not answered before, and says so. `held_as`: what holds its credits.
    """
    if not asks:
        reason = _("The language model did not answer for the pieces before; this one was written without it.")
        return without_model(order, reason, rng=rng)
    prices.require(asset.organization_id, estimate(order), held_as=held_as)
    return writing.write(order, rng=rng)


def without_model(order: writing.Brief, reason: str, *, rng: random.Random) -> writing.Draft:
    """Write with the embedded writer, which costs nothing and says why no model was asked."""
    return replace(writing.generate(order, rng=rng), is_fallback=True, fallback_reason=reason)


def estimate(order: writing.Brief) -> prices.Estimate:
    """What a draft will take, and at most cost; nothing without a model."""
    return prices.estimate(*writing.tokens_of(order)) if llm.available() else prices.Estimate()


def was_silent(draft: writing.Draft) -> bool:
    """Whether every model that was asked could not be reached in time."""
    return bool(draft.tried) and all(one.outcome == "unavailable" for one in draft.tried)


def count(
    piece: GeneratedContent,
    draft: writing.Draft,
    order: writing.Brief,
    *,
    by: User | None,
    purpose: str = Generation.Purpose.PIECE,
) -> Generation | None:
    """Keep what a draft took, and book it; None when no model was asked. Call in the organisation's scope."""
    subject = prices.Subject(
        organization_id=piece.organization_id,
        client_id=piece.client_id,
        purpose=purpose,
        of=piece.pk,
        version=piece.version if purpose == Generation.Purpose.PIECE else None,
        about=f"{rules(piece.platform).name}, {order.title}",
    )
    return prices.count(subject, estimate(order), asked_for(draft), by=by)


def asked_for(draft: writing.Draft) -> prices.Asked:
    """How the asking for a draft went."""
    return prices.Asked(
        made_by=draft.made_by,
        tried=[one.stored() for one in draft.tried],
        input_tokens=draft.input_tokens,
        output_tokens=draft.output_tokens,
        model=draft.model,
        prompt=draft.prompt,
        is_fallback=draft.is_fallback,
    )


def platforms_of(brand: BrandProfile | None) -> list[str]:
    """Return where a brand's pieces go."""
    return list((brand.preferred_platforms if brand else []) or PLATFORMS)


def gather(asset: ContentAsset, *, brand: BrandProfile | None = None) -> Material:
    """Read what the writer needs; `brand` speaks where it is not the asset's own. Call in the organisation's scope."""
    analysis = ContentAnalysis.objects.filter(asset=asset).first()
    matches = TrendMatch.objects.filter(asset=asset, is_used=True).select_related("topic").order_by("-score")[:3]
    if brand is None and asset.brand_id:
        brand = BrandProfile.objects.filter(pk=asset.brand_id).first()
    audiences = list(AudienceProfile.objects.filter(brand=brand).order_by("name")) if brand else []
    understood, sentences = restore(analysis), sentences_of(asset)
    before = worked.before(asset.organization_id, client_id=asset.client_id, platforms=platforms_of(brand))
    unsure = doubtful(asset)
    said = " ".join(one.text for one in sentences)
    tags = tagging.for_writing(asset, author=brand.name if brand else "", words=said, doubtful=unsure)
    return Material(
        asset, understood, sentences, list(matches), brand, audiences, doubtful=unsure, worked=before, suggested=tags
    )


def doubtful(asset: ContentAsset) -> frozenset[str]:
    """Return the words that the recogniser was never sure of, in small letters. Call in the organisation's scope."""
    transcript = Transcript.objects.filter(asset=asset, edited_at=None).first()
    best: dict[str, float] = {}
    for _start, _end, text, confidence in transcript.words if transcript else []:
        for word in normal_words(text):
            best[word] = max(best.get(word, 0.0), 1.0 if confidence is None else confidence)
    return frozenset(word for word, sure in best.items() if sure < UNSURE)


def with_samples(material: Material) -> Material:
    """Add the brand's voice samples nearest to the subject. May ask the embedder: no transaction open."""
    brand, understood = material.brand, material.understanding
    if brand is None:
        return material
    about = " ".join([material.asset.title, understood.summary, *(word for word, _weight in understood.topics)])
    near = voice.nearest(about, brand_id=brand.pk, organization_id=brand.organization_id)
    return replace(material, samples=near)


def restore(analysis: ContentAnalysis | None) -> Understanding:
    """Return a stored analysis as the writer knows it."""
    if analysis is None:
        return Understanding("", 0.0, "")
    return Understanding(
        language=analysis.language,
        language_confidence=analysis.language_confidence or 0.0,
        summary=analysis.summary,
        topics=[(word, weight) for word, weight in analysis.topics],
        keywords=[(word, weight) for word, weight in analysis.keywords],
        entities=[NamedEntity(**entity) for entity in analysis.entities],
        sentiment=analysis.sentiment,
        emotions=analysis.emotions,
        hooks=[moment(each) for each in analysis.hooks],
        quotes=[moment(each) for each in analysis.quotes],
        insights=[moment(each) for each in analysis.insights],
        made_by=analysis.made_by,
        confidence=analysis.confidence or 0.0,
        notes=analysis.notes,
    )


def moment(stored: dict[str, object]) -> Moment:
    """Return a stored moment."""
    values = dict(stored)
    reasons = [Reason(**reason) for reason in values.pop("reasons", [])]  # type: ignore[attr-defined]
    return Moment(**values, reasons=reasons)  # type: ignore[arg-type]


def chance(asset: ContentAsset, platform: str, version: int = 1) -> random.Random:
    """Return the same dice for the same asset, platform and version."""
    return random.Random(f"{asset.pk}:{platform}:{version}")


def brief(material: Material, platform: str, *, note: str = "", previous: writing.Draft | None = None) -> writing.Brief:
    """Tell the writer what to write."""
    return writing.Brief(
        platform=PlatformKey(platform),
        title=material.asset.title,
        understanding=material.understanding,
        sentences=material.sentences,
        trends=[trend_note(match) for match in material.matches],
        brand=brand_of(material, platform),
        language=language_of(material),
        note=note,
        previous=previous,
        doubtful=material.doubtful,
        suggested=material.suggested,
        worked=material.worked.get(platform, writing.Worked()),
    )


def trend_note(match: TrendMatch) -> writing.TrendNote:
    """Describe a stored match to the writer."""
    topic = match.topic
    evidence = [Evidence(**each) for each in match.evidence]
    return writing.TrendNote(topic.title, round(match.score), evidence, topic.names, topic.source_kinds)


def language_of(material: Material) -> str:
    """The language to write in: what is spoken, else what was said of the asset, else what the brand writes."""
    spoken = material.understanding.language
    brand = material.brand.language if material.brand else ""
    return (spoken if spoken != UNKNOWN else "") or material.asset.language or brand or spoken


def brand_of(material: Material, platform: str) -> writing.Brand:
    """Describe who speaks, to whom, and how it sounds."""
    brand = material.brand
    if brand is None:
        return writing.Brand()
    told = [audience.told(platform) for audience in material.audiences]
    return writing.Brand(
        name=brand.name,
        tone=brand.tone,
        guidelines=brand.guidelines,
        audience="\n".join(filter(None, [brand.target_audience, *told])),
        about="\n".join(filter(None, [brand.industry, brand.description])),
        goals=brand.content_goals,
        words=brand.words,
        cares=[pain for audience in material.audiences for pain in audience.pain_points],
        samples=[writing.Sample(str(each.pk), each.text, each.language) for each in material.samples],
    )


def save(
    asset: ContentAsset, material: Material, platform: str, draft: writing.Draft, order: writing.Brief
) -> GeneratedContent:
    """Write the piece with its next version; a piece made before keeps its history.

    One that a person edited while the draft was written stays theirs; what the draft took is counted all the same.
    """
    with tenancy.of_organization(asset.organization_id):
        mine = GeneratedContent.objects.filter(asset=asset, platform=platform, is_main=True, deleted_at=None)
        piece = mine.select_for_update(of=("self",)).first() or new_piece(material, platform)
        if piece.edited_by_id is None:
            piece.language = material.understanding.language[:8]  # it may have been read as another one before
            _write_next(piece, draft)
        count(piece, draft, order, by=None)
    return piece


def _write_next(piece: GeneratedContent, draft: writing.Draft) -> None:
    words = {
        "title": draft.title,
        "text": draft.text,
        "hashtags": list(draft.hashtags),
        "call_to_action": draft.call_to_action,
    }
    piece.version += 1
    piece.made_by, piece.is_fallback, piece.fallback_reason = draft.made_by, draft.is_fallback, draft.fallback_reason
    piece.kind = kind_of(piece, draft)
    for name, value in words.items():
        setattr(piece, name, value)
    foretell(piece)
    piece.save()
    PieceVersion.objects.create(
        organization_id=piece.organization_id,
        piece=piece,
        number=piece.version,
        made_by=draft.made_by,
        model=draft.model,
        tokens=draft.tokens,
        steered_by=steering(draft),
        **words,
    )
    piece_changed.send(sender=GeneratedContent, piece=piece, by=None)


def steering(draft: writing.Draft) -> list[str]:
    """Name the samples a draft was written after."""
    return [sample.key for sample in draft.steered_by]


def kind_of(piece: GeneratedContent, draft: writing.Draft) -> str:
    """Return what a piece is once it says what the draft says."""
    kinds = GeneratedContent.Kind
    told = {Shape.THREAD: kinds.THREAD, Shape.ARTICLE: kinds.ARTICLE, Shape.NEWSLETTER: kinds.NEWSLETTER}
    was_told = piece.kind in told.values()
    return told.get(draft.shape) or (kinds.SOCIAL_POST if was_told else kinds(piece.kind))


def shape_of(piece: GeneratedContent) -> Shape:
    """Return how a piece is written."""
    kinds = GeneratedContent.Kind
    told = {kinds.THREAD: Shape.THREAD, kinds.ARTICLE: Shape.ARTICLE, kinds.NEWSLETTER: Shape.NEWSLETTER}
    return told.get(kinds(piece.kind), Shape.POST)


def new_piece(material: Material, platform: str) -> GeneratedContent:
    """Begin a piece of an asset for a platform, for whose it is now; its first version is yet to be written."""
    asset = material.asset
    asset.refresh_from_db(fields=["client", "brand"])  # it may have changed hands since it was read
    kinds = GeneratedContent.Kind
    return GeneratedContent(
        organization_id=asset.organization_id,
        client_id=asset.client_id,
        brand_id=asset.brand_id,
        asset=asset,
        platform=platform,
        kind=kinds.SHORT_VIDEO if asset.kind == ContentAsset.Kind.VIDEO else kinds.SOCIAL_POST,
        language=material.understanding.language[:8],
        thumbnail=asset.frames.first(),
        version=0,
    )
