"""Commands on variants: ask for several ways to say a piece, take one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import regex
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import audit, tenancy
from accounts.models import Membership
from content import credits as prices
from content import writing
from content.models import ContentAsset, GeneratedContent, Generation, PieceVariant, PieceVersion
from content.pipeline import generate
from content.pipeline.foretelling import virality_of
from content.services import pieces
from content.understanding.cues import NUMBER
from trenddrop.core.limits import LimitReached
from trenddrop.core.platforms import rules
from trenddrop.core.text import sentences
from trenddrop.core.text.tidy import is_question

MOST = 5
OPENING = 8  # words among which a number opens a text
# Scripts that ask without a sign of their own, and Greek, which asks with a semicolon.
ASKS_UNSEEN = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Greek}]")


@dataclass(frozen=True)
class Written:
    """A draft, with what was asked."""

    angle: "Angle"
    order: writing.Brief
    draft: writing.Draft


@dataclass(frozen=True)
class Angle:
    """One way to differ: its name for people, and the note the writer is given."""

    key: str
    label: Any
    note: str


ANGLES = (
    Angle("question", gettext_lazy("Opens with a question"), "Open with a question, in other words"),
    Angle("number", gettext_lazy("Opens with the number"), "Open with the number, in other words"),
    Angle("short", gettext_lazy("Short"), "Shorter, with another opening"),
    Angle("long", gettext_lazy("More detail"), "More detail, with another opening"),
    Angle("bold", gettext_lazy("Bolder"), "Bolder, with another opening"),
)
BY_KEY = {angle.key: angle for angle in ANGLES}
USUAL = ("question", "number", "short")


class NoSuchVariant(Exception):
    """The piece has no such variant."""

    def __init__(self) -> None:
        super().__init__(_("This variant is gone: others were asked for since. Nothing was changed."))


class TakenAlready(NoSuchVariant):
    """It was taken before, by another click."""

    def __init__(self) -> None:
        Exception.__init__(self, _("This variant was taken already. Nothing was changed."))


def ask(
    piece: GeneratedContent, *, by: Membership, angles: Sequence[str] = USUAL, note: str = ""
) -> list[PieceVariant]:
    """Write a piece in several ways, beside each other; variants of before that nobody took go.

    Speaks to the model outside any transaction; raises LimitReached before the first, with nothing changed, where the
    credits are not there for all. Of what others take meanwhile the rest is written without the model, and says so.
    """
    with tenancy.of_member(by):
        asset = ContentAsset.objects.get(pk=piece.asset_id)
        material = generate.gather(asset)
    material = generate.with_samples(material)
    chosen = [BY_KEY[key] for key in dict.fromkeys(angles)][:MOST]
    orders = [(angle, _order(piece, material, angle, note)) for angle in chosen]
    prices.require(asset.organization_id, _together(order for _angle, order in orders))
    written = list(_written(piece, asset, orders))
    with tenancy.of_member(by), transaction.atomic():
        for each in written:
            generate.count(piece, each.draft, each.order, by=by.user, purpose=Generation.Purpose.VARIANTS)
        return _keep(piece, _different(piece, written), note=note, by=by)


def left_out(asked: Sequence[str], made: Sequence[PieceVariant]) -> tuple[list[str], str]:
    """Return the ways that were asked for and did not come, and why; no words where all came."""
    there = {row.angle for row in made}
    missing = [key for key in dict.fromkeys(asked) if key not in there]
    if not missing:
        return [], ""
    if not made:
        return missing, _("Every way came out the same or did not fit its name. Try another wish.")
    words = ngettext(
        "%(left)s of %(asked)s ways came out the same or did not fit its name, and was left out.",
        "%(left)s of %(asked)s ways came out the same or did not fit their names, and were left out.",
        len(missing),
    )
    return missing, words % {"left": len(missing), "asked": len(set(asked))}


def _order(piece: GeneratedContent, material: generate.Material, angle: Angle, note: str) -> writing.Brief:
    return pieces.brief(piece, material, note=". ".join(part for part in (angle.note, note.strip()) if part))


def _written(
    piece: GeneratedContent, asset: ContentAsset, orders: Iterable[tuple[Angle, writing.Brief]]
) -> Iterator[Written]:
    """Write one after the other; once the plan refuses the model, the rest is written without it, and says so."""
    refused = ""
    for angle, order in orders:
        rng = generate.chance(asset, f"{piece.platform}:{angle.key}", piece.version + 1)
        try:
            draft = generate.without_model(order, refused, rng=rng) if refused else None
            yield Written(angle, order, draft or generate.write(order, asset, rng=rng))
        except LimitReached as error:
            refused = str(error)
            yield Written(angle, order, generate.without_model(order, refused, rng=rng))


def _together(orders: Iterable[writing.Brief]) -> prices.Estimate:
    """Return what all drafts take together at most."""
    each = [generate.estimate(order) for order in orders]
    return prices.Estimate(sum(one.tokens for one in each), sum(one.credits for one in each))


def _different(piece: GeneratedContent, written: Sequence[Written]) -> list[Written]:
    """Leave out what is not what it is called, or says the same as any version of the piece, or another variant."""
    versions = PieceVersion.objects.filter(piece=piece).values_list("text", flat=True)
    seen, kept = {_plain(text) for text in [piece.text, *versions]}, []
    for each in written:
        text = _plain(each.draft.text)
        if text not in seen and _is_as_called(each, piece):
            seen.add(text)
            kept.append(each)
    return kept


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_as_called(written: Written, piece: GeneratedContent) -> bool:
    """Say whether it is what its name says; what cannot be told from here is believed."""
    draft = written.draft
    openings = [draft.text] if rules(piece.platform).title_limit is None else [draft.title, draft.text]
    match written.angle.key:
        case "question":
            return any(map(_asks, openings))
        case "number":
            return any(_opens_with_number(text, piece.language) for text in openings)
        case "short":
            return len(draft.text.strip()) < len(piece.text.strip())
    return True


def _asks(text: str) -> bool:
    first = next(iter(sentences.split(text)), "")
    return bool(regex.search("[?？؟]", first) or ASKS_UNSEEN.search(first)) or is_question(first)


def _opens_with_number(text: str, language: str) -> bool:
    """Say whether a number is among the first words; one written out is known in English only."""
    words = text.split()
    if NUMBER.search(" ".join(words[:OPENING])):
        return True
    return bool(words) and language not in {"", "en"} and not NUMBER.search(text)


def _keep(piece: GeneratedContent, written: Sequence[Written], *, note: str, by: Membership) -> list[PieceVariant]:
    GeneratedContent.objects.select_for_update(of=("self",)).get(pk=piece.pk)
    PieceVariant.objects.filter(piece=piece, taken_at=None).delete()
    last = PieceVariant.objects.filter(piece=piece).order_by("-number").values_list("number", flat=True).first() or 0
    rows = [_row(piece, each, number, note) for number, each in enumerate(written, start=last + 1)]
    made = PieceVariant.objects.bulk_create(rows)
    audit.record("piece.variants", piece, organization_id=piece.organization_id, by=by, count=len(made))
    return made


def _row(piece: GeneratedContent, written: Written, number: int, note: str) -> PieceVariant:
    draft = written.draft
    words = {
        "title": draft.title,
        "text": draft.text,
        "hashtags": list(draft.hashtags),
        "call_to_action": draft.call_to_action,
    }
    return PieceVariant(
        organization_id=piece.organization_id,
        piece=piece,
        number=number,
        angle=written.angle.key,
        note=note,
        made_by=draft.made_by,
        model=draft.model,
        is_fallback=draft.is_fallback,
        fallback_reason=draft.fallback_reason,
        predicted_virality=virality_of(piece, **words),
        **words,
    )


def take(piece: GeneratedContent, number: int, *, by: Membership) -> GeneratedContent:
    """Make a variant the piece's next version; the words of now stay beside it. Raises NoSuchVariant.

    Two clicks on one take it once: the second is told so (TakenAlready).
    """
    GeneratedContent.objects.select_for_update(of=("self",)).get(pk=piece.pk)
    chosen = PieceVariant.objects.filter(piece=piece, number=number).first()
    if chosen is None:
        raise NoSuchVariant
    if chosen.taken_at is not None:
        raise TakenAlready
    held = pieces.take_over(piece, chosen, note=str(BY_KEY[chosen.angle].label), by=by)
    PieceVariant.objects.filter(pk=chosen.pk).update(taken_at=timezone.now())
    return held


def drop(piece: GeneratedContent, *, by: Membership) -> None:
    """Clear away the variants nobody took."""
    gone, _rows = PieceVariant.objects.filter(piece=piece, taken_at=None).delete()
    if gone:
        audit.record("piece.variants_dropped", piece, organization_id=piece.organization_id, by=by)
