"""Commands on templates offered to everybody: their files go along as copies."""

from typing import Any

from django.core.files.base import File
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import Membership
from content.looks import previews, shelf
from content.models import PublishedItem, Template
from content.services import published, templates

FILES = ("file", "preview")
GONE = "%(name)s’s file is gone, so that it cannot be copied. Bring the clip again."


def offer(template: Template, *, by: Membership, access: str = "public", **gate: Any) -> PublishedItem:
    """Offer a copy of a template; operators look at it first. Copies files: in no transaction. Raises CannotOffer."""
    row = PublishedItem()
    try:
        templates.preview_of(template)
        _copy_files(template, row)
    except (FileNotFoundError, previews.CannotDraw) as error:
        _drop_files(row)
        raise published.CannotOffer(_(GONE) % {"name": template.name}) from error
    try:
        with tenancy.of_member(by):
            return published.offer(template, by=by, access=access, row=row, **gate)
    except published.CannotOffer:
        _drop_files(row)
        raise


def take(row: PublishedItem, *, by: Membership) -> Template:
    """Copy a template into one's own, or find the copy there. Asks chains, copies files: call in no transaction.

    Raises NotOpen, LimitReached, TooManyTemplates.
    """
    with tenancy.of_member(by):
        found = shelf.templates_of(by).filter(taken_from=row).order_by("created_at", "pk").first()
    if found:
        return found
    published.require_open(row, by=by)
    template = Template(taken_from=row, client_id=by.client_id, organization_id=by.organization_id)
    for name in published.OF_TEMPLATE:
        setattr(template, name, getattr(row, name))
    try:
        _copy_files(row, template)
    except FileNotFoundError as error:
        _drop_files(template)
        raise published.NotOpen(_(GONE) % {"name": row.name}) from error
    try:
        with tenancy.of_member(by):
            return templates.save(template, fields=["taken_from"], by=by)
    except templates.TooManyTemplates:
        _drop_files(template)
        raise


def _copy_files(source: Template | PublishedItem, target: Template | PublishedItem) -> None:
    for name in FILES:
        file: FieldFile = getattr(source, name)
        if file:
            with file.open("rb") as stored:
                kept: FieldFile = getattr(target, name)
                path = kept.field.generate_filename(target, str(file.name).rsplit("/", 1)[-1])
                setattr(target, name, kept.storage.save(path, File(stored)))


def _drop_files(row: Template | PublishedItem) -> None:
    for name in FILES:
        file: FieldFile = getattr(row, name)
        if file:
            file.storage.delete(str(file.name))
