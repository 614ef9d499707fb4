"""Commands on pieces: edit, write again, take a version back."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import Membership
from content import writing
from content.models import GeneratedContent, PieceVersion
from content.pipeline import generate

WORDS = ["title", "text", "hashtags", "call_to_action", "alt_text"]


class NoSuchVersion(Exception):
    """The piece never had that version."""

    def __init__(self) -> None:
        super().__init__(_("This piece has no such version. Nothing was changed."))


def edit(piece: GeneratedContent, *, by: Membership, **changes: Any) -> GeneratedContent:
    """Save what a person wrote; changed words become a new version, and the old one stays."""
    reworded = any(name in changes and changes[name] != getattr(piece, name) for name in WORDS)
    for name, value in changes.items():
        setattr(piece, name, value)
    if reworded:
        _next_version(piece, made_by="person", by=by)
    piece.edited_by = by.user
    piece.save()
    audit.record("piece.edited", piece, organization_id=piece.organization_id, by=by, version=piece.version)
    return piece


def restore(piece: GeneratedContent, number: int, *, by: Membership) -> GeneratedContent:
    """Take an earlier version back, as a new one. Raises NoSuchVersion."""
    old = PieceVersion.objects.filter(piece=piece, number=number).first()
    if old is None:
        raise NoSuchVersion
    return edit(piece, by=by, **{name: getattr(old, name) for name in WORDS})


def rewrite(piece: GeneratedContent, *, note: str, by: Membership) -> writing.Draft:
    """Write the piece again with a wish. Speaks to the model outside any transaction."""
    with tenancy.of_member(by):
        material = generate.gather(piece.asset)
    previous = writing.Draft(piece.title, piece.text, piece.hashtags, piece.call_to_action, piece.made_by)
    brief = generate.brief(material, piece.platform, note=note, previous=previous)
    draft = writing.write(brief, rng=generate.chance(piece.asset, piece.platform, piece.version + 1))
    with tenancy.of_member(by):
        held = GeneratedContent.objects.select_for_update().get(pk=piece.pk)
        held.title, held.text, held.hashtags = draft.title, draft.text, list(draft.hashtags)
        held.call_to_action = draft.call_to_action
        held.made_by, held.is_fallback, held.fallback_reason = draft.made_by, draft.is_fallback, draft.fallback_reason
        _next_version(held, made_by=draft.made_by, by=by, note=note, model=draft.model, tokens=draft.tokens)
        held.edited_by = by.user
        held.save()
        if draft.tokens:
            generate.book(held)
        audit.record("piece.rewritten", held, organization_id=held.organization_id, by=by, note=note)
    return draft


def _next_version(piece: GeneratedContent, *, made_by: str, by: Membership, **more: Any) -> None:
    """Give the piece its next number, however many people save at once, and keep its words beside it."""
    GeneratedContent.objects.filter(pk=piece.pk).update(version=F("version") + 1)
    piece.version = GeneratedContent.objects.values_list("version", flat=True).get(pk=piece.pk)
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
