"""Notifications and a person's own settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.access import MemberRequest, requires
from accounts.forms.people import ProfileForm
from accounts.models import Notification

PAGE = 40


@requires("content.view")
def notifications(request: MemberRequest) -> HttpResponse:
    """What happened, newest first; the bell's menu asks for the first eight."""
    mine = Notification.objects.visible_to(request.membership).filter(user=request.user).order_by("-created_at")
    if request.headers.get("HX-Request"):
        context = {"notifications": mine[:8], "unread": queries.unread_count(request.membership)}
        return render(request, "partials/notifications.html", context)
    return render(request, "accounts/notifications.html", {"notifications": mine[:PAGE]})


@require_POST
@requires("content.view")
def notifications_read(request: MemberRequest) -> HttpResponse:
    """Mark everything read."""
    unread = Notification.objects.visible_to(request.membership).filter(user=request.user, read_at=None)
    unread.update(read_at=timezone.now())
    return redirect("notifications")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("content.view")
def settings(request: MemberRequest) -> HttpResponse:
    """Name, country, zone and language."""
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. Times are shown in this zone from now on."))
        return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200)
