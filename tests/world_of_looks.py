"""What stands in Kesar Naturals of templates and of how its brand looks; and which address shows which."""

import uuid

from django.core.files.base import ContentFile

from accounts.models import BrandProfile
from content.models import BrandTemplate, GeneratedContent, PublishedItem, Template, TemplateUse
from tests.cast import Cast

THINGS = {
    **dict.fromkeys(("template", "template_delete", "template_use", "template_clip", "template_clip_drop"), "template"),
    **dict.fromkeys(("template_offer", "template_file", "template_picture"), "template"),
    **dict.fromkeys(("shared_template_take", "shared_template_rate", "shared_template_withdraw"), "shared_template"),
    **dict.fromkeys(("shared_template_file", "shared_template_picture"), "shared_template"),
}
RESOURCES = {
    "api-templates-": "template",
    "api-shared-templates-": "shared_template",
    "api-brand-looks-": "look",
}


def looks(cast: Cast, brand: uuid.UUID, piece: uuid.UUID) -> dict[str, uuid.UUID]:
    """Make an intro with its clip, what is offered of it, a piece it is in, and the look of a brand."""
    said = {"kind": "intro", "name": "KESAR intro", "design": {"words": "KESAR"}}
    row = Template(organization=cast.kesar, client=cast.client, created_by=cast.ben.user, **said)
    row.file.save("intro.mp4", ContentFile(b"KESAR clip"), save=False)
    row.preview.save("preview.jpg", ContentFile(b"KESAR preview"), save=False)
    row.save()
    TemplateUse.objects.create(organization=cast.kesar, template=row, piece=GeneratedContent.objects.get(pk=piece))
    offer = PublishedItem(offered_by=cast.kesar, of_item=row.pk, **said)
    offer.file.save("intro.mp4", ContentFile(b"KESAR clip"), save=False)
    offer.preview.save("preview.jpg", ContentFile(b"KESAR preview"), save=False)
    offer.save()
    look = BrandTemplate(organization=cast.kesar, brand=BrandProfile.objects.get(pk=brand), intro=row, font="Fraunces")
    look.logo.save("logo.webp", ContentFile(b"KESAR logo"), save=False)
    look.save()
    return {"template": row.pk, "shared_template": offer.pk, "look": look.pk}
