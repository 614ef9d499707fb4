"""Token gates of the organisation: what is asked, what it opens, and for whom it stands open now."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import gates as questions
from accounts import queries, tenancy
from accounts.access import MemberRequest, requires
from accounts.evm.answers import ChainError
from accounts.evm.names import chain_name
from accounts.forms.wallets import GateForm
from accounts.models import GateCheck, TokenGate, Wallet
from accounts.services import gates as commands

SHOWN = 200


@require_safe
@requires("gates.manage")
def gates(request: MemberRequest) -> HttpResponse:
    """Every gate with the state of each member's wallets."""
    checks = GateCheck.objects.select_related("wallet__user").order_by("-is_open", "wallet__user__full_name")
    rows = TokenGate.objects.visible_to(request.membership).order_by("name")
    found = list(rows.prefetch_related(Prefetch("checks", checks))[:SHOWN])
    context = {
        "gates": [(row, chain_name(row.chain_id)) for row in found],
        "mine": list(Wallet.objects.filter(user=request.user).order_by("proved_at")),
        "is_set_up": bool(settings.EVM_RPC_URLS),
        "holders": queries.working_memberships()
        .filter(organization_id=request.membership.organization_id, user__wallets__isnull=False)
        .distinct()
        .count(),
        "believed_since": timezone.now() - questions.GRACE,
    }
    return render(request, "accounts/gates.html", context)


def _gate(request: MemberRequest, pk: uuid.UUID) -> TokenGate:
    return get_object_or_404(TokenGate.objects.visible_to(request.membership), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("gates.manage")
def gate_new(request: MemberRequest) -> HttpResponse:
    """A further gate."""
    return _edit(request, TokenGate(), is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("gates.manage")
def gate_edit(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """What a gate asks and opens."""
    return _edit(request, _gate(request, pk), is_new=False)


def _edit(request: MemberRequest, gate: TokenGate, *, is_new: bool) -> HttpResponse:
    name = gate.name
    form = GateForm(request.POST if request.method == "POST" else None, instance=gate)
    if form.is_valid():
        commands.save(form.save(commit=False), changed=form.changed_data, by=request.membership)
        messages.success(request, _("%(gate)s is saved. Members’ wallets are asked now.") % {"gate": gate.name})
        return redirect("gates")
    context = {"form": form, "gate": gate, "is_new": is_new, "kept_name": name}
    return render(request, "accounts/gate_edit.html", context, status=422 if form.errors else 200)


@require_POST
@requires("gates.manage")
def gate_remove(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove a gate."""
    gate = _gate(request, pk)
    commands.remove(gate, by=request.membership)
    messages.success(request, _("%(gate)s is removed. What it opened is closed.") % {"gate": gate.name})
    return redirect("gates")


@require_POST
@requires("gates.manage", scoped=False)
def gate_test(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask the chain now, with one of one's own wallets."""
    with tenancy.of_member(request.membership):
        gate = _gate(request, pk)
        mine = Wallet.objects.filter(user=request.user)
        chosen = request.POST.get("wallet", "")
        wallet = next((each for each in mine if chosen in {"", str(each.pk)}), None)
    if wallet is None:
        messages.error(request, _("Connect a wallet of your own first, under My account."))
        return redirect("gates")
    try:
        answer = commands.test(gate, wallet, now=timezone.now())
    except ChainError as error:
        messages.error(request, _("%(wallet)s could not be asked: %(why)s") % {"wallet": wallet, "why": error})
        return redirect("gates")
    amount = answer.amount or Decimal(0)
    words = (
        _("%(wallet)s holds %(amount)s: the gate is open.")
        if amount >= gate.minimum
        else _("%(wallet)s holds %(amount)s: the gate stays closed.")
    )
    messages.info(request, words % {"wallet": wallet, "amount": f"{amount.normalize():f}" if amount else "0"})
    return redirect("gates")
