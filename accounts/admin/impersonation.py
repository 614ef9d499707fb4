"""Looking through somebody's eyes, from their page in the admin."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import impersonation
from accounts.installation import setting
from accounts.models import User
from accounts.services.impersonation import NotAllowed, may_start


class ReasonForm(forms.Form):
    """Why; the audit logs of the person's organisations say it too."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=UnfoldAdminTextInputWidget())


class ImpersonationMixin:
    """A button on a person's page."""

    actions_detail = ("impersonate",)

    @action(description=_("Look through their eyes"), url_path="impersonate", permissions=["impersonate"])  # type: ignore[untyped-decorator]
    def impersonate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a reason, then go to Today in their place."""
        person = get_object_or_404(User, pk=object_id)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                impersonation.begin(request, person, reason=form.cleaned_data["reason"])
                return redirect("today")
            except NotAllowed as error:
                messages.error(request, str(error))
                return redirect("admin:accounts_user_change", object_id)
        context: dict[str, Any] = self.admin_site.each_context(request)  # type: ignore[attr-defined]
        context |= {"form": form, "person": person, "opts": User._meta, "title": str(person)}
        return render(request, "admin/accounts/impersonate.html", context)

    def has_impersonate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Offer it where it is allowed."""
        person = User.objects.filter(pk=object_id).first() if object_id else None
        operator = request.user
        if person is None or not isinstance(operator, User) or not setting("impersonation_allowed"):
            return False
        return may_start(operator, person)
