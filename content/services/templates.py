"""Commands on an organisation's templates: keep, give a clip, remove, choose for a brand."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from accounts import audit, tenancy
from accounts.models import BrandProfile, Membership, Organization
from content.looks import clips, previews
from content.looks.designs import CLIPS
from content.looks.look import CHOSEN, Look, with_templates
from content.models import BrandTemplate, PublishedItem, Template
from content.tasks import write_clip
from trenddrop.core import media, pictures
from trenddrop.core.sniff import Sniffed, UnsupportedFile, sniff

MOST = 500  # of an organisation
HEAD = 64 * 1024
LOGO_SIDE = 1024  # pixels
PICTURE = "preview.jpg"


class TooManyTemplates(Exception):
    """The organisation has as many templates as it may."""

    def __init__(self) -> None:
        super().__init__(
            _("There are %(most)s templates already. Remove one first; nothing was saved.") % {"most": MOST}
        )


class NotAClip(Exception):
    """What was brought cannot be an intro or outro; the message says why."""


class NotForThisBrand(Exception):
    """The template is another client's."""

    def __init__(self) -> None:
        super().__init__(_("This template is kept for another client. Choose one of this brand’s, or one for all."))


def save(
    template: Template, *, fields: Sequence[str], by: Membership, changes: Mapping[str, Any] | None = None
) -> Template:
    """Keep a new or changed template. Raises TooManyTemplates."""
    is_new = template.created_at is None
    if is_new:
        template.organization_id, template.created_by = by.organization_id, by.user
        _require_room(template)
    if not is_new and "design" in fields:
        template.performance, template.measured_posts = None, 0
        if not template.file:
            _let_go(template, "preview")
    template.save()
    told = {"changes": dict(changes)} if changes and not is_new else {"fields": list(fields)}
    _record("template.created" if is_new else "template.changed", template, by, **told)
    return template


def _require_room(template: Template) -> None:
    Organization.objects.select_for_update(no_key=True).only("pk").get(pk=template.organization_id)
    if Template.objects.filter(organization=template.organization_id).count() >= MOST:
        raise TooManyTemplates


def delete(template: Template, *, by: Membership) -> None:
    """Remove a template; pieces keep what was drawn with it, and brands that chose it go back to ours."""
    _record("template.deleted", template, by)
    _forget_waiting(template)
    _let_go(template, "file", "preview")
    template.delete()


def _let_go(row: Any, *names: str) -> None:
    """Empty file fields; the files go once that is committed."""
    gone = [(each.storage, str(each.name)) for each in (getattr(row, name) for name in names) if each]
    for name in names:
        setattr(row, name, "")
    transaction.on_commit(lambda: [storage.delete(name) for storage, name in gone] and None)


# Clips


def bring_clip(template: Template, upload: File[bytes], *, by: Membership) -> Template:
    """Bring a clip for an intro or outro: a worker writes it anew, and until then the earlier one stays.

    Looks into the file: call in no transaction. Raises NotAClip.
    """
    if template.kind not in CLIPS:
        raise NotAClip(_("Only intros and outros have a clip."))
    with tempfile.TemporaryDirectory(prefix="trenddrop-clip-") as name:
        try:
            path = _written(upload, Path(name))
            clips.looked(path)
        except media.MediaError as error:
            raise NotAClip(str(error)) from error
        with path.open("rb") as content:
            brought = _store(template, "file", path.name, File(content))
    with tenancy.of_member(by):
        held = Template.objects.select_for_update(of=("self",)).get(pk=template.pk)
        _forget_waiting(held)
        template.media_info = clips.facts_of(held) | {clips.BROUGHT: brought}
        template.save(update_fields=["media_info", "updated_at"])
        _record("template.changed", template, by, fields=["file"])
        told = {"template_id": str(template.pk), "organization_id": str(template.organization_id), "brought": brought}
        transaction.on_commit(lambda: write_clip.delay(**told), robust=True)
    return template


def _forget_waiting(template: Template) -> None:
    """Remove a clip that waited to be written anew, once that is committed."""
    if waiting := template.media_info.get(clips.BROUGHT):
        transaction.on_commit(lambda: default_storage.delete(str(waiting)))


def _written(upload: File[bytes], folder: Path) -> Path:
    """Put what was uploaded on disk, once its first bytes are a video's. Raises UnsupportedFile, NotAClip."""
    if (upload.size or 0) > clips.MOST_BYTES:
        raise NotAClip(
            _("This clip is larger than %(most)s MB. Export it smaller.") % {"most": clips.MOST_BYTES // 10**6}
        )
    found = _sniffed(upload)
    if found is None or found.kind != "video":
        raise NotAClip(_("An intro or outro is a video. Choose an MP4, MOV or WebM."))
    path = folder / f"brought.{found.extension}"
    with path.open("wb") as target:
        for chunk in upload.chunks():
            target.write(chunk)
    return path


def _sniffed(upload: File[bytes]) -> Sniffed | None:
    head = upload.read(HEAD)
    upload.seek(0)
    try:
        return sniff(head, Path(str(upload.name)).name) if head else None
    except UnsupportedFile:
        return None


def _store(row: Any, field: str, name: str, content: File[bytes]) -> str:
    file: FieldFile = getattr(row, field)
    return file.storage.save(file.field.generate_filename(row, name), content)


def drop_clip(template: Template, *, by: Membership) -> Template:
    """Take the clip away, also one that waits: the card is drawn again."""
    _forget_waiting(template)
    _let_go(template, "file", "preview")
    template.media_info = {}
    template.save()
    _record("template.changed", template, by, fields=["file"])
    return template


def preview_of(row: Template | PublishedItem) -> FieldFile:
    """Return the picture of a template, drawn where it was never asked for. Call in no transaction.

    Raises CannotDraw.
    """
    if not row.preview:
        template = row if isinstance(row, Template) else Template(kind=row.kind, design=row.design)
        content = previews.draw(row.kind, with_templates(Look(), {row.kind: template}))
        name = _store(row, "preview", PICTURE, ContentFile(content))
        with tenancy.operator():  # of a published one, whoever looks first
            is_first = type(row)._base_manager.filter(pk=row.pk, preview="").update(preview=name)
        if not is_first:
            row.preview.storage.delete(name)
        with tenancy.operator():
            row.refresh_from_db(fields=["preview"])
    return row.preview


# Brands


class HasLook(Exception):
    """The brand has a look already."""

    def __init__(self) -> None:
        super().__init__(_("This brand has a look already. Change that one."))


def begin_look(look: BrandTemplate, *, fields: Sequence[str], by: Membership) -> BrandTemplate:
    """Keep a first look of a brand. Raises HasLook, NotForThisBrand."""
    BrandProfile.objects.select_for_update(no_key=True).only("pk").get(pk=look.brand_id)
    if BrandTemplate.objects.filter(brand=look.brand_id).exists():
        raise HasLook
    return change_look(look, fields=fields, by=by)


def change_look(look: BrandTemplate, *, fields: Sequence[str], by: Membership) -> BrandTemplate:
    """Keep a brand's look. Raises NotForThisBrand."""
    client_id = BrandProfile.objects.filter(pk=look.brand_id).values_list("client_id", flat=True).get()
    for kind in CHOSEN:
        chosen = getattr(look, kind)
        if chosen and chosen.client_id not in {None, client_id}:
            raise NotForThisBrand
    if "logo" in fields:
        before = BrandTemplate.objects.filter(pk=look.pk).first()
        pictures.let_go(before.logo if before else None)
    look.organization_id = by.organization_id
    look.save()
    brand = str(look.brand)
    audit.record("look.changed", look, organization_id=look.organization_id, by=by, fields=list(fields), brand=brand)
    return look


def leave_foreign(brand: BrandProfile) -> None:
    """Let a brand that changed hands no longer choose templates of the client it was with; they stay there."""
    look = BrandTemplate.objects.filter(organization_id=brand.organization_id, brand=brand)
    mine = Template.objects.filter(Q(client=None) | Q(client=brand.client_id))
    for kind in CHOSEN:
        look.exclude(Q(**{kind: None}) | Q(**{f"{kind}__in": mine})).update(**{kind: None})


def choose(template: Template, brand: BrandProfile, *, by: Membership) -> BrandTemplate:
    """Let a brand take this template from now on. Raises NotForThisBrand."""
    look = BrandTemplate.objects.filter(brand=brand).first() or BrandTemplate(brand=brand)
    setattr(look, template.kind, template)
    return change_look(look, fields=[template.kind], by=by)


def _record(action: str, template: Template, by: Membership, **more: Any) -> None:
    kind = str(template.get_kind_display())
    audit.record(action, template, organization_id=template.organization_id, by=by, kind=kind, **more)
