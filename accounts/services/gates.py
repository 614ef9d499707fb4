"""Commands on token gates."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import audit, gates, tasks
from accounts.evm.answers import ChainError, Holding
from accounts.models import Membership, TokenGate, Wallet


def save(gate: TokenGate, *, changed: list[str], by: Membership) -> TokenGate:
    """Keep a gate, new or changed; members' wallets are asked about it at once."""
    is_new = not TokenGate.objects.filter(pk=gate.pk).exists()
    gate.organization_id = by.organization_id
    gate.save()
    if not is_new:
        gate.checks.all().delete()  # they answered another question
    action = "gate.created" if is_new else "gate.changed"
    told = {"opens": gate.get_role_display() or gate.get_opens_display(), "minimum": f"{gate.minimum:f}"}
    audit.record(action, gate, organization_id=gate.organization_id, by=by, fields=changed, **told)
    tasks.check_gate.delay_on_commit(gate_id=str(gate.pk))  # type: ignore[attr-defined]
    return gate


def remove(gate: TokenGate, *, by: Membership) -> None:
    """Remove a gate; what it opened is closed."""
    audit.record("gate.removed", gate, organization_id=gate.organization_id, by=by)
    gate.delete()


def test(gate: TokenGate, wallet: Wallet, *, now: datetime) -> Holding:
    """Ask the chain now what the wallet holds, and keep the answer; raise ChainError. Call in no transaction."""
    answers = gates.ask([(gate, wallet)])
    gates.write_down(answers, now=now)
    [(_gate, _wallet, answer)] = answers
    if answer.amount is None:
        raise ChainError(answer.error or _("The chain gave no answer."))
    return answer
