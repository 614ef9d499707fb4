"""What is in the material."""

from dataclasses import asdict

from accounts import tenancy
from accounts.models import BrandProfile
from content import search, understanding
from content.models import ContentAnalysis, ContentAsset, Transcript
from content.pipeline.scoring import rescore
from content.pipeline.transcribe import words_of
from content.pipeline.work import Work
from trenddrop.core.speech import Word

NOTHING_SAID = "Nobody speaks here. Add a description, or upload a transcript, and pieces are written from that."


class Understand:
    """Summary, keywords, names, mood, hooks and quotes, from what is said or written."""

    name = "understand"

    def skip(self, asset: ContentAsset) -> str | None:
        """Something can be said about anything that has words."""
        with tenancy.of_organization(asset.organization_id):
            return None if source_of(asset) else NOTHING_SAID

    def run(self, work: Work) -> str:
        """Save the analysis."""
        asset = work.asset
        with tenancy.of_organization(asset.organization_id):
            source, names = source_of(asset), names_of(asset)
        work.progress(0.1)
        found = understanding.understand(source, asset.language or None, proper_names=names)
        with work.saving():
            save(asset, found)
        return found.made_by


def source_of(asset: ContentAsset) -> list[Word] | str:
    """Return the words said, else the text written, else the description. Call in the organisation's scope."""
    transcript = Transcript.objects.filter(asset=asset).first()
    if transcript and transcript.words:
        return words_of(transcript)
    return asset.text or asset.description


def names_of(asset: ContentAsset) -> list[str]:
    """Return names to be written as they are. Call in the organisation's scope."""
    brand = BrandProfile.objects.filter(pk=asset.brand_id).first() if asset.brand_id else None
    return [brand.name, *brand.keywords] if brand else []


def save(asset: ContentAsset, found: understanding.Understanding) -> None:
    """Write the analysis in place of an earlier one."""
    values = asdict(found)
    with tenancy.of_organization(asset.organization_id):
        ContentAnalysis.objects.update_or_create(
            asset=asset, defaults={"organization_id": asset.organization_id} | values
        )
        language = found.language if len(found.language) <= 8 and found.language != "unknown" else ""
        ContentAsset.objects.filter(pk=asset.pk).update(language=asset.language or language)
        rescore(ContentAsset.objects.get(pk=asset.pk))
        search.index(ContentAsset.objects.get(pk=asset.pk))
