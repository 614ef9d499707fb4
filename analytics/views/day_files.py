"""Files of an account's days: bring, look over, take in, take back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, requires
from analytics.documents import DOCUMENTS, files
from analytics.forms.days import FileForm
from analytics.models import MetricImport
from analytics.services import metric_imports as commands
from analytics.views.account_days import account_or_404, today_of
from trenddrop.core import csvs

Status = MetricImport.Status


@require_http_methods(["GET", "HEAD", "POST"])
@requires("analytics.edit")
def new(request: MemberRequest, key: UUID) -> HttpResponse:
    """Bring a file of days; nothing is taken in before it was looked over."""
    account = account_or_404(request, key)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            data = given.read(files.MOST_BYTES + 1)
            row = commands.bring(account, data, name=given.name, by=request.membership, now=timezone.now())
            return redirect("numbers_import", row.pk)
        except csvs.CannotRead as error:
            form.add_error("file", str(error))
    document = DOCUMENTS[account.platform]
    context = {
        "account": account,
        "form": form,
        "document": document,
        "export": files.OF_PLATFORM.get(account.platform),
        "columns": files.template(document),
    }
    return render(request, "analytics/accounts/import_new.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires("analytics.edit")
def template(request: MemberRequest, key: UUID) -> HttpResponse:
    """A file to fill in: the columns of the account's platform, and today."""
    account = account_or_404(request, key)
    header = files.template(DOCUMENTS[account.platform])
    return csvs.answer(f"trenddrop-{account.platform}", header, [[today_of(request.membership)]])


def _file(request: MemberRequest, key: UUID) -> MetricImport:
    rows = MetricImport.objects.visible_to(request.membership).select_related("account", "brought_by")
    return get_object_or_404(rows, pk=key, account__isnull=False)


@require_safe
@requires("analytics.edit")
def one(request: MemberRequest, key: UUID) -> HttpResponse:
    """What a file would change, or what became of it."""
    file = _file(request, key)
    context: dict[str, Any] = {
        "file": file,
        "account": file.account,
        "name": files.NAMES.get(file.recognised, file.recognised),
    }
    if file.status == Status.CHECKED:
        preview = commands.preview(file)
        document = DOCUMENTS[file.account.platform] if file.account else None
        keys = {cell.key for look in preview.looks for cell in look.cells}
        fields = [found for found in document.fields if found.key in keys] if document else []
        shown = [
            (look, [next((cell for cell in look.cells if cell.key == one.key), None) for one in fields])
            for look in preview.looks[-commands.PREVIEWED :][::-1]
        ]
        context |= {"preview": preview, "fields": fields, "shown": shown, "more": len(preview.looks) - len(shown)}
    return render(request, "analytics/accounts/import.html", context)


@require_POST
@requires("analytics.edit")
def take_in(request: MemberRequest, key: UUID) -> HttpResponse:
    """Write its days."""
    file = _file(request, key)
    try:
        commands.take_in(file, by=request.membership, now=timezone.now())
        messages.success(request, _("The days are taken in. You can take them back from here."))
    except commands.CannotImport as error:
        messages.warning(request, str(error))
    return redirect("numbers_import", key)


@require_POST
@requires("analytics.edit")
def take_back(request: MemberRequest, key: UUID) -> HttpResponse:
    """Put its days back as they were."""
    try:
        back = commands.take_back(_file(request, key), by=request.membership, now=timezone.now())
    except commands.CannotImport as error:
        messages.warning(request, str(error))
        return redirect("numbers_import", key)
    said = ngettext("%(n)s day is as it was before.", "%(n)s days are as they were before.", back.days)
    messages.success(request, said % {"n": back.days})
    if back.kept:
        words = ngettext(
            "%(n)s day stays: another file brought it since.", "%(n)s days stay: another file brought them since.",
            back.kept,
        )  # fmt: skip
        messages.info(request, words % {"n": back.kept})
    return redirect("numbers_import", key)


@require_POST
@requires("analytics.edit")
def drop(request: MemberRequest, key: UUID) -> HttpResponse:
    """Put it aside."""
    file = _file(request, key)
    account = file.account_id
    try:
        commands.put_aside(file, by=request.membership)
        messages.info(request, _("Put aside. No day was changed."))
    except commands.CannotImport as error:
        messages.warning(request, str(error))
        return redirect("numbers_import", key)
    return redirect("numbers_account", account)
