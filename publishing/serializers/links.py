"""Links for people without an account."""

from typing import Any

from rest_framework import serializers

from accounts.models import ClientAccount
from accounts.rest_fields import VisibleField
from publishing import linking
from publishing.models import ApprovalRequest, ReviewLink
from publishing.services.links import DAYS, MOST_DAYS
from trenddrop.core.rest.serializers import Described


class ReviewLinkSerializer(Described[ReviewLink]):
    """A way in to one client's work, or to one piece, for one person."""

    url = serializers.SerializerMethodField(help_text="The address to give to its person; empty when it is over.")
    words = {
        "client": "The client whose work it opens.",
        "request": "The one request it opens; null: all of the client's.",
        "name": "For whom.",
        "email": "Where it is mailed, and a code for another device.",
        "may_decide": "Whether they may approve and ask for changes.",
        "expires_at": "When it ends.",
        "revoked_at": "When it was taken back.",
        "created_by": "Who made it.",
        "last_used_at": "When it was used last.",
        "mailed_at": "When it was mailed last.",
    }

    class Meta:
        model = ReviewLink
        fields = [
            "id", "client", "request", "name", "email", "may_decide", "expires_at", "revoked_at", "created_by",
            "last_used_at", "mailed_at", "url", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_url(self, link: ReviewLink) -> str:
        """Tell it while it works."""
        return "" if link.revoked_at else linking.url_of(link)


class NewReviewLinkSerializer(serializers.Serializer[Any]):
    """For whom, to what, for how long."""

    client = VisibleField(
        queryset=ClientAccount.objects.filter(deleted_at=None), required=False, allow_null=True,
        help_text="The client whose work it opens.",
    )  # fmt: skip
    request = VisibleField(
        queryset=ApprovalRequest.objects.filter(piece__deleted_at=None), required=False, allow_null=True,
        help_text="The one request it opens.",
    )  # fmt: skip
    name = serializers.CharField(max_length=120, help_text="For whom; what they decide is kept with it.")
    email = serializers.EmailField(help_text="Where it is mailed, and a code for another device.")
    days = serializers.IntegerField(default=DAYS, min_value=1, max_value=MOST_DAYS, help_text="How long it works.")
    may_decide = serializers.BooleanField(default=True, help_text="Whether they may approve and ask for changes.")
