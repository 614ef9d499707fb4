"""Of connections, posts and the practice network."""

import secrets

from accounts.rights.registry import Answer, Fate

_NEVER = "a secret never leaves the installation"
_STATE = "a state of this installation's own work"
_ENDED = {"published", "failed", "cancelled"}
_PICTURES = {"image/png", "image/jpeg", "image/webp", "image/gif"}


def _not_again(status: str) -> str:
    """Nothing of an archive is published a second time."""
    return status if status in _ENDED else "cancelled"


def _connect_again(status: str) -> str:
    return "removed" if status == "removed" else "needs_reconnect"


def _harmless(mime: str) -> str:
    """A picture is shown as such; anything else of an archive is only a file."""
    return mime if mime in _PICTURES or mime.startswith(("video/", "audio/")) else "application/octet-stream"


ANSWERS = (
    Answer(
        "publishing.PlatformConnection",
        organization="organization",
        person="connected_by",
        exports="client platform account_id handle display_name service_url expires_at scopes extra status last_error"
        " last_used_at last_checked_at hold_until kind refresh_ends_at canary_at canary_error connected_by",
        leaves_out={
            "access_token": _NEVER,
            "refresh_token": _NEVER,
            "token_version": _STATE,
            "refreshing_until": _STATE,
            "refresh_at": _STATE,
            "allowance": "what a platform said at a moment",
        },
        on_import={"status": _connect_again, "expires_at": None, "hold_until": None, "refresh_ends_at": None},
        people={"connected_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="account_id handle display_name service_url extra",
    ),
    Answer("publishing.MastodonApp", not_exported="belongs to the installation"),
    Answer("publishing.Platform", not_exported="belongs to the installation"),
    Answer("publishing.QuotaUse", not_exported="counts of the installation, gone with their window"),
    Answer("publishing.PlatformEvent", not_exported="told by a platform and applied; gone after a month"),
    Answer(
        "publishing.SignInChoice",
        organization="organization",
        not_exported="sealed for minutes, while a person chooses",
        person="user",
        people={"user": Fate.DELETED},
    ),
    Answer("publishing.Listening", organization="organization", not_exported="a subscription of this installation"),
    Answer(
        "publishing.ScheduledPost",
        organization="organization",
        person="scheduled_by",
        exports="client piece piece_version connection scheduled_for local_time timezone time_note status tries"
        " approval approved_fingerprint slot series occurrence plan_import import_row is_optimised time_score"
        " try_limit looks shortfalls reminders title text hashtags metadata platform_post_id url published_at error"
        " scheduled_by",
        leaves_out={
            "idempotency_key": "a post of an archive is never sent under its old key",
            "next_try_at": "nothing of an archive is sent by itself",
            "lease_until": _STATE,
            "fence": _STATE,
        },
        on_import={"status": _not_again},
        people={"scheduled_by": Fate.POINTS_TO_A_NAMELESS_ROW},
        words="title text hashtags metadata url platform_post_id",
    ),
    Answer(
        "publishing.PublishAttempt",
        organization="organization",
        exports="post number purpose idempotency_key step step_data steps sent_at outcome message finished_at fence",
        on_import={"outcome": lambda outcome: "lost" if outcome == "running" else outcome},
        words="step_data",
    ),
    Answer(
        "publishing.PracticeAccount",
        organization="organization",
        exports="client handle display_name followers",
        leaves_out={"token_hash": _NEVER},
        on_import={"token_hash": lambda _none: secrets.token_hex(32)},
        words="handle display_name",
    ),
    Answer(
        "publishing.PracticeMedia",
        organization="organization",
        exports="account idempotency_key mime size sha256",
        files="file",
        on_import={"mime": _harmless},
        folder="practice/{organization}",
    ),
    Answer(
        "publishing.PracticePost",
        organization="organization",
        exports="account idempotency_key text title description hashtags language media thumbnail appeal deleted_at",
        words="text title description hashtags media",
    ),
)
