"""One's own wallets: connect by signing a message, see what they open, let go."""

import uuid
from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import tenancy
from accounts.access import MemberRequest, requires
from accounts.evm.answers import NotProved
from accounts.forms.wallets import OfferForm, ProofForm
from accounts.models import GateCheck, Wallet
from accounts.offers import Asker
from accounts.services import wallets as commands


@require_safe
@requires("account.own")
def wallets(request: MemberRequest) -> HttpResponse:
    """The wallets, with what each opens in this organisation."""
    return render(request, "accounts/wallets.html", _context(request, OfferForm()))


def _context(request: MemberRequest, form: OfferForm) -> dict[str, Any]:
    checks: dict[uuid.UUID, list[GateCheck]] = defaultdict(list)
    with tenancy.widened():
        mine = GateCheck.objects.filter(organization_id=request.membership.organization_id, wallet__user=request.user)
        for row in mine.filter(gate__active=True).select_related("gate").order_by("gate__name"):
            checks[row.wallet_id].append(row)
    rows = [(row, checks[row.pk]) for row in Wallet.objects.filter(user=request.user).order_by("proved_at")]
    return {"wallets": rows, "form": form}


@require_POST
@requires("account.own", scoped=False)
def wallet_offer(request: MemberRequest) -> HttpResponse:
    """Make the message to sign: for the page's script, or as a page with a place for the signature."""
    form = OfferForm(request.POST)
    text = _offer(request, form) if form.is_valid() else None
    wants_json = "application/json" in request.headers.get("Accept", "")
    if text is None:
        if wants_json:
            words = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return JsonResponse({"message": words}, status=422)
        with tenancy.of_member(request.membership):
            return render(request, "accounts/wallets.html", _context(request, form), status=422)
    if wants_json:
        return JsonResponse({"text": text})
    return _show_proof(request, ProofForm(initial={"message": text}))


def _offer(request: MemberRequest, form: OfferForm) -> str | None:
    try:
        return commands.offer(
            address=form.cleaned_data["address"],
            chain_id=form.cleaned_data["chain_id"],
            site=(request.scheme or "https", request.get_host()),
            uri=request.build_absolute_uri(reverse("wallets")),
            asker=_asker(request),
            now=timezone.now(),
        )
    except NotProved as error:
        form.add_error("address", str(error))
        return None


def _asker(request: MemberRequest) -> Asker:
    return Asker(str(request.user.pk), request.session.session_key or "")


@require_POST
@requires("account.own", scoped=False)
def wallet_prove(request: MemberRequest) -> HttpResponse:
    """Take the signature."""
    form = ProofForm(request.POST)
    if not form.is_valid():
        return _show_proof(request, form)
    given = form.cleaned_data
    try:
        wallet = commands.prove(**given, asker=_asker(request), by=request.membership, now=timezone.now())
    except NotProved as error:
        form.add_error(None, str(error))
        return _show_proof(request, form)
    messages.success(request, _("%(wallet)s is connected.") % {"wallet": wallet})
    return redirect("wallets")


def _show_proof(request: MemberRequest, form: ProofForm) -> HttpResponse:
    with tenancy.of_member(request.membership):
        return render(request, "accounts/wallet_sign.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@requires("account.own", scoped=False)
def wallet_remove(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Let go of a wallet."""
    with tenancy.of_member(request.membership):
        wallet = get_object_or_404(Wallet, pk=pk, user=request.user)
    commands.remove(wallet, by=request.membership)
    messages.success(request, _("%(wallet)s is removed. What it opened is closed.") % {"wallet": wallet})
    return redirect("wallets")
