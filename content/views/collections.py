"""Folders and tags of the library: make, rename, remove, and sort what is ticked."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, requires
from content import queries
from content.forms.assets import RenameTagForm, TagsForm
from content.forms.collections import CollectionForm, PutForm
from content.models import Collection
from content.services import collections, tags
from content.views.library import keys_of
from trenddrop.core.onward import onward


@require_safe
@requires("content.view")
def library_sorting(request: MemberRequest) -> HttpResponse:
    """Every folder and every tag."""
    return _page(request, CollectionForm())


@require_POST
@requires("content.edit")
def collection_create(request: MemberRequest) -> HttpResponse:
    """Make a folder."""
    form = CollectionForm(request.POST)
    if form.is_valid():
        try:
            collections.create(form.cleaned_data["name"], by=request.membership)
        except (collections.NameTaken, collections.TooManyCollections) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The folder is there. Tick assets in the Library to put them in."))
            return redirect("library_sorting")
    return _page(request, form)


def _page(request: MemberRequest, form: CollectionForm) -> HttpResponse:
    context = {
        "form": form,
        "collections": list(queries.collections_of(request.membership)),
        "tags": list(queries.tags_of(request.membership)),
    }
    return render(request, "content/library_sorting.html", context, status=422 if form.errors else 200)


@require_POST
@requires("content.edit")
def collection_rename(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a folder another name."""
    row = get_object_or_404(Collection.objects.visible_to(request.membership), pk=pk)
    form = CollectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A folder needs a name of at most 80 characters. Nothing was changed."))
        return redirect("library_sorting")
    try:
        collections.rename(row, form.cleaned_data["name"], by=request.membership)
    except collections.NameTaken as error:
        messages.error(request, str(error))
    return redirect("library_sorting")


@require_POST
@requires("content.edit")
def collection_remove(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove a folder; what lay in it stays."""
    row = get_object_or_404(Collection.objects.visible_to(request.membership), pk=pk)
    collections.remove(row, by=request.membership)
    messages.success(request, _("The folder is gone. What lay in it is in the Library."))
    return redirect("library_sorting")


@require_POST
@requires("content.edit")
def assets_put(request: MemberRequest) -> HttpResponse:
    """Put what is ticked into a folder, or take it out of its own."""
    keys, form = keys_of(request.POST.getlist("asset")), PutForm(request.POST, membership=request.membership)
    if not form.is_valid():
        messages.error(request, _("That folder is not here any more. Nothing was moved."))
    elif not keys:
        messages.error(request, _("Nothing was ticked. Tick the assets to put into a folder."))
    else:
        folder = form.cleaned_data["collection"]
        moved = collections.put(keys, folder, by=request.membership)
        messages.success(request, _told(moved, folder))
        if moved.stayed:
            words = _("%(n)s stayed where they are: the folder belongs to another client.")
            messages.warning(request, words % {"n": moved.stayed})
    return onward(request, otherwise="library")


def _told(moved: collections.Moved, folder: Collection | None) -> str:
    n = len(moved.assets)
    if folder is None:
        return ngettext("%(n)s asset is in no folder now.", "%(n)s assets are in no folder now.", n) % {"n": n}
    words = ngettext("%(n)s asset put into “%(folder)s”.", "%(n)s assets put into “%(folder)s”.", n)
    return words % {"n": n, "folder": folder.name}


@require_POST
@requires("content.edit")
def assets_tag(request: MemberRequest) -> HttpResponse:
    """Give what is ticked some tags, or take them away."""
    keys, form = keys_of(request.POST.getlist("asset")), TagsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write tags, at most 20 and separated by commas. Nothing was changed."))
    elif not keys:
        messages.error(request, _("Nothing was ticked. Tick the assets to tag."))
    else:
        command = tags.take if "take" in request.POST else tags.give
        changed = command(keys, form.cleaned_data["tags"], by=request.membership)
        words = ngettext("Tags of %(n)s asset changed.", "Tags of %(n)s assets changed.", len(changed))
        messages.success(request, words % {"n": len(changed)})
    return onward(request, otherwise="library")


@require_POST
@requires("content.edit")
def tag_rename(request: MemberRequest) -> HttpResponse:
    """Write a tag another way wherever it stands, or take it away everywhere."""
    form = RenameTagForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A tag has at most 60 characters. Nothing was changed."))
        return redirect("library_sorting")
    to = "" if "remove" in request.POST else form.cleaned_data["to"]
    changed = tags.rename(form.cleaned_data["tag"], to, by=request.membership)
    words = ngettext("Tags of %(n)s asset changed.", "Tags of %(n)s assets changed.", len(changed))
    messages.success(request, words % {"n": len(changed)})
    return redirect("library_sorting")
