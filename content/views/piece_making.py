"""What pages show of a piece beside its words: what is wrong with it, covers, variants, its file."""

from typing import Any

from django.urls import reverse

from content.forms.pieces import MediaFixForm, VariantsForm
from content.models import GeneratedContent
from content.pieces.composing import composed, media_of, original_of
from content.pieces.preflight import Fix, preflight
from content.screens import making
from content.services import fixes, thumbnails, variants
from trenddrop.core.platforms.threads import parts_of

# Offered, not demanded: YouTube's categories, which the others mostly share.
CATEGORIES = [
    "Autos & Vehicles", "Comedy", "Education", "Entertainment", "Film & Animation", "Gaming", "Howto & Style", "Music",
    "News & Politics", "Nonprofits & Activism", "People & Blogs", "Pets & Animals", "Science & Technology", "Sports",
    "Travel & Events",
]  # fmt: skip


def shown(piece: GeneratedContent) -> dict[str, Any]:
    """Return all of it; the piece was read with `making.with_parts`, its asset is loaded."""
    args = [piece.pk]
    return judged(piece) | {
        "covers": making.covers_of(piece),
        "cover_url": reverse("cover", args=[piece.cover_id]) if piece.cover_id else "",
        "cover_colour": thumbnails.COLOUR,
        "categories": CATEGORIES,
        "cover_words": piece.title or piece.asset.title,
        "covers_url": reverse("piece_covers", args=args),
        "covers_drop_url": reverse("piece_covers_drop", args=args),
        "cover_choose_url": reverse("piece_cover", args=args),
        "variants": [(each, _angle(each.row["angle"])) for each in making.variants_of(piece)],
        "variants_form": VariantsForm(auto_id="variants_%s"),
        "variants_url": reverse("piece_variants", args=args),
        "variants_drop_url": reverse("piece_variants_drop", args=args),
        "versions_url": reverse("piece_versions", args=args),
        "thread": parts_of(piece.platform, composed(piece)),
    }


def judged(piece: GeneratedContent) -> dict[str, Any]:
    """Return what is wrong with it, and what would be done about its file. No query."""
    findings = preflight(piece)
    media = media_of(piece) if piece.include_media else None
    wants = {fix for finding in findings for fix in finding.fixes} & {Fix.MEDIA, Fix.VERTICAL}
    return {
        "findings": [finding for finding in findings if not finding.about_media],
        "media_refused": [finding for finding in findings if finding.about_media and finding.refused],
        "media_advised": [finding for finding in findings if finding.about_media and not finding.refused],
        "problems": [finding.problem for finding in findings if finding.refused],
        "sent_media": media,
        "original_media": original_of(piece.asset),
        "fix_plan": fixes.planned(piece) if Fix.MEDIA in wants else None,
        "can_be_tall": Fix.VERTICAL in wants,
        "fix": making.fix_of(piece) if hasattr(piece, "fix_rows") else None,
        "fix_form": MediaFixForm(auto_id="fix_%s"),
        "fix_url": reverse("piece_fix", args=[piece.pk]),
        "fix_cancel_url": reverse("piece_fix_cancel", args=[piece.pk]),
        "original_url": reverse("piece_original", args=[piece.pk]),
        "check_url": reverse("piece_check", args=[piece.pk]),
    }


def _angle(key: str) -> str:
    angle = variants.BY_KEY.get(key)
    return str(angle.label) if angle else key
