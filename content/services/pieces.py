"""Commands on pieces: edit, write again, take a version back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from content import writing
from content.models import ContentAsset, GeneratedContent, PieceVariant, PieceVersion
from content.pieces import kept
from content.pieces.preflight import Fix, mended
from content.pipeline import generate
from content.pipeline.foretelling import foretell
from content.signals import piece_changed
from content.understanding import understand

WORDS = ["title", "text", "hashtags", "call_to_action", "alt_text", "mentions", "options"]


class NoSuchVersion(Exception):
    """The piece never had that version."""

    def __init__(self) -> None:
        super().__init__(_("This piece has no such version. Nothing was changed."))


@dataclass(frozen=True)
class Edited:
    """A saved piece, and the version that somebody else saved in the meantime (kept, and replaced), if any."""

    piece: GeneratedContent
    meanwhile: PieceVersion | None


def edit(piece: GeneratedContent, *, by: Membership, base: int | None = None, **changes: Any) -> Edited:
    """Save what a person wrote on top of version `base`; changed words become a new version, every old one stays."""
    held = _locked(piece)
    reworded = any(name in changes and changes[name] != getattr(held, name) for name in WORDS)
    meanwhile = held.versions.filter(number=held.version).first() if base and reworded and held.version > base else None
    for name, value in changes.items():
        setattr(held, name, value)
    if reworded:
        held.is_fallback, held.fallback_reason = False, ""
        _next_version(held, made_by="person", by=by)
    held.edited_by = by.user
    foretell(held)
    held.save()
    piece_changed.send(sender=GeneratedContent, piece=held, by=by)
    audit.record("piece.edited", held, organization_id=held.organization_id, by=by, version=held.version)
    return Edited(held, meanwhile)


def fix(
    piece: GeneratedContent, what: Fix, *, by: Membership, base: int | None = None, **changes: Any
) -> tuple[Edited, bool]:
    """Save what a person wrote, then make the words fit with one click; say whether there was anything to do."""
    saved = edit(piece, by=by, base=base, **changes)
    saved.piece.asset = piece.asset
    mending = mended(saved.piece, what)
    if not mending:
        return saved, False
    made = edit(saved.piece, by=by, **mending).piece
    return Edited(made, saved.meanwhile), True


def restore(piece: GeneratedContent, number: int, *, by: Membership) -> GeneratedContent:
    """Take an earlier version back, as a new one. Raises NoSuchVersion."""
    old = PieceVersion.objects.filter(piece=piece, number=number).first()
    if old is None:
        raise NoSuchVersion
    return edit(piece, by=by, **{name: getattr(old, name) for name in WORDS}).piece


def bring_back(piece: GeneratedContent, number: int, state: Mapping[str, Any], *, by: Membership) -> GeneratedContent:
    """Bring an earlier version back with all that went along with it (`pieces.kept`). Raises NoSuchVersion."""
    old = PieceVersion.objects.filter(piece=piece, number=number).first()
    if old is None:
        raise NoSuchVersion
    held = _locked(piece)
    kept.send_files(held, state)
    words = {name: getattr(old, name) for name in WORDS}
    return edit(held, by=by, **words, **kept.changes_to(held, state)).piece


def rewrite(piece: GeneratedContent, *, note: str, by: Membership) -> writing.Draft:
    """Write the piece again with a wish. Speaks to the model outside any transaction; raises LimitReached."""
    with tenancy.of_member(by):
        asset = ContentAsset.objects.get(pk=piece.asset_id)
        material = generate.gather(asset)
    material = generate.with_samples(material)
    order = brief(piece, material, note=note)
    draft = generate.write(order, asset, rng=generate.chance(asset, piece.platform, piece.version + 1))
    with tenancy.of_member(by):
        held = _locked(piece)
        held.title, held.text, held.hashtags = draft.title, draft.text, list(draft.hashtags)
        held.call_to_action, held.kind = draft.call_to_action, generate.kind_of(held, draft)
        held.is_fallback, held.fallback_reason = draft.is_fallback, draft.fallback_reason
        more = {"note": note, "model": draft.model, "tokens": draft.tokens, "steered_by": generate.steering(draft)}
        _next_version(held, made_by=draft.made_by, by=by, **more)
        held.edited_by = by.user
        foretell(held)
        held.save()
        generate.count(held, draft, order, by=by.user)
        piece_changed.send(sender=GeneratedContent, piece=held, by=by)
        audit.record("piece.rewritten", held, organization_id=held.organization_id, by=by, note=note)
    return draft


def brief(piece: GeneratedContent, material: generate.Material, *, note: str) -> writing.Brief:
    """Tell the writer what to write anew: what stands, the wish, and what this piece is to lead to, and for whom."""
    previous = writing.Draft(
        piece.title, piece.text, piece.hashtags, piece.call_to_action, piece.made_by, shape=generate.shape_of(piece)
    )
    order = generate.brief(_told_in(piece, material), piece.platform, note=note, previous=previous)
    audience = "\n".join(part for part in (piece.target_audience, order.brand.audience) if part)
    brand = replace(order.brand, goals=piece.goals or order.brand.goals, audience=audience)
    return replace(order, brand=brand, is_part=piece.starts_at is not None and piece.ends_at is not None)


def _told_in(piece: GeneratedContent, material: generate.Material) -> generate.Material:
    """Return of the material what the piece is a part of: a clip is not written about what lies outside it."""
    if piece.starts_at is None or piece.ends_at is None:
        return material
    middles = [((one.start or 0.0) + (one.end or 0.0)) / 2 for one in material.sentences]
    pairs = zip(material.sentences, middles, strict=True)
    inside = [one for one, middle in pairs if piece.starts_at <= middle <= piece.ends_at]
    if not inside:
        return material
    found = understand(" ".join(one.text for one in inside), material.understanding.language or None)
    return replace(material, sentences=inside, understanding=found)


def take_over(piece: GeneratedContent, words: PieceVariant, *, note: str, by: Membership) -> GeneratedContent:
    """Make the words of a variant the piece's next version."""
    held = _locked(piece)
    held.title, held.text, held.hashtags = words.title, words.text, list(words.hashtags)
    held.call_to_action = words.call_to_action
    held.is_fallback, held.fallback_reason = words.is_fallback, words.fallback_reason
    _next_version(held, made_by=words.made_by, by=by, note=note, model=words.model)
    held.edited_by = by.user
    foretell(held)
    held.save()
    piece_changed.send(sender=GeneratedContent, piece=held, by=by)
    audit.record("piece.variant_taken", held, organization_id=held.organization_id, by=by, version=held.version)
    return held


def _locked(piece: GeneratedContent) -> GeneratedContent:
    """Return the piece as it stands now, held until the transaction ends: people may save at the same moment."""
    return GeneratedContent.objects.select_for_update(of=("self",)).get(pk=piece.pk)


def _next_version(piece: GeneratedContent, *, made_by: str, by: Membership, **more: Any) -> None:
    """Give a locked piece its next number, and keep its words beside it."""
    piece.version += 1
    piece.made_by = made_by
    PieceVersion.objects.create(
        organization_id=piece.organization_id,
        piece=piece,
        number=piece.version,
        made_by=made_by,
        author=by.user if made_by == "person" else None,
        **{name: getattr(piece, name) for name in WORDS},
        **more,
    )
