"""Platforms and accounts on them."""

from typing import Any

from rest_framework import serializers

from publishing.delivery.ways import How
from publishing.models import PlatformConnection
from publishing.platforms.base import Capability
from publishing.serializers.options import OptionSerializer
from trenddrop.core.platforms import PlatformKey
from trenddrop.core.rest.serializers import Described

PLATFORMS = [(each.value, each.value) for each in PlatformKey]


class EntrySerializer(serializers.Serializer[Any]):
    """One thing to type."""

    name = serializers.CharField(help_text="Its name in `entries`, or `server` of `start`.")
    label = serializers.CharField(help_text="What it is.")  # type: ignore[assignment]
    help = serializers.CharField(help_text="More about it; may be empty.")
    secret = serializers.BooleanField(help_text="Whether it is a secret.")
    required = serializers.BooleanField(help_text="Whether it may not be left out.")  # type: ignore[assignment]


class ScopeSerializer(serializers.Serializer[Any]):
    """One right that is asked for."""

    name = serializers.CharField(help_text="As the platform calls it.")
    why = serializers.CharField(help_text="What it is for.")
    needed = serializers.BooleanField(help_text="Whether nothing can be sent without it.")


class DoorSerializer(serializers.Serializer[Any]):
    """One of several sign-ins."""

    name = serializers.CharField(help_text="Its `door` in `start`.")
    label = serializers.CharField(help_text="What it is.")  # type: ignore[assignment]
    scopes = ScopeSerializer(many=True, help_text="What it asks for.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Settings an operator must fill in first.")


class WaysSerializer(serializers.Serializer[Any]):
    """How accounts are connected."""

    how = serializers.ChoiceField(
        [each.value for each in How], help_text="By `start` and `finish`, by `enter`, by hand, or by its own command."
    )
    entries = EntrySerializer(many=True, help_text="What is typed.")
    doors = DoorSerializer(many=True, help_text="Its sign-ins, where it has several.")
    scopes = ScopeSerializer(many=True, help_text="What the only one asks for.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="Settings an operator must fill in first.")


class PlatformSerializer(serializers.Serializer[Any]):
    """A platform and what it takes."""

    key = serializers.ChoiceField(PLATFORMS, help_text="Its key.")
    name = serializers.CharField(help_text="Its name.")
    can_publish = serializers.BooleanField(help_text="Whether posts can be sent there from here.")
    text_limit = serializers.IntegerField(help_text="How long a text may be, in `text_unit`.")
    text_unit = serializers.CharField(help_text="How it counts.")
    title_limit = serializers.IntegerField(allow_null=True, help_text="How long a title may be; null: it has none.")
    hashtag_limit = serializers.IntegerField(allow_null=True, help_text="How many hashtags; null is any number.")
    needs_media = serializers.BooleanField(help_text="Whether a post needs a video or picture.")
    capabilities = serializers.ListField(
        child=serializers.ChoiceField(sorted(each.value for each in Capability)), help_text="What can be done there."
    )
    options = OptionSerializer(many=True, help_text="What its posts can carry beside text and media.")
    connects = WaysSerializer(help_text="How accounts there are connected.")


class ConnectionSerializer(Described[PlatformConnection]):
    """An account on a platform; its tokens are told to nobody."""

    words = {
        "client": "The client it belongs to; null is shared.",
        "platform": "Where it is.",
        "handle": "Its name there.",
        "display_name": "What it calls itself.",
        "service_url": "The server that holds it.",
        "status": "Whether posts can be sent.",
        "last_error": "What went wrong last.",
        "expires_at": "When its sign-in ends; null is never.",
        "scopes": "What was granted.",
        "last_used_at": "When it was last used.",
        "last_checked_at": "When it last answered.",
        "hold_until": "Until when the platform asked us to wait.",
        "kind": "Person, page, channel …, as the platform calls it; may be empty.",
        "refresh_at": "When its sign-in is renewed ahead of its end; null is never.",
        "refresh_ends_at": "Until when it can be renewed without the person; null is not known.",
        "canary_at": "When we last looked by ourselves.",
        "canary_error": "What was wrong then; empty is nothing.",
    }

    class Meta:
        model = PlatformConnection
        fields = [
            "id", "client", "platform", "handle", "display_name", "service_url", "status", "last_error", "expires_at",
            "scopes", "last_used_at", "last_checked_at", "hold_until", "kind", "refresh_at", "refresh_ends_at",
            "canary_at", "canary_error", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class PracticeSerializer(serializers.Serializer[Any]):
    """A name on the practice network."""

    name = serializers.CharField(max_length=60, help_text="What the account is called.")


class EnterSerializer(serializers.Serializer[Any]):
    """What a platform asks for before it opens an account."""

    platform = serializers.ChoiceField(PLATFORMS, help_text="Where.")
    entries = serializers.DictField(
        child=serializers.CharField(max_length=2000, allow_blank=True),
        help_text="What was typed, by the names of the platform's `entries`; a secret one is used and never shown.",
        write_only=True,
    )
    again = serializers.UUIDField(required=False, allow_null=True, help_text="The account to connect again.")
    by_hand = serializers.BooleanField(
        default=False, help_text="People post there themselves, reminded in time: `entries` are `handle` and `url`."
    )


class EnteredSerializer(ConnectionSerializer):
    """A new account, with what must be copied to the other side."""

    secret = serializers.SerializerMethodField(
        help_text="What signs what we send, where the other side needs it; told only now. Mostly empty."
    )

    class Meta(ConnectionSerializer.Meta):
        fields = [*ConnectionSerializer.Meta.fields, "secret"]
        read_only_fields = fields

    def get_secret(self, _row: PlatformConnection) -> str:
        """Return what the view handed on."""
        return str(self.context.get("secret", ""))


class StartSerializer(serializers.Serializer[Any]):
    """A sign-in to begin."""

    platform = serializers.ChoiceField(PLATFORMS, help_text="Where.")
    door = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=40,
        help_text="Which of the platform's sign-ins, if it has several.",
    )
    server = serializers.CharField(
        required=False, allow_blank=True, max_length=253, help_text="The server, where people have one (Mastodon)."
    )
    again = serializers.UUIDField(required=False, allow_null=True, help_text="The account to connect again.")


class StartedSerializer(serializers.Serializer[Any]):
    """A sign-in on its way."""

    url = serializers.CharField(help_text="Where the person's browser goes.")
    state = serializers.CharField(help_text="What it brings back; it works once, and for this member only.")
    expires_at = serializers.DateTimeField(help_text="Until when it can be finished.")


class FinishSerializer(serializers.Serializer[Any]):
    """What a browser came back with."""

    platform = serializers.ChoiceField(PLATFORMS, help_text="Where.")
    code = serializers.CharField(max_length=4000, write_only=True, help_text="The code.")
    state = serializers.CharField(max_length=500, help_text="The state of `start`.")


class OpenedSerializer(serializers.Serializer[Any]):
    """An account that a sign-in opened."""

    id = serializers.CharField(source="profile.id", help_text="The platform's own id of it.")
    handle = serializers.CharField(source="profile.handle", help_text="Its name there.")
    name = serializers.CharField(source="profile.name", help_text="What it calls itself.")
    kind = serializers.CharField(help_text="Person, page, channel …; may be empty.")


class ArrivedSerializer(serializers.Serializer[Any]):
    """What came of a sign-in: connected accounts, or a choice that is open for a quarter of an hour."""

    connections = ConnectionSerializer(many=True, help_text="Connected now; empty while one has to choose.")
    choice = serializers.UUIDField(source="choice.pk", allow_null=True, default=None, help_text="For `choose`.")
    accounts = OpenedSerializer(source="opened", many=True, help_text="What can be chosen.")


class ChooseSerializer(serializers.Serializer[Any]):
    """Which of the opened accounts to connect."""

    choice = serializers.UUIDField(help_text="The `choice` of `finish`.")
    accounts = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=200, help_text="The `id` of each."
    )


class LeftSerializer(serializers.Serializer[Any]):
    """What the platform said an account may still do."""

    name = serializers.CharField(help_text="What is counted.")
    used = serializers.IntegerField(help_text="How much of it is used.")
    total = serializers.IntegerField(allow_null=True, help_text="How much there is; null is not told.")
    resets_at = serializers.DateTimeField(allow_null=True, help_text="When it begins anew; null is not told.")


class RightSerializer(serializers.Serializer[Any]):
    """One right of a sign-in."""

    name = serializers.CharField(help_text="As the platform calls it.")
    why = serializers.CharField(help_text="What it is for; empty when we did not ask for it.")
    granted = serializers.BooleanField(help_text="Whether it was given.")


class ConcernSerializer(serializers.Serializer[Any]):
    """One thing that needs a look."""

    text = serializers.CharField(help_text="What it is.")
    more = serializers.CharField(help_text="What follows from it; may be empty.")
    way_out = serializers.CharField(help_text="`reconnect`, `resume`, or empty.")


class HealthSerializer(serializers.Serializer[Any]):
    """How an account is."""

    may_do = serializers.ListField(child=serializers.CharField(), help_text="What can be done there, in words.")
    left = serializers.CharField(help_text="How long the sign-in holds, in words.")
    version = serializers.CharField(help_text="The version of the platform's API that is spoken; may be empty.")
    scopes = RightSerializer(many=True, help_text="Its rights.")
    allowances = LeftSerializer(many=True, help_text="What the platform said is left, and what we count for it.")
    words = serializers.ListField(child=serializers.CharField(), help_text="What operators say of the platform.")
    concerns = ConcernSerializer(many=True, help_text="What needs a look.")
