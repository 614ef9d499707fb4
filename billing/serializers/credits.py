"""How the ledger of credits looks through the API."""

from billing.models import CreditEntry
from trenddrop.core.rest.serializers import Described


class CreditEntrySerializer(Described[CreditEntry]):
    """One line of the ledger; their sum is the balance."""

    words = {
        "kind": "Granted, spent, given back, or ended.",
        "amount": "Credits; what was spent or ended is negative.",
        "reason": "What for.",
        "reference": "What it belongs to: booked once.",
    }

    class Meta:
        model = CreditEntry
        fields = ["id", "kind", "amount", "reason", "reference", "created_at"]
        read_only_fields = fields
