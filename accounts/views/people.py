"""My account: who I am, my picture, and leaving."""

import uuid

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.conf import settings as conf
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import tenancy
from accounts.adapter import COMING_BACK
from accounts.forms.people import LeaveForm, PictureForm, ProfileForm
from accounts.models import Membership, User
from accounts.own import OwnRequest, own
from accounts.services import people
from trenddrop.core import pictures


@require_http_methods(["GET", "HEAD", "POST"])
@own
def settings(request: OwnRequest) -> HttpResponse:
    """Name, picture, phone, country, zone and language."""
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save_changes()
        messages.success(request, _("Saved. Times are shown in this zone from now on."))
        return redirect("settings")
    return _settings_page(request, form=form, picture_form=PictureForm())


def _settings_page(request: OwnRequest, *, form: ProfileForm, picture_form: PictureForm) -> HttpResponse:
    wrong = form.errors or picture_form.errors
    context = {"form": form, "picture_form": picture_form}
    return render(request, "accounts/people.html", context, status=422 if wrong else 200)


@require_POST
@own
def picture_change(request: OwnRequest) -> HttpResponse:
    """Take a new picture, or none."""
    if "remove" in request.POST:
        people.change_picture(request.user, None)
        messages.success(request, _("Removed. Your initials stand there again."))
        return redirect("settings")
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _settings_page(request, form=ProfileForm(instance=request.user), picture_form=form)
    people.change_picture(request.user, form.cleaned_data["picture"])
    messages.success(request, _("Saved. Others see it where they see your name."))
    return redirect("settings")


@require_safe
@own
def picture(request: OwnRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The picture of somebody one works with, or one's own."""
    if pk != request.user.pk and not _works_with(request.membership, pk):
        raise Http404
    return pictures.answer(get_object_or_404(User, pk=pk).avatar)


def _works_with(membership: Membership | None, pk: uuid.UUID) -> bool:
    if membership is None:
        return False
    with tenancy.of_member(membership):
        return Membership.objects.visible_to(membership).filter(user_id=pk).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@own
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]
def leave(request: OwnRequest) -> HttpResponse:
    """Delete my account: what happens, and what stands in the way."""
    form = LeaveForm(request.POST if request.method == "POST" else None)
    with tenancy.operator():
        needing, alone = list(people.needing(request.user)), list(people.going_along(request.user))
    if request.method == "POST" and not needing and form.is_valid():
        ends = people.leave(request.user, now=timezone.now())
        logout(request)
        return render(request, "accounts/people_left.html", {"ends": ends})
    context = {"form": form, "needing": needing, "alone": alone, "days": conf.ACCOUNT_GRACE_DAYS}
    return render(request, "accounts/people_leave.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest) -> HttpResponse:
    """Offered to whoever deleted the account and has just proved who they are."""
    proved = str(request.session.get(COMING_BACK, uuid.UUID(int=0)))
    user = User.objects.filter(pk=proved, status=User.Status.DELETED).first()
    if user is None or not user.is_in_grace:
        request.session.pop(COMING_BACK, None)
        return redirect("account_login")
    if request.method != "POST":
        return render(request, "accounts/people_come_back.html", {"person": user})
    del request.session[COMING_BACK]
    if not people.come_back(user, now=timezone.now()):
        return redirect("account_inactive")
    adapter = get_adapter(request)
    adapter.login(request, user)
    messages.success(request, _("Welcome back. Everything is as it was; API keys have to be made anew."))
    told = {"email_verification": "", "signal_kwargs": None, "email": None, "signup": False, "redirect_url": None}
    response: HttpResponse = adapter.post_login(request, user, **told)
    return response
