"""Commands on voice samples; apps above bring what they read (documents, pages, published posts) through `add`."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, tasks
from accounts.models import BrandProfile, BrandVoiceSample, Membership
from accounts.voice import LONGEST, MOST, hash_of
from trenddrop.core.embeddings import embedder
from trenddrop.core.text.language import UNKNOWN, detect

FEWEST_LETTERS = 20
DIVIDED = re.compile(r"\n[ \t]*-{3,}[ \t]*(?=\n|$)|\n[ \t]*\n[ \t]*\n+")
Source = BrandVoiceSample.Source


@dataclass(frozen=True)
class Found:
    """A text that may become a sample, and where it was found."""

    text: str
    source: Source = Source.PASTED
    source_name: str = ""
    source_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Added:
    """What became of the texts."""

    samples: list[BrandVoiceSample]
    known: int = 0
    short: int = 0
    no_room: int = 0

    @property
    def told(self) -> str:
        """Say it in a sentence or two."""
        parts = [_("%(count)s added.") % {"count": len(self.samples)}]
        if self.known:
            parts.append(_("%(count)s were among the samples already.") % {"count": self.known})
        if self.short:
            parts.append(_("%(count)s were too short or too long to show a voice.") % {"count": self.short})
        if self.no_room:
            parts.append(
                _("%(count)s found no room: a brand has at most %(most)s. Remove old ones first.")
                % {"count": self.no_room, "most": MOST}
            )
        return " ".join(parts)


def divide(text: str) -> list[str]:
    """Return the texts in one box or file: divided by lines of dashes, or by two empty lines."""
    plain = text.replace("\0", "").replace("\r\n", "\n").strip()
    return [part.strip() for part in DIVIDED.split(f"\n{plain}\n") if part.strip(" \t\n-")]


@transaction.atomic
def add(brand: BrandProfile, found: Sequence[Found], *, by: Membership) -> Added:
    """Keep texts as samples: each once, up to the limit. Vectors follow when the embedder lives elsewhere."""
    BrandProfile.objects.select_for_update(of=("self",)).get(pk=brand.pk)
    usable = {hash_of(each.text): each for each in found if _is_usable(each.text)}
    rows = BrandVoiceSample.objects.filter(brand=brand)
    known = set(rows.filter(text_hash__in=usable).values_list("text_hash", flat=True))
    fresh = {key: each for key, each in usable.items() if key not in known}
    room = max(0, MOST - rows.count())
    kept = list(fresh.items())[:room]
    samples = BrandVoiceSample.objects.bulk_create(_sample(brand, key, each) for key, each in kept)
    if samples:
        _embed(samples, brand)
        sources = sorted({str(sample.source) for sample in samples})
        audit.record(
            "voice.samples_added",
            brand,
            organization_id=brand.organization_id,
            by=by,
            count=len(samples),
            sources=sources,
        )
    short = sum(not _is_usable(each.text) for each in found)
    return Added(samples, len(found) - short - len(fresh), short, len(fresh) - len(kept))


def _is_usable(text: str) -> bool:
    return sum(letter.isalpha() for letter in text) >= FEWEST_LETTERS and len(text) <= LONGEST


def _sample(brand: BrandProfile, key: str, found: Found) -> BrandVoiceSample:
    language, _sure = detect(found.text)
    return BrandVoiceSample(
        organization_id=brand.organization_id,
        brand=brand,
        text=found.text,
        text_hash=key,
        language="" if language == UNKNOWN else language[:8],
        source=found.source,
        source_name=found.source_name[:200],
        source_id=found.source_id,
    )


def _embed(samples: list[BrandVoiceSample], brand: BrandProfile) -> None:
    """At once where that is arithmetic, else by a task after the transaction: no call is made inside one."""
    model = embedder()
    if model.remote:
        tasks.embed_voice.delay_on_commit(brand_id=str(brand.pk), organization_id=str(brand.organization_id))  # type: ignore[attr-defined]
        return
    for sample, row in zip(samples, model.embed([each.text for each in samples]), strict=True):
        sample.embedding, sample.embedded_by = np.asarray(row), model.name
    BrandVoiceSample.objects.bulk_update(samples, ["embedding", "embedded_by"])


@transaction.atomic
def remove(sample: BrandVoiceSample, *, by: Membership) -> None:
    """Forget a sample."""
    audit.record(
        "voice.sample_removed", sample.brand, organization_id=sample.organization_id, by=by, text=sample.text[:80]
    )
    sample.delete()
