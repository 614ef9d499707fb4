"""The admin site: signs in through the product's own door, and sees every organisation."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from unfold.sites import UnfoldAdminSite

from accounts import audited, second_factor, tenancy
from accounts.one_tenant import one_tenant
from trenddrop.core.admin import Guarded


class OperatorSite(UnfoldAdminSite):  # type: ignore[misc]
    """Every admin view runs, and renders, inside the operator's scope."""

    def register(self, model_or_iterable: Any, admin_class: type[Any] | None = None, **options: Any) -> None:
        """Register, with actions guarded, and what operators change recorded where the rows are organisations'."""
        for model in audited.models_of(model_or_iterable):
            known = admin_class and audited.audited(model, one_tenant(model, _guarded(admin_class)))
            super().register(model, known, **options)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Wrap Django's own check, so that nothing is read outside the scope."""
        guarded = super().admin_view(view, cacheable)

        def in_scope(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            second_factor.demand_of_operator(request.user)
            with tenancy.operator():
                response: HttpResponse = guarded(request, *args, **kwargs)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        in_scope.__name__ = getattr(view, "__name__", "admin_view")
        return in_scope

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the one sign-in page (its limits and second factors hold here too)."""
        del extra_context
        if request.user.is_authenticated and not self.has_permission(request):
            return HttpResponse("This area is for operators. Ask one of them to make you staff.", status=403)
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


def _guarded(admin_class: type[Any]) -> type[Any]:
    """Return the ModelAdmin with the guard before it."""
    if issubclass(admin_class, Guarded):
        return admin_class
    return type(admin_class.__name__, (Guarded, admin_class), {"__module__": admin_class.__module__})
