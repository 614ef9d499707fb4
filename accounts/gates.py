"""What holding a token opens: questions about gates, and the asking of chains behind them.

    gates.opens(membership, "premium")

A check is believed for a while, so that no page waits for a chain: it is repeated every few minutes, and when the
chain cannot be asked its last answer holds for GRACE, not longer.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts import audit, tenancy
from accounts.evm.answers import ChainError, Chains, Holding, Question
from accounts.models import GateCheck, Membership, Notification, TokenGate, Wallet
from accounts.notifications import notify, words
from accounts.queries import working_memberships

BELIEVED = timedelta(minutes=15)
GRACE = timedelta(hours=2)
AT_ONCE = 100
A_RUN = 2000
Pair = tuple[TokenGate, Wallet]
Answered = tuple[TokenGate, Wallet, Holding]


def open_checks(now: datetime | None = None) -> QuerySet[GateCheck]:
    """Return the checks that hold a gate open now."""
    since = (now or timezone.now()) - GRACE
    return GateCheck.objects.filter(is_open=True, gate__active=True, checked_at__gt=since)


def lent_roles() -> ArraySubquery:
    """Return the roles that open gates lend, as a column of Membership rows."""
    held = open_checks().filter(
        organization=OuterRef("organization"), wallet__user=OuterRef("user"), gate__opens=TokenGate.Opens.ROLE
    )
    return ArraySubquery(held.values("gate__role"))


def lent_to(membership: Membership) -> list[str]:
    """Return the roles that open gates lend one member."""
    mine = {"organization": membership.organization_id, "wallet__user": membership.user_id}
    with tenancy.widened():
        return list(open_checks().filter(**mine, gate__opens=TokenGate.Opens.ROLE).values_list("gate__role", flat=True))


def opens(membership: Membership, what: str) -> bool:
    """Say whether a gate of the member's organisation opens this ("premium", or a role) for one of their wallets."""
    mine = Q(organization=membership.organization_id, wallet__user=membership.user_id)
    named = Q(gate__opens=what) if what in TokenGate.Opens.values else Q(gate__role=what)
    with tenancy.widened():
        return open_checks().filter(mine, named).exists()


def chains() -> Chains:
    """Return what asks chains; its libraries are loaded on first use."""
    adapter: Callable[[], Chains] = import_string(settings.CHAINS)
    return adapter()


def question_of(gate: TokenGate, wallet: Wallet) -> Question:
    """Say in the chain's terms what a gate wants to know of a wallet."""
    token_id = None if gate.token_id is None else int(gate.token_id)
    return Question(wallet.address, gate.standard, gate.contract, token_id)


def ask(pairs: Iterable[Pair]) -> list[Answered]:
    """Ask the chains about all of them, a hundred at a time. Speaks to the network: call in no transaction."""
    by_chain: dict[int, list[Pair]] = defaultdict(list)
    for gate, wallet in pairs:
        by_chain[gate.chain_id].append((gate, wallet))
    found: list[Answered] = []
    for chain_id, wanted in by_chain.items():
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            answers = _ask_chain(chain_id, part)
            found += [(gate, wallet, answer) for (gate, wallet), answer in zip(part, answers, strict=True)]
    return found


def _ask_chain(chain_id: int, pairs: list[Pair]) -> list[Holding]:
    try:
        return chains().holdings(chain_id, [question_of(gate, wallet) for gate, wallet in pairs])
    except ChainError as error:
        return [Holding(None, None, str(error)[:300])] * len(pairs)


def check(pairs: Iterable[Pair], *, now: datetime) -> int:
    """Ask, and write down what was answered; return how many gates opened or closed."""
    return write_down(ask(pairs), now=now)


def write_down(answers: Iterable[Answered], *, now: datetime) -> int:
    """Keep what was answered; return how many gates opened or closed."""
    with tenancy.operator():
        return sum(_keep(gate, wallet, answer, now=now) for gate, wallet, answer in answers)


def _keep(gate: TokenGate, wallet: Wallet, answer: Holding, *, now: datetime) -> bool:
    """Write one answer down. An error keeps what was known, with its age; say whether the gate moved."""
    if not Wallet.objects.filter(pk=wallet.pk).exists() or not TokenGate.objects.filter(pk=gate.pk).exists():
        return False
    before = GateCheck.objects.select_for_update().filter(gate=gate, wallet=wallet).first()
    was_open = before is not None and before.is_open and before.checked_at > now - GRACE
    values: dict[str, Any] = {"organization_id": gate.organization_id, "error": answer.error}
    if answer.amount is None:
        never = {**values, "checked_at": now, "is_open": False}
        GateCheck.objects.update_or_create(gate=gate, wallet=wallet, defaults=values, create_defaults=never)
        return False
    is_open = answer.amount >= gate.minimum
    values |= {"balance": answer.amount, "block": answer.block, "is_open": is_open, "checked_at": now}
    row, _is_new = GateCheck.objects.update_or_create(gate=gate, wallet=wallet, defaults=values)
    row.gate, row.wallet = gate, wallet
    if is_open != was_open:
        _tell(row)
    return is_open != was_open


def _tell(row: GateCheck) -> None:
    """Write into the log who may more or less from now on, and tell them."""
    gate, person = row.gate, row.wallet.user
    action = "gate.opened" if row.is_open else "gate.closed"
    told = {"member": str(person), "balance": f"{row.balance:f}", "wallet": row.wallet.address}
    audit.record(action, gate, organization_id=gate.organization_id, by=None, **told)
    title = _("“%(gate)s” is open for you.") if row.is_open else _("“%(gate)s” has closed for you.")
    more = (
        _("Your wallet holds what it asks for.")
        if row.is_open
        else _("Your wallet does not hold enough of the token any more. What you made is kept.")
    )
    notify(
        [person],
        Notification.Kind.MEMBERSHIP,
        organization_id=gate.organization_id,
        title=words(title, gate=gate),
        message=more,
        link="/settings/wallets/",
    )


def pairs_of(*, now: datetime, wallet: uuid.UUID | None = None, gate: uuid.UUID | None = None) -> list[Pair]:
    """Return each active gate with each wallet of its organisation's members that is due, or all that are named."""
    with tenancy.operator():
        members = working_memberships()
        wallets = Wallet.objects.select_related("user").filter(Q(pk=wallet) if wallet else Q())
        gates = TokenGate.objects.filter(active=True, organization__deleted_at=None)
        gates = gates.filter(pk=gate) if gate else gates
        by_organization: dict[uuid.UUID, list[Wallet]] = defaultdict(list)
        own = {each.pk: each for each in wallets.filter(user__memberships__in=members).distinct()}
        for row in members.filter(user__wallets__in=own).values("organization_id", wallet=F("user__wallets")):
            by_organization[row["organization_id"]].append(own[row["wallet"]])
        fresh = set() if wallet or gate else _fresh(now)
        found = [
            (each, one)
            for each in gates
            for one in by_organization[each.organization_id]
            if (each.pk, one.pk) not in fresh
        ]
    return found[:A_RUN]


def _fresh(now: datetime) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Return what need not be asked again yet; half of BELIEVED, so that nothing is ever older than that."""
    rows = GateCheck.objects.filter(updated_at__gt=now - BELIEVED / 2)
    return set(rows.values_list("gate_id", "wallet_id"))
