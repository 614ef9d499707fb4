"""What happens to connections, posts and the practice network when data is taken along, brought, or erased."""

import secrets
from functools import partial

from accounts.rights.registry import Answer, Fate

_NEVER = "a secret never leaves the installation"
_STATE = "a state of this installation's own work"

ANSWERS = (
    Answer(
        "publishing.PlatformConnection",
        organization="organization",
        person="connected_by",
        exports="client platform account_id handle display_name service_url expires_at scopes extra status last_error"
        " last_used_at last_checked_at hold_until connected_by",
        leaves_out={
            "access_token": _NEVER,
            "refresh_token": _NEVER,
            "app_secret": _NEVER,
            "token_version": _STATE,
            "refreshing_until": _STATE,
        },
        on_import={"status": "needs_reconnect", "expires_at": None, "hold_until": None},
        people={"connected_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="account_id handle display_name service_url extra",
    ),
    Answer("publishing.MastodonApp", not_exported="belongs to the installation"),
    Answer(
        "publishing.ScheduledPost",
        organization="organization",
        person="scheduled_by",
        exports="client piece piece_version connection scheduled_for local_time timezone time_note status tries"
        " try_limit looks title text hashtags metadata platform_post_id url published_at error scheduled_by",
        leaves_out={
            "idempotency_key": "a post of an archive is never sent under its old key",
            "next_try_at": "nothing of an archive is sent by itself",
            "lease_until": _STATE,
            "fence": _STATE,
        },
        people={"scheduled_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="title text hashtags metadata url platform_post_id",
    ),
    Answer(
        "publishing.PublishAttempt",
        organization="organization",
        exports="post number purpose idempotency_key step step_data steps sent_at outcome message finished_at fence",
        words="step_data",
    ),
    Answer(
        "publishing.PracticeAccount",
        organization="organization",
        exports="client handle display_name followers",
        leaves_out={"token_hash": _NEVER},
        on_import={"token_hash": partial(secrets.token_hex, 32)},
        words="handle display_name",
    ),
    Answer(
        "publishing.PracticeMedia",
        organization="organization",
        exports="account idempotency_key mime size sha256",
        files="file",
        folder="practice/{organization}",
    ),
    Answer(
        "publishing.PracticePost",
        organization="organization",
        exports="account idempotency_key text title description hashtags language media thumbnail appeal deleted_at",
        words="text title description hashtags media",
    ),
)
