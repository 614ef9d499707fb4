"""The audit log."""

from rest_framework import serializers

from accounts.models import AuditEntry
from trenddrop.core.rest.serializers import Described


class AuditSerializer(Described[AuditEntry]):
    """One change."""

    metadata = serializers.DictField(read_only=True, help_text="More of what was changed.")
    words = {
        "sequence": "Its place in the organisation's chain.",
        "at": "When.",
        "actor": "Who; null is the system.",
        "actor_name": "Their name at the time.",
        "action": "What was done, e.g. `post.planned`.",
        "resource_type": "To what kind of thing.",
        "resource_id": "To which one.",
        "resource_name": "Its name at the time.",
        "ip": "From which address.",
        "user_agent": "With which program.",
        "hash": "The hash of this entry and the one before it.",
    }

    class Meta:
        model = AuditEntry
        fields = [
            "id", "sequence", "at", "actor", "actor_name", "action", "resource_type", "resource_id", "resource_name",
            "ip", "user_agent", "metadata", "hash",
        ]  # fmt: skip
        read_only_fields = fields
