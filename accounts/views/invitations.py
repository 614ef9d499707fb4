"""Invitations: those an organisation has out, and the page behind the link of one."""

import uuid

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, choose_organization, requires
from accounts.adapter import INVITED
from accounts.forms.invitations import InviteForm
from accounts.invitation_mail import OPEN
from accounts.models import Invitation, User
from accounts.services import invitations as commands
from accounts.services.memberships import Refused
from trenddrop.core.limits import LimitReached

PAGE = 200


# The organisation's side


@require_safe
@requires("members.manage")
def invitations(request: MemberRequest) -> HttpResponse:
    """The open invitations, and those that ran out, newest first."""
    rows = Invitation.objects.visible_to(request.membership).filter(OPEN).select_related("client", "invited_by")
    context = {"invitations": rows.order_by("-last_sent_at")[:PAGE], "now": timezone.now()}
    return render(request, "accounts/invitations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.manage")
def invite(request: MemberRequest) -> HttpResponse:
    """Invite one or many; each address has its answer."""
    if request.method != "POST":
        return render(
            request, "accounts/invite.html", {"form": InviteForm(by=request.membership, initial=_for(request))}
        )
    form = InviteForm(request.POST, by=request.membership)
    if not form.is_valid():
        return render(request, "accounts/invite.html", {"form": form}, status=422)
    told = form.cleaned_data
    answers = commands.invite_many(
        told["emails"],
        role=told["role"],
        client=told["client"],
        message=told["message"],
        by=request.membership,
        now=timezone.now(),
    )
    sent = [answer for answer in answers if answer.is_sent]
    if len(sent) == len(answers):
        messages.success(request, _("Invited: %(n)s. The link in each mail works once.") % {"n": len(sent)})
        return redirect("invitations")
    left = "\n".join(answer.email for answer in answers if not answer.is_sent)
    again = InviteForm(by=request.membership, initial={**told, "emails": left})
    context = {"form": again, "answers": answers, "sent": len(sent)}
    return render(request, "accounts/invite.html", context, status=200 if sent else 422)


def _for(request: MemberRequest) -> dict[str, str]:
    """Return what the address of the page asks for: a client whose people are to be invited."""
    client = request.GET.get("client")
    return {"role": "client", "client": client} if client else {}


@require_POST
@requires("members.manage")
def invitation_resend(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the mail again, with a new link."""
    row = get_object_or_404(Invitation.objects.visible_to(request.membership), pk=pk)
    try:
        commands.resend(row, by=request.membership, now=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Sent again to %(email)s. The link of before no longer works.") % {"email": row.email}
        )
    return redirect("invitations")


@require_POST
@requires("members.manage")
def invitation_revoke(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Take it back."""
    row = get_object_or_404(Invitation.objects.visible_to(request.membership), pk=pk)
    try:
        commands.revoke(row, by=request.membership, now=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Taken back. The link sent to %(email)s no longer works.") % {"email": row.email})
    return redirect("invitations")


# The invited person's side: open to whoever has the link


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites whom into what; joining is a click of its own, so that no mail scanner joins."""
    person = request.user if isinstance(request.user, User) else None
    try:
        found = commands.find(token, now=timezone.now(), who=person)
        if person is not None and (found.accepted_at or (request.method == "POST" and commands.is_for(found, person))):
            return _enter(request, token, found, person)
    except LimitReached:
        return _closed(request, _("There is no free place"), _("Their plan is full. Tell whoever invited you."), 409)
    except Refused as error:
        return _refused(request, error)
    if request.method == "POST" and person is None:
        return _lead_to_door(request, token, found)
    context = {"invitation": found, "token": token, "is_for_me": person is not None and commands.is_for(found, person)}
    return render(request, "accounts/invitation.html", context)


@never_cache
@require_POST
def invitation_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Say no."""
    try:
        found = commands.decline(token, now=timezone.now())
    except Refused as error:
        return _refused(request, error)
    words = _("%(name)s was told. Nothing else happens, and the link no longer works.") % {"name": found.organization}
    return _closed(request, _("You said no"), words, 200)


def _enter(request: HttpRequest, token: str, found: Invitation, person: User) -> HttpResponse:
    member = commands.accept(token, by=person, now=timezone.now())
    commands.confirm_address(found, user=person)
    choose_organization(request, member)
    messages.success(request, _("You are in %(name)s now.") % {"name": found.organization})
    return redirect("today")


def _lead_to_door(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    """To sign-in, or to sign-up with the address filled in: it counts as confirmed, since the link came there."""
    back = urlencode({"next": reverse("invitation", args=[token])})
    if "sign_in" in request.POST:
        return redirect(f"{reverse('account_login')}?{back}")
    get_adapter(request).stash_verified_email(request, found.email)
    request.session[INVITED] = token
    return redirect(f"{reverse('account_signup')}?{back}")


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    title = str(getattr(error, "title", commands.Closed.title))
    return _closed(request, title, str(error), 404 if isinstance(error, commands.Unknown) else 410)


def _closed(request: HttpRequest, title: str, words: str, status: int) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", {"title": title, "words": words}, status=status)
