"""One's own days away: a deputy decides meanwhile."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, requires
from accounts.models import Membership
from publishing import approving
from publishing.forms.absences import AwayForm
from publishing.models import Absence
from publishing.services.approvals import absences as commands


@require_http_methods(["GET", "HEAD", "POST"])
@requires("approvals.decide")
def page(request: MemberRequest) -> HttpResponse:
    """When somebody else decides in my place."""
    form = AwayForm(request.POST or None, people=_deputies(request))
    if request.method == "POST" and form.is_valid():
        said, member = form.cleaned_data, request.membership
        try:
            commands.away(
                member=member,
                deputy=said["deputy"],
                starts_on=said["starts_on"],
                ends_on=said["ends_on"],
                by=member,
                now=timezone.now(),
            )
        except commands.CannotBeAway as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is asked in your place then.") % {"name": said["deputy"].user})
            return redirect("absences")
    rows = Absence.objects.visible_to(request.membership).filter(member=request.membership)
    today = timezone.localdate()
    context = {
        "form": form,
        "absences": rows.filter(ends_on__gte=today).select_related("deputy__user").order_by("starts_on"),
        "today": today,
    }
    return render(request, "publishing/absences/index.html", context, status=422 if form.errors else 200)


def _deputies(request: MemberRequest) -> list[Membership]:
    member = request.membership
    people = approving.deciders(member.organization_id, client_id=member.client_id)
    return [one for one in people if one.pk != member.pk and one.client_id == member.client_id]


@require_POST
@requires("approvals.decide")
def back(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Take the absence back."""
    rows = Absence.objects.visible_to(request.membership).filter(member=request.membership)
    found = get_object_or_404(rows.select_related("member__user"), pk=key)
    commands.back(found, by=request.membership)
    messages.success(request, _("You are asked yourself again."))
    return redirect("absences")
