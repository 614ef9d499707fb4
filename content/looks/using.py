"""Which templates a job takes, and which went into a piece: written down when it is made, counted once."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import F, Q

from content.looks.look import Look
from content.models import (
    ContentAsset,
    GeneratedContent,
    PublishedItem,
    RepurposingJob,
    RepurposingKind,
    Template,
    TemplateKind,
    TemplateUse,
)

_VIDEO = (TemplateKind.CAPTION_STYLE, TemplateKind.INTRO, TemplateKind.OUTRO)
KINDS_OF: Mapping[str, tuple[str, ...]] = {
    RepurposingKind.SHORTS: _VIDEO,
    RepurposingKind.AUDIOGRAM: (TemplateKind.CAPTION_STYLE, TemplateKind.SOCIAL_LAYOUT),
    RepurposingKind.CAROUSEL: (TemplateKind.CAROUSEL, TemplateKind.IMAGE_STYLE),
    RepurposingKind.SOCIAL: (TemplateKind.SOCIAL_LAYOUT, TemplateKind.IMAGE_STYLE),
    RepurposingKind.ARTICLE: (TemplateKind.IMAGE_STYLE,),
    RepurposingKind.SCRIPT_VIDEO: (*_VIDEO, TemplateKind.IMAGE_STYLE),
}


def named_by(job: RepurposingJob) -> Template | None:
    """Return the template a job names, unless that and its asset are different clients' by now. In the tenant's scope.

    Both may have changed hands since it was asked for.
    """
    if job.template_id is None:
        return None
    owner = ContentAsset.objects.filter(pk=job.asset_id).values("client_id")
    return Template.objects.filter(Q(client=None) | Q(client__in=owner), pk=job.template_id).first()


def note_uses(piece: GeneratedContent, look: Look, kinds: Iterable[str], *, now: dt.datetime) -> int:
    """Write down which of the look's templates are in a piece; returns how many are new. In the tenant's scope."""
    keys = [look.templates[kind] for kind in kinds if kind in look.templates]
    return sum(_note(piece, row, now) for row in Template.objects.filter(pk__in=keys).order_by("pk"))


def _note(piece: GeneratedContent, template: Template, now: dt.datetime) -> bool:
    _row, is_new = TemplateUse.objects.get_or_create(
        organization_id=piece.organization_id, template=template, piece=piece
    )
    Template.objects.filter(pk=template.pk).update(usage_count=F("usage_count") + int(is_new), last_used_at=now)
    if is_new and template.taken_from_id:
        PublishedItem.objects.filter(pk=template.taken_from_id).update(usage_count=F("usage_count") + 1)
    return is_new
