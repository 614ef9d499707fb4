"""What stands in Kesar Naturals of accounts and their platforms; and which address shows which."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from publishing.models import SignInChoice
from tests.cast import Cast

THINGS = {
    **dict.fromkeys(("connect", "connect_by_hand", "connection_back"), "platform_key"),
    **dict.fromkeys(("connection", "connection_pause", "connection_resume"), "connection"),
    "connection_choose": "sign_in",
    **dict.fromkeys(
        ("post_by_hand", "post_take", "post_done", "post_give", "post_not_today", "post_file", "post_link"), "post"
    ),
    **dict.fromkeys(("calendar_drop", "calendar_there"), "post"),
}
RESOURCES: dict[str, str] = {}
SHARED = {"platform_key"}  # the same for every organisation


def publishing(cast: Cast, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Make what publishing's addresses show beside posts and accounts; a platform is named by its key."""
    sign_in = SignInChoice(
        organization=cast.kesar,
        user=cast.asha.user,
        platform="bluesky",
        expires_at=timezone.now() + dt.timedelta(minutes=10),
    )
    sign_in.accounts = "[]"
    sign_in.save()
    return {"platform_key": "bluesky", "sign_in": sign_in.pk}
