"""Members and invitations."""

from typing import Any

from rest_framework import serializers

from accounts.models import ClientAccount, Invitation, Membership
from accounts.permissions import PERMISSIONS, granted
from accounts.rest_fields import VisibleField
from trenddrop.core.rest.serializers import Described

ROLES = [(value, label) for value, label in Membership.Role.choices if value != Membership.Role.OWNER]


class MemberSerializer(Described[Membership]):
    """A member."""

    email = serializers.EmailField(source="user.email", read_only=True, help_text="The address they sign in with.")
    name = serializers.CharField(source="user.full_name", read_only=True, help_text="Their name.")
    permissions = serializers.SerializerMethodField(help_text="Everything they may.")
    overrides = serializers.DictField(
        source="permission_overrides", child=serializers.BooleanField(), read_only=True,
        help_text="Where they may more (true) or less (false) than their role.",
    )  # fmt: skip
    words = {
        "role": "Their role.",
        "client": "The only client whose work they see; null is all.",
        "status": "Whether they are in.",
        "joined_at": "When they joined.",
    }

    class Meta:
        model = Membership
        fields = [
            "id",
            "email",
            "name",
            "role",
            "client",
            "status",
            "overrides",
            "permissions",
            "joined_at",
            "created_at",
        ]
        read_only_fields = fields

    def get_permissions(self, row: Membership) -> list[str]:
        """Return what role and overrides come to."""
        return sorted(granted(row.role, row.permission_overrides))


class RoleSerializer(serializers.Serializer[Any]):
    """A role to give."""

    role = serializers.ChoiceField(ROLES, help_text="The new role; ownership is handed over on the page.")
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True, default=None,
        help_text="With the role `client`: the client whose work they see.",
    )  # fmt: skip


class OverridesSerializer(serializers.Serializer[Any]):
    """What a member may other than their role says."""

    overrides = serializers.DictField(
        child=serializers.BooleanField(),
        help_text="Permission to true or false; what is not named is as the role says. One of: "
        + ", ".join(PERMISSIONS),
    )


class InvitationSerializer(Described[Invitation]):
    """An invitation; the link itself goes only to the address."""

    email = serializers.EmailField(max_length=254, help_text="Who is invited.")
    role = serializers.ChoiceField(ROLES, help_text="The role they will have.")
    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True, default=None,
        help_text="With the role `client`: the client whose work they will see.",
    )  # fmt: skip
    words = {
        "message": "A word to them, in the mail.",
        "expires_at": "Until when it can be accepted.",
        "last_sent_at": "When it was last sent.",
        "times_sent": "How often it was sent.",
        "accepted_at": "When it was accepted.",
        "declined_at": "When it was declined.",
        "revoked_at": "When it was taken back.",
    }

    class Meta:
        model = Invitation
        fields = [
            "id", "email", "role", "client", "message", "expires_at", "last_sent_at", "times_sent", "accepted_at",
            "declined_at", "revoked_at", "created_at",
        ]  # fmt: skip
        read_only_fields = ["expires_at", "last_sent_at", "times_sent", "accepted_at", "declined_at", "revoked_at"]
